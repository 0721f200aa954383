"""Every action of the desk from the wish to the receipt, over every store: exactly what was read back, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.tools.builders import NOW, for_variant, wish, yuan
from tests.tools.desk_builders import (
    COMMANDS,
    FAR,
    LATER,
    agreed,
    answered,
    assert_sound,
    desk_shop,
    pending,
    proposed,
)
from tools.desk.actions import BY_KIND
from tools.desk.proposals import LIFETIME, confirm, propose
from tools.desk.records import Proposal
from tools.domain import (
    CancelOrder,
    CancelReason,
    Category,
    ChangeAddress,
    ChangeDefaultAddress,
    ChangeItems,
    ChangePayment,
    Command,
    Complaint,
    ComplaintKind,
    ComplaintStatus,
    Exchange,
    ExchangeStatus,
    ItemChange,
    Money,
    OpenComplaint,
    Order,
    OrderStatus,
    Payment,
    PaymentKind,
    Refund,
    Repair,
    RepairStatus,
    Return,
    ReturnLine,
    ReturnReason,
    ReturnStatus,
    Shop,
    StartExchange,
    StartRepair,
    StatusChange,
    Swap,
    Text,
    order_id_of,
)
from tools.policy.cards import PolicyCards
from tools.policy.verdict import Denied
from tools.store.protocol import LocalStore

KINDS = list(COMMANDS)
NOTHING = Money.zero()
DEAR = Swap(
    1, 1, "SKU-apparel", "SKU-apparel-dear", Text("黑色 / M", "black / M"), Text("黑色 / XL", "black / XL"),
    yuan("100.00"), yuan("130.00"),
)  # fmt: skip


@pytest.fixture
def desk(empty_store: LocalStore) -> LocalStore:
    """Each kind of store with the desk shop in it."""
    empty_store.import_shop(desk_shop())
    return empty_store


@pytest.fixture
def quick_desk(memory_first: LocalStore) -> LocalStore:
    """The same for what says nothing new about a database."""
    memory_first.import_shop(desk_shop())
    return memory_first


def moved(order: Order, status: OrderStatus) -> Order:
    return replace(order, status=status, history=(*order.history, StatusChange(status, LATER)))


def with_order(shop: Shop, changed: Order) -> Shop:
    return replace(shop, orders=tuple(changed if each.id == changed.id else each for each in shop.orders))


def with_gift(shop: Shop, balance: str) -> Shop:
    """C-1's gift card, which is the last of their methods, holds that much."""
    first, *others = shop.customers
    *ways, gift = first.payment_methods
    changed = replace(first, payment_methods=(*ways, replace(gift, balance=yuan(balance))))
    return replace(shop, customers=(changed, *others))


def with_stock(shop: Shop, **pieces: int) -> Shop:
    """`M=6`: six black M; the other keywords are the ends of the SKUs."""
    wanted = {f"SKU-apparel{'' if end == 'M' else '-' + end}": count for end, count in pieces.items()}

    def counted(product_id: str) -> object:
        product = next(each for each in shop.products if each.id == product_id)
        return replace(
            product,
            variants=tuple(replace(v, stock=wanted.get(v.sku, v.stock)) for v in product.variants),
        )

    return replace(shop, products=tuple(counted(each.id) for each in shop.products))  # type: ignore[misc]


def cancelled(shop: Shop, token: str) -> Shop:
    refunds = (
        Refund(f"RF-{token}-1", yuan("80.00"), "PM-alipay", LATER, "cancelled"),
        Refund(f"RF-{token}-2", yuan("20.00"), "PM-gift", LATER, "cancelled"),
    )
    order = replace(shop.orders[1], refunds=refunds, cancel_reason="other")
    return with_stock(with_gift(with_order(shop, moved(order, OrderStatus.CANCELLED)), "220.00"), M=6)


def return_started(shop: Shop, token: str) -> Shop:
    lines = (ReturnLine(1, 1, yuan("100.00")), ReturnLine(2, 1, yuan("50.00")))
    started = Return(
        f"RT-{token}", "O-1", ReturnStatus.REQUESTED, ReturnReason.NO_LONGER_WANTED, lines, yuan("138.00"),
        yuan("12.00"), "PM-gift", LATER, "returns.no_reason",
    )  # fmt: skip
    return with_order(shop, moved(replace(shop.orders[0], returns=(started,)), OrderStatus.RETURN_REQUESTED))


def exchange_started(shop: Shop, token: str) -> Shop:
    started = Exchange(
        f"EX-{token}", "O-1", ExchangeStatus.REQUESTED, ReturnReason.WRONG_SIZE, (DEAR,), yuan("30.00"),
        NOTHING, NOTHING, "PM-gift", LATER, "exchange.no_reason",
    )  # fmt: skip
    order = replace(shop.orders[0], exchanges=(started,))
    return with_order(shop, moved(order, OrderStatus.EXCHANGE_REQUESTED))


