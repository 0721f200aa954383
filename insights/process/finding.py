"""From frames of facts to a report: all findings with their evidence, the most important first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from insights.process.batches import Scan
from insights.process.draft import Draft
from insights.process.families import Family
from insights.process.listing import lists
from insights.process.merging import merged
from insights.process.often import Often, drafts
from insights.process.outcomes import SCANNED, Exposed, of_conversations, of_orders
from insights.process.report import AnalysisRefused, Options, Report
from insights.process.selecting import select
from insights.process.slow import find_slow
from insights.process.spikes import find_spikes
from insights.process.wording import Names, worded

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Engine

    from insights.facts.filters import Filter

NEEDED = {
    "conversations": "conversation_id day channel language customer_id order_id reason resolution csat",
    "reasons": "conversation_id reason day customer_id",
    "cases": "process order_id product_id sku reason conversation_id",
    "stages": "process stage began_at ended_at closed_at hours day customer_id conversation_id",
    "sales": "day order_id customer_id product_id sku",
}


@dataclass(frozen=True, eq=False, slots=True)
class Frames:
    """Facts as `insights.facts.frames` gives them. Raises `AnalysisRefused` where a column is missing."""

    conversations: pd.DataFrame
    reasons: pd.DataFrame
    cases: pd.DataFrame
    stages: pd.DataFrame
    sales: pd.DataFrame

    def __post_init__(self) -> None:
        for name, columns in NEEDED.items():
            if missing := set(columns.split()) - set(getattr(self, name).columns):
                raise AnalysisRefused(f"{name}: no column {', '.join(sorted(missing))}")


def read_frames(engine: Engine, wanted: Filter) -> Frames:
    """The facts of a shop."""
    from insights.facts import frames

    return Frames(
        frames.conversations(engine, wanted),
        frames.reasons(engine, wanted),
        frames.cases(engine, wanted),
        frames.stages(engine, wanted),
        frames.sales(engine, wanted),
    )


def find(
    frames: Frames,
    options: Options | None = None,
    names: Names | None = None,
    now: pd.Timestamp | None = None,
) -> Report:
    """What stands out. Of pure noise the report is empty, but for a share of at most `alpha` of all noises.

    `names` has products' names by id; `now` is when what is open was looked at, by default the last moment in the
    stages.
    """
    options = options or Options()
    talks = _talks(frames)
    slow, tests = find_slow(_with_talks(frames.stages, talks), options, now)
    orders, order_tests = _orders(frames, options, talks)
    answers, talk_tests = _conversations(frames.conversations, options)
    spikes, spike_tests = find_spikes(_unexplained(frames, orders), options.alpha, options)
    found = sorted([*slow, *orders, *answers, *spikes], key=lambda each: -each.excess)
    return Report(
        tuple(worded(each, rank, names or {}) for rank, each in enumerate(found, 1)),
        tests + order_tests + talk_tests + spike_tests,
        options.alpha,
        lists(frames.conversations, frames.reasons, options),
    )


def _orders(frames: Frames, options: Options, talks: Mapping[str, str]) -> tuple[list[Draft], int]:
    exposed = of_orders(frames.sales, frames.cases, frames.conversations, options.least_cases)
    if exposed is None:
        return [], 0
    scan, ways = Scan(exposed), len(exposed.outcomes)
    family = Family("orders", ways * _enough(exposed))
    batches = Family("batches", len(set(SCANNED) & set(exposed.outcomes)) * scan.tests)
    bench = Often(exposed, scan, family, batches, options)
    shown = exposed.frame["order_id"].map(talks).fillna("")
    found = drafts(bench, merged(select(bench, options.alpha)), options, shown)
    return found, family.tests + batches.tests


def _talks(frames: Frames) -> Mapping[str, str]:
    """A conversation of each order; the one in which something was asked for before any other."""
    found: dict[str, str] = {}
    for frame in (frames.conversations, frames.cases):
        known = frame[(frame["order_id"] != "") & (frame["conversation_id"] != "")]
        found |= dict(zip(known["order_id"], known["conversation_id"], strict=True))
    return found


def _with_talks(stages: pd.DataFrame, talks: Mapping[str, str]) -> pd.DataFrame:
    """The stages, a case that no conversation began with the one about its order."""
    own = stages["conversation_id"]
    if "order_id" not in stages:
        return stages
    return stages.assign(conversation_id=own.where(own != "", stages["order_id"].map(talks).fillna("")))


def _conversations(frame: pd.DataFrame, options: Options) -> tuple[list[Draft], int]:
    parts = of_conversations(frame, options.least_cases)
    tests = sum(_enough(each) * len(each.outcomes) for each in parts)
    family, found = Family("conversations", tests), []
    for exposed in parts:
        bench = Often(exposed, None, family, Family("batches", 0), options)
        chosen = merged(select(bench, options.alpha))
        found += drafts(bench, chosen, options, exposed.frame["conversation_id"])
    return found, tests


def _enough(exposed: Exposed) -> int:
    return sum(int(enough.sum()) for _, _, enough in exposed.tested)


def _unexplained(frames: Frames, orders: Iterable[Draft]) -> pd.DataFrame:
    """The reasons without conversations about orders of a bad batch: what it brings about is no spike of its own."""
    bad: set[str] = set()
    for each in orders:
        if each.kind == "batch" and each.rows is not None:
            bad |= set(
                frames.sales.drop_duplicates(["order_id", "sku"]).reset_index(drop=True)["order_id"][
                    each.rows
                ]
            )
    reasons = frames.reasons
    return reasons[~reasons["order_id"].isin(bad)] if bad else reasons
