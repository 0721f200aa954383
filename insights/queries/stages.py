"""How long the stages of a process take: median and ninth decile, as a whole and by one dimension."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct
from sqlalchemy import Engine, func, select

from insights.errors import FilterError
from insights.facts.filters import Filter, conditions
from insights.facts.processes import COMPLAINT, DELIVERY, OF_ORDERS, hours_of
from insights.queries.selection import NOT_OF_ORDERS, Selection, narrowed, selection_of
from tools.store.database import answering, reader
from tools.store.fact_tables import STAGE_DIMENSIONS, fact_stages

PROCESSES = {process.name: process for process in (DELIVERY, *OF_ORDERS, COMPLAINT)}
Dimension = Literal["", "carrier", "warehouse", "product_id", "reason", "region", "channel", "language"]


class StageTime(Struct, frozen=True):
    """Hours that a stage took where it has ended: median, ninth decile, mean; each within 2.5 %.

    `value` is that of the dimension, "" for all or unknown. `waiting` are cases that are still in the stage.
    """

    process: str
    stage: str
    value: str
    count: int
    waiting: int
    median: float | None
    p90: float | None
    mean: float | None
    selection: Selection


def stages(
    engine: Engine, wanted: Filter, process: str = "return", by: Dimension = "", stage: str = ""
) -> list[StageTime]:
    """One row a stage of the process in their order, or with `by` one row a value, the slowest first.

    With `by`, `stage` says which one; by default the one that takes longest. Deliveries have no channel and no
    language, so these do not narrow them. Raises `FilterError`.
    """
    known = PROCESSES.get(process)
    if known is None:
        raise FilterError(f"process: {', '.join(PROCESSES)}, not {process!r}")
    if stage and stage not in known.stages:
        raise FilterError(f"stage: a {process} has {', '.join(known.stages)}, not {stage!r}")
    if by and by not in STAGE_DIMENSIONS:
        raise FilterError(f"by: {', '.join(STAGE_DIMENSIONS)}, not {by!r}")
    if not by:
        found = {each.stage: each for each in _read(engine, wanted, process, stage, "")}
        return [found[name] for name in known.stages if name in found]
    if not stage:
        whole = _read(engine, wanted, process, "", "")
        stage = max(whole, key=lambda each: each.median or 0.0).stage if whole else next(iter(known.stages))
    rows = _read(engine, wanted, process, stage, by)
    return sorted(rows, key=lambda each: (-(each.median or 0.0), each.value))


def _read(engine: Engine, wanted: Filter, process: str, stage: str, by: Dimension) -> list[StageTime]:
    fact = fact_stages.c
    # Of one stage its name need not be sorted by, which SQLite takes almost half of the time for.
    names = [stage] if stage else list(PROCESSES[process].stages)
    group = [*([] if stage else [fact.stage]), *([fact[by]] if by else []), fact.step]
    query = select(*group, func.count()).where(
        fact.process == process, fact.stage.in_(names), *conditions(wanted, fact, _not_of(process))
    )
    counted: dict[tuple[str, str], dict[int | None, int]] = {}
    with answering(), reader(engine).begin() as connection:
        for *key, step, n in connection.execute(query.group_by(*group)):
            name = stage or key[0]
            counted.setdefault((name, key[-1] if by else ""), {})[step] = n
    chosen = narrowed(selection_of(wanted), process=process)
    return [
        _time(process, key, steps, narrowed(chosen, stage=key[0], **({by: key[1]} if by else {})))
        for key, steps in counted.items()
    ]


def _not_of(process: str) -> frozenset[str]:
    return NOT_OF_ORDERS if process == DELIVERY.name else frozenset()


def _time(
    process: str, key: tuple[str, str], steps: Mapping[int | None, int], selection: Selection
) -> StageTime:
    ended = sorted((step, n) for step, n in steps.items() if step is not None)
    total = sum(n for _, n in ended)
    mean = sum(hours_of(step) * n for step, n in ended) / total if total else None
    return StageTime(
        process, *key, total, steps.get(None, 0), _quantile(ended, total, 0.5), _quantile(ended, total, 0.9),
        mean, selection,
    )  # fmt: skip


def _quantile(ended: Iterable[tuple[int, int]], total: int, share: float) -> float | None:
    """The duration that `share` of all do not exceed."""
    seen = 0
    for step, n in ended:
        seen += n
        if seen >= share * total:
            return round(hours_of(step), 3)
    return None
