"""Expand the 4-bit `E5S1` file of multilingual-e5-small into an ordinary BERT checkpoint.

Layout (little-endian): a 72-byte header, the vocabulary pieces (not needed: the tokenizer has
its own file), one length-prefixed record, then a table of tensors whose offsets count from the
start of the file. A q4 block is an f16 scale and 16 bytes for 32 values; value i is the low
nibble of byte i, value 16 + i its high nibble, and stands for (nibble - 8) x scale.
"""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import save_file

from models.errors import DamagedModel

BLOCK = 32
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("codes", "u1", (BLOCK // 2,))])
_MOST = 1 << 24  # far above any real model; keeps a hostile header from asking for the moon

_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a BERT encoder, as its `config.json` wants them."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    count: int
    offset: int
    size: int


def expand(source: Path, target: Path) -> Shape:
    """Write `source` as half-precision safetensors to `target`; returns the sizes it declares.

    Raises `DamagedModel` for a file that is not E5S1 version 1, or whose table does not hold exactly
    the tensors its header promises; `OSError` when the disk is full.
    """
    data = source.read_bytes()
    try:
        shape, start = _header(data)
        table = _table(data, start)
        tensors = {name: _tensor(data, table, ours, dims) for ours, name, dims in _expected(shape)}
    except (struct.error, UnicodeDecodeError, KeyError, ValueError) as error:
        raise DamagedModel(f"{source.name}: not a 4-bit E5 file: {error}") from error
    if extra := len(table) - len(tensors):
        raise DamagedModel(f"{source.name}: {extra} tensors more than its header promises")
    # The pooler is not used, but its absence makes the loader warn.
    tensors["pooler.dense.weight"] = np.zeros((shape.hidden, shape.hidden), np.float16)
    tensors["pooler.dense.bias"] = np.zeros(shape.hidden, np.float16)
    try:
        save_file(tensors, str(target), metadata={"format": "pt"})
    except SafetensorError as error:
        # The library wraps what the disk said; a full one must stay recognisable.
        code = errno.ENOSPC if f"os error {errno.ENOSPC}" in str(error) else errno.EIO
        raise OSError(code, str(error), str(target)) from error
    target.chmod(0o644)  # the library writes 0600; the service may run as another user
    return shape


def _header(data: bytes) -> tuple[Shape, int]:
    magic, version, *sizes, _epsilon, block = struct.unpack_from("<4sI7ifi", data)
    if magic != b"E5S1" or version != 1 or block != BLOCK:
        raise ValueError(f"header says {magic!r}, version {version}, block {block}")
    if not all(0 < size < _MOST for size in sizes):
        raise ValueError(f"header has impossible sizes {sizes}")
    (pieces,) = struct.unpack_from("<i", data, 44)
    (text_length,) = struct.unpack_from("<Q", data, 64)
    record = 72 + 4 * (pieces + 1) + 4 * pieces + text_length
    (length,) = struct.unpack_from("<I", data, record + 4)
    return Shape(*sizes), record + 8 + length


def _table(data: bytes, at: int) -> dict[str, _Entry]:
    (count,) = struct.unpack_from("<i", data, at)
    at, table = at + 4, {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode("ascii")
        table[name] = _Entry(*struct.unpack_from("<BIQQ", data, at + 2 + length))
        at += 2 + length + 21
    return table


def _tensor(data: bytes, table: dict[str, _Entry], name: str, dims: tuple[int, ...]) -> NDArray[np.float16]:
    entry, count = table[name], int(np.prod(dims))
    size = 4 * count if entry.kind == 0 else count // BLOCK * _BLOCK_TYPE.itemsize
    if entry.kind not in (0, 1) or (entry.count, entry.size) != (count, size):
        raise ValueError(f"tensor {name} is not of shape {dims}")
    if entry.kind == 0:
        return np.frombuffer(data, "<f4", count, entry.offset).astype(np.float16).reshape(dims)
    blocks = np.frombuffer(data, _BLOCK_TYPE, count // BLOCK, entry.offset)
    codes = np.concatenate([blocks["codes"] & 15, blocks["codes"] >> 4], axis=1)
    # A 4-bit integer times an f16 rounds once, in f16 as in f32, and takes half the memory.
    values = (codes.astype(np.int8) - np.int8(8)).astype(np.float16) * blocks["scale"][:, None]
    return np.asarray(values, np.float16).reshape(dims)


def _expected(shape: Shape) -> list[tuple[str, str, tuple[int, ...]]]:
    """(name in the file, name in the checkpoint, dimensions) of every tensor."""
    hidden, wide = shape.hidden, shape.feed_forward
    names: list[tuple[str, str, tuple[int, ...]]] = [
        ("emb.word", "embeddings.word_embeddings.weight", (shape.vocabulary, hidden)),
        ("emb.pos", "embeddings.position_embeddings.weight", (shape.positions, hidden)),
        ("emb.type", "embeddings.token_type_embeddings.weight", (shape.types, hidden)),
        ("emb.ln.w", "embeddings.LayerNorm.weight", (hidden,)),
        ("emb.ln.b", "embeddings.LayerNorm.bias", (hidden,)),
    ]
    rows = {"fi": wide}
    columns = {"fo": wide}
    for k in range(shape.layers):
        for short, long in _LAYER_PARTS.items():
            out = rows.get(short, hidden)
            weight = (out,) if short.endswith("ln") else (out, columns.get(short, hidden))
            names.append((f"l{k}.{short}.w", f"encoder.layer.{k}.{long}.weight", weight))
            names.append((f"l{k}.{short}.b", f"encoder.layer.{k}.{long}.bias", (out,)))
    return names
