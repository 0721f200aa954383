"""Whether a message asks something, and which questions are in it. Pure."""

from __future__ import annotations

import re

from agent.understand.clauses import split_sentences

MOST_QUESTIONS = 4
# What is shorter is no whole question.
SHORTEST = {"zh": 6, "en": 16}
_ASKS = re.compile(
    r"[?？]|多少|多久|多长|什么|怎么|咋|如何|几[天号点时个年月千百万块元张条件次]|[吗么嘛呢]\s*[。！~～]*$|(?<![在好是对])吗(?=[，,])|([\u3400-\u9fff]{1,2})[不没]\1|哪|谁|啥|难道|真的假的|还是|确认|[对是]吧|[能行可成对要会]?不\s*[。！~～]*$|[能行可成对要会退换改收送]不(?=[，,])|[有接到好了]没有?\s*$|(?:回|退|补|转|打|到|收|给)[^，。都也还就]{0,6}没有?\s*[。！~～]*$|步骤|流程|教程|操作(?:指[南令引]|说明|方法)"
    r"|(?:不会|不用|不能|不要|不收|不算|应该|还能|还算|也算|都算|算是|都是)[^，。！]*吧\s*[。！~～]*$"
    r"|\b(?:what(?! an? (?!\w+[^!]*\?))|how|when|wen|where|which|who|why|whose)s?\b|\bconfirm\b|\binstructions?\b|\bstep[- ]by[- ]step\b|\b(?:and|but|so|also) (?:do|does|is|are|can|will)\b|\bright\W*$|\bi (?:take it|guess|assume|presume)\b|\bor not\W*$|\b(?:can|could|is|are|will|would|should|does|did) (?:i|we|you|u|it|they|that|this|there)\b|\bdo (?:i|we|you|u|they)\b|^\s*(?:and |but |so |also )?(?:is|are|do|does|did|will|would|can|could|should|may|am)\b",
    re.IGNORECASE,
)
_ASKING_EN = r"(?:(?:what|how|when|where|who)(?:'?s)?|which|why|will|would|do|does|did|can|could|is|are|am|should|if)\b"
# "…, and will you take the old one?", "…，另外怎么开票", "…，来回邮费咋算" begin another question.
_ANOTHER = re.compile(
    rf"[,;]?\s+(?:and|also|plus|but|n|&)\s+(?=(?:also\s+|then\s+)?{_ASKING_EN})|(?<=[a-z0-9])\.\s+(?={_ASKING_EN})"
    r"|[，,；;\s](?=(?:还有|另外|顺便|还想问|再问))|\s*[①-⑨]\s*|(?:^|(?<=\s))\(?[a-d1-6][).、](?!\d)\s*",
    re.IGNORECASE,
)
_COMMAS = {"zh": re.compile(r"[，,、；;]"), "en": re.compile(rf"[,;]\s+(?={_ASKING_EN})", re.IGNORECASE)}
_JOINED_BY = {"zh": "，", "en": ", "}
# A message of so many letters (words) says what it is about, though it asks nothing: "write: confirmed, 30 days free".
_SAYS_MUCH = re.compile(r"(?:[\u3400-\u9fff][^\u3400-\u9fff]*){14}|(?:\b[A-Za-z][\w'’]*\W+){9}")


def asks(text: str) -> bool:
    """Whether a sentence is put as a question."""
    return bool(_ASKS.search(text))


def says_much(text: str) -> bool:
    """Whether a text says what it is about, though it may ask nothing."""
    return bool(_SAYS_MUCH.search(text))


def questions_of(text: str, language: str) -> tuple[str, ...]:
    """The sentences of a message that are questions on their own, where it says more than one thing."""
    sentences = [
        part.strip(" ,，;；、")
        for each in split_sentences(text)
        for sentence in _ANOTHER.split(each)
        for part in _at_commas(sentence, language)
    ]
    if len(sentences) < 2:
        return ()
    long = (each for each in sentences if _whole_question(each, language))
    return tuple(long)[:MOST_QUESTIONS]


def _at_commas(sentence: str, language: str) -> list[str]:
    """A sentence goes on to the next question at a comma only after a piece that asks, and with one that asks."""
    found: list[str] = []
    for piece in _COMMAS[language].split(sentence):
        if found and not _whole_question(found[-1], language):
            found[-1] = f"{found[-1]}{_JOINED_BY[language]}{piece}"
        else:
            found.append(piece)
    if len(found) > 1 and not _whole_question(found[-1], language):
        last = found.pop()
        found[-1] = f"{found[-1]}{_JOINED_BY[language]}{last}"
    return found


def _whole_question(piece: str, language: str) -> bool:
    return len(piece) >= SHORTEST[language] and asks(piece)
