"""Every action of the order desk in a conversation, from what is said to the command. Pure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.act import act, settle
from agent.decide import decide
from agent.request_queue import SAME_QUESTION
from agent.tasks import command_of
from agent.types import Decision, Evidence, ProposalRef, Request, State, Understanding
from tests.agent.builders import evidence, hit, searched
from tests.agent.goods import (
    CARDS,
    DELIVERED,
    HARBOUR,
    HEADPHONES,
    KETTLE,
    KNOWN,
    ORDERS,
    PENDING,
    PRODUCTS,
    bought,
    buyer,
    in_parts,
    line_of,
    said,
    seen,
)
from tests.tools.builders import ADDRESS, NOW
from tools.domain import (
    ORIGINAL,
    CancelOrder,
    CancelReason,
    ChangeAddress,
    ChangeDefaultAddress,
    ChangeItems,
    ChangePayment,
    Command,
    OrderStatus,
    PaymentKind,
    PaymentMethod,
    ReturnItem,
    ReturnReason,
    Shop,
    StartExchange,
    StartRepair,
    StartReturn,
    SwapItem,
    Text,
)
from tools.store.memory import MemoryStore

LINCOLN = replace(ADDRESS, line1="77 Lincoln Road", city="Nanjing", region="Jiangsu", postcode="210008")
NANJING = replace(ADDRESS, line1="玄武区中山路18号", city="南京市", region="江苏省", postcode="210008")
MESSAGES: dict[str, tuple[str, Command]] = {
    "cancel": (
        "Please cancel order W1000002, I no longer need it.",
        CancelOrder("W1000002", CancelReason.NO_LONGER_NEEDED),
    ),
    "取消": ("请取消订单W1000002，是不小心下错的", CancelOrder("W1000002", CancelReason.ORDERED_BY_MISTAKE)),
    "return": (
        "I want to return the desk lamp, it arrived broken. Put the money on my gift card.",
        StartReturn("W1000001", (ReturnItem(2, 1),), ReturnReason.DAMAGED, "PM-gift"),
    ),
    "退货": (
        "台灯和耳机都要退，质量问题，原路退回",
        StartReturn("W1000001", (ReturnItem(2, 1), ReturnItem(3, 1)), ReturnReason.QUALITY, ORIGINAL),
    ),
    "exchange": (
        "Exchange the electric kettle for the 1.5L one, the size was wrong. Use my PayPal.",
        StartExchange("W1000001", (SwapItem(1, 1, "KETTLE-2"),), ReturnReason.WRONG_SIZE, "PM-paypal"),
    ),
    "换货": (
        "订单W1000001的电热水壶换成1.5L的，买错了，差价用支付宝",
        StartExchange("W1000001", (SwapItem(1, 1, "KETTLE-2"),), ReturnReason.NO_LONGER_WANTED, "PM-alipay"),
    ),
    "change items": (
        "In my pending order W1000002, change the backpack to size L and pay the rest with PayPal",
        ChangeItems("W1000002", (SwapItem(1, 1, "BACKPACK-3"),), "PM-paypal"),
    ),
    "改商品": (
        "W1000002还没发货，背包改成蓝色的",
        ChangeItems("W1000002", (SwapItem(1, 1, "BACKPACK-4"),), ORIGINAL),
    ),
    "change address": (
        "The address of order W1000002 should be 77 Lincoln Road, Nanjing, Jiangsu, China, 210008.",
        ChangeAddress("W1000002", LINCOLN),
    ),
    "改地址": (
        "W1000002请改寄到江苏省南京市玄武区中山路18号，邮编210008",
        ChangeAddress("W1000002", NANJING),
    ),
    "payment": (
        "Please pay order W1000002 with my gift card instead",
        ChangePayment("W1000002", "PM-gift"),
    ),
    "改支付": ("W1000002的付款方式改成贝宝", ChangePayment("W1000002", "PM-paypal")),
    "default address": (
        "I moved. My default address is 77 Lincoln Road, Nanjing, Jiangsu, China, 210008",
        ChangeDefaultAddress(LINCOLN),
    ),
    "默认地址": (
        "默认地址改成江苏省南京市玄武区中山路18号，邮编210008",
        ChangeDefaultAddress(NANJING),
    ),
    "repair": (
        "The headphones won't turn on, can you repair them?",
        StartRepair("W1000001", 3, 1, "The headphones won't turn on, can you repair them?"),
    ),
    "维修": ("耳机充不进电，我要维修", StartRepair("W1000001", 3, 1, "耳机充不进电，我要维修")),
}
INTENTS = (
    "cancel_order", "return_item", "exchange_item", "change_items", "change_address", "change_payment",
    "update_profile", "repair",
)  # fmt: skip
CASES = [
    pytest.param(intent, *case, id=name)
    for (name, case), intent in zip(MESSAGES.items(), [each for each in INTENTS for _ in "12"], strict=True)
]


def run(
    text: str, *intents: str, state: State = KNOWN, act: str = "request", known: Evidence | None = None
) -> Decision:
    return decide(said(text, *intents, act=act), known or seen(), state, CARDS)


def command(decision: Decision) -> Command:
    """What the decision wants to be read back."""
    assert decision.command is not None and decision.command.request is not None, decision
    assert decision.command.kind == "propose"
    return command_of(decision.command.request)


def read_back(decision: Decision) -> State:
    """The conversation after the proposal of the decision was shown."""
    assert decision.command is not None and decision.command.kind == "propose", decision
    reference = ProposalRef("P-1", "digest", "W1000001", decision.command.request.intent)  # type: ignore[union-attr]
    return replace(decision.state, proposal=reference, awaiting="confirmation")


def proposed(text: str, *intents: str) -> State:
    return read_back(run(text, *intents))


# One message


@pytest.mark.parametrize(("intent", "text", "expected"), CASES)
def test_one_full_message_is_read_back_and_nothing_is_asked(
    intent: str, text: str, expected: Command
) -> None:
    decision = run(text, intent)
    assert (decision.kind, decision.awaiting) == ("propose", "confirmation")
    assert command(decision) == expected


@pytest.mark.parametrize(("intent", "text", "expected"), CASES)
def test_who_is_asking_comes_first_and_nothing_has_to_be_said_again(
    intent: str, text: str, expected: Command
) -> None:
    asked = decide(said(text, intent), evidence(), State(), CARDS)
    assert (asked.kind, asked.awaiting, asked.command) == ("ask", "identity", None)
    assert command(run("wang1@example.com", state=asked.state, act="inform")) == expected


@pytest.mark.parametrize(("intent", "text", "expected"), CASES)
def test_a_yes_carries_out_what_was_read_back(intent: str, text: str, expected: Command) -> None:
    decision = run("Yes.", state=proposed(text, intent), act="affirm")
    assert decision.command is not None and decision.command.kind == "confirm"
    assert decision.command.request is not None and command_of(decision.command.request) == expected


# What is missing


@pytest.mark.parametrize(
    ("intent", "steps", "expected"),
    [
        (
            "cancel_order",
            [("Please cancel order W1000002", "reason"), ("I ordered it by mistake", "confirmation")],
            CancelOrder("W1000002", CancelReason.ORDERED_BY_MISTAKE),
        ),
        (
            "return_item",
            [("我要退货", "items"), ("台灯", "reason"), ("破了", "confirmation")],
            StartReturn("W1000001", (ReturnItem(2, 1),), ReturnReason.DAMAGED),
        ),
        (
            "exchange_item",
            [
                ("Something of order W1000001 has to be exchanged, it is faulty", "items"),
                ("the kettle", "new_item"),
                ("the green one", "confirmation"),
            ],
            StartExchange("W1000001", (SwapItem(1, 1, "KETTLE-4"),), ReturnReason.QUALITY),
        ),
        (
            "change_items",
            [("我要改订单W1000002里的背包", "new_item"), ("L码的", "confirmation")],
            ChangeItems("W1000002", (SwapItem(1, 1, "BACKPACK-3"),)),
        ),
        (
            "change_address",
            [
                ("W1000002的地址写错了", "address"),
                ("江苏省南京市玄武区中山路18号，邮编210008", "confirmation"),
            ],
            ChangeAddress("W1000002", NANJING),
        ),
        (
            "change_payment",
            [("I want to change the payment of W1000002", "payment_method"), ("PayPal", "confirmation")],
            ChangePayment("W1000002", "PM-paypal"),
        ),
        (
            "update_profile",
            [
                ("I want to change my default address", "address"),
                ("77 Lincoln Road, Nanjing, Jiangsu, China, 210008", "confirmation"),
            ],
            ChangeDefaultAddress(LINCOLN),
        ),
        (
            "repair",
            [("订单W1000001里有东西要维修，开不了机", "items"), ("耳机", "confirmation")],
            StartRepair("W1000001", 3, 1, "订单W1000001里有东西要维修，开不了机"),
        ),
    ],
)
def test_only_what_is_missing_is_asked_for(
    intent: str, steps: list[tuple[str, str]], expected: Command
) -> None:
    state = KNOWN
    for number, (text, awaiting) in enumerate(steps):
        decision = run(
            text, *(() if number else (intent,)), state=state, act="inform" if number else "request"
        )
        assert decision.awaiting == awaiting, text
        state = decision.state
    assert command(decision) == expected


def test_which_order_is_asked_for_where_two_fit() -> None:
    other = replace(PENDING, id="W1000009")
    asked = run("Cancel my order, I don't need it", "cancel_order", known=seen(PENDING, other, DELIVERED))
    assert asked.awaiting == "order_id" and asked.command is None
    told = run("W1000009", state=asked.state, act="inform", known=seen(PENDING, other, DELIVERED))
    assert command(told) == CancelOrder("W1000009", CancelReason.NO_LONGER_NEEDED)


def test_a_variant_that_is_sold_out_brings_the_ones_that_fit() -> None:
    text = "Exchange the kettle of W1000001 for a 2L one in green, it is faulty"
    decision = run(text, "exchange_item")
    assert decision.awaiting == "new_item" and decision.command is None
    assert "KETTLE-6" not in [each.sku for each in decision.parts[-1].values["variants"]]


def test_a_reason_is_not_asked_for_where_a_denial_does_not_depend_on_it() -> None:
    shipped = bought("W1000004", line_of(KETTLE), line_of(HEADPHONES), status=OrderStatus.SHIPPED)
    decision = run("Cancel W1000004", "cancel_order", known=seen(shipped))
    assert decision.kind == "refuse" and decision.command is None


@pytest.mark.parametrize(
    ("intent", "text", "answer"),
    [
        ("return_item", "I want to return something of W1000001", "I don't know"),
        ("change_address", "W1000002的地址要改", "就是搬家了嘛"),
    ],
)
def test_the_same_question_again_and_again_brings_a_person(intent: str, text: str, answer: str) -> None:
    decision = run(text, intent)
    kinds = [decision.kind]
    while len(kinds) < SAME_QUESTION:
        decision = run(answer, intent, state=decision.state, act="inform")
        kinds.append(decision.kind)
    assert kinds == ["ask", "ask", "ask", "handover"]
    assert decision.rule == "loop.same_question"


# Refusals


@pytest.mark.parametrize(
    "text",
    [
        "Cancel only the kettle of order W1000002, I don't need it",
        "W1000002 只取消水壶，不需要了",
        "Please cancel the backpack of W1000002 but keep the kettle? Just the backpack.",
    ],
)
def test_a_part_of_an_order_is_not_cancelled_and_nothing_is_proposed(text: str) -> None:
    partly = replace(PENDING, lines=(*PENDING.lines, line_of(HEADPHONES, 1, 3)))
    decision = run(text, "cancel_order", known=seen(partly, DELIVERED))
    assert (decision.kind, decision.command) == ("refuse", None)
    assert decision.parts[-1].values["denied"].reason == "only_whole_orders"


@pytest.mark.parametrize(
    ("intent", "text", "policy"),
    [
        ("cancel_order", "Cancel order W1000001, I don't need it", "cancellation"),
        ("return_item", "订单W1000002里的背包要退货，不想要了", "returns"),
        ("change_address", "W1000001改寄到江苏省南京市玄武区中山路18号，邮编210008", "order_changes"),
        ("change_payment", "Pay order W1000001 with PayPal instead", "order_changes"),
        ("repair", "The desk lamp of W1000001 is broken, please repair it", "repair"),
        ("cancel_order", "取消W1000003，不需要了", "cancellation"),
    ],
)
def test_a_denial_names_its_rule(intent: str, text: str, policy: str) -> None:
    decision = run(text, intent)
    assert (decision.kind, decision.command) == ("refuse", None)
    denied = decision.parts[-1].values["denied"]
    assert decision.rule == denied.rule and denied.rule.startswith(f"{policy}.")
    assert denied.reason


def test_a_method_that_the_customer_does_not_have_is_refused_and_not_forgotten() -> None:
    decision = run("台灯坏了要退，钱退到微信", "return_item")
    assert (decision.kind, decision.command) == ("refuse", None)


# Exchange and change of items


@pytest.mark.parametrize("text", ["Exchange the backpack for size L", "我想换背包，换成L码的"])
def test_an_exchange_of_what_has_not_been_sent_changes_the_order(text: str) -> None:
    decision = run(text + " W1000002", "exchange_item")
    assert command(decision) == ChangeItems("W1000002", (SwapItem(1, 1, "BACKPACK-3"),))
    assert decision.action == "change_items"


@pytest.mark.parametrize(
    "text",
    [
        "Change the kettle of W1000001 to the green one, the old one is faulty",
        "W1000001的水壶改成绿色，有质量问题",
    ],
)
def test_a_change_of_what_has_arrived_is_an_exchange(text: str) -> None:
    decision = run(text, "change_items")
    expected = StartExchange("W1000001", (SwapItem(1, 1, "KETTLE-4"),), ReturnReason.QUALITY)
    assert command(decision) == expected
    assert decision.action == "exchange_item"


# A yes, a no, something else

TO_WATERPROOF = "Exchange the headphones of W1000001 for waterproof yes, they are faulty"


@pytest.mark.parametrize("text", ["Yes.", "Yes, please.", "好的", "是的"])
def test_a_plain_yes_is_a_yes_even_where_an_option_is_called_yes(text: str) -> None:
    state = proposed(TO_WATERPROOF, "exchange_item")
    decision = run(text, state=state, act="affirm")
    assert decision.command is not None and decision.command.kind == "confirm"
    assert decision.command.request == state.requests[0]


@pytest.mark.parametrize("text", ["No.", "否", "不是", "no thanks"])
def test_a_plain_no_is_a_no_even_where_an_option_is_called_no(text: str) -> None:
    waterproof = bought("W1000001", line_of(HEADPHONES, 2))
    known = seen(waterproof)
    first = run("Exchange the headphones for blue ones, they are faulty", "exchange_item", known=known)
    assert command(first) == StartExchange(
        "W1000001", (SwapItem(1, 1, "HEADPHONES-3"),), ReturnReason.QUALITY
    )
    decision = run(text, state=read_back(first), act="deny", known=known)
    assert decision.command is not None and decision.command.kind == "withdraw"
    assert decision.state.requests == ()


@pytest.mark.parametrize("text", ["Yes.", "好的", "是", "No.", "否"])
def test_a_plain_yes_does_not_choose_a_variant(text: str) -> None:
    asked = run("Exchange the headphones of W1000001, they are faulty", "exchange_item")
    assert asked.awaiting == "new_item"
    decision = run(text, state=asked.state, act="inform")
    assert decision.command is None
    assert decision.state.requests[0].swaps == ()


@pytest.mark.parametrize("text", ["Yes.", "好的", "对"])
def test_a_plain_yes_does_not_choose_an_item(text: str) -> None:
    asked = run("我要退货", "return_item")
    assert asked.awaiting == "items"
    decision = run(text, state=asked.state, act="affirm")
    assert decision.command is None and not decision.state.requests[0].items


@pytest.mark.parametrize(
    "text",
    [
        "Yes, but only if the refund goes to my other card",
        "only if the refund goes to my other card",
        "好的，但只有退到我另一张卡才行",
        "可以，如果不收运费的话",
    ],
)
@pytest.mark.parametrize("act", ["affirm", "partial_yes", "request", "inform"])
def test_a_yes_with_a_condition_confirms_nothing(text: str, act: str) -> None:
    state = proposed("我要退台灯，质量问题", "return_item")
    decision = run(text, state=state, act=act)
    assert decision.command is None or decision.command.kind != "confirm"


@pytest.mark.parametrize("text", ["退吧", "确认退货", "帮我退吧"])
def test_a_plain_yes_to_another_action_confirms_nothing(text: str) -> None:
    state = proposed("Cancel order W1000002, I don't need it", "cancel_order")
    decision = run(text, state=state, act="affirm")
    assert decision.command is None or decision.command.kind != "confirm"


@pytest.mark.parametrize("text", ["No, that's not what I asked for", "不对，这不是我要的", "That's wrong."])
@pytest.mark.parametrize("act", ["deny", "correct", "inform"])
def test_a_rejected_proposal_is_taken_back(text: str, act: str) -> None:
    state = proposed("Cancel order W1000002, I don't need it", "cancel_order")
    decision = run(text, state=state, act=act)
    assert decision.command is not None and decision.command.kind == "withdraw"
    assert decision.command.proposal == state.proposal
    assert decision.state.proposal is None and decision.state.requests == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Actually, put it on PayPal instead",
            StartReturn("W1000001", (ReturnItem(2, 1),), ReturnReason.QUALITY, "PM-paypal"),
        ),
        ("还是退耳机吧", StartReturn("W1000001", (ReturnItem(3, 1),), ReturnReason.QUALITY)),
    ],
)
def test_something_else_for_a_proposal_makes_another_one(text: str, expected: Command) -> None:
    state = proposed("我要退台灯，质量问题", "return_item")
    paid = replace(DELIVERED, payments=(replace(DELIVERED.payments[0], method_id="PM-paypal"),))
    decision = run(text, state=state, act="correct", known=seen(paid))
    assert command(decision) == expected


def test_moving_on_takes_the_proposal_back_and_keeps_the_rest() -> None:
    waiting = Request(
        "return_item", "台灯要退", "W1000001", (ReturnItem(2, 1),), ReturnReason.QUALITY, read=True
    )
    state = proposed("Cancel order W1000002, I don't need it", "cancel_order")
    state = replace(state, requests=(*state.requests, waiting))
    decision = run("Instead, change the payment of W1000002 to PayPal", "change_payment", state=state)
    assert command(decision) == ChangePayment("W1000002", "PM-paypal")
    assert decision.parts[0].template == "withdrawn_for_now"
    assert [each.intent for each in decision.state.requests] == ["change_payment", "return_item"]
    assert decision.state.proposal is None


def test_moving_on_to_something_impossible_still_takes_the_proposal_back() -> None:
    state = proposed("Cancel order W1000002, I don't need it", "cancel_order")
    decision = run("Change the payment of W1000001 to PayPal", "change_payment", state=state)
    assert decision.command is not None and decision.command.kind == "withdraw"
    assert decision.command.proposal == state.proposal


# Several wishes

TWO = in_parts(
    ("Please cancel order W1000002, I no longer need it.", "cancel_order"),
    ("And I want to return the desk lamp of W1000001, it arrived broken.", "return_item"),
)
ZWEI = in_parts(
    ("W1000002取消，不需要了。", "cancel_order"), ("还有W1000001的台灯破了，我要退货。", "return_item")
)
BOTH: tuple[Command, Command] = (
    CancelOrder("W1000002", CancelReason.NO_LONGER_NEEDED),
    StartReturn("W1000001", (ReturnItem(2, 1),), ReturnReason.DAMAGED),
)


@pytest.mark.parametrize("message", [TWO, ZWEI])
def test_two_wishes_are_served_one_after_the_other(message: Understanding) -> None:
    first = decide(message, seen(), KNOWN, CARDS)
    assert command(first) == BOTH[0]
    second = run("Yes.", state=read_back(first), act="affirm")
    assert second.command is not None and second.command.kind == "confirm"
    assert second.then is not None and second.then.kind == "propose" and second.then.request is not None
    assert command_of(second.then.request) == BOTH[1]


def shop() -> Shop:
    return Shop(Text("青禾优选", "Greenleaf Select"), "CNY", True, PRODUCTS, (buyer(),), ORDERS)


@pytest.fixture
def store() -> MemoryStore:
    made = MemoryStore()
    made.import_shop(shop())
    return made


def carried_out(decision: Decision, store: MemoryStore) -> Decision:
    return settle(decision, act(decision, store, CARDS, "K-1", "C-1", NOW))


@pytest.mark.parametrize("message", [TWO, ZWEI])
def test_the_second_wish_is_read_back_with_the_receipt_of_the_first(
    message: Understanding, store: MemoryStore
) -> None:
    first = carried_out(decide(message, seen(), KNOWN, CARDS), store)
    assert first.state.proposal is not None and first.state.proposal.kind == "cancel_order"
    second = carried_out(run("Yes.", state=first.state, act="affirm"), store)
    assert store.order("W1000002", "C-1").status is OrderStatus.CANCELLED
    assert store.order("W1000001", "C-1").returns == ()
    assert (second.kind, second.awaiting) == ("done", "confirmation")
    assert second.state.proposal is not None and second.state.proposal.kind == "start_return"
    assert [each.kind for each in second.state.done] == ["order_cancelled"]
    third = carried_out(
        run("Yes.", state=second.state, act="affirm", known=seen(*store.orders_of("C-1"))), store
    )
    assert len(store.order("W1000001", "C-1").returns) == 1
    assert third.state.requests == () and third.state.proposal is None
    assert [each.kind for each in third.state.done] == ["order_cancelled", "return_started"]


def test_a_second_wish_that_the_first_made_impossible_is_refused_beside_the_receipt(
    store: MemoryStore,
) -> None:
    message = in_parts(
        ("Cancel order W1000002, I don't need it.", "cancel_order"),
        ("Then change the payment of W1000002 to PayPal.", "change_payment"),
    )
    first = carried_out(decide(message, seen(), KNOWN, CARDS), store)
    settled = carried_out(run("Yes.", state=first.state, act="affirm"), store)
    assert store.order("W1000002", "C-1").status is OrderStatus.CANCELLED
    assert (settled.kind, settled.awaiting, settled.state.proposal) == ("done", "anything_else", None)
    assert [part.template for part in settled.parts] == ["receipt", "denied"]
    assert settled.state.requests == ()


def test_a_question_and_a_wish_are_both_served() -> None:
    message = in_parts(
        ("How long does a refund take?", "policy_question"),
        ("I want to return the desk lamp, it is broken.", "return_item"),
    )
    known = replace(
        seen(), hits=(hit("3 days"),), answerable=True, searches=searched((hit("3 days"),)), threshold=0.5
    )
    decision = decide(message, known, KNOWN, CARDS)
    assert decision.parts[0].template == "policy"
    assert command(decision) == BOTH[1]


def test_a_new_wish_while_something_is_asked_for_comes_first_and_the_other_waits() -> None:
    asked = run("W1000002的地址写错了", "change_address")
    assert asked.awaiting == "address"
    moved = run("我要退台灯，破了，W1000001", "return_item", state=asked.state)
    assert command(moved) == BOTH[1]
    assert [each.intent for each in moved.state.requests] == ["return_item", "change_address"]


# Several things of one order


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Return everything of W1000001 except the lamp, it is faulty", [1, 3]),
        ("W1000001除了台灯都要退，质量问题", [1, 3]),
        ("I want to return all of W1000001, the quality is bad", [1, 2, 3]),
        ("W1000001的水壶和台灯要退，质量问题", [1, 2]),
        ("Return the lamp and keep the kettle of W1000001, it is faulty", [2]),
    ],
)
def test_what_comes_back_is_what_was_named(text: str, lines: list[int]) -> None:
    wanted = command(run(text, "return_item"))
    assert isinstance(wanted, StartReturn)
    assert sorted(item.line_no for item in wanted.items) == lines


@pytest.mark.parametrize(
    "text",
    [
        "Exchange the kettle of W1000001 for the 1.5L one and the desk lamp for the white one, wrong size",
        "W1000001的水壶换成1.5L的，台灯换成白色的，尺寸不对",
    ],
)
def test_two_lines_are_exchanged_at_once(text: str) -> None:
    swaps = (SwapItem(1, 1, "KETTLE-2"), SwapItem(2, 1, "LAMP-2"))
    assert command(run(text, "exchange_item")) == StartExchange(
        "W1000001", swaps, ReturnReason.WRONG_SIZE, ORIGINAL
    )


def test_the_line_whose_variant_is_missing_is_asked_for_and_the_other_is_kept() -> None:
    text = "Exchange the kettle of W1000001 for the 1.5L one and also the desk lamp, both are faulty"
    asked = run(text, "exchange_item")
    assert asked.awaiting == "new_item"
    assert asked.parts[-1].values["line"].line_no == 2
    told = run("the white one", state=asked.state, act="inform")
    assert command(told) == StartExchange(
        "W1000001", (SwapItem(1, 1, "KETTLE-2"), SwapItem(2, 1, "LAMP-2")), ReturnReason.QUALITY
    )


@pytest.mark.parametrize("text", ["Actually make it the 1.5L steel one", "还是换成1.5L的吧"])
def test_another_variant_makes_another_proposal(text: str) -> None:
    state = proposed("Exchange the kettle of W1000001 for the green one, it is faulty", "exchange_item")
    decision = run(text, state=state, act="correct")
    wanted = command(decision)
    assert isinstance(wanted, StartExchange)
    assert wanted.items == (SwapItem(1, 1, "KETTLE-2"),)


def test_another_variant_that_is_sold_out_is_asked_about_and_the_proposal_is_gone() -> None:
    state = proposed("Exchange the kettle of W1000001 for the green one, it is faulty", "exchange_item")
    decision = run("Actually the green one in 2L", state=state, act="correct")
    assert decision.awaiting == "new_item"
    assert decision.command is not None and decision.command.kind == "withdraw"
    assert decision.state.proposal is None


def test_a_name_that_is_a_colour_changes_no_variant() -> None:
    text = "Exchange the headphones of W1000001 for the waterproof yes in blue, they are faulty"
    asked = decide(said(text, "exchange_item"), evidence(), State(), CARDS)
    told = run("My name is Joe Black, wang1@example.com", state=asked.state, act="inform")
    wanted = command(told)
    assert isinstance(wanted, StartExchange) and wanted.items == (SwapItem(3, 1, "HEADPHONES-3"),)


# What a message asks for


@pytest.mark.parametrize(
    "text", ["Can I still return my desk lamp? It is broken", "我的护眼台灯还能退吗？质量问题"]
)
def test_whether_something_of_ones_own_can_come_back_is_read_back(text: str) -> None:
    decision = run(text, "policy_question", act="question")
    assert isinstance(command(decision), StartReturn)


def test_the_same_wish_again_for_something_else_of_the_order() -> None:
    before = replace(KNOWN, last_intent="return_item", last_order_id="W1000001")
    decision = run("Then the headphones", state=before, act="inform", known=seen(order=DELIVERED))
    assert decision.awaiting == "reason"
    assert decision.state.requests[0].items == (ReturnItem(3, 1),)


def test_who_does_not_know_the_number_hears_of_all_orders() -> None:
    other = replace(PENDING, id="W1000009")
    asked = run("Where is my order?", "order_status", act="question", known=seen(PENDING, other))
    assert asked.awaiting == "order_id"
    told = run("I don't remember", state=asked.state, act="inform", known=seen(PENDING, other))
    shown = [part.values["order"].id for part in told.parts if part.template == "order_facts"]
    assert sorted(shown) == ["W1000002", "W1000009"]


def test_a_number_that_the_customer_does_not_have_is_said_and_asked_again() -> None:
    known = replace(seen(), order_unknown="W7654321")
    decision = run("Cancel order W7654321, I don't need it", "cancel_order", known=known)
    assert (decision.kind, decision.awaiting, decision.command) == ("ask", "order_id", None)
    assert [part.template for part in decision.parts] == ["order_not_found", "ask_order"]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("cancel_order", "Cancel order W1000002, I don't need it"),
        ("exchange_item", "Exchange the kettle of W1000001 for the green one, it is faulty"),
        ("change_payment", "Pay order W1000002 with PayPal instead"),
    ],
)
@pytest.mark.parametrize("rejected", ["No, that's not what I asked for", "不对，这不是我要的", "No.", "算了"])
def test_a_no_to_any_proposal_leaves_nothing_waiting(intent: str, text: str, rejected: str) -> None:
    decision = run(rejected, state=proposed(text, intent), act="deny")
    assert decision.command is not None and decision.command.kind == "withdraw"
    assert decision.state.requests == ()


# Addresses and methods in a dialogue


def test_the_address_of_another_order_can_be_taken_over() -> None:
    decision = run("Send order W1000002 to the address of my other order in Suzhou", "change_address")
    assert command(decision) == ChangeAddress("W1000002", HARBOUR)


def test_of_two_cards_the_one_with_the_digits_is_meant() -> None:
    who = buyer(PaymentMethod("PM-visa2", PaymentKind.CARD, "9001", brand="Visa"))
    asked = run("Pay W1000002 with my Visa instead", "change_payment", known=seen(who=who))
    assert asked.awaiting == "payment_method" and asked.command is None
    told = run("尾号9001的", state=asked.state, act="inform", known=seen(who=who))
    assert command(told) == ChangePayment("W1000002", "PM-visa2")


@pytest.mark.parametrize("intent", INTENTS)
def test_an_unfinished_request_comes_to_no_command(intent: str) -> None:
    with pytest.raises(ValueError):
        command_of(Request(intent, "?"))
