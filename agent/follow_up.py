"""Short questions that live on the one before: "and for gold members?", "那运费呢". Pure."""

from __future__ import annotations

import re

from agent.types import Request, State
from tools.domain import Language

_LONGEST = {"zh": 18, "en": 60}
# Of what was asked before, its end says what was wanted; a long story before it only blurs the search.
_REMEMBERED = {"zh": 60, "en": 200}
_ELLIPTIC = {
    "zh": re.compile(
        r"^[^，。？?!！]{1,16}呢\W*$|(?:一样|这样|同样|如此)的?[吗么嘛]?\W*$|^(?:那|如果|要是|换成)"
    ),
    "en": re.compile(
        r"^(?:(?:ok(?:ay)?|so|then|right)[, ]+)*(?:and|but|or|what about|how about|what if|(?:is it )?the same|same)\b",
        re.IGNORECASE,
    ),
}
# A question with a verb of its own stands on its own.
_COMPLETE = {
    "zh": re.compile(r"你们?(?:几点|电话|在哪|是谁)|多少|多久|几[天点号]|怎么|什么|哪|谁"),
    "en": re.compile(
        r"(?!^\W*(?:and |but |or |so |then |ok(?:ay)?,? )*(?:what|how) about|^\W*what if|^\W*is it)"
        r"^.*\b(?:how|where|when|who|why|can|could|do|does|did|will|would|should|are|is|i|you|my)\b",
        re.IGNORECASE,
    ),
}
_FRAME = {
    "zh": re.compile(r"^(?:那么?|请问)|的?呢\W*$|[？?！!。~～\s]+$"),
    "en": re.compile(
        r"^(?:(?:ok(?:ay)?|so|then|right)[, ]+)*(?:and|but|or|what about|how about)\s+(?:what about |how about )?(?:the )?"
        r"|(?:,? then)?\W+$",
        re.IGNORECASE,
    ),
}
_FEE = re.compile(r"[运邮]费|邮资|快递费|手续费|\b(?:postage|shipping|fees?|costs?)\b", re.IGNORECASE)


def lives_on(text: str, language: Language) -> bool:
    """Whether a message says only what differs from the question before it."""
    plain = text.strip()
    short = 0 < len(plain) <= _LONGEST[language]
    return short and bool(_ELLIPTIC[language].search(plain)) and not _COMPLETE[language].search(plain)


def names_a_fee(text: str) -> bool:
    """Whether a follow-up asks for what something costs: that goes with what is done, not with the rule before it."""
    return bool(_FEE.search(text))


def core(text: str, language: Language) -> str:
    """A follow-up without its frame: "the postage" of "and the postage?"."""
    return _FRAME[language].sub("", text.strip()).strip() or text


def earlier_question(state: State) -> str:
    """What the conversation is about: what was last asked of the documents, else the words of the running request."""
    if state.last_question:
        return state.last_question
    running: Request | None = state.requests[0] if state.requests else None
    return running.text if running else ""


def in_context(text: str, before: str, language: Language) -> str:
    """A follow-up as one question with the one that it lives on."""
    start = before.strip()[-_REMEMBERED[language] :]
    return f"{start.rstrip('？?。 ')}，{text}" if language == "zh" else f"{start} {text}"
