"""The reference server keeps its own side of the contract, over memory and over a database."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from examples.order_api import LocalStore
from tests.tools.builders import NOW, returned, shop
from tests.tools.rest.system import TOKEN, System
from tools.codec import encode
from tools.desk.changes import Changes
from tools.domain import Order
from tools.store.database import make_engine
from tools.store.memory import MemoryStore
from tools.store.sql import SqlStore


@pytest.fixture(params=["memory", "sqlite"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[LocalStore]:
    if request.param == "memory":
        yield MemoryStore(shop())
        return
    path = tmp_path / "shop.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    store = SqlStore(engine)
    store.import_shop(shop())
    yield store
    engine.dispose()


@pytest.fixture
def api(served: System, kept: LocalStore) -> Iterator[httpx.Client]:
    served.renew(kept)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=served.url, headers=headers, trust_env=False, timeout=30) as client:
        yield client


def command(api: httpx.Client, key: str = "P-1", **changes: Any) -> dict[str, Any]:
    """A return of the first line, by the order as it is now."""
    now = api.get("/orders/O-1").json()
    order = now["order"] | {"returns": encode((returned((1, 1, "10.00")),))}
    return {
        "key": key, "kind": "start_return", "customer_id": "C-1", "order_id": "O-1", "currency": "CNY",
        "digest": "d", "at": NOW.isoformat(), "command": {}, "effect": {},
        "expected": {"order": now["version"], "customer": ""},
        "result": {"order": order, "customer": None, "taken": {}},
    } | changes  # fmt: skip


def send(api: httpx.Client, body: dict[str, Any], key: str = "P-1") -> tuple[int, dict[str, Any]]:
    answer = api.post("/commands", content=json.dumps(body), headers={"Idempotency-Key": key})
    return answer.status_code, answer.json()


def returns_of(kept: LocalStore) -> int:
    return len(kept.order("O-1", "C-1").returns)


def touched(kept: LocalStore) -> Order:
    with kept.unit_of_work() as unit:
        after = replace(unit.order("O-1", "C-1"), cancel_reason="a note")
        unit.save(Changes(order=after))
        unit.commit()
        return after


def test_a_command_is_done_once_and_answered_alike(api: httpx.Client, kept: LocalStore) -> None:
    body = command(api)
    first = send(api, body)
    assert first == (200, {"key": "P-1", "outcome": "done", "code": "", "detail": ""})
    touched(kept)
    assert send(api, body) == first
    assert returns_of(kept) == 1


def test_the_same_key_many_times_at_once(api: httpx.Client, kept: LocalStore) -> None:
    body = command(api)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: send(api, body), range(6)))
    assert {status for status, _ in answers} == {200}
    assert returns_of(kept) == 1


def test_a_refusal_is_remembered_too(api: httpx.Client, kept: LocalStore) -> None:
    """A copy of the command that was delayed on the way must not be done after "nothing was done"."""
    before, body = kept.order("O-1", "C-1"), command(api)
    touched(kept)
    status, refused = send(api, body)
    assert (status, refused["outcome"], refused["code"]) == (409, "refused", "order_changed")
    with kept.unit_of_work() as unit:
        unit.order("O-1", "C-1")
        unit.save(Changes(order=before))
        unit.commit()
    assert send(api, body) == (status, refused)
    assert returns_of(kept) == 0


def test_the_next_command_needs_the_next_version(api: httpx.Client, kept: LocalStore) -> None:
    first, second = command(api), command(api, "P-2")
    assert send(api, first)[0] == 200
    assert send(api, second, "P-2")[0] == 409
    assert returns_of(kept) == 1


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"order_id": "O-404"}, 409, "gone"),
        ({"customer_id": "C-2"}, 409, "gone"),
        ({"expected": {"order": "", "customer": ""}}, 409, "order_changed"),
        ({"result": {"order": None, "customer": None, "taken": {"SKU-apparel": 6}}}, 422, "out_of_stock"),
        ({"result": {"order": None, "customer": None, "taken": {"SKU-none": 1}}}, 422, "out_of_stock"),
    ],
)
def test_what_cannot_be_is_refused(
    api: httpx.Client, kept: LocalStore, changes: dict[str, Any], status: int, code: str
) -> None:
    before = kept.export_shop()
    found, answer = send(api, command(api, **changes))
    assert (found, answer["outcome"], answer["code"]) == (status, "refused", code)
    assert kept.export_shop() == before


def test_what_is_no_command_is_no_outcome(api: httpx.Client, kept: LocalStore) -> None:
    body = command(api)
    broken = [
        (body, ""),
        (body, "P-2"),
        (body | {"colour": "red"}, "P-1"),
        (body | {"command": 1}, "P-1"),
        (body | {"result": {"order": {}, "customer": None, "taken": {}}}, "P-1"),
    ]
    assert {send(api, each, key)[0] for each, key in broken} == {400}
    assert api.post("/commands", content=b"{", headers={"Idempotency-Key": "P-1"}).status_code == 400
    assert send(api, body)[0] == 200
    assert send(api, body | {"digest": "another"})[0] == 400, "one key, one command"
    assert returns_of(kept) == 1


def test_nobody_reads_without_the_token(api: httpx.Client, served: System) -> None:
    for path in ("/shop", "/customers/C-1", "/orders/O-1", "/customers?email=wang1@example.com"):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
            answer = httpx.get(served.url + path, headers=headers, trust_env=False)
            assert answer.status_code == 401, path


def test_customers_are_not_listed(api: httpx.Client) -> None:
    assert api.get("/customers").json() == {"customers": []}
    assert api.get("/customers?name=Wang Xiaoming 1").json() == {"customers": []}
