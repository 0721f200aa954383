"""Which order and which items a customer means, resolved against that customer's own orders. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

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


def named_items(understanding: Understanding, order: Order) -> tuple[ReturnItem, ...] | None:
    """The items that a message names, or None. "All except the lamp" is everything but the lamp."""
    lines = [line for line in order.lines if remaining(order, line) > 0]
    mentioned = mentioned_lines(understanding.text, lines)
    if mentioned and understanding.first("except"):
        chosen = [line for line in lines if line not in mentioned]
    elif mentioned:
        chosen = mentioned
    elif understanding.first("all"):
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
        _chinese_overlap(text, f"{line.name.zh} {line.options.zh}"),
        _english_overlap(text, f"{line.name.en} {line.options.en}"),
        _kind_overlap(text, line),
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


def name_mention(text: str, line: OrderLine) -> float:
    """How clearly a text names a line, 0..1 by its name alone, and up to 0.3 more by its options."""
    name = max(_chinese_overlap(text, line.name.zh), _english_overlap(text, line.name.en))
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
