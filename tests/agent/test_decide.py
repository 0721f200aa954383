"""What the decision promises, whatever is said. Pure: no model, no database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.decide import decide
from agent.types import Decision, ProposalRef, Request, State
from agent.understand.labels import ACTS, INTENTS
from tests.agent.builders import evidence, hit, understood
from tests.tools.builders import NOW, POLICIES, customer, line, order
from tools.domain import Category, OrderStatus, ReturnItem, ReturnReason, Text
from tools.policy.cards import load_policy_book

CARD = load_policy_book(POLICIES).at(NOW)
COAT = replace(line(1, "899.00"), name=Text("羊毛大衣", "wool coat"))
LAMP = replace(line(2, "129.00", category=Category.HOME), name=Text("护眼台灯", "desk lamp"))
DELIVERED = order(COAT, LAMP, number=1)
WAITING = order(number=2, status=OrderStatus.PENDING)
WANTED = Request("return_item", "退", "O-1", (ReturnItem(1, 1),), ReturnReason.QUALITY)
PROPOSED = State(
    customer_id="C-1", requests=(WANTED,), awaiting="confirmation", proposal=ProposalRef("P-1", "d", "O-1")
)
KNOWN = State(customer_id="C-1")


def run(
    text: str, *intents: str, state: State = KNOWN, act: str = "request", known: bool = True, **more: object
) -> Decision:
    orders = (WAITING, DELIVERED) if known else ()
    seen = evidence(customer() if known else None, orders, **more)  # type: ignore[arg-type]
    return decide(understood(text, *intents, act=act), seen, state, CARD)


@given(
    st.text(alphabet="好的退台灯大衣吗不但如果ok yes but? ", max_size=30),
    st.sampled_from(ACTS),
    st.lists(st.sampled_from(INTENTS), max_size=2),
    st.sampled_from(["positive", "neutral", "negative"]),
)
def test_nothing_private_or_written_before_the_customer_is_known(
    text: str, act: str, intents: list[str], sentiment: str
) -> None:
    decision = decide(understood(text, *intents, act=act, sentiment=sentiment), evidence(), State(), CARD)
    assert decision.command is None or decision.command.kind == "hand_over"
    assert not any(
        part.template in ("order_facts", "ask_order", "ask_items", "proposal") for part in decision.parts
    )


@pytest.mark.parametrize(
    "intent", ["order_status", "tracking", "return_item", "refund_status", "return_status"]
)
def test_who_is_asking_comes_first(intent: str) -> None:
    decision = run("请帮我看看", intent, state=State(), known=False)
    assert (decision.kind, decision.awaiting) == ("ask", "identity")
    assert decision.state.requests[0].intent == intent


def test_an_open_question_is_answered_once_the_customer_is_known() -> None:
    asked = run("我的订单怎么还没发货", "order_status", state=State(), known=False).state
    told = run("wang1@example.com", state=asked, act="inform")
    assert told.rule == "order.order_status"
    assert told.parts[-1].values["order"] == WAITING


def test_a_return_asks_only_for_what_is_missing() -> None:
    which = run("我要退货", "return_item")
    assert which.awaiting == "items" and which.state.requests[0].order_id == "O-1"
    why = run("大衣", state=which.state, act="inform")
    assert why.awaiting == "reason" and why.state.requests[0].items == (ReturnItem(1, 1),)
    proposal = run("质量问题", state=why.state, act="inform")
    assert proposal.kind == "propose" and proposal.command is not None
    assert proposal.command.kind == "propose"


def test_everything_in_one_message_is_asked_nothing() -> None:
    assert run("大衣有质量问题，我要退货", "return_item").kind == "propose"


@pytest.mark.parametrize(
    ("text", "lines"),
    [("除了台灯都退，质量问题", [1]), ("全部都退，质量问题", [1, 2]), ("退台灯，质量问题", [2])],
)
def test_items_by_description(text: str, lines: list[int]) -> None:
    decision = run(text, "return_item")
    assert decision.command is not None and decision.command.request is not None
    assert [item.line_no for item in decision.command.request.items or ()] == lines


@pytest.mark.parametrize("text", ["好的", "嗯嗯行", "yes please", "👌"])
def test_a_yes_confirms_exactly_the_proposal(text: str) -> None:
    decision = run(text, state=PROPOSED, act="affirm")
    assert decision.kind == "done" and decision.command is not None
    assert decision.command.kind == "confirm" and decision.command.proposal == PROPOSED.proposal


@given(st.sampled_from(ACTS), st.lists(st.sampled_from(INTENTS), max_size=2))
def test_without_a_clear_yes_nothing_is_executed(act: str, intents: list[str]) -> None:
    for text in ("好的，但是只退台灯", "行吧你们真行？", "yes if it is free", "嗯…我再想想", "确认什么"):
        decision = run(text, *intents, state=PROPOSED, act=act)
        assert decision.command is None or decision.command.kind != "confirm"


def test_another_item_makes_another_proposal() -> None:
    decision = run("可以，但只退台灯", state=PROPOSED, act="partial_yes")
    assert (
        decision.kind == "propose" and decision.command is not None and decision.command.request is not None
    )
    assert decision.command.request.items == (ReturnItem(2, 1),)


@pytest.mark.parametrize("text", ["先不退了", "算了", "no, leave it"])
def test_a_no_withdraws(text: str) -> None:
    decision = run(text, state=PROPOSED, act="deny")
    assert decision.command is not None and decision.command.kind == "withdraw"
    assert decision.state.proposal is None and decision.state.requests == ()


def test_a_question_in_the_middle_is_answered_and_the_proposal_waits() -> None:
    decision = run(
        "运费谁出？", "policy_question", state=PROPOSED, act="ask_back", hits=(hit("运费由店铺承担。"),)
    )
    assert [part.template for part in decision.parts] == ["policy", "proposal_waits"]
    assert decision.awaiting == "confirmation" and decision.state.proposal == PROPOSED.proposal
    assert decision.command is None


def test_what_no_document_answers_puts_no_second_question_beside_the_proposal() -> None:
    decision = run("你们大楼几层？", "policy_question", state=PROPOSED, act="question")
    assert [part.template for part in decision.parts] == ["no_answer", "proposal_waits"]
    assert decision.parts[0].values["more"] is True
    assert run("你们大楼几层？", "policy_question", act="question").parts[0].values["more"] is False


@pytest.mark.parametrize(
    "text", ["换吧", "好的，取消吧", "yes, cancel it", "yes, exchange it", "好的，转人工"]
)
def test_a_yes_to_something_else_executes_nothing(text: str) -> None:
    decision = run(text, state=PROPOSED, act="affirm")
    assert decision.command is None or decision.command.kind != "confirm"


def test_a_private_question_is_answered_once_the_customer_is_known() -> None:
    asked = run("我的礼品卡余额还有多少", "gift_card", state=State(), known=False, act="question")
    assert asked.awaiting == "identity"
    assert run("wang1@example.com", state=asked.state, act="inform").rule == "data.balances"


def test_two_requests_in_one_message_are_both_served() -> None:
    decision = run(
        "退款多久到账？还有大衣有质量问题我要退", "return_item", "policy_question", hits=(hit("3 天"),)
    )
    assert decision.parts[0].template == "policy"
    assert decision.kind == "propose"


def test_a_refusal_says_what_would_be_possible() -> None:
    late = replace(DELIVERED, lines=(replace(LAMP, line_no=1),))
    seen = evidence(customer(), (late,), now=DELIVERED.placed_at.replace(month=12, day=5))
    decision = decide(understood("不想要了，退货", "return_item", act="request"), seen, KNOWN, CARD)
    assert decision.kind == "refuse"
    assert decision.parts[-1].values["denied"].counterfactual == "shop_fault_until"


def test_identities_that_are_not_looked_at_any_more_bring_a_person() -> None:
    state, kinds = State(requests=(Request("order_status", "?"),), awaiting="identity"), []
    for number in range(3):
        seen = replace(evidence(failed=True), identity_throttled=number == 2)
        decision = decide(understood(f"n{number}@example.com", act="inform"), seen, state, CARD)
        state = decision.state
        kinds.append(decision.kind)
    assert kinds == ["ask", "ask", "handover"]


def test_what_no_document_answers_offers_a_person_and_a_yes_takes_it() -> None:
    offered = run("你们大楼几层？", "policy_question", act="question")
    assert offered.rule == "knowledge.none"
    assert run("好的", state=offered.state, act="affirm").kind == "handover"


def test_an_angry_customer_hears_sorry_first() -> None:
    angry = understood("什么破店", "complaint", act="abuse", sentiment="negative", complaint="quality")
    decision = decide(angry, evidence(), State(), CARD)
    assert decision.parts[0].template == "complaint"
    assert decision.quick_replies


def test_not_understanding_three_times_brings_a_person() -> None:
    state, kinds = KNOWN, []
    for _ in range(3):
        decision = run("asdf", state=state, act="inform")
        state = decision.state
        kinds.append(decision.kind)
    assert kinds == ["ask", "ask", "handover"]


def test_an_order_on_its_way_is_refused_before_asking_which_item() -> None:
    shipped = order(COAT, LAMP, number=1, status=OrderStatus.SHIPPED, delivered_at=None)
    decision = decide(
        understood("退货", "return_item", act="request"), evidence(customer(), (shipped,)), KNOWN, CARD
    )
    assert decision.kind == "refuse"
    assert decision.parts[-1].values["denied"].reason == "not_delivered"


def test_goods_can_be_called_by_their_kind() -> None:
    fruit = replace(LAMP, line_no=1, name=Text("云南蓝莓", "blueberries"), category=Category.FRESH_FOOD)
    seen = evidence(customer(), (order(fruit, number=1), order(COAT, number=3)))
    decision = decide(understood("水果烂了，要退", "return_item", act="request"), seen, KNOWN, CARD)
    assert decision.state.requests[0].order_id == "O-1"


def test_whether_an_order_can_come_back_is_a_question_about_that_order() -> None:
    asked = understood("Can W1000001 be returned? The size is wrong", act="question")
    own = replace(DELIVERED, id="W1000001", lines=(COAT,))
    decision = decide(asked, evidence(customer(), (own,)), KNOWN, CARD)
    assert decision.kind == "propose"


def test_a_reason_and_an_item_are_a_wish_to_return_it() -> None:
    decision = run("大衣不想要了", act="inform")
    assert (
        decision.kind == "propose" and decision.command is not None and decision.command.request is not None
    )
    assert decision.command.request.items == (ReturnItem(1, 1),)
