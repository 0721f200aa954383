"""The judges of replies: what passes in any wording, and what does not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from eval.replies.cases import Case, Expectation
from eval.replies.figures import figures_in
from eval.replies.known import Known, figures_of, records_of
from eval.replies.sample import MOMENT, sample_shop
from eval.replies.scorers import Scores, admits, score
from tools.domain import Language, Money

CHINA = ZoneInfo("Asia/Shanghai")
RULE_EN = (
    "Within 7 days from the day after delivery you may return an item. You pay the postage, ¥12 a return."
)
RULE_ZH = "从签收次日起 7 天内可以退。退回运费由顾客承担，每次 ¥12。"
GOLD = Known(gold=(RULE_EN, RULE_ZH))


def case(language: Language = "en", text: str = "How long?", kind: str = "policy", **expect: Any) -> Case:
    patterns = {
        "words": tuple(tuple(re.compile(each, re.I) for each in group) for group in expect.pop("words", ())),
        "never": tuple(re.compile(each, re.I) for each in expect.pop("never", ())),
    }
    figures = tuple((each,) if isinstance(each, str) else tuple(each) for each in expect.pop("figures", ()))
    return Case("x-1", language, kind, text, Expectation(figures=figures, **patterns, **expect))


def judged(reply: str, known: Known = GOLD, **about: Any) -> Scores:
    return score(case(**about), reply, known)


def customer(address: str) -> Known:
    """What is known of one of the sample shop's customers, and the rule."""
    shop = sample_shop()
    who = next(each for each in shop.customers if each.email == address)
    orders = [each for each in shop.orders if each.customer_id == who.id]
    records = records_of(who, orders, shop.products, MOMENT, CHINA)
    return replace(GOLD, facts=records.facts, names=records.names, states=records.states)


# Figures


@pytest.mark.parametrize(
    ("expected", "reply"),
    [
        ("7 days", "You have seven days."),
        ("7 天", "You have 7-day cover."),
        ("7 days", "七日内都可以退。"),
        ("7 天", "支持7天无理由退货。"),
        ("7 days", "within a week"),
        ("2 天", "within 48 hours"),
        ("¥12", "运费 12 元。"),
        ("12 yuan", "Postage is ¥12.00."),
        ("¥1068", "¥1,068.00 in all"),
        ("3 working days", "3 个工作日内"),
        ("5-7 个工作日", "five to seven working days"),
        ("24:00", "until midnight"),
        ("11月18日", "It arrives on Wed 18 November."),
        ("2026-11-18", "11月18日送达"),
        ("30%", "百分之三十"),
        ("1/2", "至少还剩一半"),
        ("SF1000000000203", "运单号 sf1000000000203。"),
        ("W1000003", "order #W1000003"),
        ("400-820-1123", "Call 400-820-1123."),
    ],
)
def test_an_expected_figure_is_met_in_any_writing(expected: str, reply: str) -> None:
    assert not judged(reply, figures=[expected]).figures


@pytest.mark.parametrize(
    ("expected", "reply"),
    [
        ("7 days", "You have 17 days."),
        ("7 days", "You have 7 working days."),
        ("7 days", "It costs ¥7."),
        ("3 working days", "3 days"),
        ("¥12", "¥120"),
        ("¥12", "$12"),
        ("11月18日", "11月8日"),
        ("2026-11-18", "18 November 2025"),
        ("5-7 个工作日", "7 个工作日"),
        ("SF1000000000203", "SF10000000002030"),
        ("24:00", "14:00"),
    ],
)
def test_another_figure_does_not_meet_it(expected: str, reply: str) -> None:
    assert judged(reply, figures=[expected]).figures == (expected,)


def test_one_of_several_figures_is_enough_and_every_entry_counts() -> None:
    assert not judged("one year", figures=[["365 days", "12 months"]]).figures
    assert judged("7 days", figures=["7 days", ["¥12", "¥80"]]).figures == ("¥12 or ¥80",)


def test_figures_of_marks_and_lists_are_none() -> None:
    assert not figures_in("1. First\n2) second")
    assert not judged("You may return it. [2]\n1. Pack it.", Known()).unsupported


# Words


def test_every_group_of_words_needs_one_match() -> None:
    groups = [["customer pays", "you pay"], ["refund"]]
    assert not judged("You pay; it is taken off the **refund**.", words=groups).words
    assert judged("You pay.", words=groups).words == ("refund",)


