"""Which of the sections found speaks of the case that a question names.

A search ranks by likeness; a rule for returns from abroad is much like the one for all returns. What a section's
heading limits it to, a question has to name. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.search import Hit

# The least share of the best score that a section needs to be taken instead of the best one.
RIVAL = 0.15
# Where the question rules the best one out, the chance of another counts for more.
RULED_OUT_RIVAL = 0.03


@dataclass(frozen=True, slots=True)
class Case:
    """A case: how headings name it, and by what words questions are about it."""

    heading: re.Pattern[str]
    question: re.Pattern[str]


def _case(heading: str, question: str) -> Case:
    return Case(re.compile(heading, re.IGNORECASE), re.compile(question, re.IGNORECASE))


# Sections of these hold only for questions that name the case.
_ONLY = (
    _case(
        r"跨境|海外|境外|cross-border|abroad",
        r"跨境|海外|国外|境外|国际|外国|出国|关税|海关|清关|进口|[国港澳]|台湾|新加坡|加拿大|日本|韩|澳大|澳洲|俄|马来|泰|越南|印|欧"
        r"|abroad|oversea|foreign|international|customs|dut(?:y|ies)|import|cross-border|countr|\b(?:to|in|from|outside) (?:the )?(?-i:[A-Z])\w+|\b(?:UK|US|USA|EU)\b",
    ),
    _case(
        r"^(?!.*(?:退|return)).*(?:换货|exchange)",
        r"换|调(?!查)|尺码|大一?号|小一?号|大一?码|小一?码|颜色|码|exchang|swap|\bsize|colou?r|replac|different|another|\bfit\b|bigger|smaller",
    ),
    _case(
        r"发票|invoice",
        r"发票|开票|专票|普票|票据|开[个张]?票|抬头|税|报销|fapiao|invoice|receipt|\bbill|\btax|\bvat\b|company name|expens",
    ),
    _case(
        r"清仓|final sale",
        r"清仓|特价|处理品|打折|折扣|甩|final|clearance|outlet|sale\b|discount|reduced|label",
    ),
    _case(r"预售|presale|pre-order", r"预售|定金|订金|尾款|预订|presale|pre-?order|deposit|balance"),
    _case(r"金卡|gold member", r"金卡|等级|会员|vip|gold|tier|member|status|level|rank"),
)
# What is asked for by one of these words stands in the section that has it in its heading, where there is one.
_ASKED = (
    _case(
        r"[运邮]费|postage",
        r"[运邮]费|邮资|快递费|(?:寄|退|邮|送)回?去?.{0,4}[钱费]|\bpostage\b|(?:post|send)(?:ing|s)?\b.{0,30}\b(?:on (?:you|me|us)|cost|free)\b|return (?:shipping|label)",
    ),
    _case(r"加急|特快|express", r"加急|特快|\bexpress\b"),
    _case(
        r"取件|上门取|return.*pick-?up|courier pick-?up",
        r"取件|上门取|来取|(?:courier|driver|nobody|no one|no-one|someone)\b.{0,30}\b(?:fetch|collect|pick)|\bpick-?(?:ed )?up (?:my|the) return",
    ),
    _case(
        r"导出|export",
        r"(?:拿|要|下载|导出|拷贝).{0,8}数据|(?:get|copy|hold|download|export)\b.{0,16}\bdata\b",
    ),
)
# What a question rules out: gold for who is silver, faults of what has none.
_RULED_OUT = (
    _case(
        r"金卡|gold member", r"^(?!.*(?:金卡|gold)).*(?:银卡|普通会员|silver|standard member|basic member)"
    ),
    _case(
        r"质量|瑕疵|破损|损坏|坏了|fault|damage|defect",
        r"没毛病|没(?:有)?坏|没(?:有)?(?:质量)?问题|(?:质量|东西)(?:没|挺好|很好|都好)|nothing(?:'s| is)? wrong|not (?:faulty|broken|damaged)|works fine|perfectly (?:fine|good)",
    ),
)


def of_the_case(question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits with the one first that speaks of what the question names; as they were where none does better.

    The one taken instead has the score of the best: the documents answer as likely as before.
    """
    if len(hits) < 2:
        return tuple(hits)
    best, fits = hits[0], _is_of_the_case(question, hits[0])
    least = best.score * (RULED_OUT_RIVAL if _is_ruled_out(question, best) else RIVAL)
    rivals = [hit for hit in hits[1:] if hit.score >= least and _is_of_the_case(question, hit)]
    better = max(rivals, key=lambda hit: _matters(question, hit), default=None)
    if better is None or (fits and _matters(question, better) <= _matters(question, best)):
        return tuple(hits)
    rest = [hit for hit in hits[1:] if hit is not better and _is_of_the_case(question, hit)]
    if fits:
        rest.append(replace(best, score=better.score))
    else:
        # The chances of those that are left are shared among them.
        rest = [replace(hit, score=min(best.score, hit.score * best.score / better.score)) for hit in rest]
    return (replace(better, score=best.score), *sorted(rest, key=lambda hit: -hit.score))


def names_its_case(question: str, hit: Hit) -> bool:
    """Whether a question names the case that a section is limited to."""
    about = hit.passage.context
    return any(case.heading.search(about) and case.question.search(question) for case in _ONLY)


def _is_ruled_out(question: str, hit: Hit) -> bool:
    about = hit.passage.context
    return any(case.heading.search(about) and case.question.search(question) for case in _RULED_OUT)


def _is_of_the_case(question: str, hit: Hit) -> bool:
    about = hit.passage.context
    limited = any(case.heading.search(about) and not case.question.search(question) for case in _ONLY)
    return not limited and not _is_ruled_out(question, hit)


def _matters(question: str, hit: Hit) -> int:
    """How many of the matters that a question names the section has in its heading."""
    about = hit.passage.context
    return sum(bool(case.heading.search(about) and case.question.search(question)) for case in _ASKED)
