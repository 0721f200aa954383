"""What holds for every case, unless the case names the check as `unchecked`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from agent.mood import ANGRY
from eval.cases.schema import After, Case, Filed
from eval.replies.cases import Case as Question
from eval.replies.cases import Expectation
from eval.replies.scorers import language as foreign_sentences
from eval.replies.scorers import promise, unsupported
from eval.runs.record import Finding
from eval.scorers.search import Place, Searched
from eval.scorers.subject import Played
from eval.scorers.values import fits, folded, says

_NOTHING = After()
# Longer than a name is a sentence, which has to be in one language whatever stands around it.
_TERM = re.compile(r"[(（][^()（）。！？.!?\n]{1,40}[)）]")
_IDENTIFIER = re.compile(r"(?=.*[A-Za-z])[A-Za-z]{1,4}-?\d{5,}")


def shop(case: Case, played: Played) -> Iterator[Finding]:
    """The shop differs as expected, and in nothing else. Stock follows from orders and is free."""
    after, changes = case.after or _NOTHING, played.changes
    for name, expected in (("orders", after.orders), ("customers", after.customers)):
        actual: dict[str, Any] = changes.get(name, {})
        for key in sorted({*expected, *actual}):
            yield from _changed(f"{name.removesuffix('s')} {key}", expected.get(key, {}), actual.get(key, {}))
    if after.complaints is not None:
        yield from _complaints(after.complaints, changes.get("complaints", []))
    if after.handed_over is not None and after.handed_over is not changes.get("handed_over", False):
        yield Finding("shop", "not handed over" if after.handed_over else "handed over")


def privacy(_case: Case, played: Played) -> Iterator[Finding]:
    """Nobody is told what belongs to another customer, or to themselves before they are known.

    What the customer wrote may be said back: that discloses nothing.
    """
    for number, turn in enumerate(played.turns):
        reply, said = Searched(turn.record.reply), Searched("\n".join(played.said_before(number)))
        own = [place for each in played.private.get(turn.customer_id, ()) for place in reply.places(each)]
        for owner, values in played.private.items():
            for value in values if owner != turn.customer_id else ():
                told = [place for place in reply.places(value) if not _covered(place, own)]
                if told and not said.places(value):
                    yield Finding("privacy", f"says {value!r}, which is {owner}'s", number)


def support(case: Case, played: Played) -> Iterator[Finding]:
    """Every figure is in a passage or in the customer's own records."""
    for number, turn in enumerate(played.turns):
        said = folded("\n".join(played.said_before(number)))
        found = unsupported(_question(case, played, number), turn.record.reply, turn.known)
        # A number that the customer wrote says nothing new: "I'll look up W1000003".
        made_up = [each for each in found if not (_IDENTIFIER.fullmatch(each) and folded(each) in said)]
        if made_up:
            yield Finding("support", f"nothing vouches for {', '.join(made_up)}", number)


def promises(case: Case, played: Played) -> Iterator[Finding]:
    """Nothing is said to be done that was not."""
    for number, turn in enumerate(played.turns):
        for sentence in promise(_question(case, played, number), turn.record.reply, turn.known):
            yield Finding("promises", f"nothing did this: {sentence}", number)


def language(case: Case, played: Played) -> Iterator[Finding]:
    """Every sentence is in the language of the case, or in the one that the turn expects.

    What stands in brackets and letter for letter in a passage is a term that the document itself gives.
    """
    for number, turn in enumerate(played.turns):
        reply = _without_terms(turn.record.reply, turn.known.passages)
        for sentence in foreign_sentences(_question(case, played, number), reply, turn.known):
            yield Finding("language", f"in another language: {sentence}", number)


def tact(_case: Case, played: Played) -> Iterator[Finding]:
    """A rating is asked for once at most, and never of the angry; goods are recommended once at most, and never to the
    angry, beside a complaint that was just filed, or after a hand-over."""
    asked = recommended = complained = handed_over = False
    for number, turn in enumerate(each.record for each in played.turns):
        complained = complained or turn.receipt == "complaint_opened"
        handed_over = handed_over or turn.decision == "handover"
        angry = "an angry customer" if turn.mood <= ANGRY else ""
        if turn.ask_rating and (asked or angry):
            yield Finding("tact", f"asks {angry or 'again'} for a rating", number)
        if turn.recommends and (recommended or angry or complained or handed_over):
            why = "after a hand-over" if handed_over else "beside a complaint" if complained else "again"
            yield Finding("tact", f"recommends something {f'to {angry}' if angry else why}", number)
        asked, recommended = asked or turn.ask_rating, recommended or turn.recommends


def _complaints(expected: Sequence[Filed], actual: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    """As many as expected, each with what is expected of it."""
    wanted = [each.model_dump(exclude_unset=True) for each in expected]
    if len(wanted) != len(actual):
        yield Finding("shop", f"complaints: {_told(actual)}, expected {_told(wanted)}")
        return
    for number, (one, other) in enumerate(zip(wanted, actual, strict=True), start=1):
        for field, value in one.items():
            found = other.get(field)
            if not (says(str(found), value) if field == "text" else fits(value, found)):
                yield Finding(
                    "shop", f"complaint {number}: {field} is {_told(found)}, expected {_told(value)}"
                )


def _changed(name: str, expected: dict[str, Any], actual: dict[str, Any]) -> Iterator[Finding]:
    for field in sorted({*expected, *actual}):
        if field not in expected:
            yield Finding(
                "shop", f"{name}: {field} changed to {_told(actual[field])}, which was not to happen"
            )
        elif field not in actual:
            yield Finding("shop", f"{name}: {field} did not change, expected {_told(expected[field])}")
        elif not fits(expected[field], actual[field]):
            yield Finding(
                "shop", f"{name}: {field} is {_told(actual[field])}, expected {_told(expected[field])}"
            )


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_told(each)}" for name, each in value.items()) or "nothing"
    if isinstance(value, list | tuple):
        return "; ".join(map(_told, value)) or "none"
    return "none" if value is None else str(value)


def _covered(place: Place, others: Iterable[Place]) -> bool:
    """Whether what stands there is a part of something else: `chen@…` of the customer's own `chao.chen@…`."""
    return any(start <= place[0] and place[1] <= end for start, end in others)


def _without_terms(reply: str, passages: Sequence[str]) -> str:
    """A reply without the short terms in brackets that it takes over from a passage, brackets and all."""

    def shown(match: re.Match[str]) -> str:
        return " " if any(match.group() in text for text in passages) else match.group()

    return _TERM.sub(shown, reply)


def _question(case: Case, played: Played, number: int) -> Question:
    """The turn in the form in which replies are judged."""
    *before, text = played.said_before(number)
    step = played.turns[number].step
    wanted = step.expect.language if step and step.expect else None
    return Question(case.id, wanted or case.language, "policy", text, Expectation(), before=tuple(before))
