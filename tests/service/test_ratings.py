"""Ratings, thumbs and consents: kept in real databases, given and read over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from litestar.testing import TestClient
from sqlalchemy import Engine, insert, select

from agent.turn import Parts
from agent.types import State
from service.app import create_app
from service.conversations import ConversationStore
from service.turns import TurnService
from tests.tools.conftest import postgres_schema as postgres_schema
from tools.store.database import make_engine, migrate
from tools.store.service_tables import consents, feedback, ratings
from tools.store.tables import conversations, turns

BEGAN = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
KNOWN, UNKNOWN = "c_known", "c_unknown"


@dataclass
class Hands:
    """A clock that stands until it is moved."""

    now: datetime = BEGAN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path_factory.mktemp('ratings') / 'kefu.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_schema")
    engine = make_engine(url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def clock() -> Hands:
    return Hands()


@pytest.fixture(scope="module")
def http(engine: Engine, clock: Hands) -> Iterator[TestClient[Any]]:
    service = TurnService(cast(Parts, None), ConversationStore(engine), {}, clock)
    with TestClient(create_app(service, "test", 1)) as http:
        yield http


@pytest.fixture
def client(http: TestClient[Any], engine: Engine, clock: Hands) -> TestClient[Any]:
    """Two conversations, one turn, nothing said about them yet."""
    clock.now = BEGAN
    with engine.begin() as connection:
        for table in (ratings, feedback, consents, turns, conversations):
            connection.execute(table.delete())
    store = ConversationStore(engine)
    store.create(KNOWN, "web", "zh", BEGAN, State(customer_id="C0001"))
    store.create(UNKNOWN, "web", "zh", BEGAN, State())
    row = {"id": "t_1", "conversation_id": KNOWN, "seq": 1, "at": BEGAN, "record": {}}
    with engine.begin() as connection:
        connection.execute(insert(turns).values(row))
    return http


def rate(client: TestClient[Any], conversation: str = KNOWN, **body: Any) -> tuple[int, Any]:
    answer = client.post(f"/v1/conversations/{conversation}/rating", json=body)
    return answer.status_code, answer.json()


def test_a_rating_is_kept_and_read_back(client: TestClient[Any]) -> None:
    status, given = rate(client, score=2, reason=" 退款太慢了 😡 ")
    assert (status, given["score"], given["reason"]) == (200, 2, "退款太慢了 😡")
    found = client.get(f"/v1/conversations/{KNOWN}/feedback").json()
    assert found == {"conversation_id": KNOWN, "rating": given, "thumbs": []}


def test_it_may_be_changed_for_24_hours_from_the_first_time(client: TestClient[Any], clock: Hands) -> None:
    _, first = rate(client, score=1)
    clock.now += timedelta(hours=23)
    status, second = rate(client, score=4, reason="solved after all")
    assert (status, second["score"]) == (200, 4)
    assert second["changeable_until"] == first["changeable_until"]
    clock.now += timedelta(hours=1)
    assert rate(client, score=5)[0] == 200
    clock.now += timedelta(seconds=1)
    status, problem = rate(client, score=1)
    assert (status, problem["title"]) == (409, "Conflict")
    assert client.get(f"/v1/conversations/{KNOWN}/feedback").json()["rating"]["score"] == 5


@pytest.mark.parametrize(
    "body",
    [{}, {"score": 0}, {"score": 6}, {"score": 4.5}, {"score": "five"}, {"score": None},
     {"score": 3, "stars": 3}, {"score": 3, "reason": "x" * 1001}, {"score": 3, "reason": "a\0b"}],
)  # fmt: skip
def test_a_rating_that_is_none_is_refused_and_nothing_kept(
    client: TestClient[Any], body: dict[str, Any]
) -> None:
    status, problem = rate(client, **body)
    assert (status, problem["status"]) == (400, 400)
    assert client.get(f"/v1/conversations/{KNOWN}/feedback").json()["rating"] is None


def test_a_thumb_may_be_changed_at_any_time(client: TestClient[Any], clock: Hands) -> None:
    for days, thumb, reason in ((0, "up", ""), (30, "down", "wrong price")):
        clock.now = BEGAN + timedelta(days=days)
        answer = client.post("/v1/turns/t_1/feedback", json={"thumb": thumb, "reason": reason})
        assert answer.status_code == 200
    [kept] = client.get(f"/v1/conversations/{KNOWN}/feedback").json()["thumbs"]
    assert (kept["turn_id"], kept["thumb"], kept["reason"]) == ("t_1", "down", "wrong price")


@pytest.mark.parametrize("body", [{}, {"thumb": "sideways"}, {"thumb": 1}, {"thumb": "up", "why": ""}])
def test_another_thumb_is_refused(client: TestClient[Any], body: dict[str, Any]) -> None:
    assert client.post("/v1/turns/t_1/feedback", json=body).status_code == 400


def test_ids_that_nobody_has(client: TestClient[Any]) -> None:
    consent = {"purpose": "recommendations", "granted": True}
    answers = [
        client.post("/v1/conversations/c_none/rating", json={"score": 3}),
        client.get("/v1/conversations/c_none/feedback"),
        client.put("/v1/conversations/c_none/consents", json=consent),
        client.get("/v1/conversations/c_none/consents"),
        client.post("/v1/turns/t_none/feedback", json={"thumb": "up"}),
        client.post("/v1/turns/%00/feedback", json={"thumb": "up"}),
    ]
    assert [each.status_code for each in answers] == [404] * len(answers)
    assert {each.headers["content-type"] for each in answers} == {"application/problem+json"}


def test_without_a_word_nothing_is_allowed(client: TestClient[Any]) -> None:
    found = client.get(f"/v1/conversations/{KNOWN}/consents").json()
    assert found == [
        {"purpose": "proactive_messages", "granted": False, "at": None},
        {"purpose": "recommendations", "granted": False, "at": None},
    ]


def test_a_consent_is_the_customers_and_can_be_taken_back(
    client: TestClient[Any], clock: Hands, engine: Engine
) -> None:
    for granted in (True, False):
        clock.now += timedelta(minutes=1)
        body = {"purpose": "proactive_messages", "granted": granted}
        said = client.put(f"/v1/conversations/{KNOWN}/consents", json=body)
        assert said.json() == {**body, "at": clock.now.isoformat()}
    assert client.get(f"/v1/conversations/{KNOWN}/consents").json()[0] == said.json()
    with engine.connect() as connection:
        [row] = connection.execute(select(consents)).all()
    assert (row.customer_id, row.granted, row.source) == ("C0001", False, f"conversation:{KNOWN}")


def test_nobody_unknown_consents_to_anything(client: TestClient[Any]) -> None:
    body = {"purpose": "proactive_messages", "granted": True}
    answer = client.put(f"/v1/conversations/{UNKNOWN}/consents", json=body)
    assert (answer.status_code, client.get(f"/v1/conversations/{UNKNOWN}/consents").status_code) == (409, 409)
    assert "who they are" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body", [{"purpose": "spam", "granted": True}, {"purpose": "recommendations", "granted": "perhaps"}]
)
def test_other_consents_are_refused(client: TestClient[Any], body: dict[str, Any]) -> None:
    assert client.put(f"/v1/conversations/{KNOWN}/consents", json=body).status_code == 400
