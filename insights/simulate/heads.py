"""What the trained heads would have said of a message: mostly right, sometimes beside it, never quite sure."""

from __future__ import annotations

from random import Random
from typing import Any

from tools.domain import ComplaintKind

CONFUSED, MISREAD, FALSE_COMPLAINT, MISSED_COMPLAINT = 0.04, 0.04, 0.015, 0.08
# From here on a mood (−1 … 1) has a side.
SIDE = 0.33
_PAIRS = (
    ("order_status", "tracking"), ("delivery_time", "tracking"), ("return_item", "exchange_item"),
    ("refund_status", "return_status"), ("product_question", "stock_question"), ("price_protection", "coupon_points"),
    ("account", "payment_problem"), ("change_address", "change_payment"), ("policy_question", "invoice"),
    ("gift_card", "coupon_points"), ("repair", "product_question"), ("cancel_order", "return_item"),
)  # fmt: skip
_NEAR = {first: second for first, second in _PAIRS} | {second: first for first, second in reversed(_PAIRS)}
_KINDS = tuple(kind.value for kind in ComplaintKind)


def _score(rng: Random, label: str, sure: bool) -> dict[str, Any]:
    low, high = (0.72, 0.995) if sure else (0.42, 0.75)
    return {"label": label, "probability": round(rng.uniform(low, high), 3)}


def intents(rng: Random, reason: str) -> list[dict[str, Any]]:
    if not reason:
        return []
    if reason in _NEAR and rng.random() < CONFUSED:
        return [_score(rng, _NEAR[reason], False)]
    return [_score(rng, reason, True)]


def act(rng: Random, label: str) -> dict[str, Any]:
    return _score(rng, label, True)


def mood(rng: Random, felt: float) -> float:
    """The mood (−1 … 1) as it was read, seldom with the wrong sign."""
    read = felt + rng.gauss(0, 0.1)
    if rng.random() < MISREAD:
        read = -0.5 * read
    return round(min(1.0, max(-1.0, read)), 3)


def sentiment(read: float) -> dict[str, Any]:
    label = "positive" if read > SIDE else "negative" if read < -SIDE else "neutral"
    sure = 0.5 + 0.5 * abs(read) if label != "neutral" else 1.0 - abs(read)
    return {"label": label, "probability": round(sure, 3)}


def complaint(rng: Random, kind: str) -> dict[str, Any]:
    """`kind` is what it is in truth, "" for no complaint."""
    if (kind and rng.random() < MISSED_COMPLAINT) or (not kind and rng.random() > FALSE_COMPLAINT):
        return _score(rng, "none", not kind)
    return _score(rng, kind or rng.choice(_KINDS), bool(kind))
