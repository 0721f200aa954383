"""What can go wrong in `tools`.

ToolError
├── NotFound             no such thing, or it is somebody else's: the two look the same
├── NotYours             bound to another customer or conversation
├── NotIdentified        nobody knows yet who is asking
├── CardError            a policy card that cannot be used; names file and field
├── ImportRefused        a shop file with bad rows; nothing was imported
├── StoreUnavailable     the database does not answer or is in the way; nothing was written
└── ProposalError        a confirmation that cannot be carried out
    ├── ProposalExpired
    ├── ProposalUsed         withdrawn; an executed one answers with its receipt instead
    ├── ProposalMismatched   what would happen now is not what was read back
    └── ProposalNotYours     (also NotYours)
"""

from __future__ import annotations

from collections.abc import Iterable

SHOWN_PROBLEMS = 20


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
    """`problems` holds every bad row as "path: what is wrong"; the message shows the first 20."""

    code = "import_refused"

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        shown = list(self.problems[:SHOWN_PROBLEMS])
        if len(self.problems) > SHOWN_PROBLEMS:
            shown.append(f"and {len(self.problems) - SHOWN_PROBLEMS} more")
        super().__init__("\n".join(shown))


class StoreUnavailable(ToolError):
    code = "store_unavailable"


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
