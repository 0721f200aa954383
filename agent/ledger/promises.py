"""Statements about actions: what is said to have been done, or to be done in a moment, for this customer."""

from __future__ import annotations

import re

_PROMISE = re.compile(
    r"已经?(?:为|帮|给|替)(?:您|你)|已(?:经)?(?:提交|办理|处理(?!订单|的订单)|安排|退款|取消(?!的)|登记|联系|通知|发送|受理|批准|通过审核)(?:成功|好|完)?(?!的|后|之后|时|却|，?却)"
    r"|(?:您|你)的[^，。；]{0,12}(?:已(?:经)?|正在)(?:提交|办理|处理|安排|退款|退回|取消|登记|受理|批准|发出)(?!的|后|时)"
    r"|我(?:们)?(?:会|将|马上|立即|立刻|这就|现在)(?:就)?(?:为|帮|给|替)?(?:您|你)?(?:办理|处理|安排|退|提交|联系|查|取消|登记|赔|补|发送)"
    r"|(?:马上|立即|立刻|这就|现在就?)(?:为|帮|给)(?:您|你)|(?:帮|替|给)(?:您|你)(?:办|取消|提交|登记|申请|退)(?:好|了|掉|完)"
    r"|\b(?:I|we)(?:'ve|’ve| have| will|'ll|’ll| just| am going to|'m going to| are going to| can) (?:now |already |just |gladly |certainly )?"
    r"(?:process|refund|cancel|arrang|schedul|submit|start|initiat|send|sent|issue|book|contact|escalat|creat|register|block|take care|make sure|ensure|approv|forward|look into|check)"
    r"|\b(?:has|have) (?:now |already |just |successfully )?been (?:\w+ly )?(?:processed|refunded|cancell?ed|submitted|initiated|issued|approved|scheduled|registered|arranged|escalated|sent)\b"
    r"|\byour (?:order|refund|return|request|exchange|complaint|payment)s? (?:is|are) (?:now |being |already |on (?:its|the) way)"
    r"|\byour (?:order|refund|return|request|exchange|complaint) (?:was|is) (?:cancell?ed|refunded|submitted|approved|processed)\b"
    r"|\b(?:I|we) (?:cancell?ed|refunded|submitted|approved|processed|registered|issued) (?:your|the|it)\b",
    re.IGNORECASE,
)  # fmt: skip
# "If you were charged …", "once your refund has been approved": what may have happened is no promise.
_SUPPOSED = re.compile(
    r"\b(?:if|once|when|after|until|unless|whether|which|that)\b[^,.;]*$|(?:如果|若|要是|一旦|当|的话)[^，。；]*$",
    re.IGNORECASE,
)
# In a text of ours: done, and not merely possible.
_DONE = re.compile(
    r"(?:已(?:经)?(?:为您|帮您)?|成功)(?:提交|取消|退款|退出|登记|申请|修改|更改|换好|办好|改好|撤回|转接)|(?:申请|修改|更改|登记)(?:已|成功)"
    r"|\b(?:has|have) been (?:submitted|cancell?ed|refunded|changed|registered|requested|recorded|filed|updated)|\bwas (?:refunded|cancell?ed|changed)",
    re.IGNORECASE,
)  # fmt: skip


def promises(sentence: str) -> bool:
    """Whether a sentence says that something was or will be done for the customer."""
    return any(not _SUPPOSED.search(sentence[: match.start()]) for match in _PROMISE.finditer(sentence))


def promised(sentence: str) -> re.Match[str] | None:
    """The words that promise, for the ledger."""
    return next((m for m in _PROMISE.finditer(sentence) if not _SUPPOSED.search(sentence[: m.start()])), None)


def done(text: str) -> re.Match[str] | None:
    """The words of one of our own texts that say an action is done."""
    return _DONE.search(text)
