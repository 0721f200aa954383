"""Lines that become other variants: what exchanges and changes of a pending order share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tools.domain import Customer, Money, Order, Product, Swap, SwapItem
from tools.policy.paying import Problem, RefundTo, cannot_pay, may_receive, method_of
from tools.policy.return_money import refundable_left


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a swap comes to; at most one of `due` and `refund` is above zero."""

    due: Money
    refund: Money
    method_id: str


def priced(
    order: Order,
    items: tuple[SwapItem, ...],
    products: Mapping[str, Product],
    left: Callable[[int], int],
    same_allowed: bool = False,
) -> tuple[Swap, ...] | Problem:
    """Put names and prices to a wish.

    `left` says how many pieces of a line can be swapped.
    """
    if not items:
        return Problem("no_items")
    if problem := _lines_problem(order, items, left):
        return problem
    wanted: Counter[str] = Counter()
    swaps: list[Swap] = []
    for item in items:
        wanted[item.new_sku] += item.quantity
        found = _swap(order, item, products, wanted[item.new_sku], same_allowed)
        if isinstance(found, Problem):
            return found
        swaps.append(found)
    return tuple(swaps)


def _lines_problem(order: Order, items: tuple[SwapItem, ...], left: Callable[[int], int]) -> Problem | None:
    known = {line.line_no for line in order.lines}
    asked: Counter[int] = Counter()
    for item in items:
        number = str(item.line_no)
        if item.line_no not in known:
            return Problem("unknown_line", {"line_no": number})
        asked[item.line_no] += max(0, item.quantity)
        available = left(item.line_no)
        if available <= 0:
            return Problem("nothing_left", {"line_no": number})
        if item.quantity < 1 or asked[item.line_no] > available:
            wrong = asked[item.line_no] if item.quantity >= 1 else item.quantity
            return Problem("quantity", {"line_no": number, "asked": str(wrong), "available": str(available)})
    return None


def _swap(
    order: Order, item: SwapItem, products: Mapping[str, Product], pieces: int, same_allowed: bool
) -> Swap | Problem:
    line = order.line(item.line_no)
    params = {"line_no": str(item.line_no), "sku": item.new_sku}
    product = products.get(line.product_id)
    variant = product.variant(item.new_sku) if product else None
    if variant is None:
        return Problem("unknown_variant", params)
    if variant.sku == line.sku and not same_allowed:
        return Problem("same_variant", params)
    if not variant.has(pieces):
        return Problem("out_of_stock", params)
    return Swap(
        item.line_no, item.quantity, line.sku, variant.sku, line.options, variant.described(),
        line.unit_price, variant.price,
    )  # fmt: skip


def settled(
    order: Order,
    customer: Customer,
    swaps: tuple[Swap, ...],
    method_id: str,
    refund_to: RefundTo,
    postage: Money | None = None,
) -> Settlement | Problem:
    """Who pays whom: the new prices less the old ones, and the customer's postage if there is one."""
    nothing = Money.zero(order.currency)
    difference = sum(((each.new_price - each.old_price) * each.quantity for each in swaps), nothing)
    difference = difference + (postage or nothing)
    method = method_of(order, method_id)
    due, refund = max(difference, nothing), max(nothing - difference, nothing)
    if customer.method(method) is None:
        return Problem("unknown_method", {"method_id": method})
    if problem := cannot_pay(customer, method, due):
        return problem
    # A discount may be worth more than the cheaper variant: nobody gets back more than was paid.
    if refund > (left := refundable_left(order)):
        return Problem("more_than_paid", {"asked": str(refund), "available": str(left)})
    if refund.amount > 0 and not may_receive(order, customer, method, refund_to):
        return Problem("refund_to_not_allowed", {"method_id": method})
    return Settlement(due, refund, method)


def instead_of(problem: Problem) -> str:
    """What could be done instead where the money cannot be settled."""
    return "person" if problem.reason == "more_than_paid" else "other_method"
