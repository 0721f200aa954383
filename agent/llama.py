"""The local model: llama.cpp in process, with the state after a prompt's fixed pieces kept on disk.

Reading a prompt is what a small machine is slow at, so the key-value state after `system` and after
`system + material` is saved once and restored afterwards. A state is keyed by the model's bytes, the
tokens and the version of llama.cpp: a changed word is another key, so stale state cannot be used.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import llama_cpp
from llama_cpp.llama_chat_format import Jinja2ChatFormatter
from llama_cpp.llama_grammar import LlamaGrammar

from agent.language_model import CancelToken, ModelError, Prompt, Schema

_SYSTEM, _USER = "KEFU-SYSTEM-7d1f", "KEFU-USER-7d1f"
_CHATML = (
    f"<|im_start|>system\n{_SYSTEM}<|im_end|>\n<|im_start|>user\n",
    "<|im_end|>\n<|im_start|>assistant\n",
)


class StateCache:
    """Files of llama.cpp's own sequence-state format in one folder, the least recently used removed first."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder
        self._limit = limit_bytes
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, key: str) -> Path:
        return self._folder / f"{key}.state"

    def trim(self) -> None:
        """Delete the oldest files until the folder is within its limit."""
        files = sorted(self._folder.glob("*.state"), key=lambda path: path.stat().st_mtime)
        excess = sum(path.stat().st_size for path in files) - self._limit
        for path in files:
            if excess <= 0:
                return
            excess -= path.stat().st_size
            path.unlink(missing_ok=True)


