"""The words that may stand in a yes for what was read back: the goods, how many, which option, which method. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from agent.types import Evidence, Request
from tools.domain import Order, OrderLine

_METHODS = {
    "alipay": ("支付宝", "alipay"),
    "wechat_pay": ("微信支付", "微信", "wechat pay", "wechat"),
    "gift_card": ("礼品卡", "gift card"),
    "paypal": ("paypal", "贝宝"),
    "card": ("银行卡", "信用卡", "credit card", "bank card", "card"),
}
_COUNTS = {1: ("one", "一", "1"), 2: ("two", "两", "2"), 3: ("three", "三", "3"), 4: ("four", "四", "4")}
_MEASURES = "件个本双台只条盒包瓶款套把"
_BOTH = ("both", "both of them", "两个都", "两件都", "俩都", "都", "两样都")
_ALL = (
    "all",
    "all of them",
    "all of it",
    "everything",
    "the whole order",
    "全部",
    "全都",
    "都",
    "整单",
    "所有",
)


def words_for(request: Request, evidence: Evidence) -> tuple[str, ...]:
    """What names the very thing that was read back; nothing for an order that is not the customer's."""
    order = next((each for each in evidence.orders if each.id == request.order_id), None)
    if order is None:
        return ()
    lines = _lines(request, order)
    found = [order.id, *_goods(lines), *_counted(request, lines, order)]
    found += [word for swap in request.swaps for word in _options(swap.new_sku, evidence)]
    return tuple(dict.fromkeys([*found, *_method(request, evidence)]))


def _lines(request: Request, order: Order) -> list[OrderLine]:
    numbers = {item.line_no for item in request.items or ()} | set(request.lines or ())
    return [line for line in order.lines if line.line_no in numbers or not numbers]


def _goods(lines: Iterable[OrderLine]) -> list[str]:
    """Whole names, the ends of Chinese ones (大衣 for 双面呢羊毛大衣), the words of English ones."""
    names = [word for line in lines for word in (line.name.en, line.name.zh)]
    chinese = [line.name.zh[start:] for line in lines for start in range(len(line.name.zh) - 1)]
    english = [word for line in lines for word in line.name.en.split() if len(word) > 2]
    return [*names, *chinese, *english]


def _counted(request: Request, lines: list[OrderLine], order: Order) -> list[str]:
    """ "Yes, both" is a yes to two things, "all of them" to all there are."""
    quantity = sum(item.quantity for item in request.items or ()) or len(lines)
    found = [f"{sign}{unit}" for sign in _COUNTS.get(quantity, ())[1:] for unit in _MEASURES]
    found += _COUNTS.get(quantity, ())[:1]
    whole = len(lines) == len(order.lines)
    return [*found, *(_BOTH if len(lines) == 2 else ()), *(_ALL if whole else ())]


def _options(sku: str, evidence: Evidence) -> list[str]:
    """The values of the options of a variant; 白色 may be called 白."""
    variant = next((v for p in evidence.products.values() for v in p.variants if v.sku == sku), None)
    values = [text for value in variant.options.values() for text in (value.en, value.zh)] if variant else []
    return [
        *values,
        *(re.sub("色$", "", each) for each in values),
        *(each.replace(" ", "") for each in values),
    ]


def _method(request: Request, evidence: Evidence) -> tuple[str, ...]:
    customer = evidence.identified
    methods = customer.payment_methods if customer else ()
    kind = next((each.kind.value for each in methods if each.id == request.method_id), "")
    return _METHODS.get(kind, ())
