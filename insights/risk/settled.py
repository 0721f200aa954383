"""Returns that somebody of the staff paid out, and what is odd about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from insights.risk.reading import Past

if TYPE_CHECKING:
    import pandas as pd

GIFT_CARD = "gift_card"


def settled(past: Past) -> pd.DataFrame:
    """One row a return: staff, customer_id, order_id, conversation_id, at, carded, could, received.

    `could` says that the customer has a gift card and paid otherwise, `carded` that the money went to one, `received`
    that the goods were back before.
    """
    data = past.steps["data"]
    steps = past.steps.assign(
        staff=[each.get("staff", "") for each in data], case=[each.get("return_id", "") for each in data]
    )
    paid = steps[(steps["kind"] == "ReturnRefunded") & (steps["staff"] != "")]
    arrived = paid["case"].map(steps[steps["kind"] == "ReturnReceived"].groupby("case")["at"].min())
    cards = past.methods[past.methods["kind"] == GIFT_CARD]
    to_card = past.refunds["method_id"].isin(cards["id"]) & (past.refunds["reason"] == "return")
    by_card = past.payments[past.payments["kind"] == GIFT_CARD]["order_id"]
    found = paid.assign(
        carded=paid["order_id"].isin(past.refunds[to_card]["order_id"]),
        could=paid["customer_id"].isin(cards["customer_id"]) & ~paid["order_id"].isin(by_card),
        received=arrived.notna() & (arrived <= paid["at"]),
    )
    names = [
        "staff",
        "customer_id",
        "order_id",
        "conversation_id",
        "at",
        "carded",
        "could",
        "received",
    ]
    return found[names].sort_values("at", ascending=False)


def compared(rows: pd.DataFrame, odd: pd.Series[bool]) -> pd.DataFrame:
    """By staff: n, k odd ones, the share of odd ones among the others' (`others`), and p of so many (Fisher, one-sided)."""
    table = rows.assign(odd=odd).groupby("staff", as_index=False).agg(n=("odd", "size"), k=("odd", "sum"))
    return _tested(table.assign(customer=""), len(rows), int(odd.sum()))


def favoured(rows: pd.DataFrame, least: int) -> pd.DataFrame:
    """By staff and customer of `least` returns and more: how many of the customer's (`n`) this one of the staff paid."""
    often = rows[rows.groupby("customer_id")["at"].transform("size") >= least]
    table = often.groupby(["staff", "customer_id"], as_index=False).agg(k=("at", "size"))
    table["n"] = table.groupby("customer_id")["k"].transform("sum")
    paid = table["staff"].map(rows.groupby("staff").size())
    return _tested(table.rename(columns={"customer_id": "customer"}), len(rows), paid)


def _tested(table: pd.DataFrame, size: int, odd: int | pd.Series[int]) -> pd.DataFrame:
    """`n` are drawn from `size` returns of which `odd` are odd."""
    from scipy.stats import hypergeom

    others: pd.Series[float] = (odd - table["k"]) / np.maximum(size - table["n"], 1)
    return table.assign(others=others, p=hypergeom.sf(table["k"] - 1, size, odd, table["n"]))
