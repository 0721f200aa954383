"""What law 4 promises: everything that made a turn what it was."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import msgspec

from agent.turn import TurnResult
from agent.types import Part
from retrieval.search import Hit
from tools.desk.records import Event
from tools.domain import Order
from tools.store.protocol import OrderStore


def trace_of(result: TurnResult, versions: dict[str, str]) -> dict[str, Any]:
    """Plain values only: understanding, retrieval, decision, action, prompts, claims, versions, timings (ms)."""
    understanding, decision, writing = result.understanding, result.decision, result.writing
    return {
        "understanding": msgspec.to_builtins(understanding),
        "retrieval": {
            "snapshot_id": result.evidence.snapshot_id,
            "answerable": result.evidence.answerable,
            "hits": [_hit(hit) for hit in result.evidence.hits],
            "orders": [order.id for order in result.evidence.orders],
            "customer_id": decision.state.customer_id,
        },
        "decision": {
            "kind": decision.kind,
            "rule": decision.rule,
            "awaiting": decision.awaiting,
            "action": decision.action,
            "parts": [_part(part) for part in decision.parts],
            "state": msgspec.to_builtins(decision.state),
        },
        "action": msgspec.to_builtins(
            {
                "proposal": result.outcome.proposal,
                "receipt": result.outcome.receipt,
                "denied": result.outcome.denied,
                "renewed": result.outcome.renewed,
            }
        ),
        "generation": {
            "prompts": [asdict(prompt) for prompt in writing.prompts],
            "output": writing.output,
            "problem": writing.problem,
        },
        "claims": msgspec.to_builtins(result.reply.claims),
        "versions": versions | {"snapshot": result.evidence.snapshot_id},
        "timings_ms": result.timings_ms,
    }


def turn_events(turn: dict[str, Any], store: OrderStore) -> list[dict[str, Any]]:
    """The facts that a stored turn wrote to the event log, oldest first.

    All that a turn writes carries the turn's own time, to the microsecond, and its conversation; no two
    turns of a conversation share both. So nothing that others write at the same moment is taken for its own.
    """
    at = datetime.fromisoformat(turn["at"])
    events = store.events_of_conversation(turn["conversation_id"])
    return [_event(event) for event in events if event.at == at]


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "kind": event.kind,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "rule": event.rule,
        "why": event.why,
        "proposal_id": event.proposal_id,
        "receipt_id": event.receipt_id,
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "passage_id": hit.passage.id,
        "revision": hit.passage.revision,
        "score": round(hit.score, 4),
        "dense": round(hit.dense, 4),
        "question": round(hit.question, 4),
        "keyword": round(hit.keyword, 4),
        "dense_rank": hit.dense_rank,
        "keyword_rank": hit.keyword_rank,
    }


def _part(part: Part) -> dict[str, Any]:
    """A template with the plain values it was given; orders by number, since their facts are in the reply."""
    values: dict[str, str | int | float | None] = {}
    for name, value in part.values.items():
        if isinstance(value, Order):
            values[name] = value.id
        elif isinstance(value, str | int | float | bool) or value is None:
            values[name] = value
    return {"template": part.template, "values": values}
