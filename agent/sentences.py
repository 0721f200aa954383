"""Cuts a stream of text into sentences as soon as each is complete."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# A full stop inside a number or after a list number ("3.5", "1. Pack it") ends nothing.
_END = re.compile(r"[。！？!?]+[”」』)）]*|(?<![\d\s][\d])(?<!^\d)\.(?=\s|$)[”\")]*|\n+")
_LIST_NUMBER = re.compile(r"(?:^|\n)\s*\d{1,2}\.$")


def sentences(pieces: Iterable[str]) -> Iterator[str]:
    """Yield sentences with their end marks; a line break ends one too. Nothing is lost but blank ends."""
    pending = ""
    for piece in pieces:
        pending += piece
        # The last character may be the middle of "3.5" or "！！", so it waits for the next piece.
        while cut := _first_end(pending, len(pending) - 1):
            yield from _clean(pending[:cut])
            pending = pending[cut:]
    while cut := _first_end(pending, len(pending)):
        yield from _clean(pending[:cut])
        pending = pending[cut:]
    yield from _clean(pending)


def split_sentences(text: str) -> list[str]:
    return list(sentences([text]))


def _first_end(text: str, limit: int) -> int | None:
    for match in _END.finditer(text):
        if match.end() > limit:
            return None
        if not _LIST_NUMBER.search(text[: match.end()]):
            return match.end()
    return None


def _clean(sentence: str) -> Iterator[str]:
    if sentence.strip():
        yield sentence.strip()
