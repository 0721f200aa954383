"""From a turn and its trace to what is kept of it."""

from __future__ import annotations

from typing import Any

from eval.playing.names import DrawnNames
from eval.runs.record import Latency, TurnRecord
from service.schema import Turn

_RECEIPT = ("order_id", "refund", "due", "postage", "postage_payer", "method_id")


def turn_record(say: str, turn: Turn, trace: dict[str, Any], names: DrawnNames) -> TurnRecord:
    """Plain values; identifiers are numbered by `names`."""
    decision = trace["decision"]
    requests = decision["requests"]
    return TurnRecord(
        say=say,
        reply=names.plain(turn.reply),
        language=turn.language,
        decision=turn.decision.kind,
        rule=turn.decision.rule,
        awaiting=turn.decision.awaiting or "",
        action=turn.decision.action or "",
        arguments=names.plain(_arguments(turn, trace["action"])),
        slots={str(name): value for name, value in requests[0]["known"].items()} if requests else {},
        receipt=turn.receipts[0].kind if turn.receipts else "",
        understood=_understood(turn),
        cites=tuple(dict.fromkeys(_topic(each.passage_id) for each in turn.citations)),
        quick_replies=tuple(names.plain(each.title) for each in turn.quick_replies),
        latency=latency_of(turn, trace),
        dropped=tuple((names.plain(c.sentence), c.why) for c in turn.claims if not c.supported),
        steps=names.plain(_steps(trace)),
        mood=turn.understanding.mood,
        ask_rating=turn.ask_rating,
        recommends=_recommends(decision["parts"]),
    )


def latency_of(turn: Turn, trace: dict[str, Any]) -> Latency:
    """How a turn came about: with the model, from the documents without it, or from fixed texts alone."""
    if trace["generation"]["prompts"] or trace["understanding"]["second_look"]:
        return "model"
    documents = any(part["template"] in ("policy", "approved") for part in trace["decision"]["parts"])
    return "documents" if documents or turn.citations else "fixed"


def _arguments(turn: Turn, action: dict[str, Any]) -> dict[str, Any]:
    """Of what is proposed; else of what was done."""
    proposal = action["proposal"]
    if proposal and turn.decision.kind == "propose":
        return {**plain(proposal["effect"]), **plain(proposal["command"])}
    if turn.receipts:
        return {name: getattr(turn.receipts[0], name) for name in _RECEIPT}
    return {}


def plain(value: Any) -> Any:
    """Money as its amount, empty fields left out; all the way down."""
    if isinstance(value, dict):
        if set(value) == {"amount", "currency"}:
            return str(value["amount"])
        return {name: plain(each) for name, each in value.items() if each not in (None, "", [], {})}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def _understood(turn: Turn) -> dict[str, Any]:
    understanding = turn.understanding
    return {
        "language": understanding.language,
        "act": understanding.act.label,
        "intents": [each.label for each in understanding.intents],
        "sentiment": understanding.sentiment.label,
        "complaint": understanding.complaint.label,
        "urgent": understanding.urgent,
    }


def _recommends(parts: list[dict[str, Any]]) -> bool:
    """What stands in for goods that are sold out was asked for."""
    return any(
        part["template"] == "recommended" and part["values"].get("kind") == "personal" for part in parts
    )


def _steps(trace: dict[str, Any]) -> dict[str, Any]:
    second, denied = trace["understanding"]["second_look"], trace["action"]["denied"]
    found = {
        "passages": {hit["passage_id"]: round(hit["score"], 2) for hit in trace["retrieval"]["hits"]},
        "answerable": trace["retrieval"]["answerable"],
        "branch": trace["decision"]["branch"],
        "templates": [part["template"] for part in trace["decision"]["parts"]],
        "second_look": second["said"] if second else "",
        "denied": plain(denied) if denied else {},
        "model_wrote": trace["generation"]["output"],
    }
    return {name: value for name, value in found.items() if value not in ("", {}, [])}


def _topic(passage_id: str) -> str:
    """`returns.zh#postage.2` is of the section `returns#postage`."""
    document, _, place = passage_id.partition("#")
    return f"{document.rpartition('.')[0] or document}#{place.partition('.')[0]}"
