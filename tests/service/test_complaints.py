"""Complaints over HTTP and in the terminal: who may see them, what is masked, what each action answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from litestar.testing import TestClient
from sqlalchemy import Engine
from typer.testing import CliRunner

from agent.turn import Parts
from service.app import create_app
from service.cli_complaints import app as complaints_app
from service.conversations import ConversationStore
from service.settings import Settings
from service.turns import TurnService
from tests.tools.builders import NOW, POLICIES
from tests.tools.desk_builders import LATER, agreed, desk_shop, proposed
from tools.domain import ComplaintKind, OpenComplaint
from tools.policy.cards import load_policy_book
from tools.store.database import make_engine, migrate
from tools.store.sql import SqlStore

TOKEN = "a-staff-token-of-quite-enough-bytes"
BOOK = load_policy_book(POLICIES)
SAID = "杯子漏水，打我电话 13912345678，或写 wang@example.org"
FILE = OpenComplaint(ComplaintKind.QUALITY, SAID, "O-1")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "kefu.sqlite3"


@pytest.fixture
def engine(database: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{database}")
    migrate(engine)
    SqlStore(engine).import_shop(desk_shop())
    yield engine
    engine.dispose()


def filed(engine: Engine, conversation: str = "K-1", command: OpenComplaint = FILE) -> str:
    store = SqlStore(engine)
    return agreed(store, BOOK.at(NOW), proposed(store, BOOK.at(NOW), command, conversation)).subject_id


class _Policies:
    policies = BOOK


@pytest.fixture
def client(engine: Engine) -> Iterator[TestClient[Any]]:
    turns = TurnService(
        cast(Parts, _Policies()), ConversationStore(engine), {}, clock=lambda: LATER + timedelta(hours=30)
    )
    with TestClient(create_app(turns, "test", 1, staff_token=TOKEN)) as http:
        http.headers["Authorization"] = f"Bearer {TOKEN}"
        yield http


def act(client: TestClient[Any], case: str, **order: Any) -> Any:
    return client.post(f"/v1/complaints/{case}/actions", json={"staff": "Wang", **order})


def test_nobody_without_the_token_sees_anything(client: TestClient[Any], engine: Engine) -> None:
    case = filed(engine)
    for header in ("", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \u00e9"):
        for method, path in (("GET", ""), ("GET", f"/{case}"), ("POST", f"/{case}/actions")):
            answer = client.request(
                method, f"/v1/complaints{path}", headers={"Authorization": header.encode("latin-1")},
                json={"action": "acknowledge", "staff": "x"} if method == "POST" else None,
            )  # fmt: skip
            assert answer.status_code == 401
            assert answer.headers["content-type"].startswith("application/problem+json")
            assert SAID[:4] not in answer.text


def test_a_server_without_a_token_has_no_such_routes(engine: Engine) -> None:
    turns = TurnService(cast(Parts, _Policies()), ConversationStore(engine), {})
    with TestClient(create_app(turns, "test", 1)) as http:
        assert http.get("/v1/complaints", headers={"Authorization": "Bearer "}).status_code == 404


def test_who_the_customer_is_is_masked_unless_asked_for(client: TestClient[Any], engine: Engine) -> None:
    case = filed(engine)
    for path in ("/v1/complaints", f"/v1/complaints/{case}"):
        shown = client.get(path)
        assert "杯子漏水" in shown.text
        assert not any(secret in shown.text for secret in ('C-1"', "13912345678", "wang@example.org"))
    whole = client.get(f"/v1/complaints/{case}", params={"unmasked": True}).json()["complaint"]
    assert (whole["text"], whole["customer"]) == (SAID, "C-1")


def test_a_complaint_is_shown_with_its_steps_events_and_notices(
    client: TestClient[Any], engine: Engine
) -> None:
    case = filed(engine)
    found = client.get(f"/v1/complaints/{case}").json()
    item = found["complaint"]
    assert (item["status"], item["department"], item["deadline"], item["overdue"]) == (
        "open", "quality", "answer", True
    )  # fmt: skip
    assert item["department_name"] == {"zh": "品控部", "en": "our quality team"}
    assert (item["compensation_limit"], item["compensation"], item["currency"]) == ("40.00", None, "CNY")
    assert [step["number"] for step in item["steps"]] == [1, 2, 3]
    assert [each["kind"] for each in found["events"]] == ["ComplaintOpened"]
    assert [(each["id"], each["state"]) for each in found["notices"]] == [(f"ticket:{case}", "waiting")]


def test_lists_are_filtered_and_paged(client: TestClient[Any], engine: Engine) -> None:
    cases = {filed(engine, f"K-{n}") for n in range(3)}
    late = filed(engine, "K-9", OpenComplaint(ComplaintKind.LOGISTICS, "没到", "O-1"))
    act(client, late, action="answer", text="在查")

    def ids(**query: Any) -> list[str]:
        return [each["id"] for each in client.get("/v1/complaints", params=query).json()["complaints"]]

    assert set(ids()) == cases | {late}
    assert ids(status="answered") == [late] == ids(department="logistics")
    assert set(ids(overdue=True)) == cases
    page = client.get("/v1/complaints", params={"limit": 3}).json()
    assert len(page["complaints"]) == 3
    rest = client.get("/v1/complaints", params={"limit": 3, "after": page["after"]}).json()
    assert (len(rest["complaints"]), rest["after"]) == (1, None)


def test_actions_answer_with_how_it_stands_then(client: TestClient[Any], engine: Engine) -> None:
    case = filed(engine)
    for order, field, value in (
        ({"action": "acknowledge"}, "status", "open"),
        ({"action": "finish_step", "step": 1}, "deadline", "answer"),
        ({"action": "offer", "amount": "40.00"}, "compensation", "40.00"),
        ({"action": "answer", "text": "换新"}, "status", "answered"),
        ({"action": "escalate", "text": "不接受"}, "department", "management"),
        ({"action": "close", "outcome": "compensated"}, "outcome", "compensated"),
    ):
        answer = act(client, case, **order)
        assert answer.status_code == 200, answer.text
        assert answer.json()["complaint"][field] == value
    assert [each["kind"] for each in answer.json()["notices"]] == ["ticket", "escalation"]


@pytest.mark.parametrize(
    ("order", "status", "says"),
    [
        ({"action": "finish_step"}, 400, "needs a step"),
        ({"action": "finish_step", "step": 9}, 409, "no step 9"),
        ({"action": "offer"}, 400, "needs an amount"),
        ({"action": "offer", "amount": "40.01"}, 409, "at most ¥40.00"),
        ({"action": "offer", "amount": "0.00"}, 409, "above zero"),
        ({"action": "offer", "amount": "-1.00"}, 400, "amount"),
        ({"action": "answer"}, 409, "in words"),
        ({"action": "close"}, 400, "needs an outcome"),
        ({"action": "close", "outcome": "lost"}, 400, "outcome"),
        ({"action": "explode"}, 400, "action"),
        ({"action": "answer", "text": "x", "colour": "red"}, 400, "colour"),
        ({"action": "answer", "text": "x" * 4001}, 400, "text"),
        ({"action": "answer", "text": "a\x00b"}, 409, "cannot be stored"),
    ],
)
def test_what_cannot_be_done_is_a_clear_problem(
    client: TestClient[Any], engine: Engine, order: dict[str, Any], status: int, says: str
) -> None:
    case = filed(engine)
    answer = act(client, case, **order)
    assert answer.status_code == status, answer.text
    assert says in answer.text
    assert len(client.get(f"/v1/complaints/{case}").json()["events"]) == 1


def test_an_unknown_complaint_is_not_found(client: TestClient[Any]) -> None:
    for path in ("CP-NONE", "%00", "x" * 300):
        assert client.get(f"/v1/complaints/{path}").status_code == 404
    assert act(client, "CP-NONE", action="acknowledge").status_code == 404
    assert client.get("/v1/complaints", params={"after": "CP-NONE"}).status_code == 404
    assert client.get("/v1/complaints", params={"limit": 0}).status_code == 400
    assert client.get("/v1/complaints", params={"status": "lost"}).status_code == 400


def test_the_terminal_shows_and_does_the_same(
    engine: Engine, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.turns.utc_now", lambda: LATER + timedelta(hours=30))
    settings = Settings(data_dir=tmp_path, policies_dir=POLICIES)
    assert settings.database.endswith(str(database))
    case = filed(engine)

    def run(*words: str) -> str:
        result = CliRunner().invoke(complaints_app, words, obj=settings, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    listed = json.loads(run("list", "--json"))
    assert [each["id"] for each in listed["complaints"]] == [case]
    assert "13912345678" not in run("show", case)
    assert "13912345678" in run("show", case, "--unmasked")
    done = json.loads(run("act", case, "offer", "--amount", "5.00", "--staff", "Wang", "--json"))
    assert done["complaint"]["compensation"] == "5.00"
    assert case in run("list", "--department", "quality")
    assert "1 complaints" in run("watch")
    assert "0 complaints" in run("watch")
    assert json.loads(run("show", case, "--json"))["complaint"]["status"] == "escalated"
