"""Whether two questions are the same one but for how it is put: manners, particles, a few words for one thing. Pure.

Sentence embeddings cannot tell: "can tags be cut?" and "can tags not be cut?" are as near as a question to itself.
"""

from __future__ import annotations

import re

from agent.ledger.quantities import find_quantities
from retrieval.documents import Language
from retrieval.tokenizer import normalise, stem

# "包不包", "能不能", "有没有" ask what "包", "能" and "有" ask with a particle.
_EITHER = re.compile(r"([\u3400-\u9fff]{1,2})[不没]\1")
_FINAL_NOT = re.compile(r"[不没否](?=[\s,.?!~]*$)")
_SAME_ZH = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"快递费|邮费|邮资|邮寄费", "运费"),
        (r"什么时候|啥时候|何时|几时|几点钟?|什么时间", "何时"),
        (r"多长时间|多少天|几天|多久", "多久"),
        (r"怎么样|怎样|如何|咋样?|怎么", "怎"),
        (r"哪里|哪儿", "哪"),
        (r"什么|啥", "么"),
    )
)
_FILLERS_ZH = re.compile(
    r"请问|问一下|想问问?|想知道|麻烦|你好|您好|在吗|一下|可以|可不|谢谢|我们|你们|您们|咱们|[吗嘛呢啊呀吧哦啦了的还都就要会能可是我你您咱这那]"
)
_FILLERS_EN = re.compile(
    r"an?|the|i|you|he|she|it|we|they|me|my|your|our|us|is|are|am|was|were|be|been|do|does|did|to|of|in|on|at|for|and|or"
    r"|there|so|please|hi|hello|hey|thanks|with|can|could|will|would|should|may|might|just|have|has|get|any"
    r"|'(?:s|m|re|ve|ll)"
)
_NOT_EN = re.compile(
    r"\b(?:can|do|does|did|is|are|was|were|wo|would|could|should|have|has|had)n['’]?t\b|\bcannot\b"
)
_WORD = re.compile(r"[a-z0-9]+|'(?:s|m|re|ve|ll)\b")
_ROLES = {
    "customer": re.compile(r"我|咱|\b(?:i|me|my|mine|we|us|our)\b"),
    "shop": re.compile(r"[你您]|\b(?:you|your|yours)\b"),
}


def same_question(one: str, other: str, language: Language) -> bool:
    """Whether two questions have the same words, figures and roles."""
    return (
        bool(content(one, language))
        and content(one, language) == content(other, language)
        and _figures(one) == _figures(other)
        and _roles_agree(one, other)
    )


def content(question: str, language: Language) -> tuple[str, ...]:
    """What is left without manners and particles.

    Characters of a Chinese question in their order, which says who does what; sorted stems of an English one, whose
    questions turn words round.
    """
    text = normalise(question)
    if language == "en":
        words = _WORD.findall(_NOT_EN.sub(" not ", text))
        return tuple(sorted(stem(word) for word in words if not _FILLERS_EN.fullmatch(word)))
    text = _FINAL_NOT.sub("", _EITHER.sub(r"\1", text))
    for pattern, word in _SAME_ZH:
        text = pattern.sub(word, text)
    return tuple(char for char in _FILLERS_ZH.sub("", text) if char.isalnum())


def _figures(text: str) -> frozenset[object]:
    return frozenset(quantity.key for quantity in find_quantities(text))


def _roles_agree(one: str, other: str) -> bool:
    """ "Do I pay?" is not "do you pay?"; a question that names neither can be either."""
    ours, theirs = (
        {name for name, said in _ROLES.items() if said.search(normalise(text))} for text in (one, other)
    )
    return not ours or not theirs or ours == theirs
