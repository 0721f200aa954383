"""Which department is told by what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from service.outbox.departments import ANY_OTHER, Department, SmtpServer
from service.outbox.mail import Mail
from service.outbox.transport import Transport
from service.outbox.webhook import Webhook, open_poster
from service.settings import Settings, SettingsError
from tools.store.rest.address import is_loopback, problem_of

SMTP_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class Routes:
    """By department; "*" stands for all that are not named."""

    transports: Mapping[str, Transport]

    @property
    def departments(self) -> frozenset[str] | None:
        """Those that can be told anything; None for all."""
        return None if ANY_OTHER in self.transports else frozenset(self.transports)

    def to(self, department: str) -> Transport:
        """Raises `KeyError` for one that cannot be reached."""
        return self.transports.get(department) or self.transports[ANY_OTHER]


def reaches(settings: Settings, department: str) -> bool:
    """Whether the settings say how to tell a department anything."""
    return department in settings.departments or ANY_OTHER in settings.departments


@contextmanager
def open_routes(settings: Settings, clock: Callable[[], datetime]) -> Iterator[Routes]:
    """Raises `SettingsError` for a department that cannot be told as the settings say; connects to nothing yet."""
    check_routes(settings)
    smtp = smtp_server(settings)
    with open_poster(settings.outbox_timeout_s, settings.outbox_timeout_s) as poster:

        def route(department: Department) -> Transport:
            if department.secret is None:
                return Mail(department.email, department.language, smtp, clock)
            return Webhook(department.webhook, poster, clock, department.secret.get_secret_value())

        yield Routes({name: route(found) for name, found in settings.departments.items()})


def check_routes(settings: Settings) -> None:
    """Raises `SettingsError`; the message names the department and shows no address."""
    for name, department in settings.departments.items():
        if department.webhook and (problem := _unsafe(department.webhook, settings.outbox_plain_http)):
            raise SettingsError(f"KEFU_DEPARTMENTS: {name}: webhook: {problem}")
        if department.email and not (settings.smtp_host and settings.smtp_from):
            raise SettingsError(
                f"KEFU_DEPARTMENTS: {name}: mails need a mail server: KEFU_SMTP_HOST and KEFU_SMTP_FROM"
            )
    if settings.smtp_user and settings.smtp_security == "none" and not is_loopback(settings.smtp_host):
        raise SettingsError(
            "KEFU_SMTP_SECURITY: a password is not sent to another machine unencrypted; choose starttls or tls"
        )


def _unsafe(url: str, plain_http: bool) -> str:
    """A query is allowed here: some systems have their key in it."""
    return (
        problem_of(url.partition("?")[0], plain_http)
        if "#" not in url
        else "a fragment does not belong there"
    )


def smtp_server(settings: Settings) -> SmtpServer:
    return SmtpServer(
        settings.smtp_host,
        settings.smtp_port or SMTP_PORTS[settings.smtp_security],
        settings.smtp_security,
        settings.smtp_user,
        settings.smtp_password,
        settings.smtp_from,
        settings.outbox_timeout_s,
        2 * settings.outbox_timeout_s,
    )
