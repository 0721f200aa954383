"""Cuts a text into pieces that each speak of one line of an order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.resolve.goods import bare, heads, pattern_of
from agent.resolve.variants import MARKER, named_options
from tools.domain import Order, OrderLine, Product

_SEPARATOR = re.compile(r"[;；。\n]|(?<=\S)[.!?](?=\s|$)")
# Beside a name, "not" and its like say that this line is not meant.
EXCEPT = re.compile(
    r"除了|除|(?<!不)(?<!不想)(?<!不打算)(?:保)?留(?:下|着)?|不(?:退|换|要动|动)|不是(?:说|要?退|指)|别(?:退|换|动)"
    r"|\b(?:except|but not|other than|apart from|besides|without|excluding)\b|(?<!not )(?<!n't )(?<!n’t )(?<!n't be )(?<!stop )\bkeep(?:ing)?\b"
    r"|\bnot (?:returning|sending)\b|\bdon['’]?t (?:return|send)\b",
    re.IGNORECASE,
)
# Said after a name: 大衣我留着, "the coat stays".
_STAYS = re.compile(
    r"^(?:的话|我|就|还是|先|自己|那|件|个|双|呢|，|,|\s)*(?:要)?(?:留(?:着|下)?|保留|不退|不换|别退|别换|不用[退换]|不动|继续用|没问题)"
    r"|^(?:,|\s|is|are)*(?:i am |i'm |i’m |i'll |i will |i want to )?(?:keep(?:ing)?(?=\s*(?:it|that|this|them|one|those|these|though|[,.!;]|$))|stays?\b|(?:is |are )?(?:fine|ok|okay|good|great|perfect)\b)",
    re.IGNORECASE,
)
# "The lamp, not the coat", 不是大衣，是台灯; but "this is not the coat I ordered" means the coat.
_NOT_IT = re.compile(r"\bnot (?:the|my|that|this)?\s*$|不是(?:那|这)?[件个双条台本]?$", re.IGNORECASE)
_NOT_WHAT_CAME = re.compile(
    r"\s*(?:i|we|that|which|you|as|from the|in the)\b|的?(?!\s*(?:[，,。.!！]|$|是))", re.IGNORECASE
)
# What is said before these is over where the name comes; "keep … and return" turns round.
_TURNED = re.compile(r"[.!?;,。！？；，～~]|\bbut\b|\b(?:and|then) (?:return|send|exchange)", re.IGNORECASE)


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
        after = text[group.end : end]
        excepted = _ruled_out(before, after, len(groups) > 1) or (
            bool(pieces) and pieces[-1].excepted and _listed(before)
        )
        alike = [line for line in order.lines if line.name.en == group.name]
        for line in _meant(piece, before, alike, used, products):
            used.add(line.line_no)
            pieces.append(Piece(line, piece, excepted))
    return pieces


def _ruled_out(before: str, after: str, several: bool) -> bool:
    """Whether the words around a name say that it is not meant. "I'm not keeping the sandals" says that it is.

    `several` names are there: "not the coat" chooses between two.
    """
    said = [match for match in EXCEPT.finditer(before) if not _TURNED.search(before[match.end() :])]
    denied = several and _NOT_IT.search(before) and not _NOT_WHAT_CAME.match(after)
    return bool(said or denied or _STAYS.match(after))


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
            if not between.strip(" -的"):
                # Two words of one name, "linen shirts", are one mention.
                groups[-1] = _Mention(groups[-1].start, mention.end, mention.name)
                continue
        groups.append(mention)
    return groups


def _mentions(text: str, lines: Sequence[OrderLine]) -> list[_Mention]:
    """Where the names stand; whole names first, then shorter ones, where only one line has them."""
    found: list[_Mention] = []
    for line in lines:
        for name in (line.name.en, bare(line.name.en), line.name.zh, bare(line.name.zh)):
            if name:
                found += _find(text, pattern_of(name), line.name.en, found)
    known = {each.name for each in found}
    owners: dict[str, set[str]] = {}
    for line in lines:
        for head in heads(line):
            owners.setdefault(head, set()).add(line.name.en)
    for head in sorted(owners, key=lambda each: (-len(each), each)):
        mine = owners[head]
        if len(mine) == 1 and not mine & known:
            found += _find(text, pattern_of(head), next(iter(mine)), found)
    return sorted(found, key=lambda each: each.start)


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
