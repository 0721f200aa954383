"""What the shop's own people do: each step once, on the record, and only where the state machine allows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from tests.tools.builders import NOW, for_variant, shipment, wish, yuan
from tests.tools.desk_builders import (
    COMMANDS,
    LATER,
    agreed,
    assert_sound,
    desk_shop,
    pending,
    proposed,
    shop_of,
    with_gift_card,
)
from tools.desk.changes import Changes
from tools.desk.warehouse import Warehouse
from tools.domain import (
    ChangePayment,
    Command,
    ExchangeStatus,
    OrderStatus,
    Refund,
    RepairStatus,
    ReturnReason,
    ReturnStatus,
    Shipment,
    StartExchange,
    StatusChange,
)
from tools.errors import NotFound, WrongState
from tools.policy.cards import PolicyCards
from tools.store.protocol import LocalStore

DAY = timedelta(days=1)
BACK = LATER + 3 * DAY
PARCEL: Shipment = replace(shipment(None), shipped_at=LATER + DAY, expected_at=None)
Step = Callable[[Warehouse], None]
NUMBERS = count()


@pytest.fixture
def desk(empty_store: LocalStore) -> LocalStore:
    empty_store.import_shop(desk_shop())
    return empty_store


def started(desk: LocalStore, cards: PolicyCards, command: Command) -> str:
    """What a customer has begun, by its id; each in a conversation of its own."""
    return agreed(desk, cards, proposed(desk, cards, command, f"K-{next(NUMBERS)}")).subject_id


def gift_card(desk: LocalStore) -> str:
    return str(desk.customer("C-1").payment_methods[-1].balance)


def test_an_order_goes_its_way(desk: LocalStore) -> None:
    before = desk.export_shop()
    house = Warehouse(desk, "Li")
    house.prepare("O-3", LATER)
    with pytest.raises(WrongState, match="already"):
        house.prepare("O-3", BACK)
    house.ship("O-3", PARCEL, LATER + DAY)
    with pytest.raises(WrongState, match="already"):
        house.ship("O-3", replace(PARCEL, tracking_no="SF999"), BACK)
    assert desk.order("O-3", "C-1").shipment == PARCEL
    house.deliver("O-3", BACK)
    with pytest.raises(WrongState, match="already"):
        house.deliver("O-3", BACK + DAY)
    order = desk.order("O-3", "C-1")
    assert order.status is OrderStatus.DELIVERED
    assert order.delivered_at == BACK
    assert order.history[1:] == (
        StatusChange(OrderStatus.PROCESSED, LATER),
        StatusChange(OrderStatus.SHIPPED, LATER + DAY),
        StatusChange(OrderStatus.DELIVERED, BACK),
    )
    facts = desk.events("O-3")
    assert [each.kind for each in facts] == ["OrderProcessed", "OrderShipped", "OrderDelivered"]
    assert {(each.actor, each.customer_id, each.data["staff"]) for each in facts} == {("staff", "C-1", "Li")}
    assert_sound(before, desk.export_shop())


@pytest.mark.parametrize(
    "step",
    [
        lambda house: house.prepare("O-1", BACK),
        lambda house: house.ship("O-3", PARCEL, BACK),
        lambda house: house.deliver("O-1", BACK),
        lambda house: house.deliver("O-3", BACK),
    ],
    ids=["prepare delivered", "ship pending", "deliver delivered", "deliver pending"],
)
def test_a_step_that_the_state_does_not_allow_changes_nothing(desk: LocalStore, step: Step) -> None:
    before = desk.export_shop()
    with pytest.raises(WrongState):
        step(Warehouse(desk))
    assert desk.export_shop() == before
    assert desk.events("O-1") == desk.events("O-3") == ()


@pytest.mark.parametrize(
    "step",
    [
        lambda house: house.prepare("O-404", BACK),
        lambda house: house.prepare("O-1\x00", BACK),
        lambda house: house.settle_return("O-1", "RT-404", BACK),
        lambda house: house.reject_return("O-1", "RT-404", "worn", BACK),
        lambda house: house.complete_exchange("O-1", "EX-404", BACK),
        lambda house: house.reject_exchange("O-1", "EX-404", "worn", BACK),
        lambda house: house.finish_repair("O-1", "RP-404", True, BACK),
    ],
)
def test_what_does_not_exist_is_not_found(desk: LocalStore, step: Step) -> None:
    before = desk.export_shop()
    with pytest.raises(NotFound):
        step(Warehouse(desk))
    assert desk.export_shop() == before


def test_a_refund_is_paid_when_the_goods_are_back_and_only_once(desk: LocalStore, cards: PolicyCards) -> None:
    before = desk.export_shop()
    key = started(desk, cards, COMMANDS["start_return"])
    assert gift_card(desk) == "¥200.00"
    house = Warehouse(desk)
    house.settle_return("O-1", key, BACK)
    order = desk.order("O-1", "C-1")
    token = key.removeprefix("RT-")
    assert order.refunds == (Refund(f"RF-{token}-1", yuan("138.00"), "PM-gift", BACK, "return"),)
    assert order.status is order.history[-1].status is OrderStatus.REFUNDED
    assert order.returns[0].status is ReturnStatus.REFUNDED
    assert gift_card(desk) == "¥338.00"
    after = desk.export_shop()
    assert_sound(before, after)
    with pytest.raises(WrongState, match="refunded"):
        house.settle_return("O-1", key, BACK)
    with pytest.raises(WrongState, match="refunded"):
        house.reject_return("O-1", key, "worn", BACK)
    assert desk.export_shop() == after
    assert [each.kind for each in desk.events("O-1")][2:] == ["ReturnRefunded"]


def test_a_refund_to_the_original_methods_gives_none_more_than_it_paid(
    empty_store: LocalStore, cards: PolicyCards
) -> None:
    order = replace(
        pending(1, ("PM-alipay", "60.00"), ("PM-gift", "40.00")),
        status=OrderStatus.DELIVERED,
        shipment=shipment(),
    )
    order = replace(order, history=(*order.history, StatusChange(OrderStatus.DELIVERED, NOW - DAY)))
    empty_store.import_shop(shop_of((order,), (with_gift_card(1), with_gift_card(2))))
    before = empty_store.export_shop()
    key = started(empty_store, cards, wish(reason=ReturnReason.QUALITY))
    Warehouse(empty_store).settle_return("O-1", key, BACK)
    refunds = empty_store.order("O-1", "C-1").refunds
    assert [(each.method_id, each.amount) for each in refunds] == [
        ("PM-gift", yuan("40.00")), ("PM-alipay", yuan("60.00")),
    ]  # fmt: skip
    assert gift_card(empty_store) == "¥240.00"
    assert_sound(before, empty_store.export_shop())


def test_an_order_is_refunded_when_its_last_return_is(desk: LocalStore, cards: PolicyCards) -> None:
    first, second = (started(desk, cards, wish((number, 1))) for number in (1, 2))
    house = Warehouse(desk)
    house.settle_return("O-1", first, BACK)
    assert desk.order("O-1", "C-1").status is OrderStatus.RETURN_REQUESTED
    house.reject_return("O-1", second, "worn", BACK + DAY)
    order = desk.order("O-1", "C-1")
    assert order.status is OrderStatus.REFUNDED, "the first one was"
    assert [each.status for each in order.returns] == [ReturnStatus.REFUNDED, ReturnStatus.REJECTED]
    assert desk.events("O-1")[-1].why == "worn"


def test_what_is_not_taken_back_can_be_returned_again(desk: LocalStore, cards: PolicyCards) -> None:
    key = started(desk, cards, wish((1, 1)))
    Warehouse(desk).reject_return("O-1", key, "no label", BACK)
    order = desk.order("O-1", "C-1")
    assert (order.status, order.refunds, order.left(1)) == (OrderStatus.DELIVERED, (), 1)
    assert started(desk, cards, wish((1, 1))).startswith("RT-")


def test_an_exchange_is_settled_when_the_goods_are_back(desk: LocalStore, cards: PolicyCards) -> None:
    before = desk.export_shop()
    key = started(desk, cards, COMMANDS["start_exchange"])
    assert gift_card(desk) == "¥200.00"
    house = Warehouse(desk)
    house.complete_exchange("O-1", key, BACK)
    order = desk.order("O-1", "C-1")
    assert (order.status, order.exchanges[0].status) == (OrderStatus.DELIVERED, ExchangeStatus.COMPLETED)
    assert (order.payments[-1].method_id, order.payments[-1].amount) == ("PM-gift", yuan("30.00"))
    assert gift_card(desk) == "¥170.00"
    after = desk.export_shop()
    assert_sound(before, after)
    with pytest.raises(WrongState, match="completed"):
        house.complete_exchange("O-1", key, BACK)
    with pytest.raises(WrongState, match="completed"):
        house.reject_exchange("O-1", key, "worn", BACK)
    assert desk.export_shop() == after


def test_an_exchange_for_something_cheaper_gives_the_difference_back(
    desk: LocalStore, cards: PolicyCards
) -> None:
    before = desk.export_shop()
    cheaper = StartExchange("O-1", (for_variant(1, "-cheap"),), ReturnReason.WRONG_SIZE)
    key = started(desk, cards, cheaper)
    Warehouse(desk).complete_exchange("O-1", key, BACK)
    (refund,) = desk.order("O-1", "C-1").refunds
    assert (refund.amount, refund.method_id, refund.reason) == (yuan("30.00"), "PM-alipay", "exchange")
    assert_sound(before, desk.export_shop())


def test_an_exchange_waits_while_its_gift_card_is_empty(desk: LocalStore, cards: PolicyCards) -> None:
    """The balance went elsewhere after the exchange was agreed."""
    key = started(desk, cards, COMMANDS["start_exchange"])
    with desk.unit_of_work() as unit:
        poorer = unit.customer("C-1").credited("PM-gift", yuan("-80.00"))
        unit.save(Changes(customer=poorer))
        unit.commit()
    started(desk, cards, ChangePayment("O-3", "PM-gift"))
    before, facts = desk.export_shop(), desk.events("O-1")
    assert gift_card(desk) == "¥20.00"
    with pytest.raises(WrongState, match="gift_card_too_low"):
        Warehouse(desk).complete_exchange("O-1", key, BACK)
    assert (desk.export_shop(), desk.events("O-1")) == (before, facts)


def test_a_refused_exchange_costs_nothing(desk: LocalStore, cards: PolicyCards) -> None:
    before = desk.export_shop()
    key = started(desk, cards, COMMANDS["start_exchange"])
    Warehouse(desk).reject_exchange("O-1", key, "worn", BACK)
    order = desk.order("O-1", "C-1")
    assert (order.status, order.exchanges[0].status) == (OrderStatus.DELIVERED, ExchangeStatus.REJECTED)
    assert (order.payments, order.refunds, order.left(1)) == (before.orders[0].payments, (), 1)
    assert_sound(before, desk.export_shop())


@pytest.mark.parametrize(
    ("repaired", "status", "fact"),
    [(True, RepairStatus.REPAIRED, "RepairFinished"), (False, RepairStatus.REJECTED, "RepairRejected")],
)
def test_a_repair_ends_and_the_piece_is_there_again(
    desk: LocalStore, cards: PolicyCards, repaired: bool, status: RepairStatus, fact: str
) -> None:
    key = started(desk, cards, COMMANDS["start_repair"])
    assert desk.order("O-4", "C-1").left(1) == 0
    house = Warehouse(desk)
    house.finish_repair("O-4", key, repaired, BACK)
    order = desk.order("O-4", "C-1")
    assert (order.repairs[0].status, order.left(1), order.status) == (status, 1, OrderStatus.DELIVERED)
    assert desk.events("O-4")[-1].kind == fact
    with pytest.raises(WrongState):
        house.finish_repair("O-4", key, repaired, BACK)


def told(desk: LocalStore, order_id: str) -> list[tuple[str, dict[str, str]]]:
    """What staff have reported of an order, without who it was."""
    mine = [each for each in desk.events(order_id) if each.actor == "staff"]
    return [(each.kind, {k: v for k, v in each.data.items() if k != "staff"}) for each in mine]


def test_a_return_comes_back_step_by_step(desk: LocalStore, cards: PolicyCards) -> None:
    house, item = Warehouse(desk), started(desk, cards, wish((1, 1)))
    begun = next(each for each in desk.events("O-1") if each.kind == "ReturnStarted")
    assert begun.data["return_id"] == item
    house.approve_return("O-1", item, LATER + DAY)
    with pytest.raises(WrongState, match="approved already"):
        house.approve_return("O-1", item, BACK)
    house.return_sent("O-1", item, "SF Express", LATER + 2 * DAY)
    with pytest.raises(WrongState, match="in_transit already"):
        house.return_sent("O-1", item, "ZTO", BACK)
    assert desk.order("O-1", "C-1").returns[0].status is ReturnStatus.IN_TRANSIT
    house.return_received("O-1", item, "Hangzhou", BACK)
    for late in (house.return_sent, house.return_received):
        with pytest.raises(WrongState, match="received already"):
            late("O-1", item, "ZTO", BACK)
    house.settle_return("O-1", item, BACK + DAY)
    assert desk.order("O-1", "C-1").returns[0].status is ReturnStatus.REFUNDED
    assert told(desk, "O-1") == [
        ("ReturnApproved", {"return_id": item}),
        ("ReturnSentBack", {"return_id": item, "carrier": "SF Express"}),
        ("ReturnReceived", {"return_id": item, "warehouse": "Hangzhou"}),
        ("ReturnRefunded", {"return_id": item}),
    ]
    with pytest.raises(WrongState, match="refunded"):
        house.approve_return("O-1", item, BACK + DAY)


def test_an_exchange_comes_back_step_by_step(desk: LocalStore, cards: PolicyCards) -> None:
    house, item = Warehouse(desk), started(desk, cards, COMMANDS["start_exchange"])
    house.exchange_sent("O-1", item, "SF Express", LATER + DAY)
    house.exchange_received("O-1", item, "Hangzhou", BACK)
    with pytest.raises(WrongState, match="received already"):
        house.exchange_sent("O-1", item, "SF Express", BACK)
    house.complete_exchange("O-1", item, BACK)
    assert [kind for kind, _ in told(desk, "O-1")] == [
        "ExchangeSentBack",
        "ExchangeReceived",
        "ExchangeCompleted",
    ]
    assert {data["exchange_id"] for _, data in told(desk, "O-1")} == {item}
    begun = next(each for each in desk.events("O-1") if each.kind == "ExchangeStarted")
    assert begun.data["exchange_id"] == item


def test_a_repair_is_named_by_its_events(desk: LocalStore, cards: PolicyCards) -> None:
    house, item = Warehouse(desk), started(desk, cards, COMMANDS["start_repair"])
    house.finish_repair("O-4", item, True, BACK)
    found = {each.kind: each.data.get("repair_id") for each in desk.events("O-4")}
    assert (found["RepairStarted"], found["RepairFinished"]) == (item, item)
