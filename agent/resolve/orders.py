"""Which of the customer's orders a text means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.resolve.lines import name_mention, option_mention
from agent.resolve.when import orders_when
from agent.types import Understanding
from tools.domain import Order, OrderStatus

S = OrderStatus
_STATUS: tuple[tuple[re.Pattern[str], tuple[OrderStatus, ...]], ...] = (
    (re.compile(r"cancell?ed|取消(?:了)?的|已取消", re.IGNORECASE), (S.CANCELLED,)),
    (
        re.compile(r"pending|not (?:yet )?shipped|还没发货|未发货|待发货|待处理", re.IGNORECASE),
        (S.PENDING, S.PROCESSED),
    ),
    (re.compile(r"\bdelivered|\breceived|arrived|收到|签收|已送达", re.IGNORECASE), (S.DELIVERED,)),
)
_BECOMES = re.compile(
    r"\bshould become\b|\bfor (?:one|the|a|an)\b|\bto (?:one|the|a|an)\b|换成|改成|改为|变成", re.IGNORECASE
)
_THE_OTHER = re.compile(
    r"\bthe other (?:one|order|parcel|package|pair|delivery)\b|另(?:外)?(?:那)?[一1](?:个|单|件|双|台|笔|盒|条|套|次|回)(?!月|星期|礼拜|地址|问题|事|颜色|号)",
    re.IGNORECASE,
)
# A mention as clear as that is a name, not a word in common.
NAMED = 0.2
NEARLY = 0.75
CLEARLY = 0.25


@dataclass(frozen=True, slots=True)
class Found:
    """An order, and whether its number was said."""

    order: Order
    by_number: bool

    @property
    def id(self) -> str:
        return self.order.id


def order_key(order_id: str) -> str:
    """Compare numbers without case, signs and spaces: "#W1234567" and "w 1234567" are the same."""
    return "".join(char for char in order_id.casefold() if char.isalnum())


def numbered(text: str, orders: Sequence[Order]) -> list[Order]:
    """The orders whose numbers stand in a text, in its order; the digits alone are enough from six on."""
    low = text.casefold()
    places: list[tuple[int, Order]] = []
    for order in orders:
        key = order_key(order.id)
        digits = key.lstrip("abcdefghijklmnopqrstuvwxyz")
        forms = [re.escape(order.id.casefold()), re.escape(key)]
        forms += [re.escape(digits)] if digits.isdigit() and len(digits) >= 6 else []
        match = re.search(rf"(?<![a-z0-9])(?:{'|'.join(forms)})(?![a-z0-9])", low)
        if match:
            places.append((match.start(), order))
    return [order for _, order in sorted(places, key=lambda each: each[0])]


def find_order(
    text: str,
    message: Understanding,
    orders: Sequence[Order],
    likely: Sequence[OrderStatus],
    now: datetime | None = None,
) -> Found | None:
    """By its number; by its day; by what is in it; as the latest; the only one that it can be about.

    `now` is in the shop's timezone; without it no day says anything.
    """
    if found := numbered(text, orders):
        return Found(found[0], True)
    if now and (dated := _by_day(text, message, orders, now)):
        if len(dated) == 1:
            return Found(dated[0], False)
        orders = dated
    fit = [order for order in orders if order.status in likely]
    if status := _by_status(text, orders, likely):
        fit = status
    if named := _by_content(text, orders, fit):
        return Found(named, False)
    if message.first("latest") and orders:
        return Found(max(fit or orders, key=lambda order: order.placed_at), False)
    return Found(fit[0], False) if len(fit) == 1 and not _by_content(text, orders, orders) else None


def the_other(text: str, spoken_of: Order, orders: Sequence[Order]) -> Order | None:
    """ "And the other one?" after one was told: the only one with the same goods, else the only one in the same state."""
    if not _THE_OTHER.search(text):
        return None
    rest = [order for order in orders if order.id != spoken_of.id]
    goods = {line.product_id for line in spoken_of.lines}
    alike = [order for order in rest if goods & {line.product_id for line in order.lines}]
    meant = alike or [order for order in rest if order.status is spoken_of.status]
    return meant[0] if len(meant) == 1 else None


def _by_day(text: str, message: Understanding, orders: Sequence[Order], now: datetime) -> list[Order]:
    """The orders of the day that is named, but for those with less of what is named: days are misremembered."""
    dated = orders_when(text, orders, now)
    if not dated and (text not in message.text or len(message.clauses) < 2):
        # An answer to "which order?", or the rest of a message with a single wish.
        dated = orders_when(message.text, orders, now)
    best = max((_named(text, order) for order in orders), default=0.0)
    return [order for order in dated if _named(text, order) >= best * NEARLY]


def _by_status(text: str, orders: Sequence[Order], likely: Sequence[OrderStatus]) -> list[Order]:
    for pattern, statuses in _STATUS:
        if pattern.search(text) and set(statuses) & set(likely or statuses):
            return [order for order in orders if order.status in statuses]
    return []


def _by_content(text: str, orders: Sequence[Order], likely: Sequence[Order]) -> Order | None:
    """The one order that has the most of what a text names; of several alike, the one that it can be about.

    An order that has less of it is never taken instead: "cancel the one with the lamp and the bed" does not
    mean another order with a lamp.
    """
    scores = [(_named(text, order), order) for order in orders]
    best = max((score for score, _ in scores), default=0.0)
    if best == 0:
        return None
    near = [order for score, order in scores if score >= best * NEARLY]
    near = [order for order in near if order in likely] or near
    if len(near) > 1:
        near = _by_options(text, near)
    return near[0] if len(near) == 1 else None


def _named(text: str, order: Order) -> float:
    return sum(score for line in order.lines if (score := name_mention(text, line)) >= NAMED)


def _by_options(text: str, orders: Sequence[Order]) -> list[Order]:
    """Those whose named line has clearly more of the options that a text names."""
    # What it shall become is no mark of what it is.
    text = _BECOMES.split(text)[0] or text
    ranked = sorted(
        ((max(option_mention(text, line) for line in order.lines), order) for order in orders),
        key=lambda each: -each[0],
    )
    return [ranked[0][1]] if ranked[0][0] - ranked[1][0] >= CLEARLY else list(orders)