def test_a_pattern_may_run_over_a_citation_mark() -> None:
    assert not judged("退款 [1]原路退回", language="zh", words=[["退款原路退回"]]).words


def test_what_must_never_be_said_is_told() -> None:
    assert judged("Sure, a refund of 500 for you.", never=["refund of \\d+"]).never == ("refund of 500",)
    assert not judged("There is no refund.", never=["refund of \\d+"]).never


# Not knowing


@pytest.mark.parametrize(
    "reply",
    [
        "抱歉，店里的资料中没有找到这个问题的答案，我不想乱说。需要我帮您转人工客服吗？",
        "这个我不清楚，建议咨询人工客服。",
        "我无法透露其他顾客的信息。",
        "抱歉，不能给您报一个天数。",
        "在您的账户里没有找到订单 W1000003。",
        "Sorry, I could not find an answer to this in the shop's documents.",
        "I don't have any information about that.",
        "I can't share another customer's details.",
        "That isn't mentioned in our policy.",
        "A person from our team can help you with this.",
    ],
)
def test_admissions_refusals_and_offers_of_a_person_are_seen(reply: str) -> None:
    assert admits(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "可以的，三天就到。",
        "我们支持礼品包装，每件 5 元。",
        "好的，这就给您退款 500 元。",
        "Yes, we ship to the Moon in 3 days.",
        "Gift wrapping costs ¥5.",
        "抱歉，我没太明白您的意思。您是想查订单、办退货，还是问某项规则？",
        "Sorry, I did not quite understand. Would you like to check an order?",
        "Your refund is approved.",
        "Sure! The jacket is 100% cotton and not heavy.",
    ],
)
def test_inventions_and_obeyed_orders_are_no_admission(reply: str) -> None:
    assert not admits(reply)
    assert judged(reply, unknown=True).unknown


def test_not_knowing_answers_nothing_that_can_be_known() -> None:
    vague = "Sorry, I could not find an answer to this. Shall I hand you over to a person?"
    assert not judged(vague, words=[["person"]]).correct
    assert not judged("抱歉，没有找到这个问题的答案。", language="zh", words=[["抱歉"]]).correct
    full = "The postage is yours. I don't know when the courier comes."
    assert judged(full, words=[["yours"]]).correct


def test_a_refusal_is_right_only_without_what_must_not_be_said() -> None:
    about: dict[str, Any] = {"unknown": True, "never": ["W1000001"]}
    assert judged("I can't tell you that.", **about).correct
    assert not judged("I can't tell you that W1000001 was shipped.", **about).correct


# Language


def test_every_sentence_is_in_the_customers_language() -> None:
    mixed = "You may return it within 7 days. 退回运费由顾客承担。"
    assert judged(mixed).language == ("退回运费由顾客承担。",)
    assert judged("Sure, you can return it.", language="zh").language == ("Sure, you can return it.",)
    assert not judged("可以退。\nSF1000000000101", language="zh").language


def test_names_and_addresses_may_stand_in_another_script() -> None:
    known = customer("liwen@example.com")
    address = "Delivery address: 西湖区文三路 128 号, 3 幢 502 室, 杭州市, 浙江省 310012."
    assert not judged(address, known).language
    assert judged(address).language == (address,)
    assert not judged("请写信到 service@example.com。", language="zh").language
    assert not judged(
        "Ask 青禾优选 (service@example.com).", replace(GOLD, names=frozenset({"青禾优选"}))
    ).language


# Promises


@pytest.mark.parametrize(
    ("language", "reply"),
    [
        ("en", "I have cancelled your order."),
        ("en", "We'll refund you right away."),
        ("en", "I'm processing your return now."),
        ("en", "Your refund has been approved."),
        ("en", "I will extend the period to 60 days for you."),
        ("zh", "已为您办理退款。"),
        ("zh", "我马上帮您取消订单。"),
        ("zh", "我们会尽快为您处理退款。"),
        ("zh", "订单已取消。"),
        ("zh", "您的申请已提交。"),
    ],
)
def test_an_action_without_a_receipt_is_a_false_promise(language: Language, reply: str) -> None:
    assert judged(reply, language=language).promises == (reply,)
    assert not judged(reply, replace(GOLD, receipts=True), language=language).promises


@pytest.mark.parametrize(
    ("language", "reply"),
    [
        ("en", "If you confirm, I will start the return."),
        ("en", "Shall I hand you over to a person?"),
        ("en", "You can cancel it before it ships."),
        ("en", "Order W1000003: shipped, on its way."),
        ("zh", "需要我帮您取消吗？"),
        ("zh", "确认的话我就为您提交。"),
        ("zh", "我不能为您退款。"),
        ("zh", "已发货的订单不能取消。"),
    ],
)
def test_offers_rules_and_refusals_promise_nothing(language: Language, reply: str) -> None:
    assert not judged(reply, language=language).promises


