"""What differs between two texts, word by word; of Chinese, character by character."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

# Letters and digits that belong together (¥899.00, W1000001, don't); everything else stands by itself.
_PIECE = re.compile(r"[A-Za-z0-9À-ɏ]+(?:[.,:'’_-][A-Za-z0-9À-ɏ]+)*|\s+|.", re.DOTALL)
Marked = list[tuple[str, bool]]


def marked(before: str, after: str) -> tuple[Marked, Marked]:
    """Both texts in pieces, each with whether it is not in the other; the pieces joined are the text."""
    one, other = _PIECE.findall(before), _PIECE.findall(after)
    left: Marked = []
    right: Marked = []
    # Without this, difflib takes every frequent piece of a long text for noise.
    for what, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        _add(left, one[a:b], what != "equal")
        _add(right, other[c:d], what != "equal")
    return left, right


def _add(pieces: Marked, texts: Sequence[str], differs: bool) -> None:
    if texts:
        pieces.append(("".join(texts), differs))
