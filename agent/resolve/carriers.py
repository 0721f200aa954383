"""Which of the customer's orders came with the carrier that a text names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tools.domain import Order

# What carriers add to their names: 顺丰速运, 中通快递, "SF Express".
_KIND = re.compile(
    r"(?:速运|快递|物流|速递|快运|集团)+$|\b(?:express|logistics|courier|parcel|post)\b.*$", re.IGNORECASE
)


def brought_by(text: str, orders: Sequence[Order]) -> list[Order]:
    """The orders of the carrier that a text names, in its short name too; none where it names none."""
    return [
        order
        for order in orders
        if order.shipment
        and any(_names(name, text) for name in (order.shipment.carrier.zh, order.shipment.carrier.en))
    ]


def _names(carrier: str, text: str) -> bool:
    short = _KIND.sub("", carrier).strip()
    if len(short) < 2:
        return False
    if short.isascii():
        # "sf" inside a word, or in small letters where it may be anything, names nobody.
        return bool(re.search(rf"(?<![A-Za-z0-9]){re.escape(short)}(?![A-Za-z0-9])", text))
    return short in text
