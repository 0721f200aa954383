"""Made-up policy documents in two languages, as many as one likes, always the same for the same seed.

Words are made of syllables and characters and drawn so that few are frequent and most are rare, as in any
language; a document has a subject, which half of its words belong to; sections of the two languages have the
same anchors. Nothing in them means anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.documents import Document, Language

SECTIONS = 10
WORDS = 30_000
SUBJECTS = 400
SUBJECT_WORDS = 150
_SYLLABLES = [
    "ba",
    "ce",
    "do",
    "fi",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "qui",
    "ro",
    "sa",
    "te",
    "vi",
    "wo",
    "xa",
    "yu",
    "za",
    "bri",
    "cla",
    "dre",
    "flo",
    "gra",
]
_CHARACTERS = (
    "退换货邮费运单签收质量问题发票开具订单支付优惠积分会员等级客服联系地址修改取消仓库配送时间工作日"
    "商品尺码颜色库存预售定金尾款补贴红包余额提现绑定手机验证密码登录注销隐私协议投诉建议举报处理结果"
    "保修维修检测更换零件安装上门预约师傅费用清单材料空调冰箱洗衣机电视热水器厨房卫生间灯具家具床垫"
)
Words = NDArray[np.int64]


def documents_of(passages: int, seed: int = 7) -> Iterator[Document]:
    """Documents with `passages` passages in all (an even number), half of them in each language."""
    numbers = range(0, passages // 2, SECTIONS)
    for start in numbers:
        sections = min(SECTIONS, passages // 2 - start)
        for language in ("zh", "en"):
            yield document(start // SECTIONS, language, sections, seed)


def document(
    number: int, language: Language, sections: int = SECTIONS, seed: int = 7, edit: str = ""
) -> Document:
    """Document `number`; `edit` is added to the text of its first section."""
    random = np.random.default_rng([seed, number, language == "en"])
    draw = partial(_draw, random, number % SUBJECTS)
    parts = [_section(place, language, random, draw) for place in range(sections)]
    parts[0] += edit
    body = "\n\n".join(parts) + "\n"
    return Document(
        id=f"doc-{number}",
        title=_sentence(draw(3), language),
        language=language,
        revision=hashlib.sha256(body.encode()).hexdigest()[:12],
        body=body,
        path=Path(f"{language}/doc-{number}.md"),
    )


def questions_of(documents: list[Document], count: int, seed: int = 11) -> list[tuple[str, Language, str]]:
    """Questions with their language and topic: some words out of a section, in another order."""
    random = np.random.default_rng(seed)
    asked: list[tuple[str, Language, str]] = []
    for number in random.integers(len(documents), size=count):
        chosen = documents[number]
        place = int(random.integers(chosen.body.count("\n<!--")))
        text = chosen.body.split("-->\n")[place + 1].split("\n")[0]
        pieces = (
            text.split(" ") if chosen.language == "en" else [text[i : i + 2] for i in range(0, len(text), 2)]
        )
        words = random.choice(pieces, size=min(8, len(pieces)), replace=False)
        joint = " " if chosen.language == "en" else ""
        asked.append((joint.join(words), chosen.language, f"{chosen.id}#s-{place}"))
    return asked


def _section(
    place: int, language: Language, random: np.random.Generator, draw: Callable[[int], Words]
) -> str:
    heading, question = draw(4), draw(7)
    text = draw(int(random.integers(40, 90)))
    return (
        f"## {_sentence(heading, language)} {{#s-{place}}}\n"
        f"<!-- questions: {_sentence(np.append(heading[:2], question), language)} -->\n"
        f"{_sentence(np.append(text, heading), language)} {random.integers(1, 999)}"
    )


def _draw(random: np.random.Generator, subject: int, count: int) -> Words:
    common: Words = (WORDS ** random.random(count)).astype(np.int64)
    own: Words = (subject * 7919 + SUBJECT_WORDS ** random.random(count) * 13).astype(np.int64) % WORDS
    return np.where(random.random(count) < 0.5, own, common)


def _sentence(words: Words, language: Language) -> str:
    if language == "en":
        return " ".join(_spell(int(word)) for word in words)
    size = len(_CHARACTERS)
    return "".join(_CHARACTERS[word % size] + _CHARACTERS[word // size % size] for word in words.tolist())


def _spell(word: int) -> str:
    size, syllables = len(_SYLLABLES), ""
    while True:
        syllables += _SYLLABLES[word % size]
        word //= size
        if not word:
            return syllables
