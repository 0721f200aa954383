"""llama.cpp through its C interface: one file, one context, one sequence of tokens.

Beside the model's own arithmetic this does nothing but keep count of which tokens the context has read.
Nothing here is thread-safe but `interrupt`.
"""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
from llama_cpp.llama_grammar import json_schema_to_gbnf
from numpy.typing import NDArray

from agent.language_model import ModelError

BATCH = 512
_SEQUENCE = 0
_ABORTED = 2


class Interrupted(ModelError):
    """Reading or writing was broken off by `interrupt`."""


def _free(batch: Any, context: Any, model: Any) -> None:
    llama_cpp.llama_batch_free(batch)
    llama_cpp.llama_free(context)
    llama_cpp.llama_model_free(model)


class Engine:
    """A GGUF file with its context. `read` holds the tokens that the context has read.

    `threads` and `context` (tokens) are counts.
    Raises `ModelError` where the file is none that this llama.cpp can load.
    """

    def __init__(self, path: Path, threads: int, context: int) -> None:
        self.read: list[int] = []
        llama_cpp.llama_backend_init()
        self._model = _load(path)
        self._vocab = llama_cpp.llama_model_get_vocab(self._model)
        self._width = int(llama_cpp.llama_vocab_n_tokens(self._vocab))
        self._context = _open(self._model, path, threads, context)
        self._memory = llama_cpp.llama_get_memory(self._context)
        self._batch = llama_cpp.llama_batch_init(BATCH, 0, 1)
        # Whoever forgets to close does not keep gigabytes. At exit nothing needs it, and a thread may still be writing.
        self._free = weakref.finalize(self, _free, self._batch, self._context, self._model)
        self._free.atexit = False
        self._flag = ctypes.create_string_buffer(2)
        self._abort = _watch(self._context, self._flag)
        self.size = int(llama_cpp.llama_n_ctx(self._context))

    def close(self) -> None:
        """Give the memory back; nothing may be called afterwards."""
        self._free()

    # Text

    def tokens(self, text: str, special: bool) -> list[int]:
        """`special` says whether "<|im_end|>" is a control token or plain letters."""
        data = text.encode()
        room = len(data) + 8
        found = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(self._vocab, data, len(data), found, room, False, special)
        if count < 0:
            raise ModelError("the text cannot be cut into tokens")
        return list(found[:count])

    def piece(self, token: int, special: bool = False) -> bytes:
        """The bytes of a token, which may be a part of a character."""
        room = ctypes.create_string_buffer(256)
        count = llama_cpp.llama_token_to_piece(self._vocab, token, room, len(room), 0, special)
        return room.raw[: max(count, 0)]

    def ends(self, token: int) -> bool:
        return bool(llama_cpp.llama_vocab_is_eog(self._vocab, token))

    @property
    def template(self) -> str | None:
        """The chat template that the file carries."""
        found = llama_cpp.llama_model_chat_template(self._model, None)
        return found.decode() if found else None

    @property
    def marks(self) -> tuple[str, str]:
        """The text of the tokens that begin and end a text; "" where the model has none."""
        ends = (llama_cpp.llama_vocab_bos(self._vocab), llama_cpp.llama_vocab_eos(self._vocab))
        begin, end = (self.piece(token, special=True).decode() if token >= 0 else "" for token in ends)
        return begin, end

    # Reading

    def extend(self, tokens: Sequence[int], rows: int = 1) -> None:
        """Read more tokens; afterwards `best(row)` tells what follows each of the last `rows` of them.

        Raises `Interrupted` after `interrupt`, with what was read before still in place, and `ModelError`.
        """
        if len(self.read) + len(tokens) > self.size:
            raise ModelError(f"{len(self.read) + len(tokens)} tokens do not fit the context of {self.size}")
        for start in range(0, len(tokens), BATCH):
            piece = tokens[start : start + BATCH]
            last = start + BATCH >= len(tokens)
            self._decode(piece, min(rows, len(piece)) if last else 1)

    def _decode(self, tokens: Sequence[int], rows: int) -> None:
        batch, before = self._batch, len(self.read)
        batch.n_tokens = len(tokens)
        for place, token in enumerate(tokens):
            batch.token[place] = token
            batch.pos[place] = before + place
            batch.n_seq_id[place] = 1
            batch.seq_id[place][0] = _SEQUENCE
            batch.logits[place] = place >= len(tokens) - rows
        self._first_row = len(tokens) - rows
        code = llama_cpp.llama_decode(self._context, batch)
        if code:
            self.truncate(before)
            if code == _ABORTED:
                raise Interrupted("broken off")
            raise ModelError(f"llama.cpp could not read {len(tokens)} tokens (code {code})")
        self.read.extend(tokens)

    def truncate(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        if not llama_cpp.llama_memory_seq_rm(self._memory, _SEQUENCE, length, -1):
            # A model with a recurrent state cannot forget a part.
            llama_cpp.llama_memory_seq_rm(self._memory, _SEQUENCE, -1, -1)
            length = 0
        del self.read[length:]

    def best(self, row: int = 0) -> int:
        """The most likely token after a row of the last `extend`."""
        logits = llama_cpp.llama_get_logits_ith(self._context, self._first_row + row)
        return int(_array(logits, self._width).argmax())

    @contextmanager
    def choosing(self, schema: str) -> Iterator[Chooser]:
        """Choose tokens under the grammar of a JSON schema. Raises `ModelError` for one it cannot express."""
        try:
            grammar = json_schema_to_gbnf(schema)
        except Exception as error:  # The converter raises whatever it meets.
            raise ModelError(f"the schema has no grammar: {error}") from error
        chooser = Chooser(self, self._vocab, grammar)
        try:
            yield chooser
        finally:
            chooser.close()

    # State

    def state(self) -> bytes:
        """What the context computed for `read`, to be given to `restore` later."""
        size = llama_cpp.llama_state_seq_get_size(self._context, _SEQUENCE)
        data = (ctypes.c_uint8 * size)()
        written = llama_cpp.llama_state_seq_get_data(self._context, data, size, _SEQUENCE)
        return bytes(memoryview(data)[:written])

    def restore(self, data: bytes, tokens: Sequence[int]) -> bool:
        """Take a state of exactly these tokens; False, and nothing read at all, where llama.cpp refuses it."""
        self.truncate(0)
        given = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
        if llama_cpp.llama_state_seq_set_data(self._context, given, len(data), _SEQUENCE) != len(data):
            self.truncate(0)
            return False
        self.read = list(tokens)
        return True

    # Breaking off

    def interrupt(self) -> None:
        """Break off what another thread reads now, and everything until `resume`; takes milliseconds."""
        self._flag[0] = b"x"

    def resume(self) -> None:
        self._flag[0] = b"\0"


class Chooser:
    """Greedy choice among the tokens that a grammar allows next. Made by `Engine.choosing`."""

    def __init__(self, engine: Engine, vocab: int, grammar: str) -> None:
        self._engine = engine
        self._chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
        rule = llama_cpp.llama_sampler_init_grammar(vocab, grammar.encode(), b"root")
        if not rule:
            raise ModelError("the schema's grammar cannot be read")
        llama_cpp.llama_sampler_chain_add(self._chain, rule)
        llama_cpp.llama_sampler_chain_add(self._chain, llama_cpp.llama_sampler_init_greedy())

    def best(self) -> int:
        """The most likely allowed token after the last one that was read; it counts as taken."""
        return int(llama_cpp.llama_sampler_sample(self._chain, self._engine._context, -1))

    def close(self) -> None:
        llama_cpp.llama_sampler_free(self._chain)


def _load(path: Path) -> int:
    params = llama_cpp.llama_model_default_params()
    params.n_gpu_layers = 0
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
    if not model:
        raise ModelError(f"the language model at {path} cannot be loaded: no GGUF file for this llama.cpp")
    return int(model)


def _open(model: int, path: Path, threads: int, context: int) -> int:
    params = llama_cpp.llama_context_default_params()
    params.n_ctx, params.n_batch, params.n_ubatch, params.n_seq_max = context, BATCH, BATCH, 1
    params.n_threads = params.n_threads_batch = threads
    params.no_perf = True
    opened = llama_cpp.llama_init_from_model(model, params)
    if not opened:
        llama_cpp.llama_model_free(model)
        raise ModelError(f"the language model at {path} does not run with a context of {context} tokens")
    return int(opened)


def _watch(context: int, flag: ctypes.Array[ctypes.c_char]) -> object:
    """Let llama.cpp break off as soon as `flag` holds a letter; returns what has to stay alive for it.

    llama.cpp asks before every operation, some thousand times a second. A Python function would take the
    interpreter's lock each time and make every other thread's work slow the model down; strlen(flag), a
    C function of the right form, is 0 for no letter and 1 for one.
    """
    asks = ctypes.cast(ctypes.CDLL(None).strlen, llama_cpp.ggml_abort_callback)
    llama_cpp.llama_set_abort_callback(context, asks, ctypes.cast(flag, ctypes.c_void_p))
    return asks


def _array(pointer: Any, length: int) -> NDArray[np.float32]:
    return np.ctypeslib.as_array(pointer, shape=(length,))
