"""What a suite expects of single turns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from eval.cases.schema import Case, Expect
from eval.replies.scorers import admits
from eval.runs.record import LATENCIES, Finding, TurnRecord
from eval.scorers.subject import Played
from eval.scorers.values import fits, plain, says

# The field of `Expect` that is not met, and the scorer that looks at it.
_SCORER_OF = {
    "decision": "decision", "rule": "decision", "awaiting": "decision", "action": "decision", "receipt": "decision",
    "intents": "understanding", "act": "understanding", "sentiment": "understanding", "mood": "understanding",
    "cites": "citations",
}  # fmt: skip


def decision(_case: Case, played: Played) -> Iterator[Finding]:
    """Decision, rule, what is awaited, action, receipt."""
    for number, expect, turn in _expected(played):
        yield from _one_of("decision", number, expect.decision, turn.decision)
        if expect.rule and not any(fnmatchcase(turn.rule, each) for each in expect.rule):
            yield _differs("rule", number, expect.rule, turn.rule)
        yield from _one_of("awaiting", number, expect.awaiting, turn.awaiting or "nothing")
        yield from _one_of("action", number, expect.action, turn.action)
        yield from _one_of("receipt", number, expect.receipt, turn.receipt)


def arguments(_case: Case, played: Played) -> Iterator[Finding]:
    """What was proposed or done, and what is known of the request."""
    for number, expect, turn in _expected(played):
        yield from _fields("arguments", number, expect.arguments, turn.arguments)
        yield from _fields("slots", number, expect.slots, turn.slots)


def understanding(_case: Case, played: Played) -> Iterator[Finding]:
    """Intents, dialogue act, sentiment, mood."""
    for number, expect, turn in _expected(played):
        understood = turn.understood
        missing = [each for each in expect.intents if each not in understood["intents"]]
        if missing:
            yield _differs("intents", number, expect.intents, ", ".join(understood["intents"]) or "none")
        yield from _one_of("act", number, expect.act, understood["act"])
        yield from _one_of("sentiment", number, expect.sentiment, understood["sentiment"])
        if expect.mood and not expect.mood.at_least <= turn.mood <= expect.mood.at_most:
            yield _differs("mood", number, (str(expect.mood),), str(turn.mood))


def citations(_case: Case, played: Played) -> Iterator[Finding]:
    """The sections that have to be cited."""
    for number, expect, turn in _expected(played):
        missing = [each for each in expect.cites if each not in turn.cites]
        if missing:
            yield _differs("cites", number, expect.cites, ", ".join(turn.cites) or "nothing")


def sayings(_case: Case, played: Played) -> Iterator[Finding]:
    """What has to be said, what must not be, and whether not knowing is admitted."""
    for number, expect, turn in _expected(played):
        for group in expect.must_say:
            if not any(says(turn.reply, each) for each in group):
                yield Finding("sayings", f"does not say {' or '.join(map(repr, group))}", number)
        for each in expect.must_not_say:
            if says(turn.reply, each):
                yield Finding("sayings", f"says {each!r}", number)
        if expect.admits is not None and admits(plain(turn.reply)) is not expect.admits:
            wanted = (
                "does not admit, refuse or offer a person"
                if expect.admits
                else "admits, refuses or offers a person"
            )
            yield Finding("sayings", wanted, number)


def moments(_case: Case, played: Played) -> Iterator[Finding]:
    """Whether this is the moment to ask for a rating, and to recommend something."""
    for number, expect, turn in _expected(played):
        if expect.ask_rating not in (None, turn.ask_rating):
            asks = "asks for a rating" if turn.ask_rating else "does not ask for a rating"
            yield Finding("moments", asks, number)
        if expect.recommends not in (None, turn.recommends):
            tells = "recommends something" if turn.recommends else "recommends nothing"
            yield Finding("moments", tells, number)


def latency(_case: Case, played: Played) -> Iterator[Finding]:
    """The class of work that a turn took, which decides how long it takes."""
    for number, expect, turn in _expected(played):
        if expect.latency and LATENCIES.index(turn.latency) > LATENCIES.index(expect.latency):
            yield Finding("latency", f"took {turn.latency}, at most {expect.latency} was expected", number)


def patience(_case: Case, played: Played) -> Iterator[Finding]:
    """A simulated customer gets there before they have had enough."""
    if played.outcome == "out_of_patience":
        yield Finding("patience", f"the customer left after {len(played.turns)} messages")


def _expected(played: Played) -> Iterator[tuple[int, Expect, TurnRecord]]:
    for number, turn in enumerate(played.turns):
        if turn.step and turn.step.expect:
            yield number, turn.step.expect, turn.record


def _one_of(name: str, number: int, allowed: Iterable[str], actual: str) -> Iterator[Finding]:
    choices = tuple(allowed)
    if choices and actual not in choices:
        yield _differs(name, number, choices, actual or "none")


def _fields(name: str, number: int, expected: dict[str, Any], actual: dict[str, Any]) -> Iterator[Finding]:
    for field, value in expected.items():
        if not fits({field: value}, actual):
            yield Finding(
                "arguments", f"{name}: {field}: {actual.get(field, 'none')!r}, expected {value!r}", number
            )


def _differs(name: str, number: int, expected: Iterable[str], actual: str) -> Finding:
    return Finding(_SCORER_OF[name], f"{name}: {actual}, expected {' or '.join(expected)}", number)
