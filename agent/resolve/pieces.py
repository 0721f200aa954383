"""Cuts a text into pieces that each speak of one line of an order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.resolve.variants import MARKER, named_options
from tools.domain import Order, OrderLine, Product

_SEPARATOR = re.compile(r"[;；。\n]|(?<=\S)[.!?](?=\s|$)")
_CJK = re.compile(r"[\u3400-\u9fff]")
_WEAK = frozenset(["set", "one", "pack", "case", "bag", "pro", "new", "free", "size", "light", "home", "kit"])
# Beside a name, "not" and its like say that this line is not meant.
EXCEPT = re.compile(
    r"除了|除|(?:保)?留(?:下|着)?|不(?:退|换|要动|动)|\b(?:except|but not|other than|apart from|besides|keep(?:ing)?|without|excluding)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """What a text says of one line. `excepted`: that it is not meant."""

    line: OrderLine
    text: str
    excepted: bool = False


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    name: str


def read_pieces(text: str, order: Order, products: Mapping[str, Product]) -> list[Piece]:
    """The lines of the order that a text names, in the order of the text, each with what it says of it."""
    names = {line.name.en: line for line in order.lines}
    mentions = _mentions(text, list(names.values()))
    if not mentions:
        return []
    pieces: list[Piece] = []
    used: set[int] = set()
    groups = _groups(text, mentions)
    for at, group in enumerate(groups):
        end = groups[at + 1].start if at + 1 < len(groups) else len(text)
        piece = text[group.start : end]
        before = text[groups[at - 1].end if at else 0 : group.start]
        excepted = bool(EXCEPT.search(before)) or (bool(pieces) and pieces[-1].excepted and _listed(before))
        alike = [line for line in order.lines if line.name.en == group.name]
        for line in _meant(piece, before, alike, used, products):
            used.add(line.line_no)
            pieces.append(Piece(line, piece, excepted))
    return pieces


def _listed(between: str) -> bool:
    """Whether only a comma or an "and" stands between two names: what was said of the first holds for both."""
    return bool(re.fullmatch(r"\s*(?:[,，、和及]|and|or|the|my|\s)*\s*", between, re.IGNORECASE))


def _groups(text: str, mentions: Sequence[_Mention]) -> list[_Mention]:
    """Mentions that begin a piece: "the bed for the cheapest bed" is one."""
    groups: list[_Mention] = []
    for mention in mentions:
        if groups and groups[-1].name == mention.name:
            between = text[groups[-1].end : mention.start]
            if MARKER.search(between) and not _SEPARATOR.search(between):
                continue
        groups.append(mention)
    return groups


def _mentions(text: str, lines: Sequence[OrderLine]) -> list[_Mention]:
    """Where the names stand; whole names first, then their last word, where only one line has it."""
    found: list[_Mention] = []
    for line in lines:
        for name in (line.name.en, line.name.zh):
            if name:
                found += _find(text, _pattern(name), line.name.en, found)
    known = {each.name for each in found}
    heads: dict[str, list[OrderLine]] = {}
    for line in lines:
        for head in _heads(line):
            heads.setdefault(head, []).append(line)
    for head in sorted(heads, key=len, reverse=True):
        owners = {line.name.en for line in heads[head]}
        if len(owners) == 1 and not owners & known:
            more = _find(text, _pattern(head), next(iter(owners)), found)
            found += more
    return sorted(found, key=lambda each: each.start)


def _heads(line: OrderLine) -> set[str]:
    """Shorter names: "keyboard" for "Mechanical Keyboard", 键盘 for 机械键盘."""
    words = re.findall(r"[A-Za-z][A-Za-z'-]+", line.name.en)
    heads = {word.lower() for word in words[-1:] if len(word) > 2}
    heads |= {word.lower() for word in words[:-1] if len(word) > 4}
    heads -= _WEAK
    zh = line.name.zh
    if _CJK.search(zh):
        heads |= {zh[-size:] for size in (3, 2) if len(zh) > size and not zh[-size:].isascii()}
        heads |= {zh[:2]} if len(zh) > 3 else set()
    return heads


def _pattern(name: str) -> re.Pattern[str]:
    if _CJK.search(name):
        return re.compile(re.escape(name), re.IGNORECASE)
    words = r"[\s-]*".join(re.escape(word) for word in re.split(r"[\s-]+", name.strip()))
    return re.compile(rf"(?<![A-Za-z]){words}(?:e?s)?(?![A-Za-z])", re.IGNORECASE)


def _find(text: str, pattern: re.Pattern[str], name: str, taken: Sequence[_Mention]) -> list[_Mention]:
    return [
        _Mention(match.start(), match.end(), name)
        for match in pattern.finditer(text)
        if not any(each.start < match.end() and match.start() < each.end for each in taken)
    ]


def _meant(
    piece: str, before: str, alike: Sequence[OrderLine], used: set[int], products: Mapping[str, Product]
) -> list[OrderLine]:
    """Of several lines with one name, those whose options the text names; else the first that is free."""
    free = [line for line in alike if line.line_no not in used]
    if len(free) < 2:
        return free[:1]
    marker = MARKER.search(piece)
    old = (before[-40:] + " " + piece[: marker.start()]) if marker else before[-40:] + " " + piece
    product = products.get(free[0].product_id)
    named = named_options(old, product) if product else {}
    if not named:
        return free if re.search(r"\bboth\b|\ball\b|\btwo\b|都|两|全部", old, re.IGNORECASE) else free[:1]
    scores = {line.line_no: _fit(line, product, named) for line in free}
    best = max(scores.values())
    return [next(line for line in free if scores[line.line_no] == best)]


def _fit(line: OrderLine, product: Product | None, named: Mapping[str, str]) -> int:
    variant = product.variant(line.sku) if product else None
    if variant is None:
        return 0
    return sum(key in variant.options and variant.options[key].en == value for key, value in named.items())
