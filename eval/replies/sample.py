"""The shop that the cases are about: the sample shop at one fixed moment."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import cache

from examples.shop.generate import generate
from tools.domain import Shop

MOMENT = datetime(2026, 11, 16, 10, 0, tzinfo=timezone(timedelta(hours=8)))
SEED = 7


@cache
def sample_shop() -> Shop:
    """The same for everybody: orders, customers and products as they stand at `MOMENT`."""
    return generate(SEED, MOMENT)


def addresses() -> frozenset[str]:
    """The mail addresses of the shop's customers."""
    return frozenset(each.email for each in sample_shop().customers)
