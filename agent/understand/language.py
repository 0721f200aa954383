"""Which of the two languages a message is in."""

from __future__ import annotations

import re

from tools.domain import Language

# Ids, addresses of mail, links, tags and calls of functions say nothing about the language that a customer writes.
_NEUTRAL = re.compile(
    r"</?[A-Za-z_][^<>]{0,200}>|\b[a-z]+_\w*\([^()]*\)|[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+|https?://\S+|\b[A-Za-z]{1,3}\d{4,}\b"
)
_CJK = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
# A Chinese word has about 1.6 characters, so that many weigh as much as one English word.
_CHARACTERS_A_WORD = 1.6


# Words that only a sentence has: names, addresses and goods are written without them.
_CHINESE_SENTENCE = re.compile(
    r"[我你您他她的了吗吧啊呀嘛没很都也就要想请给帮把被让这那买退换查谢]|呢(?=$|[\s，,。.!！?？])|怎么|什么|多少|可以|邮编|手机号|电话|订单|客服|投诉|确认"
)
_ENGLISH_SENTENCE = re.compile(
    r"\b(?:i|i'?m|i'?d|i'?ve|my|me|we|our|you|your|he|she|they|it's|is|are|was|were|am|be|do|does|did|don'?t|have|has|had|can|could|would|will|won'?t|please|pls|thanks?|want|need|like"
    r"|yes|no|not|hi|hello|hey|how|what|when|where|why|which|who|return|refund|exchange|cancel|change|order|track|repair|postcode|zip|phone|name|email|address|sorry|help|make|give|tell|ship|send)\b",
    re.IGNORECASE,
)
_CHINESE_NAME_BESIDE_NUMBERS = re.compile(r"[\u3400-\u9fff]{2,4}[\s\d,，.。+-]*\d[\s\d,，.。+-]*")
_CHINESE_ADDRESS = re.compile(
    r"(?:[\u3400-\u9fff]{2,8}?(?:省|市|自治区|区|县|镇|街道|路|街|大道|巷|村)[\s\d]*){2,}[\u3400-\u9fff\d\s]*"
)


def detect_language(text: str, previous: Language) -> Language:
    """Return "zh" or "en" by what its sentences are in; `previous` where the text has none.

    A name, an address or goods in the other language switch nothing, nor does a bare "ok" in a Chinese conversation.
    """
    plain = _NEUTRAL.sub(" ", text)
    chinese = len(_CJK.findall(plain)) / _CHARACTERS_A_WORD
    words = _WORD.findall(plain)
    if chinese == 0 and not words:
        return previous
    if words and chinese:
        return _of_both(_CHINESE_ADDRESS.sub(" ", plain), chinese, len(words), previous)
    if chinese:
        return previous if _only_names(plain) else "zh"
    if previous == "zh" and (len(words) <= 2 or _are_names(plain, words)):
        return "en" if _is_english_phrase(plain) else previous
    return "en"


def _of_both(plain: str, chinese: float, english: int, previous: Language) -> Language:
    """Where both are written, the one that makes the sentence; then the one with more words."""
    sentences = bool(_CHINESE_SENTENCE.search(plain)), bool(_ENGLISH_SENTENCE.search(plain))
    if sentences == (True, False):
        return "zh"
    if sentences == (False, True):
        return "en"
    if sentences == (False, False):
        return previous
    return "zh" if chinese >= english else "en"


def _only_names(plain: str) -> bool:
    """A Chinese name beside its postcode or an address without any sentence around it."""
    text = plain.strip()
    if _CHINESE_SENTENCE.search(text):
        return False
    return bool(_CHINESE_NAME_BESIDE_NUMBERS.fullmatch(text)) or not _CJK.search(
        _CHINESE_ADDRESS.sub(" ", text)
    )


def _are_names(plain: str, words: list[str]) -> bool:
    """ "Cashmere-Blend Sweater": every word has a capital, and no sentence is made of them."""
    return all(word[0].isupper() for word in words) and not _ENGLISH_SENTENCE.search(plain)


_ENGLISH_WORDS = frozenset(
    [
        "hi",
        "hello",
        "hey",
        "please",
        "thanks",
        "thank",
        "you",
        "yes",
        "no",
        "sure",
        "help",
        "where",
        "return",
        "refund",
        "order",
        "what",
        "why",
        "how",
        "when",
        "my",
    ]
)


def _is_english_phrase(text: str) -> bool:
    return any(word.lower() in _ENGLISH_WORDS for word in _WORD.findall(text))
