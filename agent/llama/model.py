"""The local language model, with the state after a prompt's fixed pieces kept.

Reading a prompt is what a small machine is slow at, so the state after `system` and after `system + material`
is kept and taken up again. Its key holds the model's bytes, every token and the version of llama.cpp: a changed
word is another key, so stale state cannot be used.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llama_cpp
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from agent.language_model import CancelToken, ModelError, Prompt, Schema
from agent.llama.engine import Chooser, Engine, Interrupted
from agent.llama.lookup import Lookup
from agent.llama.states import StateCache

_SYSTEM, _USER = "KEFU-SYSTEM-7d1f", "KEFU-USER-7d1f"
_CHATML = (
    f"<|im_start|>system\n{_SYSTEM}<|im_end|>\n<|im_start|>user\n",
    "<|im_end|>\n<|im_start|>assistant\n",
)
_LEAST_ROOM = 16
# llama.cpp's kernels work on four rows: reading four tokens took 1.7 times as long as one, eight took five times.
_DRAFT = 3


@dataclass(slots=True)
class Usage:
    """Tokens of the last answer: read anew, taken from a kept state, written, guessed and guessed right."""

    read: int = 0
    restored: int = 0
    written: int = 0
    drafted: int = 0
    accepted: int = 0


class LlamaModel:
    """A GGUF file. Not thread-safe: use it inside `ModelQueue.turn`. Raises `ModelError` where it cannot be loaded."""

    def __init__(
        self,
        path: Path,
        fingerprint: str,
        cache: StateCache | None,
        threads: int,
        context: int = 2048,
        draft: int = _DRAFT,
    ) -> None:
        logging.getLogger("llama-cpp-python").setLevel(logging.CRITICAL)
        self.name = path.name
        self.fingerprint = fingerprint
        self.usage = Usage()
        self._cache = cache
        self._draft = draft
        self._engine = Engine(path, threads, context)
        self._frame = _frame(self._engine)

    def close(self) -> None:
        self._engine.close()

    @property
    def cache_full(self) -> bool:
        """Whether one more state would push out another; True where none is kept."""
        return self._cache is None or self._cache.full

    def warmed(self, prompt: Prompt) -> bool:
        """Whether the state after a prompt's fixed pieces is kept."""
        return self._cache is not None and self._key(self._fixed(prompt)[1]) in self._cache

    def warm(self, system: str, material: str = "", cancel: CancelToken | None = None) -> bool:
        """Read a prompt's fixed pieces once and keep the state.

        False where that was done before, or where `cancel` was set meanwhile. Raises `ModelError`.
        """
        prompt = Prompt(system, material, "")
        if self._cache is None or self.warmed(prompt):
            return False
        try:
            with self._watched(cancel or CancelToken()):
                self._take_up(*self._fixed(prompt))
        except Interrupted:
            return False
        return True

    def stream(
        self, prompt: Prompt, max_tokens: int, cancel: CancelToken, schema: Schema | None = None
    ) -> Iterator[str]:
        self.usage = Usage()
        head, stable = self._fixed(prompt)
        tail = self._tail(prompt)
        room = self._engine.size - len(stable) - len(tail) - 1 - self._draft
        if room < _LEAST_ROOM:
            raise ModelError(f"the prompt of {len(stable) + len(tail)} tokens does not fit the context")
        try:
            with self._watched(cancel):
                self._take_up(head, stable)
                self._read(tail)
                most = min(max_tokens, room)
                tokens = self._chosen(schema, most) if schema else self._written(stable[len(head) :], most)
                yield from _text(self._engine.piece(token) for token in self._until_cancelled(tokens, cancel))
        except Interrupted:
            return

    # Writing

    def _written(self, material: Sequence[int], most: int) -> Iterator[int]:
        """The most likely tokens one after the other; where they follow the material, several at a time."""
        engine, lookup, written = self._engine, Lookup(material), list[int]()
        token = engine.best()
        while len(written) < most and not engine.ends(token):
            yield token
            written.append(token)
            draft = lookup.draft(written, self._draft)
            length = len(engine.read)
            engine.extend([token, *draft], rows=1 + len(draft))
            token, kept = engine.best(0), 0
            while kept < len(draft) and token == draft[kept] and len(written) < most:
                yield token
                written.append(token)
                kept += 1
                token = engine.best(kept)
            self.usage.drafted += len(draft)
            self.usage.accepted += kept
            if kept < len(draft):
                engine.truncate(length + 1 + kept)

    def _chosen(self, schema: Schema, most: int) -> Iterator[int]:
        with self._engine.choosing(json.dumps(schema)) as chooser:
            yield from self._allowed(chooser, most)

    def _allowed(self, chooser: Chooser, most: int) -> Iterator[int]:
        for _ in range(most):
            token = chooser.best()
            if self._engine.ends(token):
                return
            yield token
            self._engine.extend([token])

    def _until_cancelled(self, tokens: Iterator[int], cancel: CancelToken) -> Iterator[int]:
        for token in tokens:
            if cancel.cancelled:
                return
            self.usage.written += 1
            yield token

    @contextmanager
    def _watched(self, cancel: CancelToken) -> Iterator[None]:
        """Break off the engine as soon as `cancel` is set, also in the middle of a long prompt."""
        self._engine.resume()
        with cancel.calling(self._engine.interrupt):
            yield

    # Reading

    def _fixed(self, prompt: Prompt) -> tuple[list[int], list[int]]:
        """The tokens of the system prompt, and those with the material behind it."""
        head = self._engine.tokens(self._frame[0].replace(_SYSTEM, prompt.system), special=True)
        # Only our own frame may hold control tokens: a customer's or an author's "<|im_end|>" stays plain text.
        more = self._engine.tokens(prompt.material + "\n", special=False) if prompt.material else []
        return head, head + more

    def _tail(self, prompt: Prompt) -> list[int]:
        ours = self._engine.tokens(self._frame[1], special=True)
        return self._engine.tokens(prompt.question, special=False) + ours

    def _take_up(self, head: list[int], stable: list[int]) -> None:
        """Make the engine's state that of `stable`, from what it holds, from the cache, or by reading."""
        if self._restored(stable):
            return
        if len(head) < len(stable) and not self._restored(head):
            self._read_on(head)
        self._read_on(stable)

    def _restored(self, tokens: list[int]) -> bool:
        if _common_prefix(self._engine.read, tokens) == len(tokens):
            self._engine.truncate(len(tokens))
            self.usage.restored = len(self._engine.read)
            if len(self._engine.read) == len(tokens):
                return True
        key = self._key(tokens)
        state = self._cache.get(key) if self._cache else None
        if state is None or self._cache is None:
            return False
        if not self._engine.restore(state, tokens):
            self._cache.drop(key)
            return False
        self.usage.restored = len(tokens)
        return True

    def _read_on(self, tokens: list[int]) -> None:
        self._engine.truncate(_common_prefix(self._engine.read, tokens))
        self._read(tokens[len(self._engine.read) :])
        if self._cache is not None:
            self._cache.put(self._key(tokens), self._engine.state())

    def _read(self, tokens: list[int]) -> None:
        self.usage.read += len(tokens)
        self._engine.extend(tokens)

    def _key(self, tokens: list[int]) -> str:
        seed = f"{self.fingerprint}|{llama_cpp.__version__}|{self._engine.size}|{tokens}"
        return hashlib.sha256(seed.encode()).hexdigest()


