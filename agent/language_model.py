"""The language model behind one small protocol: stream text for a prompt until told to stop.

A prompt has three pieces, ordered so that what repeats comes first: `system` (fixed), `material` (the
passages, if any) and `question`. A model may keep what it computed for the first two.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from langchain_core.language_models import BaseChatModel

# A JSON schema that an answer has to follow.
Schema = Mapping[str, Any]
_LOOK_S = 0.02


class ModelError(RuntimeError):
    """The language model could not answer."""


class ModelBusy(ModelError):
    """The queue is full, or the wait for the model was longer than allowed."""


class Cancelled(ModelError):
    """Nobody waits for this answer any more."""


class CancelToken:
    """Set by whoever waits for the reply; read between two tokens."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        self._event.set()

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    @contextmanager
    def calling(self, act: Callable[[], None]) -> Iterator[None]:
        """Call `act` once, from another thread and within 20 ms, when this is set before the block ends."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(_LOOK_S):
                if self.cancelled:
                    act()
                    return

        watcher = threading.Thread(target=watch, name="cancel", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()


class Deadline(CancelToken):
    """Set with `parent`, or by itself after `seconds`."""

    def __init__(self, parent: CancelToken, seconds: float) -> None:
        super().__init__()
        self._parent = parent
        self._until = time.monotonic() + seconds

    @property
    def cancelled(self) -> bool:
        return super().cancelled or self._parent.cancelled or time.monotonic() >= self._until


@dataclass(frozen=True, slots=True)
class Prompt:
    system: str
    material: str
    question: str


class LanguageModel(Protocol):
    """Anything that streams text. Implementations are used by one caller at a time (see `agent/model_queue.py`)."""

    name: str
    fingerprint: str

    def stream(
        self, prompt: Prompt, max_tokens: int, cancel: CancelToken, schema: Schema | None = None
    ) -> Iterator[str]:
        """Yield pieces of text; stop soon after `cancel` is set. Raises `ModelError`.

        With `schema` the text is JSON that follows it, or the beginning of such where `max_tokens` cut it off.
        """
        ...


class ScriptedModel:
    """Answers from a list, for tests that are about everything but the model's wording.

    `choices` are its answers where a schema is asked for, in order, and then none; the schemas are kept.
    """

    def __init__(
        self,
        answers: Sequence[str] = (),
        default: str = "",
        pause_s: float = 0.0,
        choices: Sequence[str] = (),
    ) -> None:
        self.name = "scripted"
        self.fingerprint = "scripted"
        self.prompts: list[Prompt] = []
        self.constrained: list[tuple[Prompt, Schema]] = []
        self._answers = deque(answers)
        self._choices = deque(choices)
        self._default = default
        self._pause_s = pause_s

    def stream(
        self, prompt: Prompt, max_tokens: int, cancel: CancelToken, schema: Schema | None = None
    ) -> Iterator[str]:
        answer = self._next(prompt, schema)
        for start in range(0, len(answer), 4):
            if cancel.cancelled:
                return
            if self._pause_s:
                time.sleep(self._pause_s)
            yield answer[start : start + 4]

    def _next(self, prompt: Prompt, schema: Schema | None) -> str:
        if schema is not None:
            self.constrained.append((prompt, schema))
            return self._choices.popleft() if self._choices else ""
        self.prompts.append(prompt)
        return self._answers.popleft() if self._answers else self._default


class ChatModelAdapter:
    """Any LangChain chat model in the place of the local one.

    A schema is passed on as `response_format`, as servers with the OpenAI interface take it.
    """

    def __init__(self, model: BaseChatModel, name: str) -> None:
        self.name = name
        self.fingerprint = name
        self._model = model

    def stream(
        self, prompt: Prompt, max_tokens: int, cancel: CancelToken, schema: Schema | None = None
    ) -> Iterator[str]:
        messages: list[Any] = [
            ("system", prompt.system),
            ("human", f"{prompt.material}\n\n{prompt.question}".strip()),
        ]
        limits: dict[str, Any] = {"max_tokens": max_tokens}
        if schema is not None:
            form = {"name": "answer", "schema": dict(schema), "strict": True}
            limits |= {"temperature": 0, "response_format": {"type": "json_schema", "json_schema": form}}
        try:
            for chunk in self._model.stream(messages, **limits):
                if cancel.cancelled:
                    return
                yield str(chunk.text)
        except Exception as error:
            raise ModelError(f"{self.name}: {error}") from error