def repair_started(shop: Shop, token: str) -> Shop:
    order = shop.orders[3]
    assert order.delivered_at is not None
    until = order.delivered_at.date().replace(year=2027)
    started = Repair(
        f"RP-{token}", "O-4", 1, 1, RepairStatus.REQUESTED, "does not start", until, LATER, "repair.warranty"
    )
    return with_order(shop, replace(order, repairs=(started,)))


def address_changed(shop: Shop, token: str) -> Shop:
    order = shop.orders[2]
    more = Payment("PM-alipay", PaymentKind.ALIPAY, yuan("15.00"), LATER)
    return with_order(
        shop,
        replace(order, address=FAR, shipping_fee=yuan("15.00"), payments=(*order.payments, more)),
    )


def items_changed(shop: Shop, token: str) -> Shop:
    order = shop.orders[1]
    change = ItemChange(
        f"IC-{token}", "O-2", (DEAR,), yuan("30.00"), NOTHING, "PM-gift", LATER, "order_changes.items"
    )
    new = replace(
        order.lines[0], sku=DEAR.new_sku, options=DEAR.new_options, unit_price=DEAR.new_price, quantity=1
    )
    more = Payment("PM-gift", PaymentKind.GIFT_CARD, yuan("30.00"), LATER)
    after = replace(order, lines=(new,), item_changes=(change,), payments=(*order.payments, more))
    return with_stock(with_gift(with_order(shop, after), "170.00"), M=6, dear=4)


def payment_changed(shop: Shop, token: str) -> Shop:
    order = shop.orders[2]
    paid = Payment("PM-gift", PaymentKind.GIFT_CARD, yuan("100.00"), LATER)
    back = Refund(f"RF-{token}-1", yuan("100.00"), "PM-alipay", LATER, "payment_changed")
    after = replace(order, payments=(*order.payments, paid), refunds=(back,))
    return with_gift(with_order(shop, after), "100.00")


def default_address_changed(shop: Shop, token: str) -> Shop:
    first, *others = shop.customers
    return replace(shop, customers=(replace(first, address=FAR), *others))


# What each command makes of the desk shop, worked out by hand.
AFTERWARDS: dict[str, Callable[[Shop, str], Shop]] = {
    "cancel_order": cancelled,
    "start_return": return_started,
    "start_exchange": exchange_started,
    "start_repair": repair_started,
    "change_address": address_changed,
    "change_items": items_changed,
    "change_payment": payment_changed,
    "change_default_address": default_address_changed,
    "open_complaint": lambda shop, token: shop,
}
# Receipt: kind, beginning of the subject's id, refund, due, postage, method.
RECEIPTS = {
    "cancel_order": ("order_cancelled", "", "100.00", "0.00", "0.00", "original"),
    "start_return": ("return_started", "RT-", "138.00", "0.00", "12.00", "PM-gift"),
    "start_exchange": ("exchange_started", "EX-", "0.00", "30.00", "0.00", "PM-gift"),
    "start_repair": ("repair_started", "RP-", "0.00", "0.00", "0.00", ""),
    "change_address": ("address_changed", "", "0.00", "15.00", "0.00", "PM-alipay"),
    "change_items": ("items_changed", "IC-", "0.00", "30.00", "0.00", "PM-gift"),
    "change_payment": ("payment_changed", "", "0.00", "100.00", "0.00", "PM-gift"),
    "change_default_address": ("default_address_changed", "", "0.00", "0.00", "0.00", ""),
    "open_complaint": ("complaint_opened", "CP-", "0.00", "0.00", "0.00", ""),
}
# Facts: what was proposed, what happened, why, by which rule.
FACTS = {
    "cancel_order": ("CancellationProposed", "OrderCancelled", "other", "cancellation.cancel"),
    "start_return": ("ReturnProposed", "ReturnStarted", "no_longer_wanted", "returns.no_reason"),
    "start_exchange": ("ExchangeProposed", "ExchangeStarted", "wrong_size", "exchange.no_reason"),
    "start_repair": ("RepairProposed", "RepairStarted", "", "repair.warranty"),
    "change_address": ("AddressChangeProposed", "OrderAddressChanged", "", "order_changes.address"),
    "change_items": ("ItemChangeProposed", "OrderItemsChanged", "", "order_changes.items"),
    "change_payment": ("PaymentChangeProposed", "OrderPaymentChanged", "", "order_changes.payment"),
    "change_default_address": (
        "DefaultAddressChangeProposed", "DefaultAddressChanged", "", "order_changes.default_address",
    ),
    "open_complaint": ("ComplaintProposed", "ComplaintOpened", "", "complaints.open"),
}  # fmt: skip
# One command of each kind that the desk shop does not allow, and why.
REFUSED: dict[str, tuple[Command, str]] = {
    "cancel_order": (CancelOrder("O-1", CancelReason.OTHER), "status"),
    "start_return": (wish((1, 9)), "quantity"),
    "start_exchange": (
        StartExchange("O-1", (for_variant(1, "-none"),), ReturnReason.WRONG_SIZE), "out_of_stock",
    ),
    "start_repair": (StartRepair("O-1", 1, 1, "torn"), "no_warranty"),
    "change_address": (ChangeAddress("O-1", FAR), "status"),
    "change_items": (ChangeItems("O-1", (for_variant(1),)), "status"),
    "change_payment": (ChangePayment("O-3", "PM-alipay"), "same_method"),
    "change_default_address": (ChangeDefaultAddress(replace(FAR, city=" ")), "address_incomplete"),
    "open_complaint": (OpenComplaint(ComplaintKind.OTHER, "  "), "nothing_said"),
}  # fmt: skip


