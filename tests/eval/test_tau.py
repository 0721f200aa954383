"""τ-bench's actions and records against ours, on a database of three orders; the real one where it is there."""

from __future__ import annotations

import copy
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.tau.folder import Database, TauDataError, open_folder
from eval.tau.gold import CARDS as TAU_CARDS
from eval.tau.gold import opened, replay
from eval.tau.illegal import foreign_commands, illegal_commands
from eval.tau.translate import command_of, database_after
from tests.eval.makers import HOME, made_folder, three_orders
from tests.tools.builders import NOW
from tools.desk.proposals import confirm, propose
from tools.desk.records import Proposal, Receipt
from tools.domain import (
    CancelOrder,
    CancelReason,
    ChangeAddress,
    ChangeDefaultAddress,
    ChangeItems,
    ChangePayment,
    Command,
    OrderStatus,
    PaymentKind,
    ReturnItem,
    ReturnReason,
    StartExchange,
    StartReturn,
    SwapItem,
)
from tools.errors import ImportRefused, NotFound
from tools.policy.cards import load_policy_book
from tools.policy.verdict import Denied
from tools.shopdata.tau import load_tau
from tools.store.memory import MemoryStore

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "tau_retail"
CARDS = load_policy_book(TAU_CARDS).at(NOW)


@pytest.fixture
def data() -> Database:
    return three_orders()


@pytest.fixture
def store(data: Database) -> MemoryStore:
    made = MemoryStore()
    made.import_shop(load_tau(json.dumps(data), "db.json", NOW))
    return made


ELSEWHERE = HOME | {"address1": "20 Elm Street", "address2": "", "city": "Akron", "zip": "44301"}
PENDING, DELIVERED = {"order_id": "#W0000001"}, {"order_id": "#W0000002"}
WRITES: dict[str, dict[str, Any]] = {
    "cancel_pending_order": PENDING | {"reason": "ordered by mistake"},
    "return_delivered_order_items": DELIVERED | {"item_ids": ["r1", "m1"], "payment_method_id": "paypal_ada"},
    "exchange_delivered_order_items": DELIVERED
    | {"item_ids": ["m1"], "new_item_ids": ["m2"], "payment_method_id": "card_ada"},
    "modify_pending_order_items": PENDING
    | {"item_ids": ["m1", "m1"], "new_item_ids": ["m2", "m2"], "payment_method_id": "gift_ada"},
    "modify_pending_order_address": PENDING | ELSEWHERE,
    "modify_pending_order_payment": PENDING | {"payment_method_id": "card_ada"},
    "modify_user_address": {"user_id": "ada"} | ELSEWHERE,
}


def write(name: str, store: MemoryStore) -> Receipt:
    command = command_of(name, WRITES[name], store, "ada")
    proposal = propose(store, CARDS, "K-1", "ada", command, NOW)
    assert isinstance(proposal, Proposal), proposal
    receipt = confirm(store, CARDS, proposal.id, proposal.digest, "K-1", "ada", NOW)
    assert isinstance(receipt, Receipt), receipt
    return receipt


# Reading


