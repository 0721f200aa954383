"""Kefu itself, in process: whole turns with their conversation, trace and record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from agent.language_model import CancelToken, Deadline
from benchmarks.answers.contestant import Said, Screen
from benchmarks.answers.shop import at_that_time
from eval.replies.cases import Case
from service.schema import CustomerHint
from service.settings import Settings
from service.turns import TurnService
from service.wiring import open_kefu

CHANNEL = "bench"


class KefuContestant:
    """Turns as any channel gets them."""

    def __init__(self, turns: TurnService, limit_s: float) -> None:
        self._turns = turns
        self._limit_s = limit_s

    def prepare(self, case: Case) -> str:
        hint = CustomerHint(email=case.customer) if case.customer else None
        opened = self._turns.open(CHANNEL, case.language, hint)
        if opened.identified != bool(case.customer):
            raise ValueError(f"{case.id}: {case.customer} was not recognised")
        conversation = opened.conversation_id
        for text in case.before:
            self._turns.answer(conversation, text, None, lambda name, value: None, CancelToken())
        return conversation

    def say(self, case: Case, begun: str) -> Said:
        screen = Screen()

        def listen(name: str, value: Any) -> None:
            if name == "delta":
                screen.show(value["text"])

        cancel = Deadline(CancelToken(), self._limit_s)
        turn = self._turns.answer(begun, case.text, None, listen, cancel)
        whole = screen.elapsed()
        return Said(
            turn.reply, screen.first_s, whole, steps=(f"{turn.decision.kind}: {turn.decision.rule}",),
            seen=self._seen(turn.turn_id), receipts=bool(turn.receipts),
            handed_over=turn.decision.kind == "handover",
        )  # fmt: skip

    def _seen(self, turn_id: str) -> tuple[str, ...]:
        """The passages that the turn retrieved."""
        record, knowledge = self._turns.explain(turn_id), self._turns.parts.knowledge()
        assert record is not None
        hits = record["trace"]["retrieval"]["hits"]
        found = (knowledge.passage(hit["passage_id"]) for hit in hits)
        return tuple(f"{each.context}\n{each.text}" for each in found if each is not None)


@contextmanager
def open_kefu_contestant(settings: Settings, limit_s: float) -> Iterator[KefuContestant]:
    with open_kefu(settings, clock=at_that_time) as kefu:
        yield KefuContestant(kefu.turns, limit_s)
