"""Accounts that belong together: the same door, phone, payment method, or card in the same postcode."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

# What more accounts share says nothing about two of them: a parcel shop, a switchboard.
MOST_SHARED = 50
_FILLING = re.compile(r"[\W_]+")


def door(address: Mapping[str, Any]) -> str:
    """The address without who lives there, in comparable form; "" if there is no street."""
    parts = (address.get(name) or "" for name in ("country", "region", "city", "line1", "line2"))
    said = "|".join(_FILLING.sub("", part.casefold()) for part in parts)
    return said if address.get("line1") else ""


def linked(accounts: pd.DataFrame, methods: pd.DataFrame) -> list[tuple[str, ...]]:
    """Groups of two and more accounts that are linked, also over others; the ids of each sorted."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    place = {key: number for number, key in enumerate(accounts["id"])}
    pairs = [
        (place[one], place[other]) for those in _sharing(accounts, methods) for one, other in pairwise(those)
    ]
    if not pairs:
        return []
    rows, columns = np.array(pairs).T
    graph = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(len(place), len(place)))
    _, label = connected_components(graph, directed=False)
    groups: dict[int, list[str]] = defaultdict(list)
    for key, which in zip(accounts["id"], label, strict=True):
        groups[which].append(key)
    return sorted(tuple(sorted(those)) for those in groups.values() if len(those) > 1)


def _sharing(accounts: pd.DataFrame, methods: pd.DataFrame) -> Iterator[list[str]]:
    """The accounts behind everything that some share."""
    behind: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    postcodes: dict[str, str] = {}
    for key, address, phone in zip(*(accounts[name] for name in ("id", "address", "phone_key")), strict=True):
        postcodes[key] = str(address.get("postcode") or "")
        if home := door(address):
            behind["door", home][key] = None
        if phone:
            behind["phone", phone][key] = None
    names = ("customer_id", "id", "last4", "brand")
    for key, method, digits, brand in zip(*(methods[name] for name in names), strict=True):
        behind["method", method][key] = None
        if digits and postcodes.get(key):
            behind["card", brand, digits, postcodes[key]][key] = None
    return (list(those) for those in behind.values() if 1 < len(those) <= MOST_SHARED)
