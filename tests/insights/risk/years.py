"""Simulated years in databases of their own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from insights.simulate.plan import Plan, noise, planted
from insights.simulate.write import simulate
from tools.store.database import make_engine, migrate

START = date(2025, 11, 22)


def quiet(seed: int, conversations: int = 1500) -> Plan:
    return noise(seed, START, 365, conversations)


def misused(seed: int, conversations: int = 1500) -> Plan:
    """Everything is planted, so that bad batches and slow carriers are there to be mistaken for misuse."""
    return planted(seed, START, 365, conversations)


def written(plan: Plan, folder: Path) -> Engine:
    engine = make_engine(f"sqlite:///{folder / 'year.db'}")
    migrate(engine)
    simulate(engine, plan)
    return engine
