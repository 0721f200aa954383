"""How a shop differs from what it was: exactly what changed, and nothing where nothing did."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update

from eval.playing.differences import differences
from eval.playing.shops import Shops
from tools.domain import (
    Complaint,
    ComplaintKind,
    ComplaintPriority,
    ComplaintStatus,
    Customer,
    HandOver,
    Money,
    Order,
    OrderStatus,
    StatusChange,
)
from tools.store import tables
from tools.store.complaint_rows import insert_complaint, update_complaint
from tools.store.database import make_engine
from tools.store.sql import SqlStore

NOW = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Copied:
    """A shop and a copy of it that may be changed."""

    before: Path
    engine: Engine
    old: SqlStore
    new: SqlStore

    def changes(self) -> dict[str, Any]:
        return differences(self.before, self.engine, self.old, self.new)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Shops(tmp_path_factory.mktemp("shop")).open(None, Path("suite.yaml"))[1]


@pytest.fixture
def copied(original: Path, tmp_path: Path) -> Iterator[Copied]:
    old = make_engine(f"sqlite:///{original}")
    new = make_engine(f"sqlite:///{shutil.copy(original, tmp_path)}")
    yield Copied(original, new, SqlStore(old), SqlStore(new))
    old.dispose()
    new.dispose()


def save(copied: Copied, order: Callable[[Order], Order] | None = None, customer: Callable[[Customer], Customer] | None = None,
         taken: dict[str, int] | None = None, complaint: Complaint | None = None) -> None:  # fmt: skip
    from tools.desk.changes import Changes

    with copied.new.unit_of_work() as unit:
        was, one = unit.customer("C0001"), unit.order("W1000001", "C0001")
        unit.save(
            Changes(
                order(one) if order else None, customer(was) if customer else None, taken or {}, complaint
            )
        )
        unit.commit()


def test_nothing_changed(copied: Copied) -> None:
    assert copied.changes() == {}


def test_nothing_is_left_attached(copied: Copied) -> None:
    assert copied.changes() == copied.changes() == {}


def test_an_order_that_changed_is_told_without_its_history(copied: Copied) -> None:
    def cancelled(order: Order) -> Order:
        history = (*order.history, StatusChange(OrderStatus.CANCELLED, NOW))
        return replace(order, status=OrderStatus.CANCELLED, history=history, cancel_reason="other")

    save(copied, cancelled)
    assert copied.changes() == {"orders": {"W1000001": {"status": "cancelled", "cancel_reason": "other"}}}


def test_of_lists_what_is_new_is_told(copied: Copied) -> None:
    save(copied, lambda order: replace(order, payments=(*order.payments, replace(order.payments[0], at=NOW))))
    found = copied.changes()["orders"]["W1000001"]
    assert list(found) == ["payments"]
    assert [each["at"] for each in found["payments"]] == [NOW.isoformat()]


def test_what_nobody_asks_for_is_no_change_of_an_order(copied: Copied) -> None:
    save(copied, lambda order: replace(order, history=(*order.history, StatusChange(order.status, NOW))))
    assert copied.changes() == {}


def test_a_customer_who_changed(copied: Copied) -> None:
    save(copied, customer=lambda each: replace(each, address=replace(each.address, city="宁波市")))
    found = copied.changes()
    assert list(found) == ["customers"]
    assert list(found["customers"]) == ["C0001"]
    assert list(found["customers"]["C0001"]) == ["address"]
    assert found["customers"]["C0001"]["address"]["city"] == "宁波市"


def test_a_balance_is_of_the_customer(copied: Copied) -> None:
    methods = tables.payment_methods
    with copied.engine.begin() as connection:
        where = (methods.c.customer_id == "C0001") & (methods.c.id == "pm_gift_card_c0001")
        connection.execute(update(methods).where(where).values(brand="new"))
    assert list(copied.changes()["customers"]["C0001"]) == ["payment_methods"]


def test_stock_is_told_by_how_many_pieces_there_are_more(copied: Copied) -> None:
    variant = next(
        v for p in copied.old.products() for v in p.variants if v.stock is not None and v.stock > 2
    )
    save(copied, taken={variant.sku: 2})
    assert copied.changes() == {"stock": {variant.sku: -2}}


LATE = Complaint(
    "CP-1", "C0001", "W1000001", "c_1", ComplaintKind.LOGISTICS, "It is late", ComplaintStatus.OPEN, NOW, urgent=True,
    priority=ComplaintPriority.HIGH, plan="logistics", department="logistics", answer_by=NOW + timedelta(hours=12),
    resolve_by=NOW + timedelta(hours=85, minutes=59), compensation_limit=Money(Decimal("30.00")),
)  # fmt: skip
TOLD = {
    "kind": "logistics", "order_id": "W1000001", "status": "open", "text": "It is late", "priority": "high",
    "urgent": True, "plan": "logistics", "department": "logistics", "answer_hours": 12, "resolve_hours": 86,
    "compensation_limit": "30.00",
}  # fmt: skip


def test_a_complaint_that_was_opened(copied: Copied) -> None:
    save(copied, complaint=LATE)
    assert copied.changes() == {"complaints": [TOLD]}


def test_a_complaint_without_plan_has_no_deadline_and_no_limit(copied: Copied) -> None:
    save(
        copied,
        complaint=Complaint(
            "CP-1", "C0001", "", "c_1", ComplaintKind.PRICE, "Dear", ComplaintStatus.OPEN, NOW
        ),
    )
    (found,) = copied.changes()["complaints"]
    assert (found["answer_hours"], found["resolve_hours"], found["compensation_limit"]) == (None, None, "")


def test_complaints_come_in_the_order_of_their_filing(copied: Copied) -> None:
    save(copied, complaint=replace(LATE, id="CP-0", text="second", opened_at=NOW + timedelta(minutes=1)))
    save(copied, complaint=LATE)
    assert [each["text"] for each in copied.changes()["complaints"]] == ["It is late", "second"]


def test_of_complaints_that_were_there_only_those_that_changed_are_told(
    original: Path, tmp_path: Path
) -> None:
    before = Path(shutil.copy(original, tmp_path / "before.sqlite3"))
    first = make_engine(f"sqlite:///{before}")
    with first.begin() as connection:
        insert_complaint(connection, LATE)
        insert_complaint(connection, replace(LATE, id="CP-2"))
    first.dispose()
    old, new = (
        make_engine(f"sqlite:///{before}"),
        make_engine(f"sqlite:///{shutil.copy(before, tmp_path / 'now')}"),
    )
    try:
        one = Copied(before, new, SqlStore(old), SqlStore(new))
        assert one.changes() == {}
        with new.begin() as connection:
            update_complaint(connection, replace(LATE, id="CP-2", status=ComplaintStatus.ESCALATED))
        assert one.changes() == {"complaints": [TOLD | {"status": "escalated"}]}
    finally:
        old.dispose()
        new.dispose()


def test_a_hand_over(copied: Copied) -> None:
    with copied.new.unit_of_work() as unit:
        unit.add_hand_over(HandOver("H-1", "c_1", "C0001", "asked", "Wants a person", NOW))
        unit.commit()
    assert copied.changes() == {"handed_over": True}


def test_what_is_no_part_of_the_shop_does_not_count(copied: Copied) -> None:
    with copied.engine.begin() as connection:
        row = {"id": "c_1", "channel": "eval", "locale": "en", "created_at": NOW, "state": {}}
        connection.execute(insert(tables.conversations).values(row))
    assert copied.changes() == {}
