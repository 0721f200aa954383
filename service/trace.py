"""What law 4 promises: everything that made a turn what it was."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import msgspec

from agent.turn import TurnResult
from agent.types import Part
from retrieval.search import Hit
from tools.domain import Order


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