def test_the_database_is_read_as_a_shop(store: MemoryStore) -> None:
    shop = store.export_shop()
    assert (shop.currency, len(shop.products), len(shop.customers), len(shop.orders)) == ("USD", 2, 2, 3)
    ada = store.customer("ada")
    assert [each.kind for each in ada.payment_methods] == [
        PaymentKind.PAYPAL, PaymentKind.CARD, PaymentKind.GIFT_CARD
    ]  # fmt: skip
    assert (ada.payment_methods[1].last4, ada.payment_methods[1].brand) == ("4321", "visa")
    assert str(ada.payment_methods[2].balance.amount) == "45.00"  # type: ignore[union-attr]
    assert (ada.address.line1, ada.address.line2, ada.address.country) == ("9 Mill Row", "Unit 4", "US")
    order = store.order("#W0000001", "ada")
    assert [line.sku for line in order.lines] == ["m1", "m1", "r1"]
    assert str(order.total.amount) == "100.00" and order.paid == order.total
    assert order.placed_at < store.order("#W0000002", "ada").placed_at
    assert [each.has(1) for each in store.product("p1").variants] == [True, True, False]


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("orders.#W0000001.status", "lost", "orders.#W0000001.status"),
        ("orders.#W0000001.items", [], "orders.#W0000001.items"),
        ("orders.#W0000001.user_id", "eve", "orders.#W0000001.user_id: no user 'eve'"),
        (
            "orders.#W0000003.payment_history.0.payment_method_id",
            "cash",
            "#W0000003.payment_history: no payment",
        ),
        ("orders.#W0000003.payment_history.0.amount", -1, "orders.#W0000003.payment_history.0.amount"),
        ("users.bob.email", None, "users.bob.email"),
        ("users.bob.address.zip", 45402, "users.bob.address.zip"),
        ("users.ada.payment_methods.gift_ada.balance", None, "gift_ada.balance: a gift card needs a balance"),
        ("products.p1.variants", {}, "products.p1.variants"),
        ("products.p2.variants.r1.price", "80", "products.p2.variants.r1.price"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_path(
    data: Database, path: str, value: Any, problem: str
) -> None:
    *way, last = path.split(".")
    place: Any = data
    for key in way:
        place = place[int(key) if isinstance(place, list) else key]
    place[last] = value
    with pytest.raises(ImportRefused) as refused:
        load_tau(json.dumps(data), "shop.json", NOW)
    assert "shop.json: " in str(refused.value) and problem in str(refused.value)


def test_every_problem_is_named_at_once(data: Database) -> None:
    del data["users"]["ada"]["email"], data["orders"]["#W0000003"]["status"]
    with pytest.raises(ImportRefused) as refused:
        load_tau(json.dumps(data), "shop.json", NOW)
    assert {"users.ada.email", "orders.#W0000003.status"} <= {
        problem.split(": ")[1] for problem in str(refused.value).splitlines() if ": " in problem
    }


@pytest.mark.parametrize("text", ["", "{", "[]", '{"orders": {}}', "[" * 100_000])
def test_what_is_no_database_is_refused(text: str) -> None:
    with pytest.raises(ImportRefused, match=r"shop\.json: "):
        load_tau(text, "shop.json", NOW)


# Their actions as commands


def expected(store: MemoryStore) -> dict[str, Command]:
    akron = replace(
        store.customer("ada").address, line1="20 Elm Street", line2="", city="Akron", postcode="44301"
    )
    no_longer = ReturnReason.NO_LONGER_WANTED
    return {
        "cancel_pending_order": CancelOrder("#W0000001", CancelReason.ORDERED_BY_MISTAKE),
        "return_delivered_order_items": StartReturn(
            "#W0000002", (ReturnItem(2, 1), ReturnItem(1, 1)), no_longer, "paypal_ada"
        ),
        "exchange_delivered_order_items": StartExchange(
            "#W0000002", (SwapItem(1, 1, "m2"),), no_longer, "card_ada"
        ),
        "modify_pending_order_items": ChangeItems(
            "#W0000001", (SwapItem(1, 1, "m2"), SwapItem(2, 1, "m2")), "gift_ada"
        ),
        "modify_pending_order_address": ChangeAddress("#W0000001", akron),
        "modify_pending_order_payment": ChangePayment("#W0000001", "card_ada"),
        "modify_user_address": ChangeDefaultAddress(akron),
    }


@pytest.mark.parametrize("name", WRITES)
def test_each_of_their_writes_is_a_command_of_ours(name: str, store: MemoryStore) -> None:
    assert command_of(name, WRITES[name], store, "ada") == expected(store)[name]


def test_an_item_that_is_not_in_the_order_is_a_line_that_no_order_has(store: MemoryStore) -> None:
    arguments = DELIVERED | {"item_ids": ["m1", "m1"], "payment_method_id": "paypal_ada"}
    command = command_of("return_delivered_order_items", arguments, store, "ada")
    assert isinstance(command, StartReturn)
    assert [item.line_no for item in command.items] == [1, 0]
    assert isinstance(propose(store, CARDS, "K-1", "ada", command, NOW), Denied)


def test_somebody_elses_order_is_not_found(store: MemoryStore) -> None:
    with pytest.raises(NotFound):
        command_of(
            "cancel_pending_order", {"order_id": "#W0000003", "reason": "no longer needed"}, store, "ada"
        )


def test_a_write_that_there_is_not_is_no_command(store: MemoryStore) -> None:
    arguments = PENDING | {"item_ids": [], "new_item_ids": [], "payment_method_id": "x"}
    with pytest.raises(KeyError):
        command_of("burn_order", arguments, store, "ada")


# Our records as theirs


@pytest.mark.parametrize("user", ["ada", "bob"])
def test_where_nothing_happened_the_database_is_unchanged(
    user: str, data: Database, store: MemoryStore
) -> None:
    before = copy.deepcopy(data)
    after = database_after(data, store, user)
    for record in (*after["orders"].values(), *before["orders"].values()):
        for item in record["items"]:
            item.pop("options", None)
    assert after == before


def test_the_database_before_is_left_alone(data: Database, store: MemoryStore) -> None:
    before = copy.deepcopy(data)
    write("modify_pending_order_items", store)
    database_after(data, store, "ada")
    assert data == before


@pytest.mark.parametrize("name", WRITES)
def test_a_write_changes_only_the_record_that_it_is_about(
    name: str, data: Database, store: MemoryStore
) -> None:
    write(name, store)
    after = database_after(data, store, "ada")
    unchanged = database_after(data, fresh(data), "ada")
    touched = WRITES[name].get("order_id", "ada")
    paid_back = {"ada"} if "gift_ada" in WRITES[name].values() else set()
    changed = {
        key
        for table in ("users", "orders")
        for key in data[table]
        if after[table][key] != unchanged[table][key]
    }
    assert changed == {touched} | paid_back


def fresh(data: Database) -> MemoryStore:
    made = MemoryStore()
    made.import_shop(load_tau(json.dumps(data), "db.json", NOW))
    return made


def test_a_cancelled_order_is_theirs_with_the_refund(data: Database, store: MemoryStore) -> None:
    write("cancel_pending_order", store)
    order = database_after(data, store, "ada")["orders"]["#W0000001"]
    assert (order["status"], order["cancel_reason"]) == ("cancelled", "ordered by mistake")
    assert order["payment_history"][1:] == [
        {"transaction_type": "refund", "amount": 100.0, "payment_method_id": "paypal_ada"}
    ]


def test_a_return_is_theirs(data: Database, store: MemoryStore) -> None:
    write("return_delivered_order_items", store)
    order = database_after(data, store, "ada")["orders"]["#W0000002"]
    assert order["status"] == "return requested"
    assert (order["return_items"], order["return_payment_method_id"]) == (["m1", "r1"], "paypal_ada")


def test_an_exchange_is_theirs_with_the_difference(data: Database, store: MemoryStore) -> None:
    write("exchange_delivered_order_items", store)
    order = database_after(data, store, "ada")["orders"]["#W0000002"]
    assert order["status"] == "exchange requested"
    assert (order["exchange_items"], order["exchange_new_items"]) == (["m1"], ["m2"])
    assert (order["exchange_payment_method_id"], order["exchange_price_difference"]) == ("card_ada", 2.5)


def test_changed_items_are_theirs_and_paid_from_the_gift_card(data: Database, store: MemoryStore) -> None:
    write("modify_pending_order_items", store)
    after = database_after(data, store, "ada")
    order = after["orders"]["#W0000001"]
    assert order["status"] == "pending (item modified)"
    assert [item["item_id"] for item in order["items"]] == ["m2", "m2", "r1"]
    assert order["payment_history"][1:] == [
        {"transaction_type": "payment", "amount": 5.0, "payment_method_id": "gift_ada"}
    ]
    assert after["users"]["ada"]["payment_methods"]["gift_ada"]["balance"] == 40.0


def test_addresses_are_theirs(data: Database, store: MemoryStore) -> None:
    write("modify_pending_order_address", store)
    write("modify_user_address", store)
    after = database_after(data, store, "ada")
    assert after["orders"]["#W0000001"]["address"] == ELSEWHERE
    assert after["users"]["ada"]["address"] == ELSEWHERE
    assert after["orders"]["#W0000002"]["address"] == HOME


def test_another_method_of_payment_is_theirs(data: Database, store: MemoryStore) -> None:
    write("modify_pending_order_payment", store)
    order = database_after(data, store, "ada")["orders"]["#W0000001"]
    assert order["status"] == "pending"
    moves = [(each["transaction_type"], each["payment_method_id"]) for each in order["payment_history"]]
    assert moves == [("payment", "paypal_ada"), ("payment", "card_ada"), ("refund", "paypal_ada")]


# What is forbidden


# After another method pays, the first one that paid is another method again.
@pytest.mark.parametrize("done", [None, *(name for name in WRITES if name != "modify_pending_order_payment")])
def test_whatever_the_policy_forbids_is_denied_and_changes_nothing(
    done: str | None, store: MemoryStore
) -> None:
    if done:
        write(done, store)
    shop = store.export_shop()
    tried = list(illegal_commands(store, store.customer("ada")))
    assert len(tried) >= 20
    for why, command in tried:
        result = propose(store, CARDS, "K-2", "ada", command, NOW)
        assert isinstance(result, Denied) and result.rule, why
    assert store.export_shop() == shop


def test_somebody_elses_order_is_never_touched(store: MemoryStore) -> None:
    foreign = store.order("#W0000003", "bob")
    for command in foreign_commands(foreign):
        with pytest.raises(NotFound):
            propose(store, CARDS, "K-2", "ada", command, NOW)
    assert store.order("#W0000003", "bob") == foreign
    assert foreign.status is OrderStatus.PENDING


# Folders


def test_a_folder_without_its_files_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(TauDataError, match=r"there is no retail_shop\.py"):
        open_folder(tmp_path)
    (tmp_path / "retail_shop.py").write_text("raise RuntimeError('no')", encoding="utf-8")
    with pytest.raises(TauDataError, match=r"there is no db\.json"):
        open_folder(tmp_path)


def test_the_tables_of_a_database_are_checked(tmp_path: Path) -> None:
    folder = made_folder(tmp_path, "db", {"users": {}}, [{"id": "1", "split": "test"}])
    with pytest.raises(TauDataError, match="users, orders and products are needed"):
        open_folder(folder).database()


def test_a_split_without_tasks_names_those_that_there_are(tmp_path: Path, data: Database) -> None:
    folder = open_folder(made_folder(tmp_path, "split", data, [{"id": "1", "split": "test"}]))
    assert [task["id"] for task in folder.tasks("all")] == ["1"]
    with pytest.raises(TauDataError, match="no task of split 'train'; there are: test, all"):
        folder.tasks("train")


def test_a_broken_line_of_tasks_is_named(tmp_path: Path, data: Database) -> None:
    path = made_folder(tmp_path, "broken", data, [{"id": "1", "split": "test"}])
    (path / "gold.jsonl").write_text('{"id": "1"}\n{"id": \n', encoding="utf-8")
    with pytest.raises(TauDataError, match=r"gold\.jsonl line 2: not JSON"):
        open_folder(path).tasks("all")


def test_a_store_in_a_file_is_one_file_again_when_closed(tmp_path: Path, data: Database) -> None:
    path = tmp_path / "shop.sqlite3"
    with opened(path) as store:
        store.import_shop(load_tau(json.dumps(data), "db.json", NOW))
    copied = tmp_path / "copy.sqlite3"
    shutil.copy(path, copied)
    with opened(copied) as store:
        assert store.customer("ada").name == "Ada Reed"


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_dir(), reason=f"the τ-bench data is not there: {REAL}")
def test_gold_writes_of_the_real_tasks_give_the_database_that_is_expected(tmp_path: Path) -> None:
    for name in ("retail_shop.py", "db.json"):
        shutil.copy(REAL / name, tmp_path / name)
    for extra in REAL.glob("*.json"):
        if extra.name not in ("db.json", "db_zh.json"):
            shutil.copy(extra, tmp_path / extra.name)
    lines = (REAL / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    two = [line for line in lines if len(json.loads(line)["write_names"]) > 1][:2]
    (tmp_path / "gold.jsonl").write_text("\n".join(two), encoding="utf-8")
    heard: list[int] = []
    results = replay(open_folder(tmp_path), "all", lambda _result, count: heard.append(count))
    assert heard == [2, 2]
    for result in results:
        assert (result.success, result.denied, result.missing, result.unexpected) == (True, [], [], [])
        assert result.refused == result.illegal > 0
        assert result.slipped == []
