"""What Prometheus scrapes beyond the requests themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from agent.turn import TurnResult

TURNS = Counter("kefu_turns", "Turns by kind of decision and language", ("kind", "language"))
DROPPED = Counter(
    "kefu_sentences_dropped", "Sentences of the model that were not supported and did not leave"
)
QUOTED = Counter("kefu_answers_quoted", "Answers that quoted the passage because nothing else was supported")
UNDER_WAY = Gauge("kefu_turns_under_way", "Messages that are being answered or wait for a thread")
REFUSED = Counter("kefu_turns_refused", "Messages that were refused because too many waited")
OUT_OF_TIME = Counter(
    "kefu_answers_out_of_time", "Answers for which the deadline left no time, or too little"
)
NOTICES = Counter(
    "kefu_notices", "Attempts to tell a department, by what came of them", ("outcome", "transport")
)
NOTICES_KEPT = Gauge("kefu_notices_kept", "Notices in the outbox that wait or were given up", ("state",))
NOTICES_AGE = Gauge("kefu_notices_waiting_seconds", "How long the oldest notice has been waiting")
STAGES = Histogram(
    "kefu_stage_seconds",
    "Time spent in each stage of a turn",
    ("stage",),
    buckets=(0.01, 0.05, 0.2, 1, 3, 8, 20, 60),
)


def observe_turn(result: TurnResult) -> None:
    """Count a finished turn."""
    TURNS.labels(result.decision.kind, result.understanding.language).inc()
    DROPPED.inc(sum(not claim.supported for claim in result.reply.claims))
    QUOTED.inc(sum(claim.why == "quoted" for claim in result.reply.claims))
    if result.writing.plan and result.writing.plan.left_s is not None and result.writing.problem:
        OUT_OF_TIME.inc()
    for stage, milliseconds in result.timings_ms.items():
        STAGES.labels(stage).observe(milliseconds / 1000)
