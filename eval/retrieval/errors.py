"""Everything that measuring retrieval raises.

MeasuringError
├── BadQuestions     a question file cannot be read, or lines of it cannot be used
├── GoldMissing      gold entries name nothing that the documents hold
├── NoDocuments      a folder has no document that can be read
└── BadData          a third-party set is absent or not as described
"""

from __future__ import annotations

from collections.abc import Sequence


class MeasuringError(Exception):
    """Base of the package's errors; the message says what is wrong and where."""


class BadQuestions(MeasuringError):
    """All bad lines at once, one a line of the message."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class GoldMissing(BadQuestions):
    pass


class NoDocuments(MeasuringError):
    pass


class BadData(MeasuringError):
    pass
