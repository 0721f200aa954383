"""Guesses what comes next: an answer from a passage repeats much of the passage.

Prompt lookup decoding (Saxena, 2023): where the last tokens stand in the passage, what follows them there is
proposed. The model reads a proposal in one go and keeps what it would have written itself; a wrong guess costs time.
Where two words are equally likely to the last digit, reading four tokens at once may round the other way than one.
"""

from __future__ import annotations

from collections.abc import Sequence

LONGEST, SHORTEST = 4, 2


class Lookup:
    """The tokens of what an answer is written from, by the runs of two to four that occur in them."""

    def __init__(self, source: Sequence[int]) -> None:
        self._source = list(source)
        self._places: dict[tuple[int, ...], int] = {}
        for length in range(SHORTEST, LONGEST + 1):
            for end in range(length, len(self._source)):
                self._places.setdefault(tuple(self._source[end - length : end]), end)

    def draft(self, written: Sequence[int], most: int) -> list[int]:
        """Up to `most` tokens that may follow; none where the last two were not seen together."""
        for length in range(LONGEST, SHORTEST - 1, -1):
            place = self._places.get(tuple(written[-length:])) if len(written) >= length else None
            if place is not None:
                return self._source[place : place + most]
        return []
