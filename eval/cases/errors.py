"""What can be wrong with suites."""

from __future__ import annotations

from collections.abc import Sequence


class EvalError(Exception):
    """Base of what an evaluation cannot go on with; the message is for people."""


class BadSuite(EvalError):
    """`problems` lists "file:line: where: what is wrong", every one of them."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class NothingToRun(EvalError):
    """No case fits what was asked for."""