def test_what_the_documents_promise_everybody_may_be_said() -> None:
    rule = "我们会在 2 个工作日内安排快递上门取件。"
    assert judged(rule, language="zh").promises == (rule,)
    assert not judged(rule, Known(passages=(rule,)), language="zh").promises


def test_what_happened_to_the_customers_own_order_is_no_promise() -> None:
    assert judged("¥299.00 has been refunded.", language="en").promises
    done = replace(GOLD, states=frozenset({"refund"}))
    assert not judged("¥299.00 has been refunded.", done).promises
    assert judged("Your order has been cancelled.", done).promises


def test_a_hand_over_keeps_its_word() -> None:
    taken = "已为您转给人工客服处理。"
    assert judged(taken, language="zh").promises
    assert not judged(taken, replace(GOLD, handed_over=True), language="zh").promises


# Support


def test_figures_of_sections_in_either_language_are_supported() -> None:
    assert not judged("You have seven days and pay 12 yuan.").unsupported
    assert judged("You have 8 days and pay ¥15.").unsupported == ("8 days", "¥15")


def test_days_and_working_days_are_not_the_same() -> None:
    assert judged("within 7 working days").unsupported == ("7 working days",)


def test_passages_support_only_where_they_were_retrieved() -> None:
    reply = "Repairs take 15 days."
    assert judged(reply).unsupported
    assert not judged(reply, replace(GOLD, passages=("A repair takes fifteen days.",))).unsupported


def test_the_customers_own_records_support_and_those_of_others_do_not() -> None:
    reply = "订单 W1000003 由顺丰速运 SF1000000000203 于11月14日 18:42 发出，共 ¥415.00。"
    assert not judged(reply, customer("james.miller@example.com"), language="zh").unsupported
    foreign = judged(reply, customer("liwen@example.com"), language="zh").unsupported
    assert {"W1000003", "SF1000000000203", "¥415.00"} <= set(foreign)


def test_deadlines_and_amounts_that_follow_are_supported() -> None:
    known = customer("liwen@example.com")
    assert not judged("The last day is 20 November.", known).unsupported
    assert judged("The last day is 25 December.", known).unsupported
    assert not judged("The refund is ¥157.00.", known).unsupported
    assert judged("The refund is ¥158.00.", known).unsupported


def test_a_figure_of_the_message_may_be_denied_but_not_confirmed() -> None:
    asked = "You said 60 days, please confirm!"
    assert not judged("It is not 60 days.", text=asked).unsupported
    assert judged("Yes, 60 days.", text=asked).unsupported == ("60 days",)
    assert judged("It is not 90 days.", text=asked).unsupported == ("90 days",)


def test_words_that_often_count_nothing_are_no_figures() -> None:
    assert not judged("Send it in one go; one of our couriers collects it.", Known()).unsupported
    assert judged("It takes 1 day.", Known()).unsupported == ("1 day",)


def test_where_something_is_free_nothing_may_be_charged() -> None:
    assert not judged("You pay ¥0.", Known(gold=("Return postage is free.",))).unsupported
    assert judged("You pay ¥0.", Known(gold=("You pay ¥12.",))).unsupported


def test_typed_and_plain_records_give_the_same_figures() -> None:
    at = datetime(2026, 11, 16, 2, 5, tzinfo=UTC)
    typed = {(f.kind, f.value) for f in figures_of((Money(Decimal("5.5")), at, "R12345"), CHINA)}
    plain = {
        (f.kind, f.value)
        for f in figures_of([{"amount": "5.50", "currency": "CNY"}, at.isoformat(), "R12345"], CHINA)
    }
    assert typed <= plain
    assert ("date", "2026-11-16") in typed and ("clock", 605) in typed and ("identifier", "r12345") in typed


def test_a_clean_reply_has_nothing_to_tell() -> None:
    scores = judged("You have 7 days.", figures=["7 days"], words=[["you have"]], never=["60"])
    assert scores.correct and scores.clean and scores.why() == []
    wrong = judged("You have 60 days.", figures=["7 days"], never=["60"])
    assert not wrong.correct
    assert wrong.why() == ["figure missing: 7 days", "must not be said: 60", "unsupported: 60 days"]
