"""The flags of small made shops, on both databases; and that nothing which answers customers knows of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, insert, select, update

from insights.risk.peers import lines_of, orders_of
from insights.risk.reading import read
from insights.risk.report import risks
from insights.simulate.plan import planted
from insights.simulate.write import simulate
from tests.insights.risk.years import START, quiet
from tests.tools.conftest import postgres_schema as postgres_schema
from tools.domain import Money
from tools.store.database import make_engine, migrate
from tools.store.tables import orders, payments, refunds

SMALL = quiet(1, 120)
ROOT = Path(__file__).parents[3]


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'kefu.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_schema")
    engine = make_engine(url)
    migrate(engine)
    yield engine
    engine.dispose()


def test_an_empty_shop_has_no_flags(engine: Engine) -> None:
    report = risks(engine, SMALL.end)
    assert report.flags == () and report.fairness.groups == ()


def test_more_money_back_than_was_paid_is_flagged(engine: Engine) -> None:
    simulate(engine, SMALL)
    with engine.begin() as connection:
        order = connection.execute(
            select(orders.c.id, orders.c.customer_id).where(orders.c.placed_at > SMALL.begin)
        ).first()
        assert order
        connection.execute(
            update(payments).where(payments.c.order_id == order.id).values(amount=Money.parse("100.00"))
        )
        at = SMALL.end - timedelta(days=1)
        row = {
            "order_id": order.id,
            "amount": Money.parse("60.00"),
            "method_id": "pm",
            "at": at,
            "reason": "return",
        }
        connection.execute(insert(refunds), [row | {"id": f"RF-{n}", "seq": n} for n in (10, 11)])
    flags = risks(engine, SMALL.end).flags
    assert {flag.kind for flag in flags} == {"refund_anomaly"}
    assert {flag.customers for flag in flags} == {(order.customer_id,)} and {
        flag.orders for flag in flags
    } == {(order.id,)}
    assert any(
        "120.00 CNY was paid back" in flag.evidence.en and "100.00" in flag.evidence.en for flag in flags
    )
    assert any("退了 2 次 60.00 CNY" in flag.evidence.zh for flag in flags)


def test_who_bought_from_a_bad_batch_is_expected_to_send_back(tmp_path: Path) -> None:
    plan = planted(3, START, 90, 600, ["defective_batch"])
    engine = make_engine(f"sqlite:///{tmp_path / 'kefu.db'}")
    migrate(engine)
    simulate(engine, plan)
    past = read(engine, plan.end)
    engine.dispose()
    lines = lines_of(past)
    back = set(zip(past.back["order_id"], past.back["line_no"], strict=True))
    hit = [each in back for each in zip(lines["order_id"], lines["line_no"], strict=True)]
    rates = orders_of(lines, hit, np.zeros(len(lines)))["rate"]
    batch = plan.defective_batch
    assert batch
    first = plan.midnight(batch.first_day)
    days = (past.orders.set_index("id")["placed_at"].reindex(rates.index) - first).dt.days
    bad = rates.index.isin(lines[lines["sku"] == batch.sku]["order_id"]) & days.between(0, batch.days - 1)
    assert rates[bad].median() > 1.7 * rates[~bad].median()


def test_nothing_that_answers_customers_knows_of_flags() -> None:
    for package in ("agent", "tools", "retrieval", "prompts"):
        for path in (ROOT / package).rglob("*.py"):
            assert "insights.risk" not in path.read_text("utf-8"), path
