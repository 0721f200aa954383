"""Refunds outside the pattern: what one of the staff does that the others do not, and orders paid back too much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from insights.risk.chance import ALPHA, adjusted, score
from insights.risk.reading import Past
from insights.risk.report import Flag
from insights.risk.settled import compared, favoured, settled
from insights.risk.wording import said

if TYPE_CHECKING:
    import pandas as pd

EXAMPLES, LEAST = 5, 5
# More money back than was paid is no matter of chance; it ranks as what chance would bring once in so many powers of ten.
CERTAIN = 6.0
FINAL = ("return", "cancelled")


def refund_flags(past: Past) -> list[Flag]:
    """Of staff, each held against all others by Fisher's exact test, and of single orders."""
    return [*_of_staff(settled(past)), *_overpaid(past), *_twice(past)]


def _of_staff(paid: pd.DataFrame) -> Iterator[Flag]:
    import pandas as pd

    could = paid[paid["could"]]
    tests = pd.concat([
        compared(could, could["carded"]).assign(about="to_gift_card"),
        compared(paid, ~paid["received"]).assign(about="not_received"),
        favoured(paid, LEAST).assign(about="same_customer"),
    ])  # fmt: skip
    tests["adjusted"] = adjusted(tests["p"].to_numpy(np.float64))
    for test in tests[(tests["adjusted"] <= ALPHA) & (tests["k"] >= LEAST)].to_dict("records"):
        yield _staff_flag({str(name): value for name, value in test.items()}, paid)


def _staff_flag(test: dict[str, Any], paid: pd.DataFrame) -> Flag:
    rows = paid[paid["staff"] == test["staff"]]
    odd = {
        "to_gift_card": rows["carded"] & rows["could"], "not_received": ~rows["received"],
        "same_customer": rows["customer_id"] == test["customer"],
    }  # fmt: skip
    rows, p = rows[odd[test["about"]]], float(test["adjusted"])
    customers = (test["customer"],) if test["customer"] else ()
    return Flag(
        "refund_anomaly", customers, test["staff"], score(p), p, said(test["about"], "evidence", test),
        said(test["about"], "suggestion", test), tuple(rows["order_id"][:EXAMPLES]),
        tuple(each for each in dict.fromkeys(rows["conversation_id"]) if each)[:EXAMPLES],
        touched=tuple(dict.fromkeys(rows["customer_id"])),
    )  # fmt: skip


def _overpaid(past: Past) -> Iterator[Flag]:
    """Orders that got more back than was ever paid; those without a payment on record are left out."""
    paid = past.payments.groupby("order_id")["amount"].sum()
    returned = past.refunds.groupby("order_id")["amount"].sum().reindex(paid.index).fillna(0)
    most = (returned - paid)[returned > paid].sort_values(ascending=False)
    for order in most.index:
        yield _order_flag("overpaid", past, str(order), {"paid": paid[order], "back": returned[order]})


def _twice(past: Past) -> Iterable[Flag]:
    """The same amount by the same way more often than there are returns that it could be for."""
    final = past.refunds[past.refunds["reason"].isin(FINAL)]
    same = final.groupby(["order_id", "method_id", "amount", "reason"]).size()
    cases = past.back.groupby("order_id")["return_id"].nunique()
    for key, count in same[same > 1].to_dict().items():
        order, _, amount, reason = cast("tuple[str, str, int, str]", key)
        if count > (cases.get(order, 0) if reason == "return" else 1):
            yield _order_flag("twice", past, order, {"count": count, "amount": amount})


def _order_flag(about: str, past: Past, order: str, numbers: dict[str, Any]) -> Flag:
    row = past.orders.set_index("id").loc[order]
    told = numbers | {"currency": row["currency"]}
    return Flag(
        "refund_anomaly", (str(row["customer_id"]),), "", CERTAIN, None, said(about, "evidence", told),
        said(about, "suggestion", told), (order,), past.conversations_of([order]),
    )  # fmt: skip
