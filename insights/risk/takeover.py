"""Accounts that somebody else may have taken: after a change, orders to a door where the customer never was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import binom, combine_pvalues, poisson

from insights.risk.chance import ALPHA, adjusted, score
from insights.risk.links import door
from insights.risk.reading import YEAR, Past
from insights.risk.report import Flag
from insights.risk.wording import said

if TYPE_CHECKING:
    import pandas as pd

HOURS = 48
RESOLD = ("gift_card", "electronics")
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Usual:
    """What all customers do: orders a customer in 48 hours, and shares of orders with goods that are easily sold on
    (of those with gift cards too), of conversations from a source that the customer did not write from before, and of those with a failed identification."""

    orders: float
    resold: float
    gift_cards: float
    new_source: float
    failed: float


class _Doings:
    """What each customer did, by customer, in order of time."""

    def __init__(self, past: Past) -> None:
        self.past = past
        self.resold = frozenset(past.lines[past.lines["category"].isin(RESOLD)]["order_id"])
        self.gift_cards = frozenset(past.lines[past.lines["category"] == RESOLD[0]]["order_id"])
        changed = set(past.changes["customer_id"])
        orders = past.orders[past.orders["customer_id"].isin(changed)].sort_values("placed_at")
        self.orders = dict(iter(orders.groupby("customer_id")))
        self.talks = dict(iter(past.talks.sort_values("created_at").groupby("customer_id")))
        self.source = dict(zip(past.talks["id"], past.talks["source"], strict=True))
        self.usual = self._usual()

    def _usual(self) -> Usual:
        past, talks = self.past, self.past.talks.sort_values("created_at")
        seen = talks.duplicated(["customer_id", "source"])
        later = talks.duplicated("customer_id") & (talks["source"] != "")
        failed = talks["id"].isin(past.failures["conversation_id"])
        return Usual(
            len(past.orders) / max(len(past.accounts), 1) * _PART, _share(past.orders["id"].isin(self.resold)),
            _share(past.orders["id"].isin(self.gift_cards)),
            _share(~seen[later]), _share(failed),
        )  # fmt: skip

    def door_of(self, order: str) -> str:
        return door(self.past.addresses.get(order, {}))


_PART = HOURS / (YEAR.total_seconds() / 3600)


def _share(happened: pd.Series[bool]) -> float:
    """A share that is never 0 or 1, because nothing is known for certain."""
    return (float(happened.sum()) + 0.5) / (len(happened) + 1)


def takeover_flags(past: Past) -> list[Flag]:
    """One flag a customer, about the change that looks worst; all changes count as tested."""
    doings = _Doings(past)
    looked = [_look(doings, change) for change in past.changes.itertuples()]
    p = adjusted(np.array([each["p"] for each in looked]))
    worst: dict[str, Flag] = {}
    for numbers, surprise in sorted(zip(looked, p, strict=True), key=lambda each: (each[1], each[0]["at"])):
        if surprise <= ALPHA and numbers["customer"] not in worst:
            worst[numbers["customer"]] = _flag(numbers, float(surprise))
    return list(worst.values())


def _look(doings: _Doings, change: Any) -> dict[str, Any]:
    """What followed a change within 48 hours, and the chance of it; 1 where nothing went to a new door."""
    nothing = {"customer": change.customer_id, "at": change.at, "p": 1.0}
    orders = doings.orders.get(change.customer_id)
    if orders is None:
        return nothing
    before = orders[orders["placed_at"] <= change.at]
    soon = orders[(orders["placed_at"] > change.at) & (_hours(orders["placed_at"], change.at) <= HOURS)]
    known = {doings.door_of(each) for each in before["id"]}
    ordered = [each for each in soon["id"] if doings.door_of(each) not in known | {""}]
    if not ordered:
        return nothing
    resold = sum(each in doings.resold for each in ordered)
    own = (len(orders) - len(soon)) * _PART
    signs = [
        float(poisson.sf(len(ordered) - 1, max(own, doings.usual.orders))),
        _of_goods(doings, ordered),
        *_of_conversation(doings, change, numbers := dict(nothing)),
    ]
    numbers |= {
        "kind": change.kind, "orders": len(ordered), "resold": resold, "examples": ordered[::-1], "ever": len(before) > 0,
        "hours": float(_hours(soon["placed_at"], change.at).max()), "conversation": change.conversation_id,
        "region": _moved(doings, before, ordered),
    }  # fmt: skip
    return numbers | {"p": float(combine_pvalues(signs, "fisher").pvalue)}


def _of_goods(doings: _Doings, ordered: list[str]) -> float:
    """The chance of so many orders of goods that are easily sold on, or of gift cards alone."""
    usual, size = doings.usual, len(ordered)
    counted = ((doings.resold, usual.resold), (doings.gift_cards, usual.gift_cards))
    p = [float(binom.sf(sum(each in those for each in ordered) - 1, size, rate)) for those, rate in counted]
    return min(1.0, 2 * min(p))


def _hours(moments: pd.Series[Any], since: Any) -> pd.Series[Any]:
    hours: pd.Series[Any] = (moments - since).dt.total_seconds() / 3600
    return hours


def _moved(doings: _Doings, before: pd.DataFrame, ordered: list[str]) -> bool:
    """Whether the goods go to another region than all before."""
    addresses = doings.past.addresses
    were = {addresses[each].get("region") for each in before["id"] if each in addresses}
    return bool(were) and any(addresses[each].get("region") not in were for each in ordered)


def _of_conversation(doings: _Doings, change: Any, numbers: dict[str, Any]) -> Iterator[float]:
    """Whether the change came from where the customer never wrote from, and after failed identifications."""
    talks, failures = doings.talks.get(change.customer_id), doings.past.failures
    source = doings.source.get(change.conversation_id, "")
    earlier = talks[talks["created_at"] < change.at] if talks is not None else None
    others = earlier[earlier["id"] != change.conversation_id] if earlier is not None else None
    numbers["new_source"] = bool(
        source and others is not None and len(others) and source not in set(others["source"])
    )
    ago = _hours(failures["at"], change.at)
    theirs = (failures["conversation_id"] == change.conversation_id) | (
        (failures["source"] == source) & (source != "")
    )
    numbers["failed"] = int((theirs & (ago <= 0) & (ago >= -HOURS)).sum()) if change.conversation_id else 0
    if others is not None and len(others) and source:
        yield doings.usual.new_source if numbers["new_source"] else 1.0
    if len(failures):
        yield doings.usual.failed if numbers["failed"] else 1.0


def _flag(numbers: dict[str, Any], p: float) -> Flag:
    return Flag(
        "account_takeover", (numbers["customer"],), "", score(p), p,
        said("account_takeover", "evidence", numbers), said("account_takeover", "suggestion", numbers),
        tuple(numbers["examples"][:EXAMPLES]), (numbers["conversation"],) if numbers["conversation"] else (),
    )  # fmt: skip
