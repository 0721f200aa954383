"""Asks the local model to phrase an answer from passages, one sentence at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from agent.generate import Generator, Job, OutOfTime
from agent.language_model import Cancelled, CancelToken, LanguageModel, Prompt
from agent.model_queue import ModelQueue
from agent.plan import UNHURRIED, Budget, Pace, Plan, plan
from agent.sentences import sentences
from prompts.render import Texts
from retrieval.passages import Passage
from tools.domain import Language

Phrasing = Literal["auto", "quote", "write"]
# Up to this many characters authors have said it as shortly as a small model would, and without its mistakes.
SHORT = {"zh": 240, "en": 640}
_CITED = re.compile(r"\s*\[\d\]")
# A bare yes or no in front depends on how the question was put, which nobody checks; what follows says it anyway.
_ANSWER_WORD = re.compile(
    r"^(?:(?:是的|对的?|不是的?|不需要|不用|需要|可以|不可以|不能|能|不会|会|有|没有)[，,。！]|(?:yes|no|yeah|nope|sure|correct)[,.!]\s)\s*(?=\S)",
    re.IGNORECASE,
)


@dataclass
class Writing:
    """What was asked of the model in a turn, for the trace; `plan` is the last one's.

    `dropped` are sentences that the shop's voice does not allow, each with the reason.
    """

    prompts: list[Prompt] = field(default_factory=list)
    output: str = ""
    problem: str = ""
    dropped: list[tuple[str, str]] = field(default_factory=list)
    plan: Plan | None = None


@dataclass(frozen=True)
class Writer:
    """The model with its queue and limits. `wait_s` bounds the wait for the model, in seconds.

    `pace` is what its answers took until now. `phrasing` says what is left to it: every answer ("write"), none
    ("quote"), or only those from passages that are too long to be shown as they are ("auto").
    """

    model: LanguageModel
    queue: ModelQueue
    texts: Texts
    wait_s: float
    max_tokens: int
    pace: Pace = field(default_factory=Pace)
    phrasing: Phrasing = "auto"

    def quotes(self, passage: Passage, language: Language) -> bool:
        """Whether a passage is the answer as it stands."""
        if passage.language != language:
            return False
        return self.phrasing == "quote" or (self.phrasing == "auto" and len(passage.text) <= SHORT[language])

    def prompt(self, question: str, passages: tuple[Passage, ...], language: Language) -> Prompt:
        """The three pieces, what repeats first."""
        return Prompt(
            system=self.texts.render(language, "answer_system"),
            material=self.texts.render(language, "answer_material", passages=passages),
            question=self.texts.render(language, "answer_question", question=question[:500]),
        )

    def answer(
        self,
        question: str,
        passages: tuple[Passage, ...],
        language: Language,
        cancel: CancelToken,
        writing: Writing,
        budget: Budget = UNHURRIED,
        conversation: str = "",
    ) -> Iterator[str]:
        """Yield whole sentences while the model writes, for one conversation and within its budget.

        Raises `ModelError`: busy, cancelled, broken, or `OutOfTime`, at once where the answer could not be
        finished.
        """
        generator = Generator(self.model, self.queue, self.pace)
        prompt = self.prompt(question, passages, language)
        writing.plan = plan(budget, generator.expected_s(prompt))
        if not writing.plan.write:
            raise OutOfTime("an answer of the model would not be finished before the deadline")
        writing.prompts.append(prompt)
        until = budget.token(cancel)
        job = Job(prompt, self.max_tokens, self.wait_s, conversation=conversation)
        yield from sentences(_in_time(generator.run(job, until, budget), until, cancel, writing))


def _in_time(
    pieces: Iterator[str], until: CancelToken, cancel: CancelToken, writing: Writing
) -> Iterator[str]:
    """The pieces; at the deadline an error, so that the sentence under way is not taken for a whole one."""
    try:
        for piece in pieces:
            writing.output += piece
            yield piece
    except Cancelled:
        # Nobody has to have left: the deadline may have come while waiting for the model.
        if cancel.cancelled:
            raise
    if until.cancelled and not cancel.cancelled:
        raise OutOfTime("the deadline came before the end of the answer")


def tidy(sentence: str) -> str:
    """A sentence of the model without citation marks, Markdown and a leading yes or no."""
    plain = _CITED.sub("", sentence).replace("**", "").replace("`", "").lstrip("#> ").strip()
    rest = _ANSWER_WORD.sub("", plain)
    return rest[:1].upper() + rest[1:]
