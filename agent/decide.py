"""Stage three: what happens next, and why. A pure function over typed data.

The branches are tried in order; the first that fits decides, and the names of all that were tried go into the trace.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from agent.asked import new_requests
from agent.beyond import OUTSIDE, answered_after_all, beyond
from agent.clarify import clarify
from agent.closing import with_rating
from agent.complaint_words import files_complaint, speaks_of_complaints, wants_person_instead
from agent.complaints import with_grievance
from agent.confirmation import confirmation
from agent.danger import in_danger
from agent.documents import answers, as_documents_read, with_answers
from agent.escalation import escalated
from agent.handing_over import DANGER, hand_over, with_note
from agent.insisting import insisting
from agent.introductions import kept
from agent.loops import watched
from agent.mood import with_mood
from agent.questions import complaint_reply
from agent.recommending import with_suggestion
from agent.request_queue import given_up, open_requests
from agent.resolve.others import asks_of_customers, asks_where_they_live, claims_authority, names_another
from agent.talk import confused, known_now, social, talk
from agent.types import Decision, Evidence, Part, State, Understanding
from agent.understand.understand import affirms, clear_no
from tools.desk.identify import Facts
from tools.policy.cards import PolicyCards

_ASKS = ("ask_", "proposal", "confirm_again")
_WHEN = re.compile(
    r"几点|几天|多久|多长时间|什么时[候间]|啥时候|时间段|[\d一二两三四五六七八九十]点|电话(?:号码?)?(?:是)?多少|开到|\b(?:what|that|this) (?:time|hour)\b|\bwhen\b|\bhours\b|\bhow (?:long|soon|many)\b|\b(?:opening|closing) times?\b|\bopen\b[^.?!]{0,12}\b(?:till|until)\b|\b\d{1,2}\s?[ap]m\b",
    re.IGNORECASE,
)
_APOLOGIES = frozenset({"sorry", "complaint"})
_SAY_THE_NAME = frozenset({"greeting", "hello_again"})


@dataclass(frozen=True, slots=True)
class Branch:
    """One way to go on. `fits` says when it does, for people who read a trace; `decide` gives None when not."""

    name: str
    fits: str
    decide: Callable[[Understanding, Evidence, State, PolicyCards], Decision | None]


def decide(understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards) -> Decision:
    """Choose the one thing that this turn does; the new state of the conversation is part of it."""
    before, state = state, _carry(understanding, evidence, state)
    understanding = as_documents_read(understanding, evidence, before)
    decision = _first_that_fits(understanding, evidence, state, cards)
    decision = with_answers(decision, understanding, evidence, before)
    decision = _sorry_once(_with_tone(understanding, decision), before)
    decision = _by_name(decision, evidence, before, cards)
    decision = escalated(watched(decision, before, state, understanding.language), before)
    decision = _with_feelings(_with_one_question(decision), understanding, evidence, before)
    return with_note(decision, understanding, evidence, state)


def _with_feelings(
    decision: Decision, understanding: Understanding, evidence: Evidence, before: State
) -> Decision:
    """Whether this is the moment for a rating or a recommendation; what was done puts an end to earlier anger."""
    decision = with_rating(decision, understanding, before)
    decision = with_suggestion(decision, understanding, evidence, before)
    if decision.kind != "done":
        return decision
    return replace(decision, state=replace(decision.state, moods=()))


def _first_that_fits(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision:
    tried: list[str] = []
    for branch in BRANCHES:
        tried.append(branch.name)
        if decision := branch.decide(understanding, evidence, state, cards):
            return replace(decision, tried=tuple(tried))
    return replace(confused(understanding, state), tried=(*tried, "confused"))


def _carry(understanding: Understanding, evidence: Evidence, state: State) -> State:
    # What was unclear has been chosen by now, or is dropped.
    moods = with_mood(state.moods, understanding.mood)
    state = replace(state, language=understanding.language, unclear=None, moods=moods)
    if evidence.identified and state.customer_id is None:
        return replace(state, customer_id=evidence.identified.id, identity_failures=0, told=Facts())
    if state.customer_id is None:
        state = replace(state, told=kept(understanding, state))
    if evidence.identity_failed:
        return replace(state, identity_failures=state.identity_failures + 1)
    return state


def _danger(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """Nothing of the shop's matters now: no question, no answer, no apology stands before the person."""
    return hand_over(state, DANGER) if in_danger(understanding.text) else None


