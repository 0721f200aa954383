"""The list from a real database: consent, once a week, masked, never half a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, insert, select

from insights.outreach.export import ListRefused, hand_out, plain
from insights.outreach.outreach import Row, outreach
from insights.outreach.signals import Kind, Signal
from insights.outreach.words import message, why
from insights.outreach.world import Defect
from insights.pseudonyms import pseudonym
from prompts.render import Texts
from tests.tools.builders import DELIVERED, POLICIES, customer, line, order, shop
from tests.tools.conftest import database_url as database_url
from tests.tools.conftest import migrated_postgres as migrated_postgres
from tests.tools.conftest import postgres_schema as postgres_schema
from tests.tools.conftest import sqlite_template as sqlite_template
from tools.domain import Category, ComplaintKind, ComplaintStatus, Language, OrderStatus, Text
from tools.policy.cards import PolicyBook, load_policy_book
from tools.store.database import make_engine
from tools.store.service_tables import consents
from tools.store.sql import SqlStore
from tools.store.tables import complaints, conversations, events

# The parcels of the builders were due at DELIVERED.
NOW = DELIVERED + timedelta(days=2)
KEY = b"k" * 32


@pytest.fixture(scope="module")
def policies() -> PolicyBook:
    return load_policy_book(POLICIES)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """C-1 and C-2 wait for late parcels, C-3 got theirs."""
    engine = make_engine(database_url)
    waiting = [
        order(number=number, customer_id=f"C-{number}", status=OrderStatus.SHIPPED, delivered_at=None)
        for number in (1, 2)
    ]
    got = order(line(category=Category.HOME), number=3, customer_id="C-3")
    SqlStore(engine).import_shop(shop(*waiting, got, customers=(customer(1), customer(2), customer(3))))
    yield engine
    engine.dispose()


def allow(engine: Engine, *customer_ids: str, granted: bool = True) -> None:
    rows = [
        {
            "customer_id": each,
            "purpose": "proactive_messages",
            "granted": granted,
            "at": NOW,
            "source": "test",
        }
        for each in customer_ids
    ]
    with engine.begin() as connection:
        connection.execute(insert(consents), rows)


def by_customer(rows: list[Row]) -> dict[str, Row]:
    return {row.customer_id: row for row in rows}


def test_late_parcels_are_listed_and_only_consent_lets_a_message_out(
    engine: Engine, policies: PolicyBook
) -> None:
    allow(engine, "C-2", "C-3")
    allow(engine, "C-1", granted=False)
    found = by_customer(outreach(engine, NOW, policies))
    assert {name: (row.kind, row.held) for name, row in found.items()} == {
        "C-1": (Kind.PARCEL_LATE, "no consent"),
        "C-2": (Kind.PARCEL_LATE, ""),
    }
    assert "O-2" in found["C-2"].message and "顺丰" in found["C-2"].message


def test_complaints_windows_and_defects_come_from_the_tables(engine: Engine, policies: PolicyBook) -> None:
    row = {
        "id": "CP-1", "customer_id": "C-3", "order_id": "O-3", "conversation_id": "", "text": "x",
        "kind": ComplaintKind.QUALITY, "status": ComplaintStatus.OPEN, "opened_at": NOW - timedelta(days=1),
        "answer_by": NOW - timedelta(hours=1),
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(complaints).values(row))
    found = by_customer(outreach(engine, NOW, policies))["C-3"]
    assert (found.kind, found.subject_id) == (Kind.COMPLAINT_OVERDUE, "CP-1")
    # Thirty days for a defect by the card; three of them are left.
    later = by_customer(outreach(engine, DELIVERED + timedelta(days=28), policies))["C-3"]
    assert Kind.RETURN_EXPIRING in (later.kind, *later.also)
    batch = Defect("SKU-home", date(2026, 11, 1), date(2026, 11, 30))
    told = by_customer(outreach(engine, NOW, policies, defects=[batch]))["C-3"]
    assert Kind.KNOWN_DEFECT in (told.kind, *told.also)


def test_who_is_talking_with_us_is_not_written_to(engine: Engine, policies: PolicyBook) -> None:
    allow(engine, "C-1")
    row = {
        "id": "c_1", "channel": "web", "customer_id": "C-1", "locale": "zh", "source": "",
        "created_at": NOW - timedelta(hours=3), "state": {},
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(conversations).values(row))
    assert by_customer(outreach(engine, NOW, policies))["C-1"].held == "in conversation"


def test_nobody_is_handed_out_twice_in_a_week(engine: Engine, policies: PolicyBook, tmp_path: Path) -> None:
    allow(engine, "C-1", "C-2")
    rows = outreach(engine, NOW, policies)
    assert hand_out(engine, rows, tmp_path / "a.json", NOW, KEY) == 2
    # The same rows again, as another process would have read them before.
    assert hand_out(engine, rows, tmp_path / "b.json", NOW, KEY) == 0
    assert json.loads((tmp_path / "b.json").read_text()) == []
    soon = outreach(engine, NOW + timedelta(days=6), policies)
    assert {row.held for row in soon} == {"listed this week"}
    assert hand_out(engine, outreach(engine, _later(8), policies), tmp_path / "c.json", _later(8), KEY) == 2
    with engine.begin() as connection:
        listed = connection.scalars(
            select(events.c.customer_id).where(events.c.kind == "OutreachListed")
        ).all()
    assert sorted(listed) == ["C-1", "C-1", "C-2", "C-2"]


def _later(days: int) -> datetime:
    return NOW + timedelta(days=days)


def test_a_list_that_cannot_be_written_leaves_no_trace(
    engine: Engine, policies: PolicyBook, tmp_path: Path
) -> None:
    allow(engine, "C-1")
    rows = outreach(engine, NOW, policies)
    with pytest.raises(FileNotFoundError):
        hand_out(engine, rows, tmp_path / "missing" / "a.csv", NOW, KEY)
    with pytest.raises(ListRefused, match=r"\.csv or \.json"):
        hand_out(engine, rows, tmp_path / "a.txt", NOW, KEY)
    with engine.begin() as connection:
        assert connection.scalars(select(events.c.id).where(events.c.kind == "OutreachListed")).all() == []
    assert not [path for path in tmp_path.iterdir() if not path.name.startswith("kefu.db")]


def test_customers_are_digests_unless_a_person_may_see_them(
    engine: Engine, policies: PolicyBook, tmp_path: Path
) -> None:
    allow(engine, "C-1", "C-2")
    rows = outreach(engine, NOW, policies)
    hand_out(engine, rows, tmp_path / "a.csv", NOW, KEY)
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    read = list(csv.DictReader(io.StringIO(text)))
    assert {row["customer"] for row in read} == {
        pseudonym("customer", "C-1", KEY),
        pseudonym("customer", "C-2", KEY),
    }
    assert "C-1" not in text and (tmp_path / "a.csv").stat().st_mode & 0o077 == 0
    assert {plain(row, None)["customer"] for row in rows} == {"C-1", "C-2"}


def test_nothing_in_a_csv_is_a_formula(engine: Engine, policies: PolicyBook, tmp_path: Path) -> None:
    allow(engine, "C-1")
    (row,) = [each for each in outreach(engine, NOW, policies) if not each.held]
    hand_out(engine, [replace(row, order_id="=1+1", message="-2")], tmp_path / "a.csv", NOW, None)
    (read,) = csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8-sig")))
    assert (read["order_id"], read["message"]) == ("'=1+1", "'-2")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", Kind)
def test_every_signal_has_words_in_both_languages(kind: Kind, language: Language) -> None:
    facts = {
        "carrier": Text("圆通", "YTO"), "name": Text("水壶", "kettle"), "return_id": "RT-1", "complaint_id": "CP-1",
        "answered": False, "half_done": True,
    } | dict.fromkeys(("due", "moved", "end", "delivered", "received"), NOW)  # fmt: skip
    signal = Signal(kind, "C-1", "O-1", "O-1", NOW, NOW, facts)
    texts = Texts(ZoneInfo("Asia/Shanghai"))
    said = message(signal, language, texts), why(signal, NOW, ZoneInfo("UTC")).in_(language)
    assert all(said) and not any("{" in each for each in said)
