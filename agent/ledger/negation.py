"""Whether a text says no to something."""

from __future__ import annotations

import re

_DENIAL = re.compile(
    r"不(?!同|过|仅|但|论|管|错|限|良)|没(?!关系|问题|事)|未(?!来)|无法|无(?!理由|论|忧|锡)|勿|禁止|除外|拒绝|谢绝|非(?!常)"
    r"|\bnot?\b|n[o'’]t\b|\bcannot\b|\bnever\b|\bwithout\b|\bexcept\b|\bexcluded\b|\bunable\b|\brefuse\w*|\bneither\b|\bnothing\b|\bnobody\b|\bnone\b|\bno one\b|\bexceptions?\b|例外|\bnon-?\w+",
    re.IGNORECASE,
)  # fmt: skip
# Set phrases in which "no" denies nothing.
_HARMLESS = re.compile(r"no[- ]reason|无理由|no later than|not later than|不超过|不少于|no more than|at no (?:extra )?cost|不受此限|不受影响|not affected|未[\u4e00-\u9fff]{1,2}的|(?P<v>[能会可要是有])不(?P=v)|是否|能否|不够|不足|不满意|没问题|不符|不喜欢|不想要|不合身|不合适|not as described|(?:do|does|did) ?n[o'’]t (?:like|want|fit)|not like", re.IGNORECASE)  # fmt: skip


def denies(sentence: str) -> bool:
    """Whether a sentence says no to something."""
    return bool(_DENIAL.search(_HARMLESS.sub(" ", sentence)))
