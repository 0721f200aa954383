"""Mails over real SMTP: what is in them, what makes them one ticket, and what a server's answers mean."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest
from pydantic import SecretStr

from service.outbox.departments import SmtpServer
from service.outbox.mail import Mail, MailLanguage, composed, message_id
from service.outbox.transport import NotTaken, Refused
from tests.service.outbox.notices import NOW, ticket
from tests.service.outbox.receivers import Mood, mail_server
from tools.desk.notices import Notice, NoticeKind


def server(port: int, **more: object) -> SmtpServer:
    plain = SmtpServer("127.0.0.1", port, "none", "", SecretStr(""), "kefu@shop.example", 2.0, 4.0)
    return replace(plain, **more)  # type: ignore[arg-type]


def mail(port: int, to: str = "quality@shop.example", **more: object) -> Mail:
    return Mail(to, "zh", server(port, **more), lambda: NOW)


def of_kind(kind: NoticeKind) -> Notice:
    return replace(ticket(1), id=f"{kind}:CP-1", kind=kind)


def test_a_mail_says_what_is_to_be_done_and_whose_it_is() -> None:
    with mail_server() as (desk, port):
        reference = mail(port).send(ticket(1))
        (message,) = desk.tickets.made.values()
    assert message["Message-ID"] == reference == message_id("ticket:CP-1", "shop.example")
    assert (message["From"], message["To"]) == ("kefu@shop.example", "quality@shop.example")
    assert message["Subject"] == "新投诉 CP-1（紧急）"
    assert message["Date"].datetime == NOW
    text = message.get_content()
    for part in ("包裹三周没有动静 📦", "类别：物流", "1. 查询包裹", "ticket:CP-1"):
        assert part in text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["ticket", "reminder", "escalation", "overdue"])
def test_each_kind_has_words_in_both_languages(language: MailLanguage, kind: NoticeKind) -> None:
    message = composed(of_kind(kind), language, "kefu@shop.example", "q@shop.example")
    text = message.get_content()
    assert ("Trace the parcel" in text) is (language == "en")
    assert ("投诉" in text) is (language == "zh")
    assert ("Undefined" in text, "{" in text) == (False, False)


def test_a_reminder_belongs_to_the_thread_of_its_ticket() -> None:
    first, later = (
        composed(of_kind(kind), "en", "k@s.example", "q@s.example") for kind in ("ticket", "reminder")
    )
    assert first["In-Reply-To"] is None
    assert later["In-Reply-To"] == later["References"] == first["Message-ID"] != later["Message-ID"]


def test_a_repeated_mail_is_the_same_ticket() -> None:
    with mail_server(lambda count: "lose" if count == 1 else "take") as (desk, port):
        with pytest.raises(NotTaken):
            mail(port).send(ticket(1))
        mail(port).send(ticket(1))
        assert (desk.tickets.asked["ticket:CP-1"], len(desk.tickets.made)) == (2, 1)


def test_every_notice_has_a_message_id_of_its_own() -> None:
    ids = ("ticket:CP-1", "ticket=3ACP-1", "ticket-CP-1", "ticket_CP-1", "ticket.CP-1", "x" * 200)
    found = {message_id(each, "s.example") for each in ids}
    assert len(found) == len(ids)
    long = composed(replace(ticket(1), id="<" * 200), "en", "k@s.example", "q@s.example")
    assert f"Message-ID: {message_id('<' * 200, 's.example')}\r\n" in long.as_string()


def test_what_customers_write_stays_in_the_text() -> None:
    body: dict[str, object] = {
        "text": "x\r\nBcc: all@shop.example\r\n\r\n.\r\nQUIT",
        "priority": "urgent\r\nBcc: a@b",
    }
    with mail_server() as (desk, port):
        mail(port).send(replace(ticket(1), body=body))
        (message,) = desk.tickets.made.values()
    assert message["Bcc"] is None
    assert "QUIT" in message.get_content()


@pytest.mark.parametrize("mood", ["error", "reset"])
def test_nobody_took_it_now(mood: Mood) -> None:
    with mail_server(lambda _: mood) as (_, port), pytest.raises(NotTaken):
        mail(port).send(ticket(1))


def test_an_address_that_the_server_refuses_is_for_a_person() -> None:
    with mail_server() as (_, port), pytest.raises(Refused, match="answered 5"):
        mail(port, to="x" * 5000 + "@shop.example").send(ticket(1))


@pytest.mark.parametrize("change", [{"security": "starttls"}, {"security": "tls"}, {"user": "kefu"}])
def test_a_server_that_is_set_up_wrongly_is_no_fault_of_the_notice(change: dict[str, str]) -> None:
    with mail_server() as (desk, port):
        with pytest.raises(NotTaken):
            mail(port, "quality@shop.example", **change).send(ticket(1))
        assert not desk.tickets.asked


def test_a_server_that_says_nothing_is_left_after_a_while() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotTaken):
        mail(silent.getsockname()[1], step_s=0.1).send(ticket(1))
