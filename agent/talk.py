"""Words that ask for nothing that a shop does, and words that were not understood. Pure."""

from __future__ import annotations

from dataclasses import replace

from agent.complaints import with_grievance
from agent.handing_over import hand_over
from agent.questions import complaint_reply, first_steps, person_reply
from agent.types import Decision, Evidence, Part, State, Understanding
from agent.understand.understand import affirms, denies
from tools.policy.cards import PolicyCards

CONFUSED_TRIES = 3
# How sure the head has to be of a bad mood.
UPSET = 0.6
_SOCIAL_ACTS = {"greeting": "greeting", "thanks": "thanks", "farewell": "farewell", "wait": "wait"}


def known_now(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """Somebody said who they are before asking for anything."""
    if understanding.first("email") and evidence.identified and not state.requests:
        return social(understanding, state, "hello_again", "identity.matched", name=evidence.identified.name)
    return None


def talk(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """Words that ask for nothing that a shop does."""
    intents, act = understanding.intent_names, understanding.act.label
    sullen = not intents and act in ("inform", "repeat") and _upset(understanding)
    if "complaint" in intents or act == "abuse" or sullen:
        return _grumbling(understanding, state)
    for intent in ("praise", "out_of_scope", "smalltalk"):
        if intent in intents:
            template = "greeting" if intent == "smalltalk" and act == "greeting" else intent
            return social(understanding, state, template, f"talk.{intent}")
    if act in _SOCIAL_ACTS:
        return social(understanding, state, _SOCIAL_ACTS[act], f"talk.{act}")
    plain = affirms(understanding) or denies(understanding)
    if plain and act in ("affirm", "deny") and state.awaiting in (None, "anything_else"):
        return social(understanding, state, "anything_else" if act == "affirm" else "farewell", f"talk.{act}")
    return None


def _upset(understanding: Understanding) -> bool:
    return understanding.sentiment.label == "negative" and understanding.sentiment.probability >= UPSET


def _grumbling(understanding: Understanding, state: State) -> Decision:
    """We are sorry, this can be done at once; and a complaint or a person, for who wants one."""
    language, label = understanding.language, understanding.complaint.label
    awaiting = state.awaiting if state.requests else "anything_else"
    buttons = (*first_steps(language, label), complaint_reply(language), *person_reply(language))
    state = replace(with_grievance(understanding, state), awaiting=awaiting, offered_person=True)
    return Decision(
        "ask", "talk.complaint", (Part("complaint", {"complaint": label}),), awaiting=awaiting,
        quick_replies=buttons, state=state,
    )  # fmt: skip


def social(understanding: Understanding, state: State, template: str, rule: str, **values: str) -> Decision:
    """Friendly words; an open question stays open."""
    waiting = state.awaiting if state.requests else None
    return Decision(
        "answer", rule, (Part(template, dict(values)),), awaiting=waiting,
        state=replace(state, awaiting=waiting, confused=0, offered_person=False),
    )  # fmt: skip


def confused(understanding: Understanding, state: State) -> Decision:
    """Not understood: say so with choices, and after a few times bring a person."""
    state = replace(state, confused=state.confused + 1)
    if state.confused >= CONFUSED_TRIES:
        return hand_over(state, "confused.too_often")
    awaiting = state.awaiting if state.requests else "anything_else"
    values = {"awaiting": awaiting}
    return Decision(
        "ask", "confused", (Part("not_understood", values),), awaiting=awaiting,
        quick_replies=first_steps(understanding.language) + person_reply(understanding.language),
        state=replace(state, awaiting=awaiting, offered_person=True),
    )  # fmt: skip
