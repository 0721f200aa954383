"""What can go wrong in `tools`.

ToolError
├── NotFound             no such thing, or it is somebody else's: the two look the same
├── NotYours             bound to another customer or conversation
├── NotIdentified        nobody knows yet who is asking
├── CardError            a policy card that cannot be used; names file and field
├── ImportRefused        a shop file with bad rows; nothing was imported
├── ExportRefused        a place that a shop is not written to; nothing was written
├── WrongState           a step that the state of an order, return, exchange or repair does not allow
├── StoreUnavailable     the database does not answer or is in the way; nothing was written
│   ├── BadAnswer            the shop's order system answered something that is not in the contract
│   └── OutcomeUnknown       the shop's order system may have done it; asking again is safe
└── ProposalError        a confirmation that cannot be carried out
    ├── ProposalExpired
    ├── ProposalUsed         withdrawn; an executed one answers with its receipt instead
    ├── ProposalMismatched   what would happen now is not what was read back
    └── ProposalNotYours     (also NotYours)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one value of a shop's data, and where it stands.

    `path` leads to it: ("orders", 12, "lines", 0, "sku") in a shop or a JSON file, one column in a
    table. `file` is "" and `line` 0 where nothing was read from a file.
    """

    path: tuple[str | int, ...]
    reason: str
    file: str = ""
    line: int = 0

    @property
    def field(self) -> str:
        """The path as people write it: `orders[12].lines[0].sku`."""
        text = "".join(f"[{part}]" if isinstance(part, int) else f".{_visible(part)}" for part in self.path)
        return text.removeprefix(".")

    def __str__(self) -> str:
        place = (self.file, self.line and f"line {self.line}", self.field, self.reason)
        return ": ".join(str(part) for part in place if part)


def _visible(part: str) -> str:
    """A name from a file must not break a line or drive a terminal."""
    return part if part.isprintable() else repr(part)[1:-1]


class ToolError(Exception):
    """Base of all errors here; `code` is stable, the message is for people."""

    code = "tool_error"


class NotFound(ToolError):
    code = "not_found"

    def __init__(self, what: str, key: str) -> None:
        super().__init__(f"no {what} {key!r}")
        self.what = what
        self.key = key


class NotYours(ToolError):
    code = "not_yours"


class NotIdentified(ToolError):
    code = "not_identified"


class CardError(ToolError):
    code = "card_error"


class ImportRefused(ToolError):
    """`problems` holds every bad row as "file: line 3: path: what is wrong", `rows` the same in parts.

    The message shows the first 20.
    """

    code = "import_refused"

    def __init__(self, problems: Iterable[Problem | str]) -> None:
        self.rows = tuple(item if isinstance(item, Problem) else Problem((), item) for item in problems)
        self.problems = tuple(str(row) for row in self.rows)
        shown = list(self.problems[:SHOWN_PROBLEMS])
        if len(self.problems) > SHOWN_PROBLEMS:
            shown.append(f"and {len(self.problems) - SHOWN_PROBLEMS} more")
        super().__init__("\n".join(shown))


class WrongState(ToolError):
    code = "wrong_state"


class ExportRefused(ToolError):
    code = "export_refused"


class StoreUnavailable(ToolError):
    code = "store_unavailable"


class BadAnswer(StoreUnavailable):
    code = "bad_answer"


class OutcomeUnknown(StoreUnavailable):
    code = "outcome_unknown"


class ProposalError(ToolError):
    code = "proposal_error"


class ProposalExpired(ProposalError):
    code = "proposal_expired"


class ProposalUsed(ProposalError):
    code = "proposal_used"


class ProposalMismatched(ProposalError):
    code = "proposal_mismatched"


class ProposalNotYours(ProposalError, NotYours):
    code = "proposal_not_yours"
