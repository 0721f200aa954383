"""Which lines of an order somebody wants to cancel and the rest to come: an order is cancelled as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agent.resolve.pieces import Piece, read_pieces
from tools.domain import Order, Product

_ONLY = re.compile(
    r"\bonly\b|\bjust\b|\bkeep\b|not the (?:entire|whole)|\brest\b|\bpart of\b|只|单独|光(?!泽|滑)|保留|留着|留下|不要取消整单|其他|其余|别的|部分"
    r"|就(?:这|那)?(?:个|件|一)?(?=[\u4e00-\u9fff]{1,4}(?:$|[，,。!！]|不要|取消))",
    re.IGNORECASE,
)
# What is said beside the name of what shall come all the same.
_COMES = re.compile(
    r"\bkeep\b|\bstill (?:want|need|send|ship)|\bleave\b|\b(?:but )?not the\b|\bexcept\b|\bsend the\b|\bkeep\w* the\b"
    r"|照(?:发|常|旧|样|送)|还(?:是)?要|保留|留着|留下|不动|别动|正常发|继续发|要的|除了|除",
    re.IGNORECASE,
)
# Right before the name: then the thing itself shall be cancelled, and not the order that is called by it.
_CANCELS = re.compile(
    r"(?:\b(?:cancel|remove|drop|take out|take off)\s+(?:just |only )?(?:the|my|that|this|one)?\s*(?:[a-z-]+\s+){0,2}|(?:取消|去掉|删掉|删了|撤掉|退掉|不要)(?:掉|了)?(?:那个|这个|里面的|其中的|一个)?)$",
    re.IGNORECASE,
)
_ORDER_OF_IT = re.compile(
    r"^[^,，。.;；]{0,12}?(?:\b(?:orders?|purchases?|one)\b|订单|[那这的]?[个一]?单)", re.IGNORECASE
)
_LISTED = re.compile(r"^[^,，。.;；!！?？]*?(?:[和跟及、]|\band(?: the| my)?)\s*$", re.IGNORECASE)
_CLAUSE = re.compile(r"[,，。.;；!！?？]|\b(?:and|but)\b")


def part_of(text: str, order: Order, products: Mapping[str, Product]) -> tuple[int, ...]:
    """The numbers of the lines that alone shall be cancelled; none where the whole order is meant."""
    pieces = read_pieces(text, order, products)
    numbers = {line.line_no for line in order.lines}
    named = {piece.line.line_no for piece in pieces}
    kept = _kept(text, pieces)
    wanted = (named - kept) or (numbers - kept if kept else set())
    if not wanted or wanted == numbers:
        return ()
    alone = bool(kept) or bool(_ONLY.search(text)) or any(_itself(text, piece) for piece in pieces)
    return tuple(sorted(wanted)) if alone else ()


def _kept(text: str, pieces: list[Piece]) -> set[int]:
    """The lines that shall come; what is said behind a list holds for all of it: 台灯和耳机照发."""
    kept: set[int] = set()
    follows = False
    for piece in reversed(pieces):
        follows = piece.excepted or _comes(text, piece) or (follows and bool(_LISTED.search(piece.text)))
        kept |= {piece.line.line_no} if follows else set()
    return kept


def _comes(text: str, piece: Piece) -> bool:
    """Whether the clause around a name says that this shall be sent."""
    start = text.find(piece.text)
    before = _CLAUSE.split(text[:start])[-1] if start >= 0 else ""
    return bool(_COMES.search(before + _CLAUSE.split(piece.text)[0]))


def _itself(text: str, piece: Piece) -> bool:
    start = text.find(piece.text)
    return start >= 0 and bool(_CANCELS.search(text[:start])) and not _ORDER_OF_IT.search(piece.text)
