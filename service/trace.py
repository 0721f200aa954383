"""What law 4 promises: everything that made a turn what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import msgspec

from agent.complaint_status import Standing
from agent.decide import FITS
from agent.mood import trend
from agent.slots import slots_of
from agent.turn import TurnResult
from agent.types import Decision, Part, Understanding
from agent.understand.labels import ACTS, COMPLAINTS, INTENTS, NO_COMPLAINT, SENTIMENTS
from retrieval.search import Hit
from tools.desk.records import Event
from tools.domain import Order
from tools.policy.verdict import Denied
from tools.store.protocol import OrderStore


def trace_of(result: TurnResult, versions: dict[str, str]) -> dict[str, Any]:
    """Plain values only: understanding, retrieval, decision, action, prompts, claims, versions, timings (ms)."""
    understanding, decision, writing = result.understanding, result.decision, result.writing
    return {
        "understanding": msgspec.to_builtins(understanding) | {"heads": _heads(understanding)},
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
            "branch": decision.tried[-1] if decision.tried else "",
            "tried": _tried(decision),
            "requests": _requests(result),
            "parts": [_part(part) for part in decision.parts],
            "ask_rating": decision.ask_rating,
            "mood": {"moods": list(decision.state.moods), "trend": trend(decision.state.moods)},
            "state": msgspec.to_builtins(decision.state),
        },
        "action": msgspec.to_builtins(
            {
                "proposal": result.outcome.proposal,
                "receipt": result.outcome.receipt,
                "denied": result.outcome.denied,
                "renewed": result.outcome.renewed,
                "hand_over": result.outcome.hand_over,
                "note": decision.command.note if decision.command else None,
            }
        ),
        "generation": {
            "prompts": [asdict(prompt) for prompt in writing.prompts],
            "output": writing.output,
            "problem": writing.problem,
            "plan": msgspec.to_builtins(writing.plan),
            "dropped": [{"sentence": text, "why": why} for text, why in writing.dropped],
        },
        "claims": msgspec.to_builtins(result.reply.claims),
        "versions": versions | {"snapshot": result.evidence.snapshot_id},
        "timings_ms": result.timings_ms,
    }


def _heads(understanding: Understanding) -> dict[str, Any]:
    """What each trained head said, best first: the label that was taken and those that were not."""
    labels = {
        "act": ACTS, "intents": INTENTS, "sentiment": SENTIMENTS, "complaint": (*COMPLAINTS, NO_COMPLAINT)
    }  # fmt: skip
    return {
        head: [
            {"label": score.label, "probability": round(score.probability, 4)}
            for score in understanding.alternatives
            if score.label in known
        ]
        for head, known in labels.items()
    }


def _tried(decision: Decision) -> list[dict[str, Any]]:
    """The branches in the order in which they were asked, each with when it fits; only the last one did."""
    last = len(decision.tried) - 1
    return [
        {"branch": name, "fits_when": FITS.get(name, ""), "fitted": number == last}
        for number, name in enumerate(decision.tried)
    ]


def _requests(result: TurnResult) -> list[dict[str, Any]]:
    """Every open request with the slots that are filled and those that are missing, the active one first."""
    state, evidence = result.decision.state, result.evidence
    read_back = state.proposal is not None
    return [
        msgspec.to_builtins(
            slots_of(
                each, evidence.orders, state.language, state.customer_id is not None,
                complete=read_back and number == 0,
            )
        )
        | {"asked": each.asked, "times": each.times}
        for number, each in enumerate(state.requests)
    ]  # fmt: skip


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
    """A template with the plain values it was given; orders by number, since their facts are in the reply.

    Of a refusal, what the rule compared: the balance that is there and the amount that is needed; of complaints,
    the moments that were told.
    """
    values: dict[str, str | int | float | None] = {}
    for name, value in part.values.items():
        if isinstance(value, Order):
            values[name] = value.id
        elif isinstance(value, Denied):
            values |= {f"{name}.reason": value.reason} | {
                f"{name}.{key}": each for key, each in value.params.items()
            }
        elif isinstance(value, str | int | float | bool) or value is None:
            values[name] = value
        elif part.template == "complaints" and isinstance(value, tuple):
            values |= _standings(value)
    return {"template": part.template, "values": values}


def _standings(complaints: Iterable[Standing]) -> dict[str, str | int | float | None]:
    found: dict[str, str | int | float | None] = {}
    for each in complaints:
        moments = {"opened_at": each.complaint.opened_at, "done_at": each.done_at, "until": each.until}
        found |= {f"{each.complaint.id}.{name}": at.isoformat() for name, at in moments.items() if at}
    return found
