"""What a draft would change for customers: questions answered from the present snapshot and from the draft's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from agent.language_model import CancelToken, LanguageModel, ScriptedModel
from agent.model_queue import ModelQueue
from agent.retrieve import Knowledge
from agent.turn import Parts, run_turn
from agent.types import State
from agent.write import Writer
from retrieval.documents import Language
from tools.store.memory import MemoryStore

WAIT_S = 60.0
REPLY_TOKENS = 160


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was recorded (`turn_id` says where), or one of a suite."""

    question: str
    language: Language
    source: Literal["recorded", "suite"]
    turn_id: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`citations` are passage ids in the order of the reply, `revisions` what they belong to."""

    kind: str
    rule: str
    citations: tuple[str, ...]
    revisions: tuple[str, ...]
    reply: str


@dataclass(frozen=True, slots=True)
class Effect:
    """One question that would be answered otherwise. `what` names the parts that differ."""

    asked: Asked
    before: Outcome
    after: Outcome
    what: tuple[str, ...]


Answer = Callable[[Asked, Knowledge], Outcome]
Progress = Callable[[int, int], None]


def effects(
    questions: Sequence[Asked],
    answer: Answer,
    before: Knowledge,
    after: Knowledge,
    progress: Progress | None = None,
) -> list[Effect]:
    """The questions whose decision, citations or answer differ, in their order. `progress(done, total)`."""
    found = []
    for number, asked in enumerate(questions, start=1):
        old, new = answer(asked, before), answer(asked, after)
        if what := _differences(old, new):
            found.append(Effect(asked, old, new, what))
        if progress:
            progress(number, len(questions))
    return found


def by_turns(parts: Parts, now: datetime, model: LanguageModel | None = None) -> Answer:
    """Whole turns of the agent, each the first of a conversation with somebody unknown; nothing is written.

    Without a `model` the reply is the passage that it would rest on: the same decision and citations in
    milliseconds, and the wording that authors can change.
    """
    texts = parts.texts
    writer = Writer(model or ScriptedModel(), ModelQueue(1), texts, WAIT_S, REPLY_TOKENS)

    def answer(asked: Asked, knowledge: Knowledge) -> Outcome:
        own = replace(parts, knowledge=lambda: knowledge, store=MemoryStore(), writer=writer)
        state = State(language=asked.language)
        result = run_turn(asked.question, "impact", "", state, own, now, _nobody_listens, CancelToken())
        reply = result.reply
        return Outcome(
            result.decision.kind,
            result.decision.rule,
            tuple(citation.passage_id for citation in reply.citations),
            tuple(citation.revision for citation in reply.citations),
            reply.text,
        )

    return answer


def _differences(old: Outcome, new: Outcome) -> tuple[str, ...]:
    """A revision alone is no difference: an edit elsewhere in the document gives every passage a new one."""
    pairs = (
        ("decision", (old.kind, old.rule), (new.kind, new.rule)),
        ("citations", old.citations, new.citations),
        ("answer", old.reply, new.reply),
    )
    return tuple(name for name, was, now in pairs if was != now)


def _nobody_listens(_name: str, _value: object) -> None:
    pass
