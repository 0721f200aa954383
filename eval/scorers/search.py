"""Finds values in a text as words and numbers of their own."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from eval.scorers.values import folded, plain

Place = tuple[int, int]

# What people put between the parts of a number: 138 0000 0101, 138-0000-0101.
_JOINTS = r"[\s\u2010-\u2015-]"
_JOINT = re.compile(_JOINTS)
_LATIN = re.compile(r"[a-z0-9]")
# Of one character, anything would be found.
_SHORTEST = 2


class Searched:
    """A text in which values are looked for; case, width, spaces, hyphens and Markdown do not count."""

    def __init__(self, text: str) -> None:
        self._text = unicodedata.normalize("NFKC", plain(text)).casefold()
        self._squeezed = _JOINT.sub("", self._text)

    def places(self, value: str) -> list[Place]:
        """Where a value stands, from and to, as a word or number of its own and not as a part of a longer one."""
        wanted = _squeezed(value)
        # Of thousands of values nearly none is there, and this is quick to see.
        if len(wanted) < _SHORTEST or wanted not in self._squeezed:
            return []
        return [found.span() for found in _pattern(wanted).finditer(self._text)]


@lru_cache(maxsize=65_536)
def _squeezed(value: str) -> str:
    return _JOINT.sub("", folded(value))


def _pattern(wanted: str) -> re.Pattern[str]:
    """Letters and digits beside it would make it another word; the edges are those of the text as it is written."""
    before = r"(?<![a-z0-9])" if _LATIN.match(wanted[0]) else ""
    after = r"(?![a-z0-9])" if _LATIN.match(wanted[-1]) else ""
    return re.compile(before + f"{_JOINTS}*".join(map(re.escape, wanted)) + after)
