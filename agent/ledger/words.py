"""The words of a sentence and of a source, and how much of the one is in the other.

Figures, people ("you", "the customer") and rule words are left out, since they have checks of their own. What
means the same is one term: "邮费" and "运费" are both "act:postage".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import rjieba

from agent.ledger.concepts import concepts
from agent.ledger.quantities import find_quantities, flat
from retrieval.tokenizer import normalise, stem
from tools.domain import Language

_CJK = re.compile(r"[\u3400-\u9fff]")
_RUN = re.compile(r"[a-z]+(?:['’][a-z]+)*|[\u3400-\u9fff]+")
_UNIT = re.compile(r"[\u3400-\u9fff]|[a-z]+|\d+(?:\.\d+)?")
_ENUMERATION = re.compile(r"^\s*(?:[-*•]\s*)?(?:\d{1,2}[.、)）]|[（(]\d{1,2}[)）])\s*")
_STOP_WORDS = (
    "客服 申请 的 了 吗 呢 啊 吧 在 是 和 与 或 及 也 都 就 还 这 那 有 个 您 你 我们 您的 你的 请 把 被 为 由 从 到 对 按 "
    "则 内 后 前 起 会 要 须 需 需要 必须 可 可以 能 能够 不 不能 不会 不可 不用 没有 自 每 等 时 日 天 之 以 以内 "
    "之内 之后 之前 以后 以前 的话 如果 若 因 因为 因此 所以 但 但是 而 且 并 并且 其 其中 该 此 即 即可 均 将 已 所 "
    "者 各 某 给 让 向 于 一 一个 一下 这个 那个 这些 什么 情况 方式 进行 顾客 买家 客户 用户 店铺 商家 卖家 我方 本店 take takes took during a an the i you he she it we "
    "they me us my your yours our ours its their them is are am was were be been being do does did to of "
    "in on at for and or if so can could will would shall should may might must not no any each every by "
    "with as this that these those there from within after before up than then once also only have has "
    "had when while which who what whether because please need needs let it's you'll we'll you're "
    "customer customers buyer buyers shop store seller into about under per such both either however "
    "still just get gets got 或者 还是"
)
_STOPS = frozenset(_STOP_WORDS.split())
# Other ways of saying what `concepts` knows; read only where nothing of its own takes the words.
_SAME = {
    "zh": (
        ("act:return", r"退(?!款|钱|还|回|到)|寄回"), ("act:refund", r"退回(?=[^货]*(?:原|账户|余额))|返还|退(?=\s*[¥\d到])"),
        ("act:exchange", r"换(?!句)"), ("act:answer", r"回应|处理结果"), ("act:ship", r"寄送"), ("deadline", r"期限|最晚|截止|期内"),
        ("start", r"签收|收货|收到"), ("photo", r"照片|拍照|拍下|图片"), ("chat", r"在线客服|客服(?!电话|\s\s)"), ("free", r"免费|免(?=[邮运收除])"),
    ),
    "en": (
        ("act:return", r"\bsen[dt](?:ing)? (?:\w+ ){0,2}back\b|\bgo(?:es)? back\b|\bback\b"), ("act:refund", r"\bmoney back\b|\breimburs\w*"),
        ("act:fee", r"\bprice\b|\bcharg\w+"), ("act:collect", r"\bcollect\w*|\bpick\w* up"), ("deadline", r"\bdeadline|\btime limit|\bperiod|\blimit"),
        ("act:ship", r"\bsent out\b|\bsends?\b"), ("photo", r"\bphoto\w*|\bpictures?\b"), ("free", r"\bfree(?: of charge)?\b|\bno charge\b"),
        ("start", r"\bdeliver(?:y|ed)\b|\breceiv\w+|\barriv\w+"),
    ),
}  # fmt: skip
# Concepts too wide to stand for their words: the deposit and the balance of a presale are not the same.
_WIDE = frozenset({"presale", "sale", "wallet"})
_ALIKE = {
    language: [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in pairs]
    for language, pairs in _SAME.items()
}


_SPELLED = {"another": "other", "fulli": "full", "begin": "start"}


@dataclass(frozen=True, slots=True)
class Words:
    """`named` are concepts, `plain` all other words (stems for English); `text` is what they were read from."""

    named: frozenset[str]
    plain: frozenset[str]
    text: str

    @property
    def all(self) -> frozenset[str]:
        return self.named | self.plain

    def has(self, term: str) -> bool:
        """Chinese words count wherever they stand, for nobody cuts the same text twice alike."""
        return term in self.named or term in self.plain or (bool(_CJK.match(term)) and term in self.text)

    def share_in(self, source: Words) -> float:
        """The share (0..1) of these words that `source` has; 1 where there are none."""
        said = self.all
        return sum(map(source.has, said)) / len(said) if said else 1.0


@lru_cache(maxsize=16_384)
def words_of(text: str, language: Language) -> Words:
    left = normalise(_blank_figures(flat(text)))
    spans = _concepts(left, language)
    named = frozenset(name for _, _, name in spans)
    rest = _blank(left, [(start, end) for start, end, name in spans if name not in _WIDE])
    plain: set[str] = set()
    for run in _RUN.findall(rest):
        parts = rjieba.cut(run) if _CJK.match(run) else [run]
        plain.update(
            part if _CJK.match(part) else _SPELLED.get(stem(part), stem(part))
            for part in parts
            if part not in _STOPS
        )
    return Words(named, frozenset(plain), left)


def _concepts(text: str, language: Language) -> list[tuple[int, int, str]]:
    found = concepts(text, language)
    taken = _blank(text, [(start, end) for start, end, _ in found])
    alike = [(m.start(), m.end(), name) for name, form in _ALIKE[language] for m in form.finditer(taken)]
    return found + alike


def _blank_figures(text: str) -> str:
    return _blank(text, [(each.start, each.end) for each in find_quantities(text)])


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def language_of(text: str) -> Language:
    """That of a text in one of the two: any Chinese character tells."""
    return "zh" if _CJK.search(text) else "en"


def without_enumeration(sentence: str) -> str:
    """A list item without its "1." in front, which claims nothing."""
    return _ENUMERATION.sub("", sentence)


def in_order(sentence: str, source: str) -> float:
    """The share (0..1) of a sentence that stands in the source in the same order.

    The longest common subsequence over the sentence's length, as in ROUGE-L precision (Lin, 2004), in words for
    English and characters for Chinese. A small model that puts true words together into a false sentence keeps
    the words, not their order.
    """
    said, given = _units(sentence), _units(source)
    if not said:
        return 1.0
    row = [0] * (len(given) + 1)
    for unit in said:
        diagonal = 0
        for place, other in enumerate(given, 1):
            above = row[place]
            row[place] = diagonal + 1 if unit == other else max(above, row[place - 1])
            diagonal = above
    return row[-1] / len(said)


def is_in(sentence: str, language: str) -> bool:
    """Whether a sentence can be read by somebody who reads only `language`."""
    chinese = len(_CJK.findall(sentence))
    letters = len(re.findall(r"[A-Za-z]{2,}", sentence))
    return chinese > 0 or letters == 0 if language == "zh" else chinese <= max(2, letters // 4)


def _units(text: str) -> list[str]:
    return [word if _CJK.match(word) else stem(word) for word in _UNIT.findall(normalise(flat(text)))]
