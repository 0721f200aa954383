"""Which accounts belong together."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insights.risk.links import MOST_SHARED, linked

Row = dict[str, Any]


def account(number: int, house: str = "", phone: str = "", postcode: str = "310000") -> Row:
    address = {"line1": house or f"Road {number}", "city": "Hangzhou", "postcode": postcode, "country": "CN"}
    return {"id": f"C-{number}", "address": address, "phone_key": phone or f"p{number}"}


def method(number: int, key: str = "", last4: str = "", brand: str = "") -> Row:
    return {"customer_id": f"C-{number}", "id": key or f"pm{number}", "last4": last4, "brand": brand}


def links(accounts: list[Row], methods: list[Row]) -> list[tuple[str, ...]]:
    return linked(
        pd.DataFrame(accounts), pd.DataFrame(methods, columns=["customer_id", "id", "last4", "brand"])
    )


def test_links_run_over_door_phone_and_method() -> None:
    accounts = [
        account(1, "Road 9"),
        account(2, "ROAD  9.", "same"),
        account(3, "", "same"),
        account(4),
        account(5),
    ]
    methods = [method(3, "shared"), method(4, "shared"), method(5)]
    assert links(accounts, methods) == [("C-1", "C-2", "C-3", "C-4")]


def test_the_last_digits_of_a_card_link_only_within_a_postcode() -> None:
    accounts = [account(1), account(2), account(3, postcode="100000")]
    assert links(accounts, [method(number, last4="4417") for number in (1, 2, 3)]) == [("C-1", "C-2")]


def test_what_very_many_share_links_nobody() -> None:
    accounts = [account(number, "Parcel shop 1") for number in range(MOST_SHARED + 1)]
    assert links(accounts, []) == []
