"""Which order and which items a customer means, resolved against that customer's own orders. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.resolve.goods import bare, main_heads, pattern_of
from agent.types import Understanding
from tools.domain import Category, Order, OrderLine, ReturnItem

_CJK = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z][a-z'-]+|\d+", re.IGNORECASE)
# "The wool coat" does not mean the wool scarf, which shares a word with it.
NEARLY = 0.6
_STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "for",
        "with",
        "in",
        "on",
        "and",
        "or",
        "to",
        "my",
        "your",
        "this",
        "that",
        "is",
        "it",
        "one",
        "pack",
        "set",
        "new",
        "pro",
        "size",
        "free",
    ]
)


def named_order(
    understanding: Understanding, orders: Sequence[Order], listed: Sequence[Order] = ()
) -> Order | None:
    """The order that a message names: by number, by place in the list just shown, as the latest, by what is in it."""
    numbers = understanding.values("order_id")
    for order in orders:
        if order.id in numbers:
            return order
    if numbers:
        return None
    if (ordinal := understanding.first("ordinal")) and 1 <= int(ordinal) <= len(listed):
        return listed[int(ordinal) - 1]
    if understanding.first("latest") and orders:
        return max(orders, key=lambda order: order.placed_at)
    matching = [order for order in (listed or orders) if mentioned_lines(understanding.text, order.lines)]
    return matching[0] if len(matching) == 1 else None


# 两样 and "both" mean everything where there are two; so does 都 with what is done to it.
_BOTH = re.compile(r"\bboth\b|\bthe two\b|两[样件个双条台本种]|[俩仨]|两者", re.IGNORECASE)
_EVERYTHING = re.compile(
    r"都(?:不想?要|要?退|坏|破|碎|压|换|想退)|一[起并块](?:都|全)?(?:退|换|不要)|[全整]部|整[个张]?(?:订)?单|所有|里面的?东西全|通通|统统|^\W*都(?:要|是|退)?\W*$"
    r"|\b(?:(?<!that's )(?<!that’s )(?<!that is )(?<!thats )(?<!ll be )every ?thing|all of (?:it|them)|the (?:whole|entire|complete) (?:order|lot|thing)|the lot|all (?:the )?(?:items|things|goods|products))\b|^\W*all\W*$",
    re.IGNORECASE,
)


def means_all(text: str, count: int) -> bool:
    """Whether a text means all of `count` things."""
    return bool(_EVERYTHING.search(text) or (count == 2 and _BOTH.search(text)))


_COUNT = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5,
          "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}  # fmt: skip
_NUM = r"(?P<n>\d{1,2}|one|two|three|four|five|[一两二三四五六七八九十])"
_MEASURE = r"[件个本双条台盒只套瓶包罐袋支把张箱]"
_PIECES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:退|换|还)(?:掉|回|货)?(?:其中)?的?{_NUM}{_MEASURE}(?!月)",
        rf"(?:有|其中|只有?|就){_NUM}{_MEASURE}[^。！!？?]{{0,12}}(?:退|不要|不想要|坏|破|有问题|不合适|不合身|小了|大了|太大|太小)",
        rf"[，,。;；]\s*{_NUM}{_MEASURE}[^，。！!？?另]{{0,12}}(?:想?退|不要|不想要|坏|破|有问题)",
        rf"\b(?:return(?:ing)?|send(?:ing)? back|exchange|refund)\s+(?:only |just )?{_NUM}\b(?!\s*(?:days?|weeks?|orders?|things|of the (?:items|orders))\b)",
        rf"\b(?:only |just )?{_NUM} of (?:them|these|those|the)\b[^.!?]{{0,40}}(?:back|return|broken|faulty|fit|want|damaged)",
        rf"\breturn\b[^.!?]{{0,20}}\b{_NUM} of (?:them|these|those)\b",
    )
)


def counted(text: str) -> int | None:
    """How many pieces of one thing a text wants to send back; None where it does not say."""
    match = next((found for pattern in _PIECES if (found := pattern.search(text))), None)
    if match is None:
        return None
    said = match["n"].lower()
    return int(said) if said.isdigit() else _COUNT[said]


def named_items(understanding: Understanding, order: Order) -> tuple[ReturnItem, ...] | None:
    """The items that a message names, or None. "All except the lamp" is everything but the lamp."""
    lines = [line for line in order.lines if remaining(order, line) > 0]
    mentioned = mentioned_lines(understanding.text, lines)
    if mentioned and understanding.first("except"):
        chosen = [line for line in lines if line not in mentioned]
    elif mentioned:
        chosen = mentioned
    elif understanding.first("all") or means_all(understanding.text, len(lines)):
        chosen = lines
    elif (ordinal := understanding.first("ordinal")) and 1 <= int(ordinal) <= len(lines):
        chosen = [lines[int(ordinal) - 1]]
    else:
        return None
    return tuple(ReturnItem(line.line_no, remaining(order, line)) for line in chosen) or None


def remaining(order: Order, line: OrderLine) -> int:
    """How many of a line the customer still has."""
    return line.quantity - order.returned_quantity(line.line_no)


def mentioned_lines(text: str, lines: Sequence[OrderLine]) -> list[OrderLine]:
    """The lines whose name or options the text mentions best; several when they are mentioned alike."""
    scored = [(score, line) for line in lines if (score := mention(text, line)) > 0]
    best = max((score for score, _ in scored), default=0.0)
    return [line for score, line in scored if score >= best * NEARLY]


def mention(text: str, line: OrderLine) -> float:
    """How clearly a text names a line, 0..1."""
    return max(
        _chinese_overlap(text, f"{bare(line.name.zh)} {line.options.zh}"),
        _english_overlap(text, f"{bare(line.name.en)} {line.options.en}"),
        _kind_overlap(text, line),
        BY_HEAD if any(pattern_of(head).search(text) for head in main_heads(line)) else 0.0,
    )


# What customers call a kind of goods when they do not know its name.
_KINDS = {
    Category.FRESH_FOOD: r"水果|生鲜|蔬菜|海鲜|\b(?:fruits?|vegetables?|seafood)\b",
    Category.FOOD: r"零食|吃的|\bsnacks?\b",
    Category.APPAREL: r"衣服|\b(?:clothes|clothing)\b",
    Category.SHOES_BAGS: r"鞋|包包|\b(?:shoes?|trainers?|bag)\b",
    Category.FURNITURE: r"家具|\bfurniture\b",
    Category.BOOKS: r"书|\bbooks?\b",
    Category.TOYS: r"玩具|\btoys?\b",
}
_KIND_PATTERNS = {category: re.compile(pattern, re.IGNORECASE) for category, pattern in _KINDS.items()}
BY_KIND = 0.2
BY_HEAD = 0.4


def name_mention(text: str, line: OrderLine) -> float:
    """How clearly a text names a line, 0..1 by its name alone, and up to 0.3 more by its options."""
    name = max(_chinese_overlap(text, bare(line.name.zh)), _english_overlap(text, bare(line.name.en)))
    if name < BY_HEAD and any(pattern_of(head).search(text) for head in main_heads(line)):
        # A long name is named by what the thing is: "the briefs", 内裤.
        name = BY_HEAD
    if name == 0:
        return _kind_overlap(text, line)
    return name + 0.3 * option_mention(text, line)


def option_mention(text: str, line: OrderLine) -> float:
    """How much of a line's options a text names, where it names the line, 0..1."""
    if not max(_chinese_overlap(text, line.name.zh), _english_overlap(text, line.name.en)):
        return 0.0
    return max(_chinese_overlap(text, line.options.zh), _english_overlap(text, line.options.en))


def _kind_overlap(text: str, line: OrderLine) -> float:
    pattern = _KIND_PATTERNS.get(line.category)
    return BY_KIND if pattern and pattern.search(text) else 0.0


def _chinese_overlap(text: str, name: str) -> float:
    """Two characters in a row shared with the name; the head of a Chinese noun stands last."""
    said = {run[i : i + 2] for run in _CJK.findall(text) for i in range(len(run) - 1)}
    pieces = {run[i : i + 2] for run in _CJK.findall(name) for i in range(len(run) - 1)}
    return len(said & pieces) / len(pieces) if pieces else 0.0


def _english_overlap(text: str, name: str) -> float:
    said = {_stem(word) for word in _WORD.findall(text.lower())} - _STOP
    pieces = {_stem(word) for word in _WORD.findall(name.lower())} - _STOP
    shared = {word for word in said & pieces if len(word) > 2}
    return len(shared) / len(pieces) if pieces else 0.0


def _stem(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > 3 else word