def test_every_action_is_tried_here() -> None:
    assert set(KINDS) == set(AFTERWARDS) == set(RECEIPTS) == set(FACTS) == set(REFUSED) == set(BY_KIND)


def token_of(proposal: Proposal) -> str:
    return proposal.id.removeprefix("P-").upper()


@pytest.mark.parametrize("kind", KINDS)
def test_a_proposal_changes_nothing(quick_desk: LocalStore, cards: PolicyCards, kind: str) -> None:
    before = quick_desk.export_shop()
    proposal = proposed(quick_desk, cards, COMMANDS[kind])
    assert (proposal.kind, proposal.status, proposal.receipt) == (kind, "open", None)
    assert proposal.expires_at == NOW + LIFETIME
    assert quick_desk.proposal(proposal.id) == proposal
    assert quick_desk.export_shop() == before
    assert quick_desk.complaints_of("C-1") == ()
    (fact,) = quick_desk.events_of_conversation("K-1")
    assert (fact.kind, fact.actor, fact.at) == (FACTS[kind][0], "agent", NOW)
    assert (fact.proposal_id, fact.receipt_id) == (proposal.id, "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_yes_does_exactly_what_was_read_back_and_nothing_else(
    desk: LocalStore, cards: PolicyCards, kind: str
) -> None:
    before = desk.export_shop()
    proposal = proposed(desk, cards, COMMANDS[kind])
    receipt = agreed(desk, cards, proposal)
    token = token_of(proposal)
    after = desk.export_shop()
    assert after == AFTERWARDS[kind](before, token)
    assert_sound(before, after)
    name, prefix, refund, due, postage, method = RECEIPTS[kind]
    assert (receipt.id, receipt.proposal_id, receipt.kind) == (f"RC-{token}", proposal.id, name)
    assert (receipt.order_id, receipt.at) == (order_id_of(COMMANDS[kind]), LATER)
    assert receipt.subject_id == (f"{prefix}{token}" if prefix else "")
    assert (receipt.refund, receipt.due) == (yuan(refund), yuan(due))
    assert (receipt.postage, receipt.method_id) == (yuan(postage), method)
    assert desk.proposal(proposal.id) == replace(proposal, status="executed", receipt=receipt)


def test_a_complaint_lies_with_somebody(desk: LocalStore, cards: PolicyCards) -> None:
    receipt = agreed(desk, cards, proposed(desk, cards, COMMANDS["open_complaint"]))
    (found,) = desk.complaints_of("C-1")
    taken = Complaint(
        receipt.subject_id, "C-1", "O-1", "K-1", ComplaintKind.LOGISTICS, "三天没有动静了",
        ComplaintStatus.OPEN, LATER, "zh",
    )  # fmt: skip
    names = (
        "id",
        "customer_id",
        "order_id",
        "conversation_id",
        "kind",
        "text",
        "status",
        "opened_at",
        "language",
    )
    assert [getattr(found, name) for name in names] == [getattr(taken, name) for name in names]
    assert found.department == "logistics"
    assert receipt.data["answer_hours"] == "24"
    assert desk.complaints_of("C-2") == ()


