"""llama.cpp as anybody would use it from Python: one context, the model's own chat template, a time limit."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import llama_cpp

REPLY_TOKENS = 512


class TimeIsUp(RuntimeError):
    """A question took longer than the benchmark allows."""


class PlainLlama(llama_cpp.Llama):
    """`llama_cpp.Llama` that gives up between two batches once `limit_s` seconds are over.

    Reading stops too, which a stopping criterion cannot do; the batches are those of the original.
    """

    def __init__(self, path: Path, threads: int, context: int) -> None:
        self._until = float("inf")
        super().__init__(
            str(path), n_ctx=context, n_threads=threads, n_threads_batch=threads, verbose=False, seed=7
        )

    def allow(self, limit_s: float) -> None:
        """Start the clock."""
        self._until = time.monotonic() + limit_s

    def eval(self, tokens: Sequence[int]) -> None:
        for start in range(0, len(tokens), self.n_batch):
            if time.monotonic() >= self._until:
                raise TimeIsUp("the time limit is over")
            super().eval(tokens[start : start + self.n_batch])

    def forget(self) -> None:
        """Read the next prompt from its beginning."""
        clear: Any = self.reset
        clear()

    def chat(
        self, messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None = None
    ) -> Iterator[str]:
        """Stream an answer, greedily. Raises `TimeIsUp`, and `ValueError` where the context is too small."""
        complete: Any = self.create_chat_completion
        chunks = complete(
            messages=messages, tools=tools, temperature=0.0, max_tokens=REPLY_TOKENS, stream=True
        )
        for chunk in chunks:
            yield chunk["choices"][0]["delta"].get("content") or ""
