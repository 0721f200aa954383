"""Which address a customer means: written out, the one on the account, or that of another order."""

from __future__ import annotations

import re
from dataclasses import replace

from agent.resolve.written_addresses import spells_out, written_address
from tools.domain import Address, Customer, Order

_PROFILE = re.compile(
    r"default address|(?:address|one) (?:in|on|from) my (?:profile|account)|(?:profile|account|home) address|my usual address"
    r"|默认(?:的)?(?:收货)?地址|(?:账户|账号|个人资料|资料)(?:里|中|上)?的?(?:默认)?地址|常用地址",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"(?:another|other|previous|last|different|first|second) order|order .{0,40}(?:went|sent|shipped) to|(?:另|别的|其他|上)(?:外)?(?:一|那)?个?(?:订)?单|之前(?:的|那个)?订单",
    re.IGNORECASE,
)


def named_address(
    text: str, customer: Customer, orders: tuple[Order, ...], order: Order | None, default: Address
) -> Address | None:
    """The address that a text names, complete, or None.

    `default` gives what an address on a parcel also needs: the recipient and the phone. `order` is the one
    that is to be changed: "my other order" is not that one. Without one the default address is to be changed,
    and to name it says nothing.
    """
    written = written_address(text, default)
    if written is not None:
        return written
    if spells_out(text):
        # Half an address is asked for again; no other one is meant by it.
        return None
    if _OTHER.search(text) and (found := _of_another_order(text, orders, order)):
        return replace(found, recipient=default.recipient, phone=default.phone)
    if order is not None and _PROFILE.search(text):
        return replace(customer.address, recipient=default.recipient, phone=default.phone)
    if found := _of_another_order(text, orders, order):
        return replace(found, recipient=default.recipient, phone=default.phone)
    return None


def _of_another_order(text: str, orders: tuple[Order, ...], order: Order | None) -> Address | None:
    """The address of an order that is named by its number or by the city it went to."""
    others = [each for each in orders if order is None or each.id != order.id]
    numbers = [each.address for each in others if each.id.lstrip("#") in text]
    low = text.casefold()
    cities = [each.address for each in others if each.address.city.casefold() in low and each.address.city]
    states = [
        each.address
        for each in others
        if len(each.address.region) > 2 and each.address.region.casefold() in low
    ]
    found = list(dict.fromkeys(numbers or cities or states))
    return found[0] if len(found) == 1 else None
