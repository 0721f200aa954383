"""What the language model adds to the heads: alone over all labels, and as their second look where they are unsure."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from agent.clarify import choices
from agent.language_model import CancelToken, LanguageModel
from agent.model_queue import ModelQueue
from agent.types import SecondLook, State
from agent.understand.heads import Heads, HeadScores
from agent.understand.labels import INTENTS
from agent.understand.second_look import NOTHING, SecondReader, unsure
from agent.understand.training import Embed, Example
from agent.understand.understand import understand
from prompts.render import Texts
from tools.domain import Language

CONTEXT = 2048
# Nobody waits for a measurement.
PATIENCE_S = 120.0
Numbers = dict[str, float]


@dataclass(frozen=True)
class Handed:
    """A message that the agent hands to the language model, and the model's answer, if it was asked."""

    example: Example
    scores: HeadScores
    look: SecondLook

    def right(self, intent: str) -> bool:
        return intent in (self.example.intents or (NOTHING,))

    @property
    def alone(self) -> str:
        """The heads' own reading."""
        return self.scores.intents[0].label if self.scores.predicted else NOTHING

    @property
    def together(self) -> str:
        return self.look.said if self.look.agreed else self.alone


def handed(
    heads: Heads,
    embed: Embed,
    scored: Sequence[tuple[Example, HeadScores]],
    reader: SecondReader | None = None,
) -> list[Handed]:
    """Those of `scored` that the agent hands over, as the first message of a conversation.

    `reader` is asked about each; without it nobody is.
    """
    found: list[Handed] = []
    for example, scores in scored:
        if not unsure(scores):
            continue

        def ask(text: str, language: Language, heard: HeadScores, example: Example = example) -> SecondLook:
            look = reader.look(text, language, heard, CancelToken()) if reader else SecondLook((), ())
            found.append(Handed(example, heard, look))
            return look

        state = State(language="zh" if example.lang == "zh" else "en")
        understand(example.text, state, heads, lambda text: embed([text])[0], ask=ask)
    return found


@contextmanager
def open_reader(path: Path) -> Iterator[SecondReader]:
    """The model of a GGUF file, asked as the agent asks it. Raises `ModelError` for a file that is no model."""
    from agent.llama.model import LlamaModel

    model = LlamaModel(path, path.name, None, min(os.cpu_count() or 1, 8), CONTEXT)
    try:
        yield reader_of(model)
    finally:
        model.close()


def reader_of(model: LanguageModel) -> SecondReader:
    # No text of the second look has a date in it.
    return SecondReader(model, ModelQueue(1), Texts(ZoneInfo("UTC")), PATIENCE_S, PATIENCE_S)


def second_looks(
    reader: SecondReader, heads: Heads, embed: Embed, scored: Sequence[tuple[Example, HeadScores]], each: int
) -> dict[str, Numbers]:
    """By language and "all": what the second look makes of at most `each` handed messages a language.

    `heads` and `together` are the share of right top intents, 0..1; `agreed` the share decided by the model,
    `agreed_right` the right ones of those; `offered` the share of the others for which the question to the
    customer names the right intent; `seconds` the mean time of an answer.
    """
    chosen = [e for part in by_language(handed(heads, embed, scored), each) for e in part]
    asked = handed(heads, embed, [(one.example, one.scores) for one in chosen], reader)
    report = {"all": _looks(asked)} if asked else {}
    for language in sorted({one.example.lang for one in asked}):
        report[language] = _looks([one for one in asked if one.example.lang == language])
    return report


def by_language(found: list[Handed], each: int) -> list[list[Handed]]:
    languages = sorted({one.example.lang for one in found})
    return [[one for one in found if one.example.lang == language][:each] for language in languages]


def _looks(asked: list[Handed]) -> Numbers:
    agreed = [one for one in asked if one.look.agreed]
    still = [one for one in asked if not one.look.agreed]
    return {
        "messages": len(asked),
        "heads": _share(asked, lambda one: one.right(one.alone)),
        "together": _share(asked, lambda one: one.right(one.together)),
        "agreed": len(agreed) / len(asked),
        "agreed_right": _share(agreed, lambda one: one.right(one.look.said)),
        "offered": _share(still, lambda one: any(map(one.right, choices(one.look)))),
        "seconds": round(sum(one.look.ms for one in asked) / len(asked) / 1000, 2),
    }


def _share(of: list[Handed], holds: Callable[[Handed], bool]) -> float:
    return sum(map(holds, of)) / len(of) if of else 0.0


def alone(
    reader: SecondReader, scored: Sequence[tuple[Example, HeadScores]], each: int, seed: int = 0
) -> dict[str, Numbers]:
    """By language: the right top intents of model and heads on the same `each` messages drawn by lot, 0..1.

    The model chooses among all labels and "none", whether the heads are sure or not; `seconds` a message.
    """
    report: dict[str, Numbers] = {}
    for language in sorted({example.lang for example, _ in scored}):
        own = [one for one in scored if one[0].lang == language]
        drawn = random.Random(seed).sample(own, min(each, len(own)))
        started = time.perf_counter()
        said = [_any_label(reader, example) for example, _ in drawn]
        seconds = (time.perf_counter() - started) / len(drawn)
        looks = [Handed(example, scores, SecondLook((), ())) for example, scores in drawn]
        right = [one.right(label) for one, label in zip(looks, said, strict=True)]
        report[language] = {
            "messages": len(drawn),
            "model_top": sum(right) / len(drawn),
            "heads_top": _share(looks, lambda one: one.right(one.alone)),
            "seconds": round(seconds, 2),
        }
    return report


def _any_label(reader: SecondReader, example: Example) -> str:
    language: Language = "zh" if example.lang == "zh" else "en"
    return reader.choose(example.text, (*INTENTS, NOTHING), language, CancelToken())


def measure(
    path: Path, heads: Heads, embed: Embed, scored: Sequence[tuple[Example, HeadScores]], each: int
) -> dict[str, Any]:
    """Both comparisons with the model at `path`: "language_model" and "second_look" of a report."""
    with open_reader(path) as reader:
        return {
            "second_look": second_looks(reader, heads, embed, scored, each),
            "language_model": alone(reader, scored, each),
        }
