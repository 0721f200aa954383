"""An approved answer is said to the question that it was written for, and to no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.approved import SAME_QUESTION, approved_answer, unsupported
from agent.wording import same_question
from retrieval.answers import Answer
from retrieval.documents import Language
from retrieval.listing import ListedQuestion, Listing
from retrieval.passages import Passage
from tests.agent.builders import evidence, passage, understood
from tests.agent.talking import answering

TEXT = "破损、发错货的退货，运费由我们承担；其他原因每次 ¥12。"
ANSWER = Answer("破损、发错货由我们承担，其他原因 ¥12。", ("退货包邮吗",))


def listing(cosine: float = 0.99, text: str = TEXT, answer: Answer = ANSWER) -> Listing:
    piece = replace(passage(text), questions=("退货包邮吗",), answers=(answer,))
    return Listing((piece,), (ListedQuestion("退货包邮吗", cosine),))


@pytest.mark.parametrize(
    ("listed", "asked", "language"),
    [
        ("退货包邮吗", "退货包邮吗？", "zh"),
        ("退货包邮吗", "你好，请问退货包不包邮", "zh"),
        ("人工客服几点上班", "人工客服什么时候上班？", "zh"),
        ("支付宝退款几个工作日", "支付宝退款要几个工作日呢", "zh"),
        ("退货邮费谁承担？", "退货运费谁承担", "zh"),
        ("Is sending it back free?", "is it free to send it back", "en"),
        ("How long does a PayPal refund take?", "Hi, how long do PayPal refunds take", "en"),
        ("Do gold members get free returns?", "are returns free for gold members?", "en"),
    ],
)
def test_the_same_question_put_otherwise(listed: str, asked: str, language: Language) -> None:
    assert same_question(listed, asked, language)


@pytest.mark.parametrize(
    ("listed", "asked", "language"),
    [
        ("退货包邮吗", "换货包邮吗", "zh"),
        ("退货包邮吗", "海外退货包邮吗", "zh"),
        ("会员退货免邮费吗", "不是会员退货免邮费吗", "zh"),
        ("金卡退货要自己出运费吗", "银卡退货要自己出运费吗", "zh"),
        ("内裤拆了还能退吗", "内裤没拆还能退吗", "zh"),
        ("没发货取消了钱啥时候退", "发货了取消了钱啥时候退", "zh"),
        ("可以开发票吗", "可以不开发票吗", "zh"),
        ("七天内能退吗", "十天内能退吗", "zh"),
        ("花一百块有几分", "花一千块有几分", "zh"),
        ("先退款再退货吗", "先退货再退款吗", "zh"),
        ("你们出运费吗", "我出运费吗", "zh"),
        ("吗", "呢", "zh"),
        ("Can I return opened lipstick?", "Can I return unopened lipstick?", "en"),
        ("Can I cancel before it ships?", "Can I cancel after it ships?", "en"),
        ("Is delivery free?", "Isn't delivery free on orders under ¥99?", "en"),
        ("Do I pay the postage?", "Do you pay the postage?", "en"),
        ("Can tags be cut off?", "What if the tags can't be cut off?", "en"),
    ],
)
def test_near_misses_are_other_questions(listed: str, asked: str, language: Language) -> None:
    assert not same_question(listed, asked, language)


def test_the_answer_comes_with_its_passage_and_the_question_that_was_meant() -> None:
    found = approved_answer("请问退货包不包邮", "zh", listing())
    assert found is not None
    assert (found.text, found.question, found.passage.text) == (ANSWER.text, "退货包邮吗", TEXT)


def test_words_alone_are_not_enough() -> None:
    assert approved_answer("退货包邮吗", "zh", listing(SAME_QUESTION - 0.01)) is None


def test_an_answer_is_not_said_in_another_language() -> None:
    assert approved_answer("退货包邮吗", "en", listing()) is None


def test_a_question_without_an_answer_of_its_own_has_none() -> None:
    assert approved_answer("退货包邮吗", "zh", listing(answer=Answer("是的。", ("别的问题",)))) is None


def test_an_old_figure_vanishes_when_the_passage_is_edited() -> None:
    edited = TEXT.replace("¥12", "¥15")
    assert approved_answer("退货包邮吗", "zh", listing(text=edited)) is None
    assert unsupported(ANSWER.text, listing(text=edited).pieces) == ("¥12",)


def test_the_piece_with_the_figures_is_cited() -> None:
    first, second = passage("运费看原因。"), passage("其他原因每次 ¥12。")
    pieces = (replace(first, answers=(ANSWER,)), replace(second, id="returns.zh#postage.2"))
    found = approved_answer("退货包邮吗", "zh", Listing(pieces, (ListedQuestion("退货包邮吗", 1.0),)))
    assert found is not None
    assert found.passage.id == "returns.zh#postage.2"


def test_unsupported_addresses_are_named() -> None:
    held: Passage = passage("写信到 help@shop.example，或看 https://shop.example/a。")
    assert unsupported("请看 https://shop.example/a 。", [held]) == ()
    assert unsupported("写信到 you@shop.example", [held]) == ("you@shop.example",)


def test_a_message_that_wants_two_things_is_generated() -> None:
    from agent.requests import serve
    from agent.types import Clause, Request, Search
    from tests.agent.goods import CARDS

    heard = understood("退货包邮吗", "policy_question")
    hits = answering()
    seen = replace(
        evidence(hits=hits),
        approved=approved_answer("退货包邮吗", "zh", listing()),
        searches=(Search("退货包邮吗", hits),),
        threshold=0.5,
    )
    request = Request("policy_question", "退货包邮吗")
    assert serve(request, heard, seen, CARDS).rule == "knowledge.approved"
    both = replace(
        heard, text="退货包邮吗，人工几点上班", clauses=(Clause("退货包邮吗", ()), Clause("人工几点上班", ()))
    )
    assert serve(request, both, seen, CARDS).rule == "knowledge.found"
    earlier = replace(heard, text="李雯 li@example.com")
    assert serve(request, earlier, seen, CARDS).rule == "knowledge.found"
