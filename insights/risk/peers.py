"""How often something would happen to a customer's orders if they were like those of all others.

Others are those with as many lines, the same main category and currency; and, where that is more, those who ordered
the same SKU within two weeks, so that a bad batch is nobody's fault who bought from it. What the customer did
counts on neither side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from insights.risk.chance import Floats
from insights.risk.reading import Past

if TYPE_CHECKING:
    import pandas as pd

NOT_THERE = ("pending", "processed", "shipped", "cancelled")
# So many orders at the usual rate are added to every comparison, so that a small one says little.
PRIOR, BATCH_PRIOR = 20.0, 10.0
BATCH_DAYS = 14
LEAST, MOST = 1e-4, 0.95


def lines_of(past: Past) -> pd.DataFrame:
    """Lines that have reached their customers: order_id, line_no, customer, sku, category, currency, day, value."""
    there = past.orders[~past.orders["status"].isin(NOT_THERE)]
    lines = past.lines.merge(there, left_on="order_id", right_on="id")
    lines["value"] = (lines["quantity"] * lines["unit_price"]).astype("float64")
    lines["day"] = lines["placed_at"].astype("int64") // (86_400 * 10**9)
    kept = ["order_id", "line_no", "customer_id", "sku", "category", "currency", "day", "value"]
    return lines.sort_values(["order_id", "line_no"], ignore_index=True)[kept]


def orders_of(lines: pd.DataFrame, hit: Any, amount: Any) -> pd.DataFrame:
    """One row an order: customer_id, currency, value, hit, amount, and what is usual: `rate` (of orders), `value_rate`.

    `hit` says of each line whether it happened to it, `amount` what of its value is concerned.
    """
    import pandas as pd

    told = lines.assign(hit=np.asarray(hit, np.float64), amount=np.asarray(amount, np.float64))
    first = told.sort_values("value", ascending=False, kind="stable").drop_duplicates("order_id")
    orders = first.set_index("order_id")[["customer_id", "currency", "category"]].sort_index()
    grouped = told.groupby("order_id")
    orders["value"], orders["amount"] = grouped["value"].sum(), grouped["amount"].sum()
    orders["hit"], orders["size"] = grouped["hit"].max(), grouped["hit"].size().clip(upper=3)
    stratum = orders.groupby(["size", "category", "currency"]).ngroup().to_numpy()
    ones = np.ones(len(orders))
    customer = orders["customer_id"]
    of_peers = _others(stratum, customer, orders["hit"].to_numpy(), ones)
    of_value = _others(stratum, customer, orders["amount"].to_numpy(), orders["value"].to_numpy())
    place = orders.index.get_indexer(pd.Index(told["order_id"]))
    batch = _of_batch(told, of_peers[place])
    worst = np.zeros(len(orders))
    np.maximum.at(worst, place, batch)
    orders["rate"] = np.clip(np.maximum(of_peers, worst), LEAST, MOST)
    orders["value_rate"] = np.clip(np.maximum(of_value, worst), LEAST, MOST)
    return orders


def _others(stratum: Any, customer: pd.Series[Any], part: Floats, whole: Floats) -> Floats:
    """Each row's rate in its stratum without the customer's own rows, drawn towards that of all."""
    own = customer.to_frame("customer").assign(stratum=stratum).groupby(["customer", "stratum"]).ngroup()
    others = {
        name: _sums(stratum, weights) - _sums(own.to_numpy(), weights)
        for name, weights in (("part", part), ("whole", whole))
    }
    usual = part.sum() / max(whole.sum(), 1e-9)
    prior = PRIOR * whole.mean()
    return np.asarray((others["part"] + prior * usual) / np.maximum(others["whole"] + prior, 1e-9))


def _sums(group: Any, weights: Floats) -> Floats:
    """Each row's sum of its group."""
    return np.asarray(np.bincount(group, weights=weights)[group], np.float64)


def _of_batch(lines: pd.DataFrame, usual: Floats) -> Floats:
    """The rate among others' lines of the same SKU that were ordered at most two weeks apart."""
    sku = lines.groupby("sku").ngroup().to_numpy()
    own = lines.groupby(["sku", "customer_id"]).ngroup().to_numpy()
    day, hit = lines["day"].to_numpy(), lines["hit"].to_numpy()
    size = _near(sku, day, np.ones(len(lines))) - _near(own, day, np.ones(len(lines)))
    hits = _near(sku, day, hit) - _near(own, day, hit)
    return np.asarray((hits + BATCH_PRIOR * usual) / (size + BATCH_PRIOR))


def _near(group: Any, day: Any, weights: Floats) -> Floats:
    """The sum of the weights of all rows of the same group at most `BATCH_DAYS` apart."""
    apart = 10 * BATCH_DAYS + int(day.max()) - int(day.min())
    key = group * apart + (day - day.min())
    order = np.argsort(key, kind="stable")
    running = np.concatenate(([0.0], np.cumsum(weights[order])))
    low = np.searchsorted(key[order], key - BATCH_DAYS, "left")
    high = np.searchsorted(key[order], key + BATCH_DAYS, "right")
    return np.asarray(running[high] - running[low])
