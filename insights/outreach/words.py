"""What the shop's people read about a signal, and what the customer could be sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from insights.outreach.signals import Kind, Signal
from prompts.render import Texts
from tools.domain import Language, Text

_WHY: Mapping[Kind, Text] = {
    Kind.PARCEL_LATE: Text(
        "包裹已晚到{days}天（{carrier}，应于{due}前送达）",
        "the parcel is {days} days late ({carrier}, due by {due})",
    ),
    Kind.PARCEL_STUCK: Text(
        "包裹自{moved}起没有新的物流信息（{carrier}）",
        "the parcel has not moved since {moved} ({carrier})",
    ),
    Kind.RETURN_EXPIRING: Text(
        "{why}，而{name}的退货期限到{end}为止",
        "{why}, and the return window of {name} ends at {end}",
    ),
    Kind.KNOWN_DEFECT: Text(
        "买到的{name}属于有已知问题的批次，{delivered}签收",
        "bought {name} from a batch with a known defect, delivered {delivered}",
    ),
    Kind.COMPLAINT_OVERDUE: Text(
        "投诉{complaint_id}{step}，已超过{due}的期限{days}天",
        "complaint {complaint_id} {step}, {days} days after its deadline {due}",
    ),
    Kind.REFUND_LATE: Text(
        "退货{return_id}于{received}收到，退款比通常晚了{days}天",
        "return {return_id} arrived {received}; its refund is {days} days later than usual",
    ),
}
_STEP = {True: Text("还没有解决", "is not solved"), False: Text("还没有答复", "is not answered")}
_HALF_DONE = {
    True: Text("申请了退货但还没有寄出", "a return was asked for and nothing sent off"),
    False: Text("有未解决的投诉", "a complaint is open"),
}


def why(signal: Signal, now: datetime, zone: ZoneInfo) -> Text:
    """One sentence in each language; days are those of `zone`."""
    return Text(zh=_why(signal, now, zone, "zh"), en=_why(signal, now, zone, "en"))


def message(signal: Signal, language: Language, texts: Texts) -> str:
    """What the customer could be told: facts and an offer of help; the shop's own wording where it has one."""
    return texts.render(
        language, f"outreach_{signal.kind.value}", order_id=signal.order_id, **dict(signal.facts)
    )


def _why(signal: Signal, now: datetime, zone: ZoneInfo, language: Language) -> str:
    told = {name: _plain(value, language, zone) for name, value in signal.facts.items()}
    told["days"] = f"{max((now - signal.since).total_seconds() / 86400, 0.0):.1f}"
    if "answered" in signal.facts:
        told["step"] = _STEP[bool(signal.facts["answered"])].in_(language)
    if "half_done" in signal.facts:
        told["why"] = _HALF_DONE[bool(signal.facts["half_done"])].in_(language)
    return _WHY[signal.kind].in_(language).format_map(told)


def _plain(value: object, language: Language, zone: ZoneInfo) -> str:
    if isinstance(value, Text):
        return value.in_(language)
    if not isinstance(value, datetime):
        return str(value)
    local = value.astimezone(zone)
    return f"{local.month}月{local.day}日" if language == "zh" else f"{local.day} {local:%B}"
