"""Words that ask for nothing that a shop does, and words that were not understood. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from agent.grumbling import grumbling
from agent.handing_over import hand_over
from agent.introductions import given, has_no_account, missing_half
from agent.questions import first_steps, person_reply
from agent.types import Decision, Evidence, Part, State, Understanding
from agent.understand.understand import affirms, clear_no, denies
from tools.policy.cards import PolicyCards

CONFUSED_TRIES = 3
# How sure the head has to be of a bad mood.
UPSET = 0.6
# "I see", 知道了: a refusal or an answer was taken note of, and nothing is asked.
_NOTED = re.compile(
    r"\W*(?:hm+\b\W*)?(?:(?:oh|ah|ok(?:ay)?|right|alright|all right|well|i see|i understand|understood|got it|gotcha|noted|fair enough|oh well|ah well|too bad|(?:what a )?(?:shame|pity)|never ?mind|no worries|thanks?(?: you)?|then|so be it|if you say so|makes sense|that'?s (?:a pity|a shame|too bad|fine|ok(?:ay)?)"
    r"|好(?:吧|的|哦)?|行(?:吧)?|哦+|噢+|唉|嗯+|知道了?|明白了?|了解了?|懂了|清楚了|收到(?:了)?|原来如此|原来是这样|这样啊?|那(?:就)?(?:算了|好吧|行吧|没办法了?)|没办法|算了|可惜|谢谢(?:你|您)?|谢了)[\s,.!，。！~～…]*)+",
    re.IGNORECASE,
)
# "No, that's everything": nothing more is wanted.
_ALL_DONE = re.compile(
    r"(?:that(?:'?s| is| was|'?ll be| will be)|this is) (?:all|everything|it)\b(?!\s+(?:you|of|wrong|broken|i (?:can|get|know)))|\bnothing (?:else|more|further)\b|\bno(?:thing)? more questions?\b|\bi'?m (?:good|all set|done)\b"
    r"|就这些|没(?:有)?(?:别的|其他|什么)(?:事|问题|了|需要)|没事了|没问题了|不用了|没有了",
    re.IGNORECASE,
)
_LETS_GO = re.compile(
    r"^\W*(?:那|好吧?[，, ]*)?(?:就?这样吧|算了|不用了|不查了|不办了|不弄了)|never ?mind|forget it|leave it|don'?t bother",
    re.IGNORECASE,
)
_THANKS = re.compile(r"谢|\bthank|\bthx\b|\bcheers\b", re.IGNORECASE)
_LONGEST_NOTE = 40
_SOCIAL_ACTS = {"greeting": "greeting", "thanks": "thanks", "farewell": "farewell", "wait": "wait"}


def known_now(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """Somebody said who they are before asking for anything."""
    told = {each.kind for each in understanding.entities}
    proven = "email" in told or ("name" in told and told & {"postcode", "phone"})
    if proven and evidence.identified and not state.requests:
        return social(understanding, state, "hello_again", "identity.matched", name=evidence.identified.name)
    if evidence.identified is None and state.awaiting == "identity" and state.requests:
        return _still_unknown(understanding, state)
    return None


def _still_unknown(understanding: Understanding, state: State) -> Decision | None:
    """Half of who they are was told, or that there is nothing to tell; whoever lets go of it is let go."""
    if _LETS_GO.search(understanding.text) or clear_no(understanding.text):
        left = replace(state, requests=(), awaiting="anything_else")
        return social(understanding, left, "anything_else", "identity.given_up")
    told = given(understanding, state)
    parts: tuple[Part, ...]
    if has_no_account(understanding.text):
        rule, parts = "identity.no_account", (Part("offer_person"), _who(state, ""))
        state = replace(state, offered_person=True)
    elif told.given():
        rule, parts = "identity.half", (_who(state, missing_half(state.told)),)
    else:
        return None
    return Decision(
        "ask", rule, parts, awaiting="identity",
        quick_replies=person_reply(understanding.language) if state.offered_person else (),
        state=replace(state, awaiting="identity", confused=0),
    )  # fmt: skip


def _who(state: State, missing: str) -> Part:
    first = state.requests[0]
    values = {"intent": first.intent, "order_id": first.order_id, "answered": False, "missing": missing}
    return Part("ask_identity", values)


def talk(
    understanding: Understanding, evidence: Evidence, state: State, cards: PolicyCards
) -> Decision | None:
    """Words that ask for nothing that a shop does."""
    intents, act = understanding.intent_names, understanding.act.label
    if state.awaiting in (None, "anything_else") and (noted := _noted(understanding, state)):
        return noted
    sullen = not intents and act in ("inform", "repeat") and _upset(understanding)
    if "complaint" in intents or act == "abuse" or sullen:
        return grumbling(understanding, evidence, state, cards)
    # Who is cross praises nothing, whatever it looks like.
    glad = ("praise",) if understanding.sentiment.label != "negative" else ()
    for intent in (*glad, "out_of_scope", "smalltalk"):
        if intent in intents:
            template = "greeting" if intent == "smalltalk" and act == "greeting" else intent
            return social(understanding, state, template, f"talk.{intent}")
    if act in _SOCIAL_ACTS:
        return social(understanding, state, _SOCIAL_ACTS[act], f"talk.{act}")
    plain = affirms(understanding) or denies(understanding)
    if plain and act in ("affirm", "deny") and state.awaiting in (None, "anything_else"):
        return social(understanding, state, "anything_else" if act == "affirm" else "farewell", f"talk.{act}")
    return None


def _noted(understanding: Understanding, state: State) -> Decision | None:
    """Words that close a matter, said where nothing is open, however glum they sound."""
    text = understanding.text.replace("’", "'")
    if len(text) > _LONGEST_NOTE or "?" in text or "？" in text:
        return None
    thanks = understanding.act.label == "thanks" or _THANKS.search(text)
    if _ALL_DONE.search(text) and not understanding.intents:
        return social(understanding, state, "thanks" if thanks else "farewell", "talk.done")
    if _NOTED.fullmatch(text) and understanding.act.label not in _SOCIAL_ACTS:
        return social(understanding, state, "thanks" if thanks else "anything_else", "talk.noted")
    return None


def _upset(understanding: Understanding) -> bool:
    return understanding.sentiment.label == "negative" and understanding.sentiment.probability >= UPSET


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
