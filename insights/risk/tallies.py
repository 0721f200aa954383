"""What happened to each customer's orders beside what is usual, and how surprising that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from insights.risk.chance import Floats, adjusted, at_least
from insights.risk.spread import spread_of

if TYPE_CHECKING:
    import pandas as pd

LEAST_ORDERS = 3


def tallies(orders: pd.DataFrame, by_value: bool) -> pd.DataFrame:
    """One row a customer: n, k, expected, value, amount, currency, p (not adjusted), alone (adjusted; 1 below three orders).

    Customers differ of themselves, so counts are beta-binomial. `by_value` tests the amounts too, as if all orders had
    been of the same value and as many as weigh as much.
    """
    rows = orders.assign(
        square=orders["value"] ** 2, value_expected=orders["value"] * orders["value_rate"], n=1.0
    ).groupby("customer_id")
    found = rows[["n", "hit", "rate", "value", "amount", "square", "value_expected"]].sum()
    found = found.rename(columns={"hit": "k", "rate": "expected"})
    found["currency"] = rows["currency"].first()
    p = _p(found, spread_of(*_counted(found)), by_value)
    alone = adjusted(np.where(found["k"] >= LEAST_ORDERS, p, 1.0))
    return found.assign(p=p, alone=alone).sort_index()


def _p(found: pd.DataFrame, spread: float, by_value: bool) -> Floats:
    p = at_least(*_counted(found), spread)
    if by_value:
        p = np.minimum(1.0, 2 * np.minimum(p, at_least(*_weighed(found), spread)))
    return p


def _counted(found: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    k, n, expected = (found[name].to_numpy(np.float64) for name in ("k", "n", "expected"))
    return k, n, expected / n


def _weighed(found: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Amounts as counts: as many orders of equal value as vary as much (Kish's effective size)."""
    value, amount, square = (found[name].to_numpy(np.float64) for name in ("value", "amount", "square"))
    size = value**2 / np.maximum(square, 1.0)
    share = amount / np.maximum(value, 1.0)
    mean = np.clip(found["value_expected"].to_numpy(np.float64) / np.maximum(value, 1.0), 1e-4, 0.95)
    whole = np.maximum(np.ceil(size), 1.0)
    return np.floor(np.minimum(share, 1.0) * size), whole, mean
