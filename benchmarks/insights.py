"""How long the dashboard's queries take on a simulated year, and how long its facts take to compute.

    python -m benchmarks.insights --database sqlite:////tmp/year.db --conversations 100000

A database without a shop gets the year first; one that holds it is taken as it is. Each query is asked `--rounds`
times for periods of different lengths; p50 and p95 are over all of them. "cpu" is the p95 of this process's own
processor time, which others on the machine do not change; with SQLite the whole query is in it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Engine, func, select

from insights.facts.build import refresh
from insights.facts.filters import Filter
from insights.pseudonyms import Masks
from insights.queries.choices import choices
from insights.queries.grouped import channels, complaints, contacts, handovers, sentiment
from insights.queries.listed import conversations
from insights.queries.overview import overview
from insights.queries.products import products
from insights.queries.selection import Selection, selection_of
from insights.queries.stages import stages
from insights.queries.unanswered import unanswered
from insights.report.satisfaction import satisfaction_shown
from insights.simulate.plan import NAMES, planted
from insights.simulate.write import simulate
from tools.store.database import make_engine, migrate
from tools.store.fact_tables import FACT_TABLES
from tools.store.tables import conversations as kept
from tools.store.tables import events, tracking_events, turns

ZONE = ZoneInfo("Asia/Shanghai")
START = date(2025, 11, 1)
DAYS = 365
LIMIT_MS = 300
Query = Callable[[Engine, Filter], object]


def _selected(**more: object) -> Query:
    def ask(engine: Engine, wanted: Filter) -> object:
        chosen = Selection(wanted.since, wanted.until, wanted.channel, wanted.language, **more)  # type: ignore[arg-type]
        return conversations(engine, chosen, Masks())

    return ask


QUERIES: dict[str, Query] = {
    "choices of the filters": lambda engine, _: choices(engine),
    "overview": overview,
    "contacts": contacts,
    "sentiment": sentiment,
    "complaints": complaints,
    "handovers": handovers,
    "channels": channels,
    "products": products,
    "unanswered": lambda engine, wanted: unanswered(engine, wanted, ZONE),
    "satisfaction": satisfaction_shown,
    "stages of deliveries": lambda engine, wanted: stages(engine, wanted, "delivery"),
    "stages of returns": lambda engine, wanted: stages(engine, wanted, "return"),
    "deliveries by carrier": lambda e, wanted: stages(e, wanted, "delivery", "carrier", "delivered"),
    "deliveries by product": lambda e, wanted: stages(e, wanted, "delivery", "product_id", "delivered"),
    "returns by region": lambda engine, wanted: stages(engine, wanted, "return", "region", "received"),
    "conversations": lambda engine, wanted: conversations(engine, selection_of(wanted), Masks()),
    "conversations handed over": _selected(resolution="handed_over", mood="bad"),
    "conversations of slow returns": _selected(process="return", stage="received", carrier="YTO Express"),
    "conversations of deliveries": _selected(process="delivery", stage="delivered"),
}


def filters() -> list[Filter]:
    """Everything, the year, a quarter, a month, a week; all channels and languages, and one of each."""
    last = START + timedelta(days=DAYS - 1)
    lengths = (DAYS, 90, 30, 7)
    periods = [Filter(), *(Filter(last - timedelta(days=length - 1), last) for length in lengths)]
    narrow = [Filter(each.since, each.until, language="en") for each in periods]
    return [*periods, *narrow, *(Filter(each.since, each.until, channel="web") for each in periods)]


def measure(engine: Engine, rounds: int) -> None:
    asked = filters()
    print(f"{'query':32}{'p50 ms':>8}{'p95 ms':>8}{'most':>8}{'cpu':>8}")
    for name, query in QUERIES.items():
        took, worked = [], []
        for _ in range(rounds):
            for wanted in asked:
                began, busy = time.perf_counter(), time.process_time()
                query(engine, wanted)
                worked.append((time.process_time() - busy) * 1000)
                took.append((time.perf_counter() - began) * 1000)
        p50, p95 = np.percentile(took, [50, 95])
        over = "  over the limit" if p95 > LIMIT_MS else ""
        print(
            f"{name:32}{p50:8.0f}{p95:8.0f}{max(took):8.0f}{np.percentile(worked, 95):8.0f}{over}", flush=True
        )


def load(engine: Engine, count: int) -> None:
    migrate(engine)
    with engine.begin() as connection:
        there = connection.scalar(select(func.count()).select_from(kept))
    if not there:
        began = time.perf_counter()
        simulate(engine, planted(3, START, DAYS, count, NAMES))
        print(f"simulated in {time.perf_counter() - began:.0f} s", flush=True)


def compute(engine: Engine, full: bool) -> None:
    now = datetime.combine(START + timedelta(days=DAYS + 1), datetime.min.time(), UTC)
    for anew in (full, False):
        began = time.perf_counter()
        done = refresh(engine, ZONE, now, anew)
        what = "computed anew" if done.full else "brought up to date"
        took = time.perf_counter() - began
        print(f"facts {what} in {took:.1f} s: {dict(done.counts)}, {done.damaged} damaged", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--full", action="store_true", help="compute the facts anew")
    given = parser.parse_args()
    engine = make_engine(given.database)
    load(engine, given.conversations)
    compute(engine, given.full)
    with engine.begin() as connection:
        for table in (kept, turns, events, tracking_events, *FACT_TABLES):
            print(f"{connection.scalar(select(func.count()).select_from(table)):>10,}  {table.name}")
    measure(engine, given.rounds)


if __name__ == "__main__":
    main()
