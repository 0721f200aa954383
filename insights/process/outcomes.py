"""What may happen to an order line or a conversation, and whether it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from insights.process.groupings import Bools, Cells, Grouping, Ints, clusters, codes_of, groupings

if TYPE_CHECKING:
    import pandas as pd

Names = tuple[str, ...]
Pairs = tuple[tuple[str, str], ...]
ORDER_SINGLE: Names = (
    "product_id", "sku", "category", "carrier", "warehouse", "region", "region_group", "half", "tier",
)  # fmt: skip
ORDER_PAIRS = (("carrier", "region_group"), ("warehouse", "category"))
TALKS: tuple[Names, Pairs] = (
    ("reason", "channel", "language", "tier", "region_group", "category"),
    (("reason", "channel"), ("reason", "language"), ("channel", "language")),
)
# Whether somebody came back is told by order or reason, so that reasons with an order differ by definition.
PEOPLE: tuple[Names, Pairs] = ("channel", "language", "tier", "region_group"), (("channel", "language"),)
BY_REASON = ("return", "complaint")
VERBS = {"return": "returned", "exchange": "exchanged", "repair": "repaired", "complaint": "complained"}
# What shows that goods are bad; taken together it shows it sooner.
FAULTY = (
    "returned:quality",
    "returned:damaged",
    "returned:not_as_described",
    "repaired",
    "complained:quality",
)
SCANNED = ("faulty", "returned:quality", "complained:quality")
LEAST_PEOPLE = 10
# Whoever asks for a person is handed over because of that.
ASKS_FOR_A_PERSON = "talk_to_human"
LOW_CSAT = 2


@dataclass(frozen=True, eq=False, slots=True)
class Exposed:
    """Rows to which something may have happened. `outcomes` are by name, one truth a row; `day` counts days."""

    frame: pd.DataFrame
    outcomes: Mapping[str, Bools]
    months: Ints
    day: Ints
    customers: Ints
    tested: tuple[tuple[Grouping, Cells, Bools], ...]
    process: str = ""

    @property
    def length(self) -> float:
        """Of the period, in months of 30 days."""
        return max(1.0, float(np.ptp(self.day) + 1) / 30)


def of_orders(
    sales: pd.DataFrame, cases: pd.DataFrame, conversations: pd.DataFrame, least: int
) -> Exposed | None:
    """Order lines: sent back, exchanged, repaired, complained about (each by reason too), written about."""
    if len(sales) < 2 * least:
        return None
    frame = sales.drop_duplicates(["order_id", "sku"]).reset_index(drop=True)
    outcomes = {"contacted": _linked(frame, conversations, ())}
    for process, verb in VERBS.items():
        own = cases[cases["process"] == process]
        outcomes[verb] = _linked(frame, own, ("sku", "product_id"))
        if process in BY_REASON:
            for reason, part in own.groupby("reason"):
                if reason:
                    outcomes[f"{verb}:" + str(reason)] = _linked(frame, part, ("sku", "product_id"))
    none = np.zeros(len(frame), dtype=np.bool_)
    outcomes["faulty"] = np.logical_or.reduce([outcomes.get(name, none) for name in FAULTY])
    return _exposed(frame, outcomes, ORDER_SINGLE, ORDER_PAIRS, least)


def _linked(lines: pd.DataFrame, others: pd.DataFrame, goods: tuple[str, ...]) -> Bools:
    """Whether another row is about the line's order and, where it says so, about the line's goods."""
    if not goods:
        return np.asarray(lines["order_id"].isin(set(others["order_id"]) - {""}), dtype=np.bool_)
    found = np.zeros(len(lines), dtype=np.bool_)
    for name in goods:
        named = others[others[name] != ""]
        others = others[others[name] == ""]
        keys = set(zip(named["order_id"], named[name], strict=True))
        found |= [key in keys for key in zip(lines["order_id"], lines[name], strict=True)]
    return found | _linked(lines, others, ())


def of_conversations(frame: pd.DataFrame, least: int) -> list[Exposed]:
    """Conversations, once for each thing that may go wrong in them."""
    asked = frame["reason"] != ASKS_FOR_A_PERSON
    handed_over = (frame["resolution"] == "handed_over") | (frame["handover_reason"] != "")
    known = frame["customer_id"] != ""
    rules = {
        "handed_over": (asked, handed_over),
        "abandoned": (asked | True, frame["resolution"] == "abandoned"),
        "low_csat": (frame["csat"].notna(), frame["csat"] <= LOW_CSAT),
        "refused": (asked | True, frame["refused"] > 0),
        "unanswered": (asked | True, frame["unanswered"] > 0),
        "came_back": ((frame["resolution"] == "solved") & known, frame["came_back"].astype(bool)),
    }
    found = []
    for name, (exposed, happened) in rules.items():
        part = frame[exposed].reset_index(drop=True)
        truth = {name: happened[exposed].to_numpy(dtype=np.bool_)}
        single, pairs = PEOPLE if name == "came_back" else TALKS
        if len(part) >= 2 * least:
            found.append(_exposed(part, truth, single, pairs, least))
    return found


def _exposed(
    frame: pd.DataFrame,
    outcomes: Mapping[str, Bools],
    single: Names,
    pairs: Pairs,
    least: int,
) -> Exposed:
    months, _ = codes_of(frame["day"].dt.strftime("%Y-%m"))
    day = frame["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    customers = clusters(frame, "customer_id")
    tested = []
    for grouping in groupings(frame, single, pairs):
        cells = grouping.cells(customers)
        people = np.bincount(cells.value[cells.value >= 0], minlength=len(grouping.values))
        enough = (grouping.rows >= least) & (len(frame) - grouping.rows >= least) & (people >= LEAST_PEOPLE)
        tested.append((grouping, cells, enough))
    common = {name: truth for name, truth in outcomes.items() if truth.sum() >= least // 2}
    return Exposed(frame, common, months, day, customers, tuple(tested))
