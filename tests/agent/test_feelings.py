"""What anger and gladness lead to: one apology, a step, a record, a person; a recommendation; a rating at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.decide import decide
from agent.recommending import Recommendation
from agent.types import Decision, State
from tests.agent.goods import BACKPACK, CARDS, KNOWN, LAMP, ORDERS, PRODUCTS, buyer, product, said, seen
from tests.agent.talking import Talk, angry, answering
from tools.domain import Category, ComplaintStatus, OpenComplaint, Shop, Text

MUG = product(
    "Travel Mug", "保温杯", Category.HOME, "size", ("S", "steel", "59.00", 7), ("L", "steel", "49.00", 3)
)
VASE = product("Vase", "花瓶", Category.HOME, "size", ("S", "white", "30.00", 0))


@dataclass
class Tastes:
    """Recommends the vase, which is sold out, and the mug, because of the desk lamp."""

    asked: list[tuple[str, ...]] = field(default_factory=list)

    def recommend(
        self, customer_id: str, now: datetime, n: int, exclude: Sequence[str]
    ) -> tuple[Recommendation, ...]:
        self.asked.append((customer_id, *exclude))
        return tuple(Recommendation(each.id, LAMP.id) for each in (VASE, MUG) if each.id not in exclude)[:n]

    def alternatives(
        self, product_id: str, customer_id: str, now: datetime, n: int, exclude: Sequence[str]
    ) -> tuple[Recommendation, ...]:
        return (Recommendation("P-gone"), Recommendation(MUG.id), Recommendation(VASE.id))


def talking(**changes: object) -> Talk:
    talk = Talk(recommender=Tastes(), **changes)  # type: ignore[arg-type]
    goods = (*PRODUCTS, MUG, VASE)
    shop = Shop(Text("青禾优选", "Greenleaf Select"), "CNY", True, goods, (buyer(),), ORDERS)
    talk.store.import_shop(shop, replace=True)
    return talk


def rages(
    talk: Talk, text: str = "太慢了吧！三天没动", mood: float = -0.9, label: str = "logistics"
) -> Decision:
    return talk.hear(replace(angry(text, "complaint", complaint=label), mood=mood))


def parts(decision: Decision) -> list[str]:
    return [part.template for part in decision.parts]


def cancels(talk: Talk) -> Decision:
    talk.say("取消订单W1000002，不需要了", "cancel_order")
    return talk.say("确认", act="affirm")


# Anger


def test_a_strong_complaint_is_read_back_unasked_and_recorded_on_a_yes_only() -> None:
    talk = talking()
    asked = rages(talk)
    assert (asked.kind, asked.awaiting, parts(asked)) == (
        "propose",
        "confirmation",
        ["complaint", "proposal"],
    )
    assert "抱歉" in talk.reply and "同意" in talk.reply and not talk.store.complaints_of("C-1")
    assert talk.state.proposal is not None
    command = talk.store.proposal(talk.state.proposal.id).command
    assert isinstance(command, OpenComplaint)
    assert (command.text, command.kind, command.sentiment) == ("太慢了吧！三天没动", "logistics", -0.9)
    assert talk.say("确认", act="affirm").kind == "done"
    assert len(talk.store.complaints_of("C-1")) == 1 and talk.state.moods == ()


@pytest.mark.parametrize(
    "text", ["So slow!! Nothing for three days", "Twice promised, two weeks late and no reply"]
)
def test_what_is_read_back_holds_figures_in_words_too(text: str) -> None:
    talk = talking(state=State(language="en", customer_id="C-1"))
    assert rages(talk, text).kind == "propose" and f"Complaint: {text}" in talk.reply


def test_a_no_to_the_record_is_a_no_and_it_is_not_offered_again() -> None:
    talk = talking()
    rages(talk)
    talk.say("不用了", act="deny")
    assert not talk.store.complaints_of("C-1")
    talk.state = replace(talk.state, moods=())
    assert rages(talk).rule == "talk.complaint"


@pytest.mark.parametrize(
    ("text", "mood", "label", "customer"),
    [
        ("太慢了吧！", -0.7, "logistics", "C-1"),
        ("太慢了吧！三天没动", -0.9, "none", "C-1"),
        ("再不发货我就投诉了", -0.9, "logistics", "C-1"),
        ("No need to file a complaint, but this is outrageous", -0.9, "service", "C-1"),
        ("太慢了吧！三天没动", -0.9, "logistics", None),
    ],
)
def test_nobody_else_is_read_a_complaint(text: str, mood: float, label: str, customer: str | None) -> None:
    talk = talking(state=State(customer_id=customer))
    decision = rages(talk, text, mood, label)
    assert decision.rule == "talk.complaint" and decision.command is None


def test_the_second_angry_message_is_warrant_enough() -> None:
    talk = talking()
    assert rages(talk, mood=-0.7).rule == "talk.complaint"
    assert rages(talk, "还是没动静", mood=-0.7).kind == "propose"
    assert talk.reply.count("抱歉") == 0 and "三天没动 还是没动静" in talk.reply


def test_who_has_a_complaint_open_is_told_of_it_and_offered_no_second_one() -> None:
    talk = talking()
    rages(talk)
    talk.say("确认", act="affirm")
    again = rages(talk)
    number = talk.store.complaints_of("C-1")[0].id
    assert again.rule == "talk.complaint" and number in talk.reply
    assert "登记投诉" not in [each.text for each in again.quick_replies]


@pytest.mark.parametrize("mood", [-0.9, -0.7])
def test_lasting_anger_brings_a_person_with_the_trend(mood: float) -> None:
    talk = talking(state=State(language="en"))
    decisions = [rages(talk, "This is a disgrace", mood, "service") for _ in range(3)]
    last = next(each for each in decisions if each.kind == "handover")
    assert last.rule == "mood.escalated" and decisions.index(last) == (1 if mood < -0.8 else 2)
    assert last.command is not None and last.command.note is not None
    assert last.command.note.trend == "steady" and set(last.command.note.moods) == {mood}
    assert not last.ask_rating


def test_the_note_tells_how_it_came_to_this_and_the_customer_hears_it_in_their_language() -> None:
    talk = talking(state=State())
    for mood in (-0.2, -0.45, -0.75):
        rages(talk, "怎么还不到，太过分了", mood, "none")
    assert talk.last is not None and talk.last.outcome.hand_over is not None
    assert "-0.2 → -0.45 → -0.75，越来越差" in talk.last.outcome.hand_over.summary
    assert "人工客服接手" in talk.reply and talk.state.handed_over


def test_what_solves_it_is_not_taken_away_while_it_waits_for_a_yes() -> None:
    talk = talking()
    rages(talk, "烂台灯", -0.9, "none")
    asked = talk.hear(
        replace(angry("退掉W1000001的台灯，质量问题！", "return_item", act="request"), mood=-0.95)
    )
    assert asked.kind == "propose"
    waits = talk.hear(replace(angry("什么破店", complaint="none", act="abuse"), mood=-0.95))
    assert waits.kind == "ask" and talk.state.proposal is not None and not talk.state.handed_over
    done = talk.say("确认", act="affirm")
    assert done.kind == "done" and talk.state.moods == ()
    assert rages(talk, "烂台灯", -0.9, "none").kind != "handover"


def test_an_unasked_record_does_not_hold_a_person_back() -> None:
    talk = talking()
    assert rages(talk).kind == "propose"
    over = rages(talk, "你们这帮骗子")
    assert over.rule == "mood.escalated" and not talk.store.complaints_of("C-1")
    assert over.command is not None and over.command.note is not None
    assert over.command.note.dropped is not None and over.command.note.dropped.kind == "open_complaint"


def test_an_answer_is_given_also_where_a_person_takes_over() -> None:
    talk = talking()
    rages(talk, "什么破店", -0.9, "none")
    heard = angry(
        "Where is W1000002, this is outrageous!!", "order_status", complaint="logistics", act="question"
    )
    over = talk.hear(replace(heard, mood=-0.9))
    assert parts(over) == ["order_facts", "handover"] and over.rule == "mood.escalated"


def test_a_curt_customer_is_served_and_never_handed_over() -> None:
    talk = talking()
    for text in ("?", "快点", "到底什么时候到", "？", "hurry up"):
        decision = talk.say(text, "order_status", act="repeat", mood=-0.05)
        assert decision.kind != "handover"


# Gladness


def test_praise_is_thanked_for_and_one_thing_recommended_with_price_and_stock() -> None:
    talk = talking()
    glad = talk.say("服务太好了，东西很喜欢！", "praise", act="inform", sentiment="positive", mood=0.9)
    assert parts(glad) == ["praise", "recommended"]
    assert "因为您买过护眼台灯" in talk.reply and "保温杯" in talk.reply
    assert "CNY 49.00" in talk.reply or "¥49.00" in talk.reply
    assert "现货 3 件" in talk.reply and "花瓶" not in talk.reply
    again = talk.say("Love it!", "praise", act="inform", sentiment="positive", mood=0.9)
    assert parts(again) == ["praise"]
    assert isinstance(talk.recommender, Tastes)
    assert talk.recommender.asked == [("C-1", *sorted({e.product_id for o in ORDERS for e in o.lines}))]


def test_thanks_for_what_was_done_are_the_moment_for_both() -> None:
    talk = talking()
    done = cancels(talk)
    assert not done.ask_rating and "recommended" not in parts(done)
    bye = talk.say("Thanks a lot!", act="thanks", sentiment="positive", mood=0.6)
    assert parts(bye) == ["thanks", "recommended"] and bye.ask_rating
    assert "Because you bought the Desk Lamp" in talk.reply and "3 in stock" in talk.reply
    again = talk.say("Thanks!", act="thanks", sentiment="positive", mood=0.6)
    assert parts(again) == ["thanks"] and not again.ask_rating


def praises(talk: Talk) -> list[str]:
    return parts(talk.say("好用！", "praise", act="inform", sentiment="positive", mood=0.9))


def test_nothing_is_recommended_while_a_complaint_is_not_solved() -> None:
    talk = talking()
    talk.hear(angry("我要投诉你们客服态度差", "complaint", complaint="service"))
    talk.say("确认", act="affirm")
    assert "recommended" not in praises(talk)
    glad = said("好用！", "praise", act="inform")
    for status in ComplaintStatus:
        complaints = tuple(replace(each, status=status) for each in talk.store.complaints_of("C-1"))
        decision = decide(glad, replace(seen(), complaints=complaints), KNOWN, CARDS)
        assert (decision.suggest is not None) == (status is ComplaintStatus.CLOSED)


@pytest.mark.parametrize("state", [State(), State(customer_id="C-1", handed_over=True)])
def test_nothing_is_recommended_to_strangers_and_after_a_hand_over(state: State) -> None:
    assert "recommended" not in praises(talking(state=state))


def test_nothing_is_recommended_after_anger_or_a_refusal_or_in_the_middle_of_something() -> None:
    talk = talking()
    rages(talk, "太慢了吧！", -0.7, "none")
    assert "recommended" not in praises(talk)
    talk = talking()
    assert talk.say("换一下W1000003的背包", "exchange_item").kind == "refuse"
    assert "recommended" not in praises(talk)
    talk = talking()
    talk.say("我要退台灯，W1000001", "return_item")
    assert "recommended" not in praises(talk)


def test_alternatives_are_shown_where_nothing_is_left_to_exchange_for() -> None:
    talk = talking()
    gone = tuple(replace(variant, stock=0) for variant in BACKPACK.variants)
    goods = (replace(BACKPACK, variants=gone), *PRODUCTS[:2], PRODUCTS[3], MUG, VASE)
    shop = Shop(Text("青禾优选", "Greenleaf Select"), "CNY", True, goods, (buyer(),), ORDERS)
    talk.store.import_shop(shop, replace=True)
    talk.products = {each.id: each for each in goods}
    asked = talk.say("Change the backpack of W1000002 to another size", "change_items")
    assert parts(asked)[-1] == "recommended" and "Travel Mug" in talk.reply and "Vase" not in talk.reply


# A rating


@pytest.mark.parametrize(
    ("text", "act"),
    [("谢谢", "thanks"), ("再见", "farewell"), ("That's all, thanks", "thanks"), ("没别的了", "deny")],
)
def test_a_rating_is_asked_for_once_when_a_matter_is_closed(text: str, act: str) -> None:
    talk = talking(hits=answering())
    assert not talk.say("退货运费谁出？", "policy_question", act="question").ask_rating
    talk.hits = ()
    assert talk.say(text, act=act).ask_rating
    assert not talk.say(text, act=act).ask_rating


def test_no_rating_without_anything_served() -> None:
    assert not talking().say("谢谢", act="thanks").ask_rating


def test_a_rating_is_asked_for_at_a_hand_over_but_never_twice_and_never_of_the_angry() -> None:
    calm = talking()
    assert calm.say("转人工", "talk_to_human").ask_rating
    assert not calm.say("谢谢", act="thanks").ask_rating
    bitter = talking()
    assert not bitter.say("转人工！！", "talk_to_human", mood=-0.7).ask_rating
    assert not bitter.say("转人工", "talk_to_human").ask_rating


def test_nobody_in_danger_is_ever_asked() -> None:
    talk = talking()
    cancels(talk)
    assert not talk.say("我不想活了").ask_rating
    assert not talk.say("谢谢", act="thanks").ask_rating


# Whatever is said


SAYINGS: tuple[dict[str, object], ...] = (
    {"text": "太慢了吧！三天没动", "intents": ("complaint",), "mood": -0.9, "complaint": "logistics"},
    {"text": "这也太离谱了", "intents": ("complaint",), "mood": -0.65, "complaint": "service"},
    {"text": "你们这帮骗子", "act": "abuse", "mood": -0.95, "complaint": "other"},
    {"text": "W1000002到底在哪！", "intents": ("order_status",), "mood": -0.7, "complaint": "logistics"},
    {"text": "我要投诉你们客服态度差", "intents": ("complaint",), "mood": -0.5, "complaint": "service"},
    {"text": "取消订单W1000002，不需要了", "intents": ("cancel_order",)},
    {"text": "我要退台灯，W1000001，质量问题", "intents": ("return_item",)},
    {"text": "确认", "act": "affirm"},
    {"text": "不用了", "act": "deny"},
    {"text": "服务太好了", "intents": ("praise",), "act": "inform", "mood": 0.9},
    {"text": "谢谢", "act": "thanks", "mood": 0.5},
    {"text": "?", "act": "repeat"},
    {"text": "转人工", "intents": ("talk_to_human",)},
)


def spoken(talk: Talk, saying: dict[str, object]) -> Decision:
    labels = {key: value for key, value in saying.items() if key not in ("text", "intents")}
    mood = float(str(saying.get("mood", 0.0)))
    labels["sentiment"] = "negative" if mood < 0 else "positive" if mood > 0 else "neutral"
    return talk.say(str(saying["text"]), *saying.get("intents", ()), **labels)  # type: ignore[arg-type,misc]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(SAYINGS), max_size=12))
def test_whatever_is_said_each_of_them_happens_once(sayings: list[dict[str, object]]) -> None:
    talk = talking()
    apologies = escalations = recommendations = ratings = 0
    for saying in sayings:
        before, recorded = talk.state, len(talk.store.complaints_of("C-1"))
        decision = spoken(talk, saying)
        apologies += sum(
            each.template == "sorry" or each.values.get("apologise", False) for each in decision.parts
        )
        assert apologies <= 1
        apologies = 0 if decision.kind == "done" else apologies
        escalations += decision.rule == "mood.escalated"
        assert decision.rule != "mood.escalated" or not before.handed_over
        solves = before.proposal is not None and before.proposal.kind != "open_complaint"
        assert not (decision.rule == "mood.escalated" and solves)
        recommendations += "recommended" in parts(decision)
        assert "recommended" not in parts(decision) or recorded == 0
        ratings += decision.ask_rating
        assert len(talk.store.complaints_of("C-1")) == recorded or decision.kind == "done"
    assert escalations <= 1 and recommendations <= 1 and ratings <= 1


def test_a_conversation_stored_before_there_were_moods_goes_on() -> None:
    row = msgspec.to_builtins(State(customer_id="C-1"))
    for name in ("moods", "answered", "record_offered", "recommended", "rating_asked"):
        del row[name]
    assert msgspec.convert(row, State) == State(customer_id="C-1")
