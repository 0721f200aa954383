"""A notice as a mail. It has the same Message-ID with every try: what threads mails by it makes one ticket of them."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path
from threading import Timer
from typing import Any, Final, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.outbox.departments import SmtpServer
from service.outbox.transport import NotTaken, Refused
from tools.desk.notices import Notice

TEMPLATES: Final = Path(__file__).parent / "templates"
MailLanguage = Literal["zh", "en"]
# Folded headers are read wrongly by some; a line of a mail may have 998 characters.
_POLICY: Final = SMTP.clone(max_line_length=998)


@dataclass(frozen=True, slots=True)
class Mail:
    """A `Transport` to one address."""

    to: str
    language: MailLanguage
    server: SmtpServer
    clock: Callable[[], datetime]
    name: str = "email"

    def send(self, notice: Notice) -> str:
        """The Message-ID."""
        message = composed(notice, self.language, self.server.sender, self.to)
        message["Date"] = format_datetime(self.clock())
        try:
            _hand_in(message, self.server)
        except smtplib.SMTPRecipientsRefused as error:
            raise _problem(*next(iter(error.recipients.values()))) from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _problem(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            # Also a wrong password: that is for the shop to mend, and no fault of this notice.
            raise NotTaken(f"{self.server.host}: {_shown(str(error)) or type(error).__name__}") from error
        return str(message["Message-ID"])


def composed(notice: Notice, language: MailLanguage, sender: str, to: str) -> EmailMessage:
    """The whole mail but for its date. Reminders and escalations answer to the mail of the ticket."""
    domain = sender.rpartition("@")[2]
    message = EmailMessage(_POLICY)
    message["Message-ID"] = message_id(notice.id, domain)
    message["Kefu-Notice-Id"] = notice.id
    message["From"], message["To"] = sender, to
    message["Subject"] = " ".join(_text(language, "subject", notice).split())
    message["Auto-Submitted"] = "auto-generated"
    if notice.kind != "ticket":
        message["In-Reply-To"] = message["References"] = message_id(f"ticket:{notice.subject_id}", domain)
    message.set_content(_text(language, "mail", notice) + "\n", charset="utf-8", cte="base64")
    return message


def message_id(notice_id: str, domain: str) -> str:
    """Another one for every other notice, the same for the same."""
    left = "".join(char if char.isalnum() or char == "-" else f"={ord(char):02X}" for char in notice_id)
    return f"<{left}@{domain}>"


def _text(language: MailLanguage, template: str, notice: Notice) -> str:
    return _templates(language).get_template(f"{template}.j2").render(notice=notice, body=notice.body).strip()


@lru_cache(maxsize=2)
def _templates(language: MailLanguage) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / language),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = lambda value: plain(value, language)
    return environment


def plain(value: Any, language: MailLanguage) -> str:
    """A JSON value as people read it; of a text in both languages, the one in theirs."""
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            return str(value[language])
        return "; ".join(f"{key}: {plain(item, language)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return "".join(f"\n  - {plain(item, language)}" for item in value)
    yes, no = ("是", "否") if language == "zh" else ("yes", "no")
    return (
        {True: yes, False: no, None: "-"}[value]
        if value is None or value is True or value is False
        else str(value)
    )


def _hand_in(message: EmailMessage, server: SmtpServer) -> None:
    with _connected(server) as smtp:
        smtp.send_message(message)


@contextmanager
def _connected(server: SmtpServer) -> Iterator[smtplib.SMTP]:
    """After the mail was taken nothing that goes wrong says otherwise, so saying goodbye may fail."""
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=server.step_s, context=_certificates()
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=server.step_s)
    # smtplib limits each step only; a server that drips would hold us for ever.
    patience = Timer(server.whole_s, _cut, (smtp.sock,))
    patience.start()
    try:
        if server.security == "starttls":
            smtp.starttls(context=_certificates())
        if server.user:
            smtp.login(server.user, server.password.get_secret_value())
        yield smtp
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    finally:
        patience.cancel()
        smtp.close()


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """The machine's own; reading them takes longer than a mail."""
    return ssl.create_default_context()


def _cut(sock: Any) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _problem(code: int, said: bytes | str) -> NotTaken | Refused:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    kind = Refused if code >= 500 else NotTaken
    return kind(f"answered {code}: {_shown(text)}")


def _shown(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200]