class LlamaModel:
    """A GGUF file. Not thread-safe: use it inside `ModelQueue.turn`."""

    def __init__(
        self, path: Path, fingerprint: str, cache: StateCache | None, threads: int, context: int = 2048
    ) -> None:
        self.name = path.name
        self.fingerprint = fingerprint
        self._cache = cache
        try:
            self._llama = llama_cpp.Llama(
                str(path), n_ctx=context, n_threads=threads, n_threads_batch=threads, verbose=False, seed=7
            )
        except (ValueError, OSError, RuntimeError) as error:
            raise ModelError(f"the language model at {path} cannot be loaded: {error}") from error

        self._frame = _frame(self._llama)

    def close(self) -> None:
        self._llama.close()

    def warm(self, system: str) -> None:
        """Read a fixed prefix once, so that the first customer does not wait for it."""
        self._prepare(self._tokens(self._head(system)))

    def stream(
        self, prompt: Prompt, max_tokens: int, cancel: CancelToken, schema: Schema | None = None
    ) -> Iterator[str]:
        head = self._tokens(self._head(prompt.system))
        # Only our own frame may hold control tokens: a customer's or an author's "<|im_end|>" stays plain text.
        stable = head + (self._tokens(prompt.material + "\n", special=False) if prompt.material else [])
        tail = self._tokens(prompt.question, special=False) + self._tokens(self._frame[1])
        room = self._llama.n_ctx() - len(stable) - len(tail)
        if room < 16:
            raise ModelError(f"the prompt of {len(stable) + len(tail)} tokens does not fit the context")
        if not self._restore(stable):
            self._prepare(head)
            self._prepare(stable)
        try:
            yield from self._decode(stable + tail, min(max_tokens, room), cancel, schema)
        except RuntimeError as error:
            raise ModelError(f"{self.name}: {error}") from error

    def _decode(
        self, tokens: list[int], max_tokens: int, cancel: CancelToken, schema: Schema | None
    ) -> Iterator[str]:
        if cancel.cancelled:
            # Reading the fixed pieces may have taken longer than anybody waits.
            return
        pending = b""
        grammar = LlamaGrammar.from_json_schema(json.dumps(schema), verbose=False) if schema else None
        # What a choice is made from stands in the prompt: a penalty for saying it again would decide.
        penalty = 1.0 if schema else 1.05
        written = self._llama.generate(tokens, temp=0.0, repeat_penalty=penalty, grammar=grammar)
        for produced, token in enumerate(written):
            if cancel.cancelled or produced >= max_tokens or self._ends(token):
                break
            pending += self._llama.detokenize([token], special=False)
            text, pending = _whole_characters(pending)
            if text:
                yield text

    def _ends(self, token: int) -> bool:
        return bool(llama_cpp.llama_vocab_is_eog(self._llama._model.vocab, token))

    def _head(self, system: str) -> str:
        return self._frame[0].replace(_SYSTEM, system)

    def _tokens(self, text: str, special: bool = True) -> list[int]:
        tokens: list[int] = self._llama.tokenize(text.encode(), add_bos=False, special=special)
        return tokens

    def _prepare(self, tokens: list[int]) -> None:
        """Make the model's state that of `tokens`, from the cache or by reading them."""
        if self._restore(tokens):
            return
        keep = _common_prefix(self._current(), tokens)
        if keep == len(tokens):
            self._truncate(keep)
        else:
            self._truncate(keep)
            self._llama.eval(tokens[keep:])
        self._save(tokens)

    def _current(self) -> list[int]:
        return [int(token) for token in self._llama._input_ids]

    def _truncate(self, length: int) -> None:
        self._llama._ctx.kv_cache_seq_rm(0, length, -1)
        self._llama.n_tokens = length

    def _key(self, tokens: list[int]) -> Path | None:
        if self._cache is None:
            return None
        seed = f"{self.fingerprint}|{llama_cpp.__version__}|{self._llama.n_ctx()}|{tokens}"
        return self._cache.path(hashlib.sha256(seed.encode()).hexdigest())

    def _save(self, tokens: list[int]) -> None:
        path = self._key(tokens)
        if path is None or self._cache is None:
            return
        partial = path.with_suffix(".partial")
        array = (llama_cpp.llama_token * len(tokens))(*tokens)
        written = llama_cpp.llama_state_seq_save_file(
            self._context(), str(partial).encode(), 0, array, len(tokens)
        )
        if written:
            partial.replace(path)
            self._cache.trim()

    def _restore(self, tokens: list[int]) -> bool:
        if _common_prefix(self._current(), tokens) == len(tokens):
            return True
        path = self._key(tokens)
        if path is None or not path.exists():
            return False
        self._truncate(0)
        count = ctypes.c_size_t(0)
        array = (llama_cpp.llama_token * len(tokens))()
        read = llama_cpp.llama_state_seq_load_file(
            self._context(), str(path).encode(), 0, array, len(tokens), ctypes.byref(count)
        )
        if not read or list(array[: count.value]) != tokens:
            self._truncate(0)
            path.unlink(missing_ok=True)
            return False
        path.touch()
        self._llama.input_ids[: len(tokens)] = tokens
        self._llama.n_tokens = len(tokens)
        return True

    def _context(self) -> Any:
        return self._llama._ctx.ctx


def _frame(llama: llama_cpp.Llama) -> tuple[str, str]:
    """What the model's own chat template puts before and after a user's message; ChatML where it has none.

    The first holds `_SYSTEM` where the system prompt belongs. A template without a place for it gets the
    system prompt in front of the message.
    """
    template = llama.metadata.get("tokenizer.chat_template")
    if template is None:
        return _CHATML
    marks = [_text_of(llama, token) for token in (llama.token_bos(), llama.token_eos())]
    formatter = Jinja2ChatFormatter(template=template, bos_token=marks[0], eos_token=marks[1])
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


def _text_of(llama: llama_cpp.Llama, token: int) -> str:
    return llama.detokenize([token], special=True).decode() if token >= 0 else ""


def _common_prefix(left: list[int], right: list[int]) -> int:
    for place, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return place
    return min(len(left), len(right))


def _whole_characters(data: bytes) -> tuple[str, bytes]:
    """Split off the bytes of a character that is not complete yet."""
    for keep in range(min(4, len(data) + 1)):
        try:
            return data[: len(data) - keep].decode(), data[len(data) - keep :]
        except UnicodeDecodeError:
            continue
    return data.decode(errors="replace"), b""
