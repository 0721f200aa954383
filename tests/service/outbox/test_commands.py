"""`kefu outbox` and the settings behind it: an installation of its own, a real receiver."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from service.cli import app
from service.doctor import CHECKS, Sick
from service.outbox.routes import check_routes
from service.outbox.running import open_rounds, outbox_at_work
from service.settings import Settings, SettingsError, read_settings
from tests.service.outbox.notices import NOW, SECOND, ticket, write
from tests.service.outbox.postmen import SECRET
from tests.service.outbox.receivers import mail_server, ticket_server, until
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore

Kefu = Callable[..., Result]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path))
    return read_settings()


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    found = make_engine(settings.database)
    migrate(found)
    yield found
    found.dispose()


@pytest.fixture
def kefu(engine: Engine) -> Kefu:
    def run(*words: str) -> Result:
        return CliRunner().invoke(app, ["outbox", *words])

    return run


def told(monkeypatch: pytest.MonkeyPatch, **departments: dict[str, str]) -> Settings:
    monkeypatch.setenv("KEFU_DEPARTMENTS", json.dumps(departments))
    return read_settings()


def listed(kefu: Kefu, *words: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(kefu("list", "--json", *words).output)
    return rows


def test_from_waiting_to_delivered(engine: Engine, kefu: Kefu, monkeypatch: pytest.MonkeyPatch) -> None:
    write(SqlStore(engine), [ticket(1), ticket(2, "quality")])
    (first, _) = listed(kefu)
    assert (first["state"], first["error"]) == (
        "waiting",
        "no way to reach this department: KEFU_DEPARTMENTS",
    )
    with ticket_server(body=b'{"id": 7}') as server, mail_server() as (desk, port):
        monkeypatch.setenv("KEFU_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("KEFU_SMTP_PORT", str(port))
        monkeypatch.setenv("KEFU_SMTP_SECURITY", "none")
        monkeypatch.setenv("KEFU_SMTP_FROM", "kefu@shop.example")
        told(
            monkeypatch,
            logistics={"webhook": server.url, "secret": SECRET},
            **{"*": {"email": "all@shop.example", "language": "en"}},
        )
        assert kefu("run", "--once").exit_code == 0
        assert list(server.tickets.made) == ["ticket:CP-1"]
        assert desk.tickets.asked == {"ticket:CP-2": 1}
    assert listed(kefu) == []
    assert [each["reference"] for each in listed(kefu, "--state", "delivered")][:1] == ["7"]
    assert "7" in kefu("list", "--state", "all").output


def test_what_was_given_up_is_shown_and_tried_again(
    engine: Engine, kefu: Kefu, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(SqlStore(engine), [ticket(1), ticket(2)])
    with ticket_server(status=403, body=b"who are you?") as server:
        told(monkeypatch, logistics={"webhook": server.url, "secret": SECRET})
        kefu("run", "--once")
    assert [each["error"] for each in listed(kefu, "--state", "failed")] == ["answered 403: who are you?"] * 2
    assert kefu("retry", "ticket:CP-1").exit_code == 0
    assert "1 notices" in kefu("retry", "--failed").output
    assert [each["state"] for each in listed(kefu)] == ["waiting"] * 2
    assert (kefu("retry").exit_code, kefu("retry", "ticket:CP-1", "--failed").exit_code) == (2, 2)


def doctor(settings: Settings) -> str:
    return dict(CHECKS)["outbox"](settings)


def test_the_doctor_finds_what_nobody_gets(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doctor(settings) == "0 notices wait, 0 departments named"
    write(SqlStore(engine), [ticket(1)])
    with pytest.raises(Sick, match="1 notices for departments that cannot be reached: logistics"):
        doctor(settings)
    with ticket_server(status=400) as server:
        reached = told(monkeypatch, logistics={"webhook": server.url, "secret": SECRET})
        assert doctor(reached) == "1 notices wait, 1 departments named"
        with open_rounds(reached, lambda: NOW) as rounds:
            assert rounds.go() == 1
            rounds.go()
    with pytest.raises(Sick, match="1 notices that nobody took"):
        doctor(reached)
    assert [
        REGISTRY.get_sample_value("kefu_notices_kept", {"state": state}) for state in ("waiting", "failed")
    ] == [0, 1]


def test_the_age_of_what_waits_is_measured(engine: Engine, settings: Settings) -> None:
    write(SqlStore(engine), [ticket(1)])
    with open_rounds(settings, lambda: NOW + 90 * SECOND) as rounds:
        rounds.go()
    assert REGISTRY.get_sample_value("kefu_notices_waiting_seconds") == 90


def test_beside_the_server_it_delivers_by_itself(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with ticket_server() as server:
        reached = told(monkeypatch, logistics={"webhook": server.url, "secret": SECRET})
        with outbox_at_work(reached, lambda: NOW):
            write(SqlStore(engine), [ticket(1)])
            until(lambda: bool(server.tickets.made))


@pytest.mark.parametrize(
    "department",
    [
        {},
        {"webhook": "https://t.example/x"},
        {"webhook": "https://t.example/x", "secret": "short"},
        {"webhook": "https://t.example/x", "secret": SECRET, "email": "q@shop.example"},
        {"email": "q@shop.example", "secret": SECRET},
        {"email": "q@shop.example\nBcc: all@shop.example"},
        {"email": "q@shop.example, r@shop.example"},
        {"email": "nobody"},
        {"email": "q@shop.example", "language": "fr"},
        {"post": "office"},
    ],
)
def test_a_department_that_cannot_be_told_is_named(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, department: dict[str, str]
) -> None:
    with pytest.raises(SettingsError, match="KEFU_DEPARTMENTS") as caught:
        told(monkeypatch, logistics=department)
    assert SECRET not in str(caught.value) and "t.example" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://tickets.example/x", "plain http is for the loopback only"),
        ("http://10.0.0.7/x", "plain http is for the loopback only"),
        ("ftp://tickets.example/x", "https://host/path is needed"),
        ("https://user:word@tickets.example/x", "a name"),
        ("https://tickets.example/x#y", "a fragment"),
        ("tickets", "https://host/path is needed"),
    ],
)
def test_an_address_that_is_not_safe_is_refused(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, url: str, problem: str
) -> None:
    found = told(monkeypatch, logistics={"webhook": url, "secret": SECRET})
    with pytest.raises(SettingsError, match=f"KEFU_DEPARTMENTS: logistics: webhook: {problem}"):
        check_routes(found)
    if url.startswith("http://"):
        monkeypatch.setenv("KEFU_OUTBOX_PLAIN_HTTP", "true")
        check_routes(read_settings())


def test_mails_need_a_server_and_passwords_a_safe_way(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    told(monkeypatch, quality={"email": "q@shop.example"})
    with pytest.raises(SettingsError, match="KEFU_SMTP_HOST and KEFU_SMTP_FROM"):
        check_routes(read_settings())
    for name, value in (
        ("HOST", "mail.example"),
        ("FROM", "k@s.example"),
        ("USER", "k"),
        ("SECURITY", "none"),
    ):
        monkeypatch.setenv(f"KEFU_SMTP_{name}", value)
    with pytest.raises(SettingsError, match="KEFU_SMTP_SECURITY"):
        check_routes(read_settings())
    monkeypatch.setenv("KEFU_SMTP_SECURITY", "tls")
    check_routes(read_settings())


def test_no_secret_is_printed(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setenv("KEFU_SMTP_PASSWORD", SECRET)
    found = told(monkeypatch, logistics={"webhook": "https://t.example/x", "secret": SECRET})
    assert SECRET not in f"{found!r} {found} {found.model_dump_json()}"
