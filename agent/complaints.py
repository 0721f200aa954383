"""A complaint as a request: what it says, what kind it is, which order it is about. Pure."""

from __future__ import annotations

from dataclasses import replace

from agent.complaint_words import adds_to_it, asks_after, only_facts, tells_of_harm, tells_something
from agent.types import Evidence, Request, State, Understanding
from agent.understand.labels import COMPLAINTS, NO_COMPLAINT
from agent.understand.understand import clear_no, clear_yes

COMPLAINT, STATUS = "complaint", "complaint_status"
OTHER = "other"
# Well within what a complaint may hold; the read-back has to be read.
MOST_CHARACTERS = 1500
# A class less likely than that is a guess.
LEAST = 0.15
# Kinds that are about goods: then the order that was just spoken of is meant.
_ABOUT_GOODS = frozenset({"quality", "logistics", "counterfeit", "price"})


def needs_number(request: Request, understanding: Understanding) -> bool:
    """Whether only an order's number says that a complaint is about that order: "yesterday the lady on the phone was
    rude" is about neither yesterday's order nor a phone."""
    kind = request.complaint if request.complaint not in ("", OTHER) else _kind(understanding)
    return kind not in _ABOUT_GOODS


def new_complaint(understanding: Understanding, state: State) -> Request:
    """The complaint that a message asks for, with what was said before it where it says nothing itself."""
    text, earlier = understanding.text, state.grievance
    kind = _kind(understanding)
    if tells_something(text):
        said = Request(COMPLAINT, text, words=_cut(text), complaint=kind)
    else:
        said = earlier or Request(COMPLAINT, text, complaint=kind)
    return _as_grave(said, understanding, earlier)


def with_grievance(understanding: Understanding, state: State) -> State:
    """Remember what somebody is angry about, in their own words: it need not be said again for a complaint."""
    earlier = state.grievance
    said = f"{earlier.words} {understanding.text}" if earlier else understanding.text
    kind = _kind(understanding)
    if kind == OTHER and earlier:
        kind = earlier.complaint
    request = Request(COMPLAINT, _cut(said), words=_cut(said), complaint=kind)
    return replace(state, grievance=_as_grave(request, understanding, earlier))


def _as_grave(request: Request, understanding: Understanding, earlier: Request | None = None) -> Request:
    """A complaint as urgent, and in as bad a mood, as the worst of what was said of it, in the last language."""
    said = (request, earlier) if earlier else (request,)
    return replace(
        request,
        urgent=understanding.urgent or tells_of_harm(understanding.text) or any(each.urgent for each in said),
        mood=min(understanding.mood, *(each.mood for each in said)),
        language=understanding.language,
    )


def _kind(understanding: Understanding) -> str:
    """What is complained of: of a calm complaint the likeliest class, though "none" be likelier still."""
    likely = (
        each for each in understanding.alternatives if each.label in COMPLAINTS and each.probability >= LEAST
    )
    return next(
        (each.label for each in (understanding.complaint, *likely) if each.label != NO_COMPLAINT), OTHER
    )


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"


def read_complaint(request: Request, text: str, understanding: Understanding, evidence: Evidence) -> Request:
    """Take from a text what happened and how bad it is. The order is read as for every other task."""
    label = understanding.complaint.label
    if label != NO_COMPLAINT and request.complaint in ("", OTHER):
        request = replace(request, complaint=label)
    request = _as_grave(request, understanding)
    if request.asked == "reason" and text != request.text and _says_what(text, understanding):
        request = replace(request, words=_joined(request.text if tells_something(request.text) else "", text))
    elif request.read and request.words and adds_to_it(text) and text not in request.words:
        request = replace(request, words=_joined(request.words, text))
    if request.order_id is None and request.complaint in _ABOUT_GOODS and evidence.order is not None:
        request = replace(request, order_id=evidence.order.id)
    return request


def _says_what(text: str, understanding: Understanding) -> bool:
    """Whether this is what happened, and not a yes, a number, or a question about something else."""
    asking = understanding.act.label in ("question", "ask_back")
    if asks_after(text) or (asking and set(understanding.intent_names) - {COMPLAINT}):
        return False
    return not (only_facts(text) or clear_yes(text) or clear_no(text))


def _joined(before: str, text: str) -> str:
    return _cut(f"{before} {text}".strip())
