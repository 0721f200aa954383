"""The language model behind one small protocol: stream text for a prompt until told to stop.

A prompt has three pieces, ordered so that what repeats comes first: `system` (fixed), `material` (the
passages, if any) and `question`. A model may keep what it computed for the first two.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from langchain_core.language_models import BaseChatModel

# A JSON schema that an answer has to follow.
Schema = Mapping[str, Any]


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
    """Anything that streams text. Implementations are used by one caller at a time (see `ModelQueue`)."""

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


class ModelQueue:
    """One at a time, first come first served, bounded; a waiter that is cancelled leaves at once."""

    _POLL_S = 0.05

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError("capacity must be at least 1")
        self._capacity = capacity
        self._condition = threading.Condition()
        self._waiting: deque[object] = deque()
        self._busy = False

    @property
    def depth(self) -> int:
        """How many wait or are served now."""
        with self._condition:
            return len(self._waiting) + int(self._busy)

    @contextmanager
    def turn(self, wait_s: float, cancel: CancelToken) -> Iterator[None]:
        """Hold the model. Raises `ModelBusy` after `wait_s` seconds or when full, `Cancelled` on cancel."""
        ticket = object()
        with self._condition:
            if len(self._waiting) >= self._capacity:
                raise ModelBusy(f"{self._capacity} conversations already wait for the model")
            self._waiting.append(ticket)
            try:
                self._wait(ticket, wait_s, cancel)
                self._busy = True
            finally:
                self._waiting.remove(ticket)
                self._condition.notify_all()
        try:
            yield
        finally:
            with self._condition:
                self._busy = False
                self._condition.notify_all()

    def _wait(self, ticket: object, wait_s: float, cancel: CancelToken) -> None:
        until = time.monotonic() + wait_s
        while self._busy or self._waiting[0] is not ticket:
            if cancel.cancelled:
                raise Cancelled("the customer went away while waiting for the model")
            if time.monotonic() >= until:
                raise ModelBusy(f"the model was not free within {wait_s:g} s")
            self._condition.wait(self._POLL_S)
