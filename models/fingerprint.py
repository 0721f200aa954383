"""Which model is this? A hash that an index or a trace can carry.

Hashing a gigabyte takes seconds, so the result is kept in a sidecar beside the model and holds
for as long as sizes and modification times stay what they were.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from models.errors import MissingModel
from models.files import sha256_of

_SHAPES_VECTORS = ("*.safetensors", "pytorch_model*.bin", "tokenizer.json", "vocab.txt", "*.bpe.model")
_MODULE_CONFIGS = ("modules.json", "*/config.json")


def fingerprint(path: Path) -> str:
    """64 hexadecimal digits that change when the answers or vectors of the model may.

    A file's is its SHA-256. A folder's is taken over the weights, the tokenizer and the pooling.
    Raises `MissingModel` when there is nothing to hash.
    """
    path = Path(path)
    if path.is_file():
        return _cached(path, path.with_name(f"{path.name}.sha256.json"), [path])
    members = _members(path)
    if not members:
        raise MissingModel(f"{path}: no model there to take a fingerprint of")
    return _cached(path, path / ".fingerprint.json", members)


def _members(folder: Path) -> list[Path]:
    found = {file for pattern in _SHAPES_VECTORS for file in folder.rglob(pattern)}
    found |= {file for pattern in _MODULE_CONFIGS for file in folder.glob(pattern)}
    return sorted(file for file in found if file.is_file())


def _cached(path: Path, sidecar: Path, members: list[Path]) -> str:
    stamp = [[file.relative_to(sidecar.parent).as_posix(), *_size_and_time(file)] for file in members]
    known = _read(sidecar)
    if known.get("stamp") == stamp and isinstance(known.get("sha256"), str):
        return str(known["sha256"])
    if path.is_file():
        digest = sha256_of(path)
    else:
        lines = [f"{sha256_of(file)}  {file.relative_to(path).as_posix()}\n" for file in members]
        digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    _write(sidecar, {"stamp": stamp, "sha256": digest})
    return digest


def _size_and_time(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_size, status.st_mtime_ns


def _read(sidecar: Path) -> dict[str, object]:
    try:
        content = json.loads(sidecar.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(sidecar: Path, content: dict[str, object]) -> None:
    scratch = sidecar.with_name(f"{sidecar.name}.{os.getpid()}")
    try:
        scratch.write_text(json.dumps(content), encoding="utf-8")
        scratch.replace(sidecar)
    except OSError:
        # A model on a read-only disk is still a model; it is only hashed again next time.
        return
