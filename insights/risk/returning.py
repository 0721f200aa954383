"""Who sends back, or says that it came broken, more than others with the same goods: single customers and rings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import binom

from insights.risk.chance import ALPHA, Floats, adjusted, score
from insights.risk.links import linked
from insights.risk.peers import lines_of, orders_of
from insights.risk.reading import Past
from insights.risk.report import Flag, Kind
from insights.risk.tallies import tallies
from insights.risk.wording import said
from tools.domain import ReturnReason

if TYPE_CHECKING:
    import pandas as pd

BROKEN = (ReturnReason.QUALITY.value, ReturnReason.DAMAGED.value)
EXAMPLES = 5
# Up to this chance a linked account is said to take part in what its ring does.
TAKES_PART = 0.05


def return_flags(past: Past) -> list[Flag]:
    """Rings first; who is in one is not flagged for the same once more."""
    lines = lines_of(past)
    if lines.empty:
        return []
    back = lines.merge(
        past.back.groupby(["order_id", "line_no"])["refund"].sum(), "left", on=["order_id", "line_no"]
    )
    sent = orders_of(lines, back["refund"].notna(), np.minimum(back["refund"].fillna(0), lines["value"]))
    claimed = orders_of(lines, _claimed(past, lines), 0.0)
    of_returns, of_claims = tallies(sent, True), tallies(claimed, False)
    rings = list(_rings(past, of_returns, of_claims, sent))
    known = {customer for ring in rings for customer in ring.customers}
    return [
        *rings,
        *_single("return_abuse", past, of_returns, sent, known),
        *_single("defect_claims", past, of_claims, claimed, known),
    ]  # fmt: skip


def _claimed(past: Past, lines: pd.DataFrame) -> Any:
    """Which lines were sent back as broken or belong to an order whose quality was complained of."""
    keys = past.back[past.back["reason"].isin(BROKEN)].set_index(["order_id", "line_no"]).index
    here = lines.set_index(["order_id", "line_no"]).index
    return here.isin(keys) | lines["order_id"].isin(past.bad)


def _single(
    kind: Kind, past: Past, found: pd.DataFrame, orders: pd.DataFrame, known: set[str]
) -> Iterable[Flag]:
    for customer, row in found[(found["alone"] <= ALPHA) & ~found.index.isin(known)].iterrows():
        numbers = {str(name): value for name, value in row.items()}
        yield _flag(kind, past, (str(customer),), float(row["alone"]), orders, numbers)


def _flag(
    kind: Kind, past: Past, customers: tuple[str, ...], p: float, orders: pd.DataFrame, numbers: dict[str, Any]
) -> Flag:  # fmt: skip
    theirs = orders[orders["customer_id"].isin(customers) & (orders["hit"] > 0)]
    newest = past.orders[past.orders["id"].isin(theirs.index)].sort_values("placed_at", ascending=False)
    examples = [str(each) for each in newest["id"]]
    return Flag(
        kind, customers, "", score(p), p, said(kind, "evidence", numbers), said(kind, "suggestion", numbers),
        tuple(examples[:EXAMPLES]), past.conversations_of(examples),
    )  # fmt: skip


def _rings(
    past: Past, of_returns: pd.DataFrame, of_claims: pd.DataFrame, sent: pd.DataFrame
) -> Iterable[Flag]:
    """Linked accounts of which several stand out together; one alone makes no ring of a house."""
    own = np.minimum(1.0, 2 * np.minimum(of_returns["p"], of_claims["p"]))
    of_customer = dict(zip(of_returns.index, own, strict=True))
    groups = [
        those for group in linked(past.accounts, past.methods)
        if len(those := [each for each in group if each in of_customer]) > 1
    ]  # fmt: skip
    p = adjusted(np.array([together(np.array([of_customer[each] for each in those])) for those in groups]))
    for those, surprise in zip(groups, p, strict=True):
        if surprise <= ALPHA:
            members = sorted(
                (each for each in those if of_customer[each] <= TAKES_PART), key=of_customer.__getitem__
            )
            sums, claims = of_returns.loc[members], of_claims.loc[members]
            numbers = {name: float(sums[name].sum()) for name in ("n", "k", "expected", "value", "amount")}
            told = {
                "linked": len(those), "accounts": len(members), "currency": sums["currency"].iloc[0],
                "claims": claims["k"].sum(), "claims_expected": claims["expected"].sum(),
            }  # fmt: skip
            yield _flag("ring", past, tuple(members), float(surprise), sent, numbers | told)


def together(p: Floats) -> float:
    """The chance that any r ≥ 2 of so many independent accounts stand out as much as the r most conspicuous do:
    the truncated rank test over all r, with Bonferroni's correction."""
    ranked, ranks = np.sort(p), np.arange(2, len(p) + 1)
    return min(1.0, (len(p) - 1) * float(binom.sf(ranks - 1, len(p), ranked[1:]).min()))
