"""What is kept of a case that was played: plain values, the same every time the same versions play it.

Nothing here depends on the clock, on the machine or on chance: identifiers that are drawn (proposals, returns,
receipts) are numbered in the order in which they come, and times stand in a file of their own.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field

Latency = Literal["fixed", "documents", "model"]
LATENCIES: tuple[Latency, ...] = ("fixed", "documents", "model")


class Finding(Struct, frozen=True):
    """Something that is not as expected. `turn` counts from 0; None is about the case as a whole."""

    scorer: str
    why: str
    turn: int | None = None


class TurnRecord(Struct, frozen=True):
    """One message with its reply. `arguments` are those of the proposal or receipt; `slots` of the first request.

    `understood` has language, act, intents, sentiment, strength, complaint; `cites` are sections (`returns#postage`).
    `dropped` are sentences that were not let through, each with the objection. `steps` is the trace in short: what
    was found with which score, which branches were asked, which templates were used. `mood` is how the message sounds,
    −1 (furious) … 1 (delighted); `ask_rating` and `recommends` say that the reply asks for a rating and names goods
    that nobody asked for.
    """

    say: str
    reply: str
    language: str
    decision: str
    rule: str
    awaiting: str
    action: str
    arguments: dict[str, Any]
    slots: dict[str, Any]
    receipt: str
    understood: dict[str, Any]
    cites: tuple[str, ...]
    quick_replies: tuple[str, ...]
    latency: Latency
    dropped: tuple[tuple[str, str], ...] = ()
    steps: dict[str, Any] = field(default_factory=dict)
    mood: float = 0.0
    ask_rating: bool = False
    recommends: bool = False


class Record(Struct, frozen=True):
    """A case as it was played. `key` names it in every run: suite/case, @ customer, ~ perturbation, # trial.

    `changes` is how the shop differed at the end, in the form of `After`. `error` tells what stopped the case; it
    counts as not passed. `scores` are shares (0..1) that scorers gave besides finding faults, by name.
    """

    key: str
    suite: str
    kind: str
    case: str
    language: str
    about: str = ""
    variant: str = ""
    customer: str = ""
    trial: int = 0
    tags: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    pair: str = ""
    groups: dict[str, str] = field(default_factory=dict)
    turns: tuple[TurnRecord, ...] = ()
    changes: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)
    error: str = ""

    @property
    def passed(self) -> bool:
        return not self.findings and not self.error

    @property
    def base(self) -> str:
        """The key of the same case as it stands in the file, on the same trial."""
        return key_of(self.suite, self.case, self.customer, "", self.trial)


def key_of(suite: str, case: str, customer: str = "", variant: str = "", trial: int = 0) -> str:
    """The name of what was played; the same in every run."""
    return (
        f"{suite}/{case}"
        + (f"@{customer}" if customer else "")
        + (f"~{variant}" if variant else "")
        + (f"#{trial}" if trial else "")
    )


class Manifest(Struct, frozen=True):
    """What made a run: `versions` are hashes of model, embedding, prompts, policies, snapshot, heads and code.

    `cases` is the hash of everything that was to be played; `of` how much that is. Times are ISO 8601; `seconds`
    is how long the run took in all its sittings.
    """

    id: str
    versions: dict[str, str]
    suites: tuple[str, ...]
    cases: str
    of: int
    seed: int
    trials: int
    options: dict[str, Any]
    machine: str
    started_at: str
    ended_at: str = ""
    seconds: float = 0.0


class Timing(Struct, frozen=True):
    """How long the turns of a record took, in seconds: until the first verified sentence, and in all."""

    key: str
    first_s: tuple[float, ...]
    turn_s: tuple[float, ...]
