"""From the agent's types to what goes over the wire."""

from __future__ import annotations

from datetime import datetime

from agent.turn import TurnResult
from agent.types import Decision, Evidence, QuickReply, Score, Understanding
from service.schema import (
    CitationView,
    ClaimView,
    DecisionView,
    EntityView,
    EvidenceView,
    PassageScore,
    QuickReplyView,
    ReceiptView,
    ScoreView,
    Turn,
    UnderstandingView,
)
from tools.desk.records import Receipt


def turn_view(
    result: TurnResult,
    turn_id: str,
    conversation_id: str,
    message_id: str | None,
    at: datetime,
    text: str = "",
) -> Turn:
    """The public form of a finished turn. `text` is the message as it was written, where it was read otherwise."""
    reply, receipt = result.reply, result.outcome.receipt
    return Turn(
        turn_id=turn_id,
        conversation_id=conversation_id,
        message_id=message_id,
        at=at.isoformat(),
        text=text or result.understanding.text,
        reply=reply.text,
        language=result.understanding.language,
        decision=decision_view(result.decision),
        citations=[
            CitationView(c.n, c.passage_id, c.document_id, c.title, c.heading, c.revision, c.quote)
            for c in reply.citations
        ],
        receipts=[receipt_view(receipt)] if receipt else [],
        understanding=understanding_view(result.understanding),
        claims=[ClaimView(c.sentence, list(c.values), c.source, c.supported, c.why) for c in reply.claims],
        quick_replies=quick_views(result.decision.quick_replies),
        timings_ms=result.timings_ms,
        snapshot_id=result.evidence.snapshot_id,
        ask_rating=result.decision.ask_rating,
    )


def understanding_view(understanding: Understanding) -> UnderstandingView:
    return UnderstandingView(
        language=understanding.language,
        act=_score(understanding.act),
        intents=[_score(score) for score in understanding.intents],
        sentiment=_score(understanding.sentiment),
        complaint=_score(understanding.complaint),
        urgent=understanding.urgent,
        entities=[EntityView(e.kind, e.value, e.start, e.end) for e in understanding.entities],
        mood=understanding.mood,
    )


def evidence_view(evidence: Evidence) -> EvidenceView:
    return EvidenceView(
        snapshot_id=evidence.snapshot_id,
        answerable=evidence.answerable,
        passages=[
            PassageScore(hit.passage.id, hit.passage.title, hit.passage.heading, _probability(hit.score))
            for hit in evidence.hits
        ],
        orders=[order.id for order in evidence.orders],
    )


def decision_view(decision: Decision) -> DecisionView:
    return DecisionView(decision.kind, decision.rule, decision.awaiting, decision.action)


def receipt_view(receipt: Receipt) -> ReceiptView:
    return ReceiptView(
        id=receipt.id,
        kind=receipt.kind,
        order_id=receipt.order_id,
        return_id=receipt.subject_id if receipt.kind == "return_started" else "",
        subject_id=receipt.subject_id,
        refund=str(receipt.refund.amount),
        currency=receipt.refund.currency,
        due=str(receipt.due.amount),
        postage=str(receipt.postage.amount),
        postage_payer=receipt.postage_payer,
        method_id=receipt.method_id,
        at=receipt.at.isoformat(),
    )


def quick_views(replies: tuple[QuickReply, ...]) -> list[QuickReplyView]:
    return [QuickReplyView(reply.title, reply.text) for reply in replies]


def _score(score: Score) -> ScoreView:
    return ScoreView(score.label, _probability(score.probability))


def _probability(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 4)
