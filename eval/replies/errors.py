"""Everything that judging replies raises.

RepliesError
├── BadCases           a file of cases cannot be read, or lines of it cannot be used
└── OtherDocuments     the documents in use lack sections that the cases are about
"""

from __future__ import annotations

from collections.abc import Sequence


class RepliesError(Exception):
    """Base of the package's errors; the message says what is wrong and where."""


class BadCases(RepliesError):
    """All bad lines at once, one a line of the message."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class OtherDocuments(RepliesError):
    pass
