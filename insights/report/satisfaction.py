"""Ratings and thumbs as plain values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine

from insights.facts.filters import Filter
from insights.satisfaction.summary import summary


def satisfaction_shown(engine: Engine, wanted: Filter) -> dict[str, Any]:
    """Overall, by language and by channel. Raises `StoreUnavailable`."""
    return asdict(summary(engine, wanted))