def _frame(engine: Engine) -> tuple[str, str]:
    """What the model's own chat template puts before and after a user's message; ChatML where it has none.

    The first holds `_SYSTEM` where the system prompt belongs. A template without a place for it gets the
    system prompt in front of the message.
    """
    template = engine.template
    if template is None:
        return _CHATML
    begin, end = engine.marks
    formatter = Jinja2ChatFormatter(template=template, bos_token=begin, eos_token=end)
    both: list[Any] = [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": _USER}]
    alone: list[Any] = [{"role": "user", "content": f"{_SYSTEM}\n\n{_USER}"}]
    for messages in (both, alone):
        try:
            text = formatter(messages=messages).prompt
        except Exception:  # A template refuses a role in any way it likes.
            continue
        head, mark, tail = text.partition(_USER)
        if mark and _SYSTEM in head:
            return head, tail
    raise ModelError("the model's chat template has no place for a message")


def _common_prefix(left: Sequence[int], right: Sequence[int]) -> int:
    for place, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return place
    return min(len(left), len(right))


def _text(pieces: Iterator[bytes]) -> Iterator[str]:
    """Whole characters: a token may end in the middle of one."""
    pending = b""
    for piece in pieces:
        text, pending = _whole_characters(pending + piece)
        if text:
            yield text


def _whole_characters(data: bytes) -> tuple[str, bytes]:
    """Split off the bytes of a character that is not complete yet."""
    for keep in range(min(4, len(data) + 1)):
        try:
            return data[: len(data) - keep].decode(), data[len(data) - keep :]
        except UnicodeDecodeError:
            continue
    return data.decode(errors="replace"), b""
