"""Short questions that live on the one before are told from questions of their own, and looked up with it."""

from __future__ import annotations

import pytest

from agent.follow_up import core, in_context, lives_on, names_a_fee
from agent.retrieve import search_query
from agent.types import Request, State
from tests.agent.builders import understood
from tools.domain import Language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("那普通会员呢", "zh"),
        ("支付宝呢？", "zh"),
        ("要是过了一个月呢", "zh"),
        ("预售的也一样吗", "zh"),
        ("what about Alipay", "en"),
        ("and for silver?", "en"),
        ("And if it went to Japan?", "en"),
        ("same for shoes?", "en"),
    ],
)
def test_what_only_differs_lives_on_the_question_before(text: str, language: Language) -> None:
    assert lives_on(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我要退货", "zh"),
        ("你们电话多少呢", "zh"),
        ("谢谢", "zh"),
        ("发票什么时候能开好呢", "zh"),
        ("and how do I get an invoice?", "en"),
        ("And when do you open?", "en"),
        ("thanks", "en"),
        ("Where is my order?", "en"),
        ("I want to return the same lamp", "en"),
    ],
)
def test_what_is_whole_stands_on_its_own(text: str, language: Language) -> None:
    assert not lives_on(text, language)


def test_a_follow_up_is_looked_up_with_what_it_lives_on() -> None:
    state = State(requests=(Request("return_item", "耳机不喜欢，几天内能退"),))
    assert search_query(understood("要是寄到日本呢"), state) == "耳机不喜欢，几天内能退，要是寄到日本呢"


def test_the_last_question_comes_before_the_running_request() -> None:
    state = State(
        requests=(Request("return_item", "I want to return the lamp"),),
        last_question="what to spend for silver?",
    )
    found = search_query(understood("what about gold then?"), state)
    assert found == "what to spend for silver? what about gold then?"


def test_a_fee_goes_with_what_is_being_done() -> None:
    state = State(requests=(Request("return_item", "裤子不喜欢，几天内能退"),))
    assert search_query(understood("那邮费呢"), state) == "退货邮费"
    assert names_a_fee("那邮费呢") and not names_a_fee("那金卡呢")


def test_without_anything_before_a_follow_up_is_only_itself() -> None:
    assert search_query(understood("and gold?"), State()) == "and gold?"


@pytest.mark.parametrize(
    ("text", "language", "left"),
    [
        ("那邮费呢？", "zh", "邮费"),
        ("and the postage?", "en", "postage"),
        ("what about fees then?", "en", "fees"),
    ],
)
def test_the_core_of_a_follow_up(text: str, language: Language, left: str) -> None:
    assert core(text, language) == left


def test_of_a_long_story_the_end_is_kept() -> None:
    assert in_context("and gold?", "x" * 500 + " how much?", "en").endswith(" how much? and gold?")
    assert len(in_context("and gold?", "x" * 500, "en")) < 250
