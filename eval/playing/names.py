"""Numbers in place of identifiers that are drawn by chance, so that the same run twice reads the same."""

from __future__ import annotations

import re
from typing import Any

# P-…, RT-…, RC-… of one proposal end in the same token; c_… and t_… are conversations and turns. A Chinese character
# may stand right beside one, which only in ASCII is the edge of a word.
_DRAWN = re.compile(
    r"\b(?P<kind>[A-Z]{1,3})-(?P<token>[0-9A-Fa-f]{16})\b|\b[ct]_[0-9A-HJKMNP-TV-Z]{26}\b", re.ASCII
)


class DrawnNames:
    """Gives each identifier the number in which it came: `RT-1`."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def plain(self, value: Any) -> Any:
        """The same value, all the way down, with numbers in place of identifiers."""
        if isinstance(value, str):
            return _DRAWN.sub(self._number, value)
        if isinstance(value, dict):
            return {self.plain(name): self.plain(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.plain(each) for each in value)
        return value

    def _number(self, found: re.Match[str]) -> str:
        token = (found["token"] or found.group()).lower()
        number = self._seen.setdefault(token, len(self._seen) + 1)
        return f"{found['kind']}-{number}" if found["kind"] else f"{found.group()[0]}_{number}"