_WHAT_ARE_YOU = re.compile(
    r"你(?:们)?(?:这(?:边|里))?(?:是|到底是)[^，。！]{0,6}(?:真人|机器人|人工|活人|AI|ai|人还是)|是(?:真人|机器人|人工)(?:吗|还是)"
    r"|\b(?:are|r) (?:you|u) (?:an? |even |actually |really )*(?:real|bot|robot|human|machine|ai\b|chat ?bot)"
    r"|\b(?:chatting|talking|speaking) (?:with|to) (?:an? )?(?:real )?(?:human|person|bot|robot|machine)[^.!]*\bor\b",
    re.IGNORECASE,
)

_WANTS = re.compile(
    r"我要|我想|想(?:要|找|跟)|转(?:接|给|人)|找(?:个|一个|真人|人工)|换(?:个|成)|叫|\b(?:want|need|get me|give me|put me|transfer|connect|can i|could i|let me|i'd like)\b",
    re.IGNORECASE,
)

# "Your agent told me that …" speaks of somebody; it asks for nobody.
_REPORTED = re.compile(
    r"(?:客服|主管|经理|同事|小姐姐|小哥|妹妹|员工|工作人员|老板)[^，。？！]{0,14}(?:说|讲|告诉|答应|承诺|保证|回复)(?:过|了|的|我|，|可|能|会|给)"
    r"|\b(?:agents?|reps?|colleagues?|staff|guy|lady|woman|man|girl|person|someone|somebody|manager|supervisor|boss)\b[^.?!]{0,40}\b(?:told|said|says|promised|confirmed|assured|agreed|swore)\b",
    re.IGNORECASE,
)


