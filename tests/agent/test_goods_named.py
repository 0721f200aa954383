"""Which goods customers mean by the words they use, what they keep, how many, and which variant they want."""

from __future__ import annotations

import pytest

from agent.resolve.lines import counted, means_all
from agent.resolve.pieces import read_pieces
from agent.resolve.variants import after_marker, wanted_variant
from agent.understand.clauses import _cue as cue
from agent.understand.clauses import _two_wishes as two_wishes
from eval.replies.sample import sample_shop


def _named(order_id: str, text: str) -> list[tuple[int, bool]]:
    shop = sample_shop()
    order = next(each for each in shop.orders if each.id == order_id)
    pieces = read_pieces(text, order, {each.id: each for each in shop.products})
    return sorted((piece.line.line_no, piece.excepted) for piece in pieces)


@pytest.mark.parametrize(
    ("order_id", "text", "expected"),
    [
        ("W1000007", "凉鞋", [(1, False)]),
        ("W1000007", "那条凉拖我要退", [(1, False)]),
        ("W1000007", "the jumper and the sandals", [(1, False), (2, False)]),
        ("W1000007", "I won't be keeping the sandals", [(1, False)]),
        ("W1000007", "I'll keep the sandals and return the jumper", [(1, True), (2, False)]),
        ("W1000001", "外套我留着，灯退掉", [(1, True), (2, False)]),
        ("W1000001", "the lamp, not the coat", [(1, True), (2, False)]),
        ("W1000001", "this is not the coat I paid for", [(1, False)]),
        ("W1000001", "留的邮箱没变，台灯要退", [(2, False)]),
        ("W1000011", "球鞋不合脚", [(1, False)]),
        ("W1000011", "my trainers pinch", [(1, False)]),
        ("W4634230", "the telly is huge", [(1, False)]),
        ("W3610272", "the fridge hums", [(2, False)]),
        ("W1000011", "a book about gardening", []),
        ("W3877466", "三文鱼是哪天签收的", [(1, False)]),
        ("W3877466", "这条鱼", []),
    ],
)
def test_goods_go_by_many_names(order_id: str, text: str, expected: list[tuple[int, bool]]) -> None:
    assert _named(order_id, text) == expected


@pytest.mark.parametrize(
    ("text", "count", "expected"),
    [("两样都坏了", 2, True), ("both arrived wet", 2, True), ("both", 3, False), ("整单不要了", 3, True),
     ("the lamp", 2, False), ("全部", 4, True), ("it doesn't work at all", 2, False)],
)  # fmt: skip
def test_everything_is_said_in_several_ways(text: str, count: int, expected: bool) -> None:
    assert means_all(text, count) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("退两件就行", 2), ("return 2 of the towels", 2), ("买了四条，有一条想退", 1), ("return the towels", None),
     ("退了三天还没到账", None), ("return within 7 days", None)],
)  # fmt: skip
def test_a_number_of_pieces_is_read_and_nothing_else_taken_for_one(text: str, expected: int | None) -> None:
    assert counted(text.replace("条", "件")) == expected


@pytest.mark.parametrize(
    ("order_id", "line", "text", "expected"),
    [
        ("W1000001", 1, "the coat in black in L, it's too small", "black / L"),
        ("W1000001", 1, "I'm after a bigger one", "camel / L"),
        ("W1000001", 1, "it's too small, a bigger one please", "camel / L"),
        ("W1000001", 1, "换成黑色的L码，这件偏小", "black / L"),
        ("W1000011", 1, "the 38 pinches, swap them for a 39", "white / EU 39"),
        ("W1000011", 1, "换39码的", "white / EU 39"),
        ("W3748246", 1, "箱子太小，换28寸，颜色不变", "blue / 28 inch"),
    ],
)
def test_what_is_named_beats_bigger_and_smaller(order_id: str, line: int, text: str, expected: str) -> None:
    shop = sample_shop()
    bought = next(each for each in shop.orders if each.id == order_id).line(line)
    product = next(each for each in shop.products if each.id == bought.product_id)
    found = wanted_variant(after_marker(text), bought, product)
    assert [variant.described().en for variant in found.fits] == [expected]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("W1000007 寄到的时候都压坏了，要退", "return_item"),
        ("东西送到家就碎了，退货", "return_item"),
        ("it was delivered cracked, I need to return it", "return_item"),
        ("I checked out with the wrong card, can I change it?", "change_payment"),
        ("付款方式弄错了，能改吗", "change_payment"),
        ("we've moved, the address on our order must change", "change_address"),
        ("我们搬家了，订单地址要改", "change_address"),
        ("we've moved, please update my address", "update_profile"),
        ("包退了吧，用不上", "return_item"),
        ("pls cancle it", "cancel_order"),
        ("钱退了吗", ""),
        ("取消以后钱怎么退", ""),
    ],
)
def test_what_has_come_is_no_new_address(text: str, intent: str) -> None:
    assert cue(text) == intent


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("send back the mug from W1000001 please, return it, and cancel W1000002", 2),
        ("把W1000001的外套退货，顺便取消W1000002", 2),
        ("return the mug, and where is W1000002?", 2),
        ("return the mug and the coat from W1000001", 1),
        ("我要退货，钱退到支付宝", 1),
    ],
)
def test_two_wishes_for_two_orders_stand_apart(text: str, parts: int) -> None:
    assert len(two_wishes(text)) == parts
