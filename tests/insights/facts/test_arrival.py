"""In whatever order records arrive, and however often facts are refreshed between, they come to the same facts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from insights.facts.build import refresh
from tests.insights.facts.raw import LATER, START, ZONE, event, facts, happen, put, say, turn
from tests.tools.builders import shop
from tests.tools.conftest import sqlite_template  # noqa: F401
from tools.store.database import make_engine
from tools.store.service_tables import ratings
from tools.store.sql import SqlStore

REASONS = ("tracking", "return_item", "smalltalk")
RETURN = (
    "ReturnStarted",
    "ReturnApproved",
    "ReturnSentBack",
    "ReturnReceived",
    "ReturnRefunded",
    "ReturnRejected",
)

# A turn: conversation, reason, mood, kind. An event: kind, hour, return, conversation, with its id or without.
said = st.tuples(
    st.just("turn"), st.integers(0, 3), st.sampled_from(REASONS), st.floats(-1, 1),
    st.sampled_from(("answer", "ask", "handover", "refuse")),
)  # fmt: skip
happened = st.tuples(
    st.just("event"), st.sampled_from(RETURN), st.integers(0, 400), st.integers(1, 2), st.integers(0, 3)
)
arrivals = st.lists(
    st.one_of(said, happened, st.just(("refresh",)), st.tuples(st.just("rating"), st.integers(0, 3))), max_size=25
)  # fmt: skip


@contextmanager
def a_shop(template: Path) -> Iterator[Engine]:
    with TemporaryDirectory() as folder:
        shutil.copy(template, Path(folder) / "kefu.db")
        engine = make_engine(f"sqlite:///{folder}/kefu.db")
        SqlStore(engine).import_shop(shop())
        yield engine
        engine.dispose()


def arrive(engine: Engine, steps: list[tuple[object, ...]]) -> None:
    turns: dict[int, int] = {}
    rated: set[int] = set()
    for step in steps:
        match step:
            case ("turn", int(key), str(reason), float(mood), str(kind)):
                turns[key] = turns.get(key, 0) + 1
                record = turn((reason,), kind, "some.rule", mood, orders=["O-1"] if key == 1 else [])
                at = START + timedelta(days=key)
                say(engine, f"c{key}", record, customer=f"C-{key % 2 + 1}", at=at, first=turns[key])
            case ("event", str(kind), int(hour), int(number), int(key)):
                at = START + timedelta(hours=hour)
                names = {"return_id": f"RT-{number}"}
                happen(engine, event(kind, at, f"O-{number}", f"c{key}", customer="C-1", **names))
            case ("rating", int(key)) if key not in rated:
                rated.add(key)
                put(engine, ratings, {"conversation_id": f"c{key}", "score": key + 1, "at": START})
            case ("refresh",):
                refresh(engine, ZONE, LATER)


@given(arrivals)
# A return whose conversation comes after it.
@example([("event", "ReturnStarted", 0, 1, 0), ("refresh",), ("turn", 0, "tracking", 0.0, "answer")])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_refreshed_bit_by_bit_or_at_once(sqlite_template: Path, steps: list[tuple[object, ...]]) -> None:  # noqa: F811
    with a_shop(sqlite_template) as engine:
        arrive(engine, [("refresh",), *steps])
        assert not refresh(engine, ZONE, LATER).full
        bit_by_bit = facts(engine)
        assert refresh(engine, ZONE, LATER, full=True).full
        assert facts(engine) == bit_by_bit
