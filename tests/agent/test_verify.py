"""What may leave: the promises of the claim ledger."""

from __future__ import annotations

import pytest

from agent.types import Draft, Reply
from agent.verify import verify
from tests.agent.builders import hit, passage

POSTAGE_ZH = (
    "因质量问题、破损或发错退货，寄回运费由店铺承担。无理由退货的运费为 ¥12，由顾客承担，从退款中扣除。"
)
POSTAGE_EN = "If the item is faulty or arrived broken, the shop pays the return postage. For a no-reason return the customer pays ¥12, taken off the refund."

TABLE_ZH = """退货的退回运费看原因：店铺的责任由店铺付，个人原因由顾客付，从退款中扣。

| 退货原因 | 谁付 | 金额 |
|---|---|---|
| 破损、质量问题、发错货、与描述不符 | 青禾优选 | ¥0 |
| 个人原因（不喜欢、买错、尺码不合适） | 顾客 | ¥12 |
"""
TABLE_EN = """Who pays to send an item back depends on the reason. If it is our fault, we pay; if you changed your mind, you pay and it is taken off the refund.

| Reason for return | Who pays | Amount |
|---|---|---|
| Arrived broken, faulty, wrong item, not as described | Greenleaf Select | ¥0 |
| Change of mind (do not like it, bought by mistake, wrong size) | Customer | ¥12 |
"""

DEPOSIT_ZH = "预售定金为商品价格的 10%-30%，并抵扣商品总价。买家自己反悔、不想要了，定金不退；如果是我们没有按承诺日期发货，您选择取消时定金全额退还。"


def answer(source: str, said: list[str], language: str) -> tuple[Reply, list[str]]:
    pieces: list[str] = []
    draft = Draft("policy", sentences=iter(said), hits=(hit(source, language),))
    return verify([draft], "zh" if language == "zh" else "en", pieces.append), pieces


@pytest.mark.parametrize(
    ("source", "sentence", "language"),
    [
        (POSTAGE_ZH, "质量问题退货，运费由店铺承担。", "zh"),
        (POSTAGE_ZH, "无理由退货需要您承担 12 元运费，从退款中扣除。", "zh"),
        (POSTAGE_EN, "The shop pays the return postage if it arrived broken.", "en"),
        (POSTAGE_EN, "For a no-reason return you pay ¥12.", "en"),
        (TABLE_ZH, "质量问题退货，运费由青禾优选付。", "zh"),
    ],
)
def test_what_the_passage_says_leaves_with_its_citation(source: str, sentence: str, language: str) -> None:
    reply, pieces = answer(source, [sentence], language)
    assert reply.text == f"{sentence} [1]"
    assert "".join(pieces) == reply.text
    assert reply.citations[0].quote in source


@pytest.mark.parametrize(
    ("source", "sentence", "language", "why"),
    [
        (POSTAGE_ZH, "无理由退货的运费为 ¥15，由顾客承担。", "zh", "15"),
        (POSTAGE_ZH, "无理由退货的运费为十五元。", "zh", "15"),
        (POSTAGE_ZH, "因质量问题退货，寄回运费不由店铺承担。", "zh", "says no"),
        (POSTAGE_ZH, "我马上为您办理退货，运费由店铺承担。", "zh", "promises"),
        (POSTAGE_ZH, "The shop pays the return postage for faulty items.", "zh", "language"),
        (POSTAGE_ZH, "我们的门店位于北京市中心，欢迎光临参观。", "zh", "北京"),
        (POSTAGE_ZH, "我们的门店很大，欢迎光临参观选购。", "zh", "words"),
        (POSTAGE_ZH, "质量问题退货由顾客承担运费。", "zh", "somebody else"),
        (TABLE_ZH, "质量问题退货由顾客出运费。", "zh", "somebody else"),
        (TABLE_EN, "You pay shipping if it arrived broken.", "en", "somebody else"),
        (POSTAGE_EN, "You pay the return postage if it arrived broken.", "en", "somebody else"),
        (DEPOSIT_ZH, "预售定金可以退。", "zh", "opposite"),
        (DEPOSIT_ZH, "定金不退。", "zh", "condition"),
        (POSTAGE_EN, "You have 30 days for a no-reason return.", "en", "30"),
        (POSTAGE_EN, "I have refunded the postage.", "en", "promises"),
        (POSTAGE_EN, "The shop does not pay the return postage if the item is faulty.", "en", "says no"),
    ],
)
def test_what_it_does_not_say_stays_here_with_the_reason(
    source: str, sentence: str, language: str, why: str
) -> None:
    reply, _ = answer(source, [sentence], language)
    assert sentence not in reply.text
    dropped = [claim for claim in reply.claims if not claim.supported]
    assert [claim.sentence for claim in dropped] == [sentence]
    assert why in dropped[0].why


@pytest.mark.parametrize("said", [[], ["运费 99 元。"]])
def test_the_passage_itself_is_quoted_when_nothing_else_is_left(said: list[str]) -> None:
    reply, _ = answer(POSTAGE_ZH, said, "zh")
    assert reply.text == f"{POSTAGE_ZH} [1]"
    assert reply.claims[-1].why == "quoted"


def test_supported_sentences_stay_when_another_is_dropped() -> None:
    reply, _ = answer(POSTAGE_ZH, ["质量问题退货，运费由店铺承担。", "运费 99 元。"], "zh")
    assert reply.text == "质量问题退货，运费由店铺承担。 [1]"


def test_a_value_of_one_passage_does_not_support_a_claim_about_another() -> None:
    hits = (hit("电子发票在签收后 24 小时内开具。", topic="invoices#electronic"), hit(POSTAGE_ZH))
    draft = Draft("policy", sentences=iter(["无理由退货的运费为 ¥24，由顾客承担。"]), hits=hits)
    reply = verify([draft], "zh", lambda _: None)
    assert "24，" not in reply.text


def test_fixed_texts_keep_their_order_and_cite_their_rule() -> None:
    rule = passage(POSTAGE_ZH)
    drafts = [Draft("sorry", text="很抱歉。"), Draft("denied", text="不能退。", cites=(rule,))]
    reply = verify(drafts, "zh", lambda _: None)
    assert reply.text == "很抱歉。\n\n不能退。 [1]"
    assert reply.citations[0].passage_id == rule.id


def test_steps_stay_a_list() -> None:
    source = "1. 在线客服申请退货\n2. 打包商品\n3. 等快递上门取件"
    reply, _ = answer(source, ["1. 在线客服申请退货", "2. 打包商品", "3. 等快递上门取件"], "zh")
    assert reply.text == "1. 在线客服申请退货 [1]\n2. 打包商品 [1]\n3. 等快递上门取件 [1]"
