"""A finding before it is put into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from insights.process.groupings import DERIVED, Bools
from insights.process.report import Effect, Evidence, Kind

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, slots=True)
class Draft:
    """`excess` is how many cases a month went badly beyond what is usual elsewhere: by it findings are ranked."""

    kind: Kind
    subject: tuple[tuple[str, str], ...]
    evidence: Evidence
    effect: Effect
    selection: Mapping[str, tuple[str, ...]]
    conversations: tuple[str, ...]
    excess: float
    process: str = ""
    stage: str = ""
    outcome: str = ""
    window: tuple[date, date] | None = None
    rows: Bools | None = field(default=None, repr=False)


def selection(
    frame: pd.DataFrame, subject: Iterable[tuple[str, str]], **more: str
) -> dict[str, tuple[str, ...]]:
    """The filters that choose the subject's rows, regions as the addresses of `frame` write them."""
    chosen: dict[str, tuple[str, ...]] = {name: (value,) for name, value in more.items() if value}
    for name, value in subject:
        if name in DERIVED:
            # Several are joined by commas, and a region may have one in its name: "Washington, DC".
            regions, joined = map(str, frame["region"].unique()), f", {value}, "
            spelled = sorted(each for each in regions if f", {DERIVED[name](each)}, " in joined)
            chosen["region"] = tuple(spelled)
        else:
            chosen[name] = (value,)
    return chosen


def examples(conversations: Iterable[str], most: int) -> tuple[str, ...]:
    """The first different conversations, without the unknown ones."""
    return tuple(dict.fromkeys(each for each in conversations if each))[:most]
