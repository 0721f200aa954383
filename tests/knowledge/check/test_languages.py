"""What the Chinese and the English version of a section may not disagree about."""

from __future__ import annotations

import pytest

from knowledge.check.findings import Finding
from knowledge.check.languages import check_languages
from knowledge.check.sections import cut
from tests.knowledge.check.making import document, section

TABLE_ZH = "| 品类 | 期限 |\n|---|---|\n| 服装 | {} |\n| 其他 | {} |"
TABLE_EN = "| Goods | Limit |\n|---|---|\n| Clothing | {} |\n| Others | {} |"

DIFFER = (
    ("签收后 7 天内可以退货。", "You may return it within 10 days of delivery.", "languages.figure"),
    ("退货运费 12 元。", "Return postage is ¥21.", "languages.figure"),
    ("满 99 元包邮。", "Free delivery from ¥199.", "languages.figure"),
    ("每天 9:00-18:00 接听。", "Answered daily from 9 am to 8 pm.", "languages.figure"),
    ("5 至 7 个工作日到账。", "It arrives in five to nine working days.", "languages.figure"),
    ("补偿金额的 5%。", "You get 10 percent of the price.", "languages.figure"),
    ("保修期 12 个月。", "The warranty is two years.", "languages.figure"),
    ("剩余保质期不少于三分之二。", "At least one half-life, or 1/3 of it, is left.", "languages.figure"),
    ("活动到 2027 年 3 月 31 日为止。", "The offer ends on April 30, 2027.", "languages.figure"),
    ("签收后 7 天内可以退货，运费 12 元。", "You may return it within 7 days of delivery.", "languages.figure-missing"),
    ("3 个工作日内退款。", "The refund follows within 3 days.", "languages.figure"),
    ("满 99 元包邮。", "Free delivery below ¥99.", "languages.condition"),
    ("16:00 前付款，当天发货。", "Paid after 16:00, it ships the same day.", "languages.condition"),
    ("最多补偿 ¥30。", "You get at least ¥30.", "languages.condition"),
    ("礼品卡可以退货。", "Gift cards cannot be returned.", "languages.opposite"),
    ("这类商品不能换货。", "Such goods can be exchanged.", "languages.opposite"),
    ("预售订单可以取消。", "A presale order cannot be cancelled.", "languages.opposite"),
    ("内衣、生鲜、美妆和礼品卡不支持退货。", "Underwear, beauty products and gift cards, and no others, are excluded.", "languages.list"),
    (TABLE_ZH.format("15 天", "7 天"), TABLE_EN.format("7 days", "15 days"), "languages.row"),
    (TABLE_ZH.format("可以", "不可以"), TABLE_EN.format("Yes", "Yes"), "languages.row"),
    (TABLE_ZH.format("15 天", "7 天"), TABLE_EN.format("15 days", "7 days").rpartition("\n")[0], "languages.rows"),
    ("一般 7 天，大件 7 天，服装 15 天。", "Usually 7 days, large items 15 days, clothing 15 days.", "languages.figure"),
)  # fmt: skip
AGREE = (
    ("5 至 7 个工作日到账。", "It arrives in five to seven working days."),
    ("退货运费 ¥12，服装满 ¥99 免费。", "Return postage is CNY 12; clothing from 99 yuan is free."),
    ("保修期一年。", "The warranty is 12 months."),
    ("每天下午6点前付款，当天发货。", "Paid before 18:00, it ships the same day."),
    ("剩余保质期不少于三分之二。", "At least two-thirds of its shelf life is left."),
    ("七天无理由退货：签收次日起 7 天内。", "No-reason returns: within 7 days from the day after delivery."),
    ("一共有两种办法。", "There are two ways to do it."),
    ("可以二选一。", "The choice is yours."),
    ("PayPal 5 个工作日，银行卡 7 个工作日。", "PayPal takes 5 business days, cards 7."),
    ("不含已经使用过的商品。", "Used goods are not included."),
    ("超过 48 小时没有付尾款，订单关闭。", "If it is not paid within 48 hours, the order closes."),
    ("礼品卡不能退货，也不能兑换现金。", "Gift cards cannot be returned or exchanged for cash."),
    ("有质量问题可以退货，不喜欢不能退货。", "Faulty goods can be returned; if you do not like it, it cannot be returned."),
    (TABLE_ZH.format("15 天", "7 天"), TABLE_EN.format("15 days", "7 days")),
    (TABLE_ZH.format("可以", "不可以"), TABLE_EN.format("Yes, at once", "No")),
    ("1. 打包\n2. 寄出，运费 ¥12", "- Pack it\n- Send it; postage is ¥12"),
    ("详见 https://example.com/zh/30", "See https://example.com/en/45"),
    ("八折优惠。", "20% off."),
)  # fmt: skip


def compared(zh: str, en: str) -> list[Finding]:
    documents = (document("one", section(zh), "zh"), document("one", section(en), "en"))
    return list(check_languages(part for each in documents for part in cut(each)))


@pytest.mark.parametrize(("zh", "en", "code"), DIFFER)
def test_a_difference_is_found(zh: str, en: str, code: str) -> None:
    found = compared(zh, en)
    assert code in {each.code for each in found}
    assert all(each.severity in ("error", "warning") for each in found)
    assert all(each.document.startswith("one.") and each.other.startswith("one.") for each in found)


@pytest.mark.parametrize(("zh", "en"), AGREE)
def test_the_same_in_other_words_is_no_difference(zh: str, en: str) -> None:
    assert compared(zh, en) == []


def test_hours_for_days_are_pointed_out_gently() -> None:
    (found,) = compared("48 小时内申请。", "Apply within 2 days.")
    assert (found.severity, found.code) == ("note", "languages.hours-and-days")


def test_a_section_in_one_language_only() -> None:
    zh = document("one", section("退货免费。") + "\n## 换货 {#exchange}\n换货免费。\n", "zh")
    en = document("one", section("Returns are free."), "en")
    (found,) = check_languages(part for each in (zh, en) for part in cut(each))
    assert (found.code, found.passage, found.line) == ("languages.section-missing", "one.zh#exchange", 6)


def test_a_document_in_one_language_only_is_no_mistake() -> None:
    assert list(check_languages(cut(document("one", section("退货 7 天。"), "zh")))) == []


def test_the_finding_quotes_both_sides_and_their_line() -> None:
    (found,) = compared("第一句。\n\n退货运费 12 元。", "A first sentence.\n\nReturn postage is ¥21.")
    assert (found.quote, found.other_quote) == ("Return postage is ¥21.", "退货运费 12 元。")
    assert found.line == 6
