"""Asks the local model to phrase an answer from passages, one sentence at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.language_model import CancelToken, LanguageModel, ModelQueue, Prompt
from agent.sentences import sentences
from prompts.render import Texts
from retrieval.passages import Passage
from tools.domain import Language

_CITED = re.compile(r"\s*\[\d\]")
# A bare yes or no in front depends on how the question was put, which nobody checks; what follows says it anyway.
_ANSWER_WORD = re.compile(
    r"^(?:(?:是的|对的?|不是的?|不需要|不用|需要|可以|不可以|不能|能|不会|会|有|没有)[，,。！]|(?:yes|no|yeah|nope|sure|correct)[,.!]\s)\s*(?=\S)",
    re.IGNORECASE,
)


@dataclass
class Writing:
    """What was asked of the model in a turn, for the trace."""

    prompts: list[Prompt] = field(default_factory=list)
    output: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Writer:
    """The model with its queue and limits. `wait_s` bounds the wait for the model, in seconds."""

    model: LanguageModel
    queue: ModelQueue
    texts: Texts
    wait_s: float
    max_tokens: int

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
    ) -> Iterator[str]:
        """Yield sentences while the model writes. Raises `ModelError` (busy, cancelled, broken)."""
        prompt = self.prompt(question, passages, language)
        writing.prompts.append(prompt)
        with self.queue.turn(self.wait_s, cancel):
            yield from sentences(self._pieces(prompt, cancel, writing))

    def _pieces(self, prompt: Prompt, cancel: CancelToken, writing: Writing) -> Iterator[str]:
        for piece in self.model.stream(prompt, self.max_tokens, cancel):
            writing.output += piece
            yield piece


def tidy(sentence: str) -> str:
    """A sentence of the model without citation marks, Markdown and a leading yes or no."""
    plain = _CITED.sub("", sentence).replace("**", "").replace("`", "").lstrip("#> ").strip()
    rest = _ANSWER_WORD.sub("", plain)
    return rest[:1].upper() + rest[1:]
