"""What a leading question takes for granted and the rules do not say: "since returns are 60 days now, right?" Pure.

A rule that is only quoted leaves it to the customer to find that it says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from agent.ledger.figures import Figure, figures
from agent.ledger.quantities import LENGTHS
from agent.types import Decision, Evidence, Part
from tools.domain import Language

_KINDS = LENGTHS | {"share", "money"}
_LEADS = re.compile(
    r"[对是行没][吧嘛]|没错|不是[^，。？]{0,24}[嘛吗么]|是不是|不就是|听说|都(?:说|知道|讲)|说好(?:的|了)|答应|承诺|保证|写(?:着|的|明)|你们(?:刚|上个?月|昨天|已经|说)|回(?:个|复)?[“\"「]?[是对YA1]|确认"
    r"|\b(?:right|correct|confirm\w*|isn['’]?t (?:it|that)|aren['’]?t|agreed|agree|since|seeing as|now that|as (?:you|your)|you (?:said|told|wrote|promised)|told me|i (?:heard|read|saw)|everyone|everybody|yes or no|y/n|obliges?|by law|says)\b",
    re.IGNORECASE,
)
# Words that are put into the mouth of whoever answers: there is a rule behind them that they bend.
_DICTATES = re.compile(
    r"只(?:许|能|准)(?:说|回|答)|(?:就|直接|只要?|你|您)?(?:回复?|打|写|说)(?:个|一个|一句|我)?[“\"「‘']|选吧|二选一|就当(?:你|您)们?(?:答应|同意|默认)|沉默(?:等于|就是)|(?:你|您)确认[^，。？]{0,12}(?:没错|对|是)"
    r"|\b(?:say|state|write|type|answer|reply|confirm|print|respond)\b[^.?!]{0,24}[\"“:]|\bword for word\b|\b(?:answer|reply|say|print|respond)(?: with)?:? (?:DONE|YES|NO|OK|TRUE|AGREED|CONFIRMED)\b|\bsilence (?:means|is|counts)\b|\bi(?:['’]ll| will) take (?:it|that|this|silence) as\b|\bnothing (?:more|else)\W*$",
    re.IGNORECASE,
)
# What happened to the customer, no claim about a rule.
_OF_ONESELF = re.compile(
    r"(?:我|俺)[^，。？！]{0,10}$|(?:花|付|买|用|戴|穿|等|过|到手|签收|下单)了?[^，。？！]{0,4}$|\b(?:i|we|my|i['’]ve)\b[^,.?!]{0,24}$|\b(?:paid|bought|worth|costs?|ordered|waited|spent|for my)\b[^,.?!]{0,12}$",
    re.IGNORECASE,
)
_LONG_AGO = re.compile(
    r"^\s*(?:以?前|之前|了(?![嘛吗吧])|的(?:订单|购物|东西)|\bago\b|\bbasket\b|\border\b|\bold\b)",
    re.IGNORECASE,
)
_MOST = 2


def dictates(text: str) -> bool:
    """Whether somebody says what the answer has to be: "only say: confirmed"."""
    return bool(_DICTATES.search(text))


def with_premise(decision: Decision, text: str, evidence: Evidence, language: Language) -> Decision:
    """The decision with a plain no before the documents' words, where a figure was taken for granted that is not theirs."""
    shown = [
        hit.passage.text
        for part in decision.parts
        if part.template == "policy"
        for hit in part.values["hits"][:2]
    ]
    if not shown or any(part.template == "near" for part in decision.parts):
        return decision
    said = denied_figures(text, shown, language)
    if not said:
        return decision
    at = next(place for place, part in enumerate(decision.parts) if part.template == "policy")
    parts = (*decision.parts[:at], Part("premise", {"said": said}), *decision.parts[at:])
    return replace(decision, parts=parts)


def denied_figures(text: str, passages: Sequence[str], language: Language) -> tuple[str, ...]:
    """Figures that a leading text claims, as they stand there, of a kind that the passages state otherwise."""
    if not _LEADS.search(text):
        return ()
    told = [each for passage in passages for each in figures(passage, language)]
    claimed = (each for each in figures(text, language) if each.kind in _KINDS and not each.soft)
    found = [
        text[each.start : each.end] for each in claimed if _otherwise(each, told) and _claims(each, text)
    ]
    return tuple(dict.fromkeys(found))[:_MOST]


def _otherwise(figure: Figure, told: Iterable[Figure]) -> bool:
    values = {value for each in told if each.kind == figure.kind for value in each.values}
    return bool(values) and not values & set(figure.values)


def _claims(figure: Figure, text: str) -> bool:
    return not _OF_ONESELF.search(text[: figure.start]) and not _LONG_AGO.search(text[figure.end :])
