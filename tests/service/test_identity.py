"""Who is asking, over HTTP: nobody reads or writes before that is known, and guessing does not pay."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import jwt
import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, func, select

from service.settings import Settings
from tests.conftest import Running, Serve
from tools.store.tables import conversations, identity_failures

pytestmark = pytest.mark.model

JSON = {"content-type": "application/json"}
APP, MAIL = "app-" * 8, "mail" * 8
KEYS = {"shop-app": [SecretStr(APP)], "mail": [SecretStr(MAIL)]}
NOBODY = ["who1@example.com", "who2@example.com", "who3@example.com"]


@pytest.fixture(scope="module")
def running(shared: Settings, serve: Serve) -> Iterator[Running]:
    with serve(signing(shared, ["127.0.0.1"])) as server:
        yield server


@pytest.fixture
def client(running: Running, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """Every test comes from an address of its own, as a proxy tells it."""
    number = abs(hash(request.node.nodeid))
    address = f"198.{number % 251}.{number // 251 % 251}.{number // 251**2 % 251}"
    with connect(running, **{"x-forwarded-for": address}) as http:
        yield http


def signing(settings: Settings, proxies: list[str]) -> Settings:
    values = settings.model_dump() | {"channel_keys": KEYS, "trusted_proxies": proxies}
    return Settings(**values)


def connect(running: Running, **headers: str) -> httpx.Client:
    return httpx.Client(base_url=running.url, timeout=60, headers=headers)


def token(key: str = APP, **claims: Any) -> str:
    now = int(time.time())
    said = {"sub": "C0001", "aud": "kefu", "iss": "shop-app", "iat": now, "exp": now + 3600}
    return jwt.encode(said | claims, key, algorithm="HS256")


def begin(client: httpx.Client, **body: Any) -> dict[str, Any]:
    answer = client.post("/v1/conversations", json={"channel": "shop-app", "locale": "en", **body})
    assert answer.status_code == 201, answer.text
    begun: dict[str, Any] = answer.json()
    return begun


def talk(client: httpx.Client, *texts: str, **body: Any) -> list[dict[str, Any]]:
    """The turns of a new conversation."""
    conversation = begin(client, **body)["conversation_id"]
    return [say(client, conversation, text) for text in texts]


def say(client: httpx.Client, conversation: str, text: str) -> dict[str, Any]:
    answer = client.post(f"/v1/conversations/{conversation}/messages", json={"text": text})
    assert answer.status_code == 200, answer.text
    turn: dict[str, Any] = answer.json()
    return turn


def retrieval(client: httpx.Client, turn: dict[str, Any]) -> tuple[str | None, list[str]]:
    """The customer and the orders that a turn read."""
    read = client.get(f"/v1/turns/{turn['turn_id']}/trace").json()["trace"]["retrieval"]
    return read["customer_id"], read["orders"]


def rows(settings: Settings, table: Any) -> int:
    engine = create_engine(settings.database)
    with engine.connect() as connection:
        found = connection.scalar(select(func.count()).select_from(table))
    engine.dispose()
    return int(found or 0)


def test_a_token_opens_the_orders_of_its_customer_and_nothing_else(client: httpx.Client) -> None:
    begun = begin(client, customer={"token": token()})
    assert begun["identified"] is True
    turn = say(client, begun["conversation_id"], "Where is my order W1000001?")
    assert turn["decision"]["rule"] == "order.order_status" and "W1000001" in turn["reply"]
    other = say(client, begun["conversation_id"], "james.miller@example.com Where is my order W1000003?")
    assert "could not find" in other["reply"]


# Made when the test runs, not when it is collected: a token is good for an hour, and a whole run may be longer.
@pytest.mark.parametrize(
    ("made", "named"),
    [
        (lambda: token(MAIL), "signature"),
        (lambda: token(exp=1), "exp"),
        (lambda: token(iat=int(time.time()) + 900), "iat"),
        (lambda: token(aud="shop"), "aud"),
        (lambda: token(iss="mail"), "iss"),
        (lambda: jwt.encode({"sub": "C0001"}, None, algorithm="none"), "alg"),
        (lambda: "nonsense", "not a signed JWT"),
        *((partial(token, sub=sub), "sub") for sub in (
            "C9999", "c0001", " C0001", "C0001' OR '1'='1", "%", "C%", "C000_", "*", "C" * 200, "C" * 201, "顾客",
            "C0001\x00", "\ud800", "../C0001", "null",
        )),
    ],
)  # fmt: skip
def test_a_token_that_cannot_be_used_begins_nothing(
    running: Running, client: httpx.Client, made: Callable[[], str], named: str
) -> None:
    body = {"token": made()}
    before = rows(running.kefu.settings, conversations)
    answer = client.post("/v1/conversations", json={"channel": "shop-app", "customer": body})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    problem = answer.json()
    assert problem["detail"].startswith("customer.token cannot be used: ") and named in problem["detail"]
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert rows(running.kefu.settings, conversations) == before


def test_a_channel_signs_only_for_itself(client: httpx.Client) -> None:
    for channel in ("mail", "api", "shop-app "):
        answer = client.post("/v1/conversations", json={"channel": channel, "customer": {"token": token()}})
        assert answer.status_code == 401


@pytest.mark.parametrize(
    "customer",
    [
        {"token": token(), "email": "liwen@example.com"},
        {"token": token(), "name": ""},
        {"token": ""},
        {"token": "x" * 4097},
        {"token": 7},
        {"email": "liwen\x00@example.com"},
        {"name": "李雯\x1b", "postcode": "310012"},
        {"phone": "1" * 33},
    ],
)
def test_a_customer_that_cannot_be_read_is_a_bad_request(
    client: httpx.Client, customer: dict[str, Any]
) -> None:
    answer = client.post("/v1/conversations", content=json.dumps({"customer": customer}), headers=JSON)
    assert answer.status_code == 400, answer.text
    assert "customer" in answer.text


def test_facts_of_the_channel_are_taken_by_the_identity_card(client: httpx.Client) -> None:
    for facts in (
        {"email": " LiWen@Example.com "},
        {"name": "李雯", "postcode": "310012"},
        {"email": "liwen@example.com", "name": "somebody else"},
    ):
        assert begin(client, customer=facts)["identified"] is True
    for facts in ({}, {"name": "李雯"}, {"postcode": "310012"}, {"name": "李雯", "postcode": "310013"}):
        assert begin(client, customer=facts)["identified"] is False


def test_wrong_facts_of_the_channel_count_in_the_chat(client: httpx.Client) -> None:
    turns = talk(client, *NOBODY[:2], customer={"email": "who9@example.com"})
    assert [turn["decision"]["kind"] for turn in turns] == ["ask", "handover"]


WRONG = [
    NOBODY,
    [f"my name is Emma Clark, postcode 10000{number}" for number in range(3)],
    [f"my name is {name}, postcode 100027" for name in ("Zoe Nobody", "Yan Nobody", "Xi Nobody")],
    [f"my name is Zoe Nobody, postcode 99999{number}" for number in range(3)],
    ["who9@example.com", "my name is Emma Clark, postcode 100029", "my name is Yan Nobody, postcode 100027"],
]


def test_three_failures_are_handed_over_in_the_same_words_whatever_was_wrong(running: Running) -> None:
    told = []
    for number, tries in enumerate(WRONG):
        with connect(running, **{"x-forwarded-for": f"192.0.2.{number}"}) as client:
            _, *turns = talk(client, "Where is my order?", *tries)
        told.append([(turn["reply"].encode(), turn["decision"], turn["quick_replies"]) for turn in turns])
    assert [decision["rule"] for _, decision, _ in told[0]] == [
        "identity.no_match", "identity.no_match", "identity.too_many",
    ]  # fmt: skip
    assert [decision["kind"] for _, decision, _ in told[0]] == ["ask", "ask", "handover"]
    assert all(turns == told[0] for turns in told)


def test_after_too_many_the_right_facts_are_not_taken_any_more(client: httpx.Client) -> None:
    right = ("liwen@example.com", "我叫李雯，邮编310012", "李雯 310012")
    turns = talk(client, *NOBODY, *right)[2:]
    assert {turn["decision"]["rule"] for turn in turns} == {"identity.too_many"}
    assert all(retrieval(client, turn) == (None, []) for turn in turns)


def test_a_source_with_many_failures_is_throttled_in_its_next_conversation(running: Running) -> None:
    with connect(running, **{"x-forwarded-for": "203.0.113.5"}) as guesser:
        for number in range(20):
            assert begin(guesser, customer={"email": f"guess{number}@example.com"})["identified"] is False
        assert begin(guesser, customer={"email": "liwen@example.com"})["identified"] is False
        assert talk(guesser, "liwen@example.com")[0]["decision"]["rule"] == "identity.too_many"
        assert begin(guesser, customer={"token": token()})["identified"] is True
        assert begin(guesser, channel="mail", customer={"email": "liwen@example.com"})["identified"] is True
    with connect(running, **{"x-forwarded-for": "203.0.113.6"}) as neighbour:
        assert begin(neighbour, customer={"email": "liwen@example.com"})["identified"] is True


def test_nobody_makes_up_an_address_or_a_channel(fresh: Settings, serve: Serve) -> None:
    with serve(signing(fresh, [])) as running, connect(running) as client:
        for number in range(20):
            address = {"x-forwarded-for": f"203.0.113.{number}", "forwarded": f"for=203.0.113.{number}"}
            body = {"channel": f"c{number}", "customer": {"email": f"guess{number}@example.com"}}
            assert client.post("/v1/conversations", json=body, headers=address).status_code == 201
        assert begin(client, channel="new", customer={"email": "liwen@example.com"})["identified"] is False


def test_guesses_at_once_are_counted_one_by_one(fresh: Settings, serve: Serve) -> None:
    with serve(signing(fresh, [])) as running, connect(running) as client:
        with ThreadPoolExecutor(40) as pool:
            list(pool.map(lambda n: begin(client, customer={"email": f"g{n}@example.com"}), range(60)))
        assert rows(fresh, identity_failures) == 20


def test_the_count_outlasts_a_restart(fresh: Settings, serve: Serve) -> None:
    settings = signing(fresh, [])
    with serve(settings) as running, connect(running) as client:
        conversation = begin(client)["conversation_id"]
        for words in NOBODY[:2]:
            say(client, conversation, words)
        for number in range(18):
            begin(client, customer={"email": f"guess{number}@example.com"})
    with serve(settings) as running, connect(running) as client:
        assert begin(client, customer={"email": "liwen@example.com"})["identified"] is False
        assert say(client, conversation, "liwen@example.com")["decision"]["rule"] == "identity.too_many"


def test_no_address_is_kept(running: Running) -> None:
    with connect(running, **{"x-forwarded-for": "203.0.113.77"}) as client:
        begin(client, customer={"email": "who@example.com"})
    engine = create_engine(running.kefu.settings.database)
    with engine.connect() as connection:
        for table in (conversations, identity_failures):
            sources = connection.scalars(select(table.c.source)).all()
            assert sources and all(len(source) == 64 for source in sources)
    engine.dispose()
    files = running.kefu.settings.data_dir.glob("kefu.sqlite3*")
    assert not any(b"203.0.113.77" in file.read_bytes() for file in files)


OTHERS = "W1000003"
HOSTILE = [
    OTHERS, "w1000003", "Ｗ１０００００３", "1000003", "W١٠٠٠٠٠٣", f"W1000001 {OTHERS}", f"{OTHERS}' OR '1'='1", "W1000%",
    "W100000_", "*", f'"{OTHERS}"', f"{OTHERS}; DROP TABLE orders", f"../{OTHERS}", f"W1000001\u0000{OTHERS}",
    "W" + "1" * 3000, f"{OTHERS}\u200b", "{{ orders }}", "W1000003 (I am james.miller@example.com, James Miller 200040)",
]  # fmt: skip


def private(running: Running, customer_id: str) -> list[str]:
    """What only this customer may see: numbers of parcels, streets."""
    orders = running.kefu.turns.parts.store.orders_of(customer_id)
    parcels = [order.shipment.tracking_no for order in orders if order.shipment]
    return parcels + [order.address.line1 for order in orders]


@pytest.mark.parametrize("named", HOSTILE)
def test_no_way_of_naming_anothers_order_reads_it(running: Running, client: httpx.Client, named: str) -> None:
    hidden = private(running, "C0002")
    for text in (f"Where is my order {named}?", f"I want to return {named}, it broke"):
        turn = talk(client, text, customer={"token": token()})[0]
        assert retrieval(client, turn) == ("C0001", ["W1000002", "W1000001"])
        assert hidden and not any(word in turn["reply"] for word in hidden)


@pytest.mark.parametrize("named", HOSTILE[:-1])
def test_before_it_is_known_who_asks_no_order_is_read(client: httpx.Client, named: str) -> None:
    for text in (f"Where is my order {named}?", f"I want to return {named}, it broke"):
        turn = talk(client, text)[0]
        assert retrieval(client, turn) == (None, [])
        assert turn["receipts"] == [] and turn["decision"]["kind"] != "propose"


def test_anothers_order_looks_like_one_that_does_not_exist(client: httpx.Client) -> None:
    for question in (
        "Where is my order {}?",
        "Cancel order {}",
        "I want to return {}",
        "Has {} been refunded?",
    ):
        replies = {
            number: talk(client, question.format(number), customer={"token": token()})[0]
            for number in (OTHERS, "W9999999")
        }
        told = {
            number: (turn["reply"].replace(number, ""), turn["decision"]) for number, turn in replies.items()
        }
        assert told[OTHERS] == told["W9999999"]


def test_a_bound_conversation_stays_with_its_customer(client: httpx.Client) -> None:
    turns = talk(
        client, "liwen@example.com", "james.miller@example.com", "my name is James Miller, postcode 200040",
        "I am somebody else now, wangqiang@example.com. Where is my order?", *NOBODY, "Where is my order W1000001?",
    )  # fmt: skip
    assert {retrieval(client, turn)[0] for turn in turns} == {"C0001"}
    assert "identity.too_many" not in [turn["decision"]["rule"] for turn in turns]
    assert turns[-1]["decision"]["rule"] == "order.order_status"


@pytest.mark.parametrize(
    "key", ["%00", "%ED%A0%80", "%27%20OR%201=1", "%25", "c_%25", "x" * 3000, "%E4%BD%A0"]
)
def test_no_id_in_an_address_is_more_than_unknown(client: httpx.Client, key: str) -> None:
    message = {"text": "hi"}
    for accept in ("application/json", "text/event-stream"):
        url = f"/v1/conversations/{key}/messages"
        assert client.post(url, json=message, headers={"accept": accept}).status_code == 404
    assert client.get(f"/v1/conversations/{key}").status_code == 404
    assert client.get(f"/v1/turns/{key}/trace").status_code == 404


def test_the_trace_of_a_turn_holds_what_it_wrote_to_the_event_log(
    running: Running, client: httpx.Client
) -> None:
    turns = talk(
        client, "I want to return the coat of order W1000001, it is broken", "yes, confirm", "thanks",
        "I want to talk to a person", "I want to talk to a person", customer={"token": token()},
    )  # fmt: skip
    written = [client.get(f"/v1/turns/{turn['turn_id']}/trace").json()["trace"]["events"] for turn in turns]
    kinds = [[event["kind"] for event in found] for found in written]
    store = running.kefu.turns.parts.store
    log = store.events_of_conversation(turns[0]["conversation_id"])
    assert [event["id"] for found in written for event in found] == [event.id for event in log]
    assert kinds == [["ReturnProposed"], ["ReturnStarted"], [], ["HandedOver"], []]
    receipt = turns[1]["receipts"][0]
    started, handed = written[1][0], written[3][0]
    assert (started["receipt_id"], started["proposal_id"]) == (receipt["id"], written[0][0]["proposal_id"])
    assert (started["at"], started["actor"]) == (turns[1]["at"], "customer") and started["rule"]
    assert (handed["why"], handed["actor"]) == ("person.asked", "agent")
