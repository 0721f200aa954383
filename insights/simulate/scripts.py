"""How conversations go, one script an outcome. The turns before the last are the same for all reasons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from insights.simulate import wording
from insights.simulate.deeds import ACTIONS, Deed, receipt_of
from insights.simulate.outcomes import Outcome
from insights.simulate.talk import Talk
from tools.store.tables import hand_overs, unanswered

GREETS, ASKED_FIRST, GOES_ON, THANKS, LEAVES_ANGRY = 0.08, 0.45, 0.35, 0.6, 0.5
ORDER_REASONS = ("order_status", "tracking", "delivery_time", "refund_status", "return_status")
HANDED_OVER_BY = ("mood.escalated", "loop.no_progress", "confused.too_often")
# How customers feel at first (mean, spread), and how their last word sounds.
AT_FIRST, COMPLAINING = (-0.05, 0.22), (-0.6, 0.18)


def run(talk: Talk, reason: str, text: str, outcome: Outcome, deed: Deed | None) -> None:
    """All turns of a conversation; `deed` is what is done where it is solved."""
    if talk.rng.random() < GREETS:
        talk.say(
            wording.first_words(talk.rng, talk.language, "smalltalk", "", ""),
            "answer",
            "talk.greeting",
            act="greeting",
        )
    _SCRIPTS[outcome](talk, reason, text, deed)


def _felt(talk: Talk) -> float:
    mean, spread = COMPLAINING if talk.complaint else AT_FIRST
    return talk.rng.gauss(mean, spread)


def _answer_rule(reason: str) -> str:
    if reason in ORDER_REASONS:
        return "order.status"
    return f"talk.{reason}" if reason in ("praise", "smalltalk") else "knowledge.found"


def _open(talk: Talk, reason: str, text: str) -> None:
    """The first message, and for some the question who they are."""
    if talk.rng.random() < ASKED_FIRST:
        talk.say(
            text,
            "ask",
            "identity.needed",
            awaiting="identity",
            act="request",
            reason=reason,
            felt=_felt(talk),
        )
        text = wording.words(talk.rng, talk.language, "identity")
        talk.say(text, "answer", _answer_rule(reason), act="inform")
    else:
        talk.say(text, "answer", _answer_rule(reason), act="request", reason=reason, felt=_felt(talk))


def _solved(talk: Talk, reason: str, text: str, deed: Deed | None) -> None:
    if deed:
        _done(talk, reason, text, deed)
    else:
        _open(talk, reason, text)
        _ask_on(talk, reason)
    if talk.rng.random() < THANKS:
        thanks = wording.words(talk.rng, talk.language, "thanks")
        talk.say(thanks, "answer", "talk.thanks", act="thanks", felt=talk.rng.gauss(0.55, 0.15))


def _ask_on(talk: Talk, reason: str) -> None:
    """Another question or none; the last of them is answered."""
    while talk.rng.random() < GOES_ON or talk.count < 2:
        more = wording.words(talk.rng, talk.language, "more")
        talk.say(more, "answer", _answer_rule(reason), reason=reason, felt=talk.rng.gauss(0.05, 0.15))


def _done(talk: Talk, reason: str, text: str, deed: Deed) -> None:
    """Read back, confirmed, carried out."""
    action = ACTIONS[reason]
    if talk.rng.random() < ASKED_FIRST:
        talk.say(
            text,
            "ask",
            "identity.needed",
            awaiting="identity",
            act="request",
            reason=reason,
            felt=_felt(talk),
        )
        text = wording.words(talk.rng, talk.language, "identity")
        talk.say(text, "propose", f"{action}.allowed", awaiting="confirmation", action=action, act="inform")
    else:
        talk.say(
            text, "propose", f"{action}.allowed", awaiting="confirmation", action=action, act="request", reason=reason,
            felt=_felt(talk),
        )  # fmt: skip
    receipts: tuple[dict[str, Any], ...] = () if talk.over else (receipt_of(talk, action, deed(talk)),)
    yes = wording.words(talk.rng, talk.language, "confirm")
    talk.say(yes, "done", "proposal.confirmed", action=action, act="affirm", felt=0.1, receipts=receipts)


def _handed_over(talk: Talk, reason: str, text: str, deed: Deed | None) -> None:
    _open(talk, reason, text)
    if talk.rng.random() < GOES_ON:
        more = wording.words(talk.rng, talk.language, "more")
        talk.say(more, "answer", _answer_rule(reason), reason=reason, felt=talk.rng.gauss(-0.3, 0.15))
    rule = talk.rng.choice(HANDED_OVER_BY)
    if not (talk.silent or talk.over):
        _hand_over(talk, rule)
    angry = wording.words(talk.rng, talk.language, "angry")
    talk.say(angry, "handover", rule, act="inform", felt=talk.rng.gauss(-0.7, 0.12))


def _hand_over(talk: Talk, rule: str) -> None:
    who = talk.person.customer.id if talk.person else ""
    number = f"HO-{talk.id}"
    row = {
        "id": number,
        "conversation_id": talk.id,
        "customer_id": who,
        "reason": rule,
        "summary": "",
        "at": talk.at,
    }
    talk.world.add(hand_overs, row)
    talk.world.log.add("HandedOver", talk.at, "agent", who, "", talk.id, why=rule, receipt_id=number)


def _abandoned(talk: Talk, reason: str, text: str, deed: Deed | None) -> None:
    talk.say(
        text, "ask", "identity.needed", awaiting="identity", act="request", reason=reason, felt=_felt(talk)
    )
    if talk.rng.random() < GOES_ON:
        text = wording.words(talk.rng, talk.language, "decline")
        talk.say(
            text, "ask", "order.which", awaiting="order_id", act="inform", felt=talk.rng.gauss(-0.3, 0.15)
        )


def _refused(talk: Talk, reason: str, text: str, deed: Deed | None) -> None:
    _open(talk, reason, text)
    more = wording.words(talk.rng, talk.language, "more")
    talk.say(more, "refuse", "order.not_yours", reason=reason, felt=talk.rng.gauss(-0.2, 0.15))
    if talk.rng.random() < LEAVES_ANGRY:
        angry = wording.words(talk.rng, talk.language, "angry")
        talk.say(angry, "answer", "talk.noted", act="inform", felt=talk.rng.gauss(-0.85, 0.08))


def _unanswered(talk: Talk, reason: str, text: str, deed: Deed | None) -> None:
    vain = talk.world.plan.asked_in_vain
    number = (
        vain.question if vain and talk.ahead.manner == "vain" else talk.rng.randrange(wording.questions())
    )
    _open(talk, reason, text)
    asked, at = wording.question(talk.language, number), talk.at
    talk.say(asked, "answer", "knowledge.none", reason=reason, felt=talk.rng.gauss(-0.15, 0.15))
    if not talk.silent and at < talk.world.plan.end:
        row = {"turn_id": talk.turn_ids[-1], "at": at, "question": asked, "language": talk.language}
        talk.world.add(unanswered, row | {"channel": talk.channel, "snapshot_id": "simulated"})


_SCRIPTS: dict[Outcome, Callable[[Talk, str, str, Deed | None], None]] = {
    "solved": _solved,
    "handed_over": _handed_over,
    "abandoned": _abandoned,
    "refused": _refused,
    "unanswered": _unanswered,
}
