"""Where the trained heads are unsure, the language model looks as well; it chooses, it never writes.

It may choose among what the heads hold most likely, under a grammar that lets nothing else through, and is
believed only where it agrees with one of their two best. Whatever goes wrong is no opinion, never an error.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agent.generate import Generator, Job, OutOfTime
from agent.language_model import CancelToken, LanguageModel, Prompt
from agent.model_queue import ModelQueue
from agent.plan import UNHURRIED, Budget, Pace, plan
from agent.types import Clause, Entity, Score, SecondLook, State, Unclear
from agent.understand.heads import HeadScores
from prompts.render import Texts
from tools.domain import Language

NOTHING = "none"
# Chosen on the tune split (391 messages): the heads are right about 4 of the 9 that are unsure by this, and about
# 10 of the 13 next ones. A best intent below `SURE`, or none predicted although one has at least this part of the
# threshold.
SURE = 0.55
NEARLY = 0.7
CANDIDATES = 4
_LONGEST_MESSAGE = 500
_LONGEST_ANSWER = 24
# Of what a deadline leaves; the answer needs the model as well.
_SHARE = 0.5
# Up to so many words, without numbers, names and the like, a message merely answers.
_SHORT = 4
_SHORT_CHOICE = 8
_WORD = re.compile(r"[A-Za-z0-9]+(?:['’][A-Za-z]+)?")
_CHARACTER = re.compile(r"[\u3400-\u9fff]")
_CHARACTERS_A_WORD = 1.6
_SOCIAL = frozenset({"affirm", "deny", "thanks", "greeting", "farewell", "wait"})
# Labels for one wish: the same answer serves both.
_SAME = {"tracking": "order_status", "return_status": "refund_status", "change_items": "exchange_item"}

Ask = Callable[[str, Language, HeadScores], SecondLook]


def unsure(scores: HeadScores) -> bool:
    """Something is wanted and no intent is likely, or nothing is predicted and one is nearly likely."""
    best = scores.intents[0].probability if scores.intents else 0.0
    return best < SURE if scores.predicted else best > scores.intent_threshold * NEARLY


def leading(scores: HeadScores) -> tuple[str, ...]:
    """The two readings that the heads hold most likely; "none" is one of them where they predict nothing."""
    names = tuple(score.label for score in scores.intents[:2])
    return names if scores.predicted else (NOTHING, *names[:1])


def wish(intent: str) -> str:
    """The intent that stands for all that are served alike."""
    return _SAME.get(intent, intent)


def worth_asking(
    text: str, scores: HeadScores, act: Score, entities: tuple[Entity, ...], state: State
) -> bool:
    """Whether the heads are unsure of a message that has to be read by its intent at all.

    Answers to our own question, plain words of courtesy and a call for a person are read without.
    """
    if not unsure(scores) or any(entity.kind == "human" for entity in entities):
        return False
    if act.label in _SOCIAL and (act.probability == 1.0 or not scores.predicted):
        return False
    return not _answers(text, act, entities, state)


def _answers(text: str, act: Score, entities: tuple[Entity, ...], state: State) -> bool:
    """Whether the message may well be what was asked for: it is short, or no question of its own."""
    if state.awaiting in (None, "anything_else"):
        return _words(text) == 0
    own = {"question", "ask_back"} | ({"request"} if state.awaiting in ("identity", "choice") else set())
    return act.label not in own or _words(_without(entities, text)) <= _SHORT


def _without(entities: tuple[Entity, ...], text: str) -> str:
    for entity in sorted(entities, key=lambda each: -each.start):
        text = text[: entity.start] + " " + text[max(entity.end, entity.start) :]
    return text


def _words(text: str) -> float:
    return len(_WORD.findall(text)) + len(_CHARACTER.findall(text)) / _CHARACTERS_A_WORD


def picked(text: str, clauses: tuple[Clause, ...], entities: tuple[Entity, ...], unclear: Unclear) -> str:
    """Which of the intents that were offered a short answer picks: "the second", "return it"; "" for none."""
    if _words(text) > _SHORT_CHOICE:
        return ""
    named = {wish(intent) for clause in clauses for intent in clause.intents}
    found = [intent for intent in unclear.intents if wish(intent) in named]
    if len(found) == 1:
        return found[0]
    places = [int(entity.value) for entity in entities if entity.kind == "ordinal"]
    return next((unclear.intents[n - 1] for n in places if 0 < n <= len(unclear.intents)), "")


@dataclass(frozen=True)
class SecondReader:
    """Asks the model. `wait_s` bounds the wait for it, `limit_s` the time it may take, in seconds.

    `pace` is what that took until now.
    """

    model: LanguageModel
    queue: ModelQueue
    texts: Texts
    wait_s: float = 3.0
    limit_s: float = 8.0
    pace: Pace = field(default_factory=Pace)

    def prompt(self, text: str, choices: tuple[str, ...], language: Language) -> Prompt:
        """The fixed piece first, so that its state is kept; there is no material."""
        values = {"message": text[:_LONGEST_MESSAGE], "choices": choices}
        return Prompt(
            self.texts.render(language, "second_look_system"),
            "",
            self.texts.render(language, "second_look_question", **values),
        )

    def look(
        self,
        text: str,
        language: Language,
        scores: HeadScores,
        cancel: CancelToken,
        budget: Budget = UNHURRIED,
        conversation: str = "",
    ) -> SecondLook:
        """What the model says about a message, and how long that took. Never raises.

        Within a deadline it takes a part of the time at most, and is left out where it would not be finished.
        """
        heads = scores.intents[:CANDIDATES]
        choices = (*(score.label for score in heads), NOTHING)
        started, said, problem = time.perf_counter(), "", ""
        try:
            said = self.choose(text, choices, language, cancel, budget.share(_SHARE), conversation)
        except Exception as error:
            # A second opinion may fail in any way: then there is none, and the customer is asked.
            problem = f"{type(error).__name__}: {error}"
        ms = round((time.perf_counter() - started) * 1000, 1)
        return SecondLook(heads, leading(scores), said, ms, problem or ("" if said else "no answer"))

    def choose(
        self,
        text: str,
        choices: tuple[str, ...],
        language: Language,
        cancel: CancelToken,
        budget: Budget = UNHURRIED,
        conversation: str = "",
    ) -> str:
        """One of `choices`; "" where the model gives none in time. Raises `ModelError` (busy, cancelled, broken)."""
        prompt = self.prompt(text, choices, language)
        generator = Generator(self.model, self.queue, self.pace)
        if not plan(budget, generator.expected_s(prompt)).write:
            raise OutOfTime("it would not be finished before the deadline")
        schema = schema_of(choices)
        job = Job(prompt, _LONGEST_ANSWER, self.wait_s, self.limit_s, schema, conversation)
        return _read("".join(generator.run(job, budget.token(cancel), budget)), choices)


def schema_of(choices: tuple[str, ...]) -> dict[str, Any]:
    """The JSON schema of an answer: an object whose `intent` is one of `choices`."""
    intent = {"type": "string", "enum": list(choices)}
    return {
        "type": "object", "properties": {"intent": intent}, "required": ["intent"], "additionalProperties": False,
    }  # fmt: skip


def _read(answer: str, choices: tuple[str, ...]) -> str:
    """The choice in an answer; "" for anything that is not exactly one of them."""
    try:
        found = json.loads(answer)
    except ValueError:
        return ""
    said = found.get("intent") if isinstance(found, dict) else None
    return said if isinstance(said, str) and said in choices else ""
