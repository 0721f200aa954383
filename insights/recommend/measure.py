"""Is it better than showing everybody what sells best? Measured on the last purchase of each customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from insights.recommend.model import KINDS, Kind, learn
from insights.recommend.purchases import Purchase, Purchases, as_matrix

AT = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """Shares 0..1: how often the product that was held out is among the first `AT`, and how many of all products
    are shown to anybody. `customers` had a purchase to hold out."""

    kind: Kind
    customers: int
    hit_rate: float
    coverage: float
    popular_hit_rate: float
    popular_coverage: float

    @property
    def times_popular(self) -> float:
        """The hit rate as a multiple of popularity's; infinite where that one never hits."""
        return self.hit_rate / self.popular_hit_rate if self.popular_hit_rate else float("inf")


def measure(purchases: Sequence[Purchase], at: int = AT) -> Measured:
    """Hold out the last new product of everybody who bought two or more, learn from the rest, and look it up.

    The kind of model is chosen on the rest alone. Raises `ValueError` where nobody bought two.
    """
    kept, held_out = _split(purchases)
    if not held_out:
        raise ValueError("nobody bought two different products: there is nothing to measure on")
    return _measured(kept, held_out, choose(kept), at)


def choose(purchases: Sequence[Purchase], at: int = AT) -> Kind:
    """The kind of model that finds most of the last purchases; the first where there are none to find."""
    kept, held_out = _split(purchases)
    if not held_out:
        return KINDS[0]
    return max(KINDS, key=lambda kind: _measured(kept, held_out, kind, at).hit_rate)


def _measured(kept: Sequence[Purchase], held_out: dict[str, str], kind: Kind, at: int) -> Measured:
    known = as_matrix(kept)
    customers = list(held_out)
    popular = _popular(known)
    best = [_first(popular, known.had[each], at) for each in customers]
    picks = learn(known, kind).many(customers, at) if known.matrix.nnz else [[] for _ in customers]
    # Where tastes say too little, what sells fills the list, as it does for customers.
    filled = [
        (mine + [each for each in most if each not in mine])[:at]
        for mine, most in zip(picks, best, strict=True)
    ]
    goods = max(len(known.products), 1)
    return Measured(
        kind, len(customers), _hits(filled, held_out), len(set().union(*filled)) / goods,
        _hits(best, held_out), len(set().union(*best)) / goods,
    )  # fmt: skip


def _hits(lists: Sequence[list[str]], held_out: dict[str, str]) -> float:
    found = [product in mine for mine, product in zip(lists, held_out.values(), strict=True)]
    return sum(found) / len(found)


def _first(popular: Sequence[str], had: Sequence[str], at: int) -> list[str]:
    return [each for each in popular if each not in had][:at]


def _split(purchases: Sequence[Purchase]) -> tuple[list[Purchase], dict[str, str]]:
    """Everything but the last new product of each customer, and that product."""
    kept: list[Purchase] = []
    held_out: dict[str, str] = {}
    by_customer = sorted(purchases, key=lambda each: (each.customer_id, each.at))
    for customer, group in groupby(by_customer, key=lambda each: each.customer_id):
        mine = list(group)
        last = mine[-1].product_id
        rest = [each for each in mine if each.product_id != last]
        if rest:
            held_out[customer] = last
        kept += rest or mine
    return kept, held_out


def _popular(known: Purchases) -> list[str]:
    order = np.lexsort((np.asarray(known.products), -known.buyers))
    return [known.products[at] for at in order]
