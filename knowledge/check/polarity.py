"""What a text says may or may not be done: ("return", False) for "cannot be returned"."""

from __future__ import annotations

import re

from agent.ledger.concepts import ACTS, acts_in
from retrieval.documents import Language

Said = frozenset[tuple[str, bool]]

_ZH_NO = (
    r"不(?:能|可以?|支持|得|予|接受|提供|给|允许|再|会)|无法|无权|禁止|谢绝|拒绝|不(?=退|换|予|补|参加|开)"
)
_ZH_YES = r"(?<![不无])(?:可以?(?!能|恢)|能(?!否|不能)|支持|允许|照样|仍可)"
_EN_NO = r"(?:can(?:not|\s?n[o']t)|can not|may not|must not|(?:is|are|will|do|does)(?: not|n't)|never|no longer|not|unable to)"
_EN_YES = r"(?:can|may|(?:is|are) able to|(?:is|are) eligible (?:for|to))(?!\s?not|not|n't)"
_GAP = {"zh": r"[^，。；,;|不]{0,24}?", "en": r"(?:\s(?:only\s|still\s|also\s|always\s)?(?:be|ask|apply|get|request|choose|to|for|a|an|the|it|your|our|any|them|this|these|accepted|eligible|possible|give|given|make|offer)){0,4}?\s"}  # fmt: skip
# Able-words carry their own yes: "refundable", "non-refundable".
_ABLE = {"return": "returnable", "refund": "refundable", "exchange": "exchangeable"}
_CUT = re.compile(r"[，。；;,|\n]|(?<=[a-z)])[.!?](?=\s|$)|\b(?:but|because|if|when|while|which)\b")
_NOBODY = re.compile(r"\b(?:neither|nothing|nobody|no (?!longer)\w+ (?:can|may))\b", re.IGNORECASE)
_QUESTION = re.compile(r"[?？]|吗|能否|能不能|可不可以|whether", re.IGNORECASE)


def _patterns(language: Language) -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    place = 0 if language == "zh" else 1
    no, yes = (_ZH_NO, _ZH_YES) if language == "zh" else (rf"\b{_EN_NO}", rf"\b{_EN_YES}")
    compiled = {}
    for act, words in ACTS.items():
        able = _ABLE.get(act, "") if language == "en" else ""
        after_no = rf"|\b(?:non-?|not\s){able}|\bno\s(?:{words[place]})" if able else ""
        after_yes = rf"|(?<!non-)(?<!non)(?<!not\s)\b{able}" if able else ""
        compiled[act] = (
            re.compile(rf"(?:{no}){_GAP[language]}(?:{words[place]}){after_no}", re.IGNORECASE),
            re.compile(rf"(?:{yes}){_GAP[language]}(?:{words[place]}){after_yes}", re.IGNORECASE),
        )
    return compiled


_ZH, _EN = _patterns("zh"), _patterns("en")


def said(text: str, language: Language) -> Said:
    """Every act that the text flatly allows or denies; questions say neither."""
    found: set[tuple[str, bool]] = set()
    for part in _CUT.split(text):
        if _QUESTION.search(part):
            continue
        nobody = language == "en" and _NOBODY.search(part)
        for act in acts_in(part, language):
            no, yes = (_ZH if language == "zh" else _EN)[act]
            if no.search(part):
                found.add((act, False))
            elif yes.search(part):
                found.add((act, not nobody))
    return frozenset(found)


def opposites(one: Said, other: Said) -> list[str]:
    """The acts that one text only allows and the other only denies."""
    acts = {act for act, _ in one} & {act for act, _ in other}
    answers = ((act, _only(one, act), _only(other, act)) for act in sorted(acts))
    return [act for act, a, b in answers if a is not None and b is not None and a is not b]


def _only(sayings: Said, act: str) -> bool | None:
    answers = {answer for each, answer in sayings if each == act}
    return answers.pop() if len(answers) == 1 else None
