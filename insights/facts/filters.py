"""Which part of the facts is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from insights.errors import FilterError

LANGUAGES = ("zh", "en")
# As the value of a dimension: where nothing is known of it.
UNKNOWN = "-"
LONGEST = 128


@dataclass(frozen=True, slots=True)
class Filter:
    """Days are the shop's, both included; "" and None leave a dimension open, "-" is where it is not known.

    Raises `FilterError`.
    """

    since: date | None = None
    until: date | None = None
    channel: str = ""
    language: str = ""
    product_id: str = ""

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise FilterError(f"since: {self.since} is after until, {self.until}")
        if self.language and self.language not in (*LANGUAGES, UNKNOWN):
            raise FilterError(f"language: {' or '.join(LANGUAGES)}, not {self.language!r}")
        for name in ("channel", "product_id"):
            require_plain(name, getattr(self, name))


def require_plain(name: str, value: str) -> None:
    """Raise `FilterError` for what no column holds: control characters, halves of characters, whole texts."""
    if len(value) > LONGEST or not (value.isprintable() or value == ""):
        raise FilterError(f"{name}: at most {LONGEST} visible characters")


def conditions(
    wanted: Filter, columns: ReadOnlyColumnCollection[str, Any], leave_out: frozenset[str] = frozenset()
) -> list[ColumnElement[bool]]:
    """What a query on a fact table with the columns `day`, `channel`, `language` and `product_id` adds to its WHERE."""
    found: list[ColumnElement[bool]] = []
    if wanted.since:
        found.append(columns["day"] >= wanted.since)
    if wanted.until:
        found.append(columns["day"] <= wanted.until)
    for name in ("channel", "language", "product_id"):
        if (value := getattr(wanted, name)) and name not in leave_out:
            found.append(equals(columns[name], value))
    return found


def equals(column: Any, value: str) -> ColumnElement[bool]:
    """Whether a dimension has the value of a filter."""
    same: ColumnElement[bool] = column == ("" if value == UNKNOWN else value)
    return same
