"""A small simulated year, with somebody who waits for a parcel and somebody who waits for an answer at its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine

from insights.facts.build import refresh
from insights.simulate.plan import Plan, planted
from insights.simulate.write import simulate
from tests.insights.report.waiting import wait
from tests.tools.builders import POLICIES
from tools.policy.cards import PolicyBook, load_policy_book
from tools.store.database import make_engine, migrate


@pytest.fixture(scope="package")
def plan() -> Plan:
    return planted(3, date(2025, 11, 23), conversations=1500)


@pytest.fixture(scope="package")
def policies() -> PolicyBook:
    return load_policy_book(POLICIES)


@pytest.fixture(scope="package")
def year(plan: Plan, policies: PolicyBook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('year') / 'year.db'}")
    migrate(engine)
    simulate(engine, plan)
    wait(engine, plan.end)
    refresh(engine, policies.timezone, plan.end)
    yield engine
    engine.dispose()