@pytest.mark.parametrize("kind", KINDS)
def test_the_fact_says_who_when_why_and_by_which_rule(
    quick_desk: LocalStore, cards: PolicyCards, kind: str
) -> None:
    proposal = proposed(quick_desk, cards, COMMANDS[kind])
    receipt = agreed(quick_desk, cards, proposal)
    wished, fact = quick_desk.events_of_conversation("K-1")
    _, name, why, rule = FACTS[kind]
    assert (fact.kind, fact.at, fact.actor, fact.customer_id) == (name, LATER, "customer", "C-1")
    assert (fact.why, fact.rule) == (why, rule)
    assert (fact.order_id, fact.conversation_id) == (receipt.order_id, "K-1")
    assert (fact.proposal_id, fact.receipt_id) == (proposal.id, receipt.id)
    assert fact.data["digest"] == proposal.digest
    assert fact.id > wished.id > 0
    if receipt.order_id:
        assert quick_desk.events(receipt.order_id) == (wished, fact)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_yes_again_brings_the_same_receipt(desk: LocalStore, cards: PolicyCards, kind: str) -> None:
    proposal = proposed(desk, cards, COMMANDS[kind])
    first = agreed(desk, cards, proposal)
    before, facts = desk.export_shop(), desk.events_of_conversation("K-1")
    long_after = NOW + LIFETIME * 100
    for now in (LATER, long_after):
        again = confirm(desk, cards, proposal.id, proposal.digest, "K-1", "C-1", now)
        assert again == first
    assert (desk.export_shop(), desk.events_of_conversation("K-1")) == (before, facts)
    assert len(desk.complaints_of("C-1")) == (kind == "open_complaint")


@pytest.mark.parametrize("kind", KINDS)
def test_a_denied_wish_keeps_nothing(quick_desk: LocalStore, cards: PolicyCards, kind: str) -> None:
    before = quick_desk.export_shop()
    command, reason = REFUSED[kind]
    result = propose(quick_desk, cards, "K-1", "C-1", command, NOW)
    assert isinstance(result, Denied) and result.reason == reason
    assert result.rule.partition(".")[0] == FACTS[kind][3].partition(".")[0]
    assert quick_desk.export_shop() == before
    assert quick_desk.events_of_conversation("K-1") == ()
    with quick_desk.unit_of_work() as unit:
        assert unit.open_proposals("K-1") == ()


@pytest.mark.parametrize("kind", KINDS)
def test_the_policy_is_asked_again_at_the_yes(quick_desk: LocalStore, cards: PolicyCards, kind: str) -> None:
    proposal = proposed(quick_desk, cards, COMMANDS[kind])
    before, facts = quick_desk.export_shop(), quick_desk.events_of_conversation("K-1")
    closed = replace(
        cards, cancellation=None, exchange=None, repair=None, order_changes=None, complaints=None,
        returns=replace(
            cards.returns, no_reason=replace(cards.returns.no_reason, excluded=frozenset(Category))
        ),
    )  # fmt: skip
    result = answered(quick_desk, closed, proposal)
    assert isinstance(result, Denied)
    assert result.reason in ("not_offered", "category_excluded")
    assert (quick_desk.export_shop(), quick_desk.events_of_conversation("K-1")) == (before, facts)
    assert (quick_desk.complaints_of("C-1"), quick_desk.proposal(proposal.id)) == ((), proposal)


def test_a_part_of_a_line_becomes_a_line_of_its_own(empty_store: LocalStore, cards: PolicyCards) -> None:
    three = pending(2, ("PM-alipay", "300.00"))
    three = replace(three, lines=(replace(three.lines[0], quantity=3),))
    empty_store.import_shop(replace(desk_shop(), orders=(three,)))
    before = empty_store.export_shop()
    command = ChangeItems("O-2", (for_variant(1, "-cheap", 2),), "original")
    receipt = agreed(empty_store, cards, proposed(empty_store, cards, command))
    assert (receipt.refund, receipt.due, receipt.method_id) == (yuan("60.00"), NOTHING, "PM-alipay")
    after = empty_store.export_shop()
    (order,) = after.orders
    assert [(each.line_no, each.sku, each.quantity) for each in order.lines] == [
        (1, "SKU-apparel", 1), (2, "SKU-apparel-cheap", 2),
    ]  # fmt: skip
    assert (order.total, order.paid - order.refunded) == (yuan("240.00"), yuan("240.00"))
    assert_sound(before, after)


@pytest.mark.parametrize("method", ["PM-gift", "original"])
def test_what_was_given_back_for_cheaper_items_is_not_given_back_again(
    desk: LocalStore, cards: PolicyCards, method: str
) -> None:
    """¥100 paid by Alipay, ¥30 of it back on whatever card: cancelled, ¥70 are left to give back."""
    before = desk.export_shop()
    cheaper = ChangeItems("O-3", (for_variant(1, "-cheap"),), method)
    assert agreed(desk, cards, proposed(desk, cards, cheaper)).refund == yuan("30.00")
    receipt = agreed(desk, cards, proposed(desk, cards, CancelOrder("O-3", CancelReason.OTHER)))
    assert receipt.refund == yuan("70.00")
    assert_sound(before, desk.export_shop())