def _person(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    text = understanding.text
    wanted = "talk_to_human" in understanding.intent_names
    wanted = wanted and (wants_person_instead(text) or not files_complaint(text))
    # "Until when can I talk to somebody?" has an answer; whoever wants a person at once says so.
    wanted = wanted and not (_WHEN.search(text) and answers(evidence))
    asked_for = wants_person_instead(text) or _WANTS.search(text)
    wanted = wanted and not (_REPORTED.search(text) and not asked_for)
    # A consumer hotline is nobody of ours.
    wanted = wanted and not (OUTSIDE.search(text) and not wants_person_instead(text))
    # Who asks what they are talking to is told; that alone is no wish for somebody else.
    wanted = wanted and not (_WHAT_ARE_YOU.search(text) and not _WANTS.search(text))
    asked_last = state.offered_person and state.awaiting in (None, "anything_else")
    thanks = understanding.act.label in ("thanks", "farewell")
    accepted = asked_last and not thanks and affirms(understanding, "person")
    if wanted or accepted:
        return hand_over(state, "person.asked" if wanted else "person.accepted")
    if state.offered_person and clear_no(text) and state.awaiting != "confirmation":
        return social(understanding, state, "anything_else", "person.declined")
    return None


def _others(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """What is known of somebody else proves nothing; their orders are theirs to ask after."""
    text = understanding.text
    if claims_authority(text) or asks_of_customers(text) or asks_where_they_live(text):
        return _not_yours(state)
    if evidence.identified is not None or evidence.identity_failed or not names_another(understanding):
        return None
    return _not_yours(state)


def _not_yours(state: State) -> Decision:
    return Decision(
        "refuse", "order.not_yours", (Part("not_yours"),), awaiting="anything_else",
        state=replace(state, awaiting="anything_else", requests=(), confused=0),
    )  # fmt: skip


def _identity(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    if not evidence.identity_failed:
        return None
    if evidence.identity_throttled:
        return hand_over(state, "identity.too_many")
    requests = state.requests or new_requests(understanding, evidence, state)
    return Decision(
        "ask", "identity.no_match", (Part("identity_failed"),), awaiting="identity",
        state=replace(state, requests=requests, awaiting="identity"),
    )  # fmt: skip


def _with_tone(understanding: Understanding, decision: Decision) -> Decision:
    """An angry customer hears first that we are sorry, and may have it put on record whatever else is done."""
    upset = understanding.sentiment.label == "negative" and understanding.sentiment.probability >= 0.6
    angry = upset and (understanding.act.label == "abuse" or understanding.complaint.label != "none")
    templates = {part.template for part in decision.parts}
    if (
        not angry
        or decision.rule == DANGER
        or templates & {"complaint", "receipt", "identity_failed", "ask_complaint"}
    ):
        return decision
    if decision.kind != "handover" and not speaks_of_complaints(understanding.text):
        decision = replace(decision, state=with_grievance(understanding, decision.state))
        if decision.kind in ("answer", "refuse") and not decision.quick_replies:
            decision = replace(decision, quick_replies=(complaint_reply(understanding.language),))
    if "sorry" in templates:
        return decision
    sorry = Part("sorry", {"complaint": understanding.complaint.label})
    return replace(decision, parts=(sorry, *decision.parts))


def _sorry_once(decision: Decision, before: State) -> Decision:
    """Said again with every answer an apology means nothing; the next one comes after something was done."""
    others = tuple(part for part in decision.parts if part.template != "sorry")
    parts = others if before.apologised and others else decision.parts
    said = before.apologised or any(part.template in _APOLOGIES for part in parts)
    state = replace(decision.state, apologised=said and decision.kind != "done")
    return replace(decision, parts=parts, state=state)


def _by_name(decision: Decision, evidence: Evidence, before: State, cards: PolicyCards) -> Decision:
    """A known customer is called by their name once, where the voice card wants it; never above an apology."""
    templates = {part.template for part in decision.parts}
    if not cards.voice.use_name or evidence.identified is None or before.greeted:
        return decision
    if templates & _SAY_THE_NAME:
        return replace(decision, state=replace(decision.state, greeted=True))
    if decision.kind == "handover" or decision.rule.startswith("talk.") or "sorry" in templates:
        return decision
    name = Part("hello_name", {"name": evidence.identified.name})
    return replace(decision, parts=(name, *decision.parts), state=replace(decision.state, greeted=True))


def _with_one_question(decision: Decision) -> Decision:
    """What no document answers brings the offer of a person; it is no question where another one follows, so that
    a yes is a yes to that one only."""
    if not any(part.template.startswith(_ASKS) for part in decision.parts):
        return decision
    parts = tuple(
        Part("no_answer", {"more": True}) if part.template == "no_answer" else part for part in decision.parts
    )
    return replace(decision, parts=parts)


BRANCHES: tuple[Branch, ...] = (
    Branch("danger", "somebody may take their life or hurt themselves", _danger),
    Branch("person", "a person is asked for, or the offer of one is accepted or declined", _person),
    Branch("confirmation", "a proposal waits for a yes or a no", confirmation),
    Branch("identity", "somebody tried to say who they are, and nobody matches", _identity),
    Branch("others", "somebody unknown, or of the police, names whom the data they want belong to", _others),
    Branch("insisting", "a refusal is not accepted, and nothing else is asked for", insisting),
    Branch("beyond", "advice on medicines is wanted, or a court is spoken of", beyond),
    Branch("given_up", "the customer lets go of what is being asked about", given_up),
    Branch("clarify", "heads and model disagree about what is wanted, and nothing else is open", clarify),
    Branch("requests", "something is asked for, or the message moves an open request on", open_requests),
    Branch("known_now", "somebody says who they are and asks for nothing yet", known_now),
    Branch("harmed", "something bought did harm, and a document says what to do", answered_after_all),
    Branch("talk", "anger, praise, small talk, greetings, thanks and the like", talk),
)
FITS: Mapping[str, str] = MappingProxyType(
    {branch.name: branch.fits for branch in BRANCHES} | {"confused": "nothing else fits"}
)
