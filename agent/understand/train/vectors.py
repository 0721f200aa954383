"""What the heads read of many texts, computed once and kept on disk: it is most of the time that training takes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.hidden import HiddenRows

Report = Callable[[int, int], None]
CHUNK = 256


class _Kept(NamedTuple):
    row: NDArray[np.float16]
    tokens: NDArray[np.float16] | None


class VectorCache:
    """Files of `folder`, one a chunk of texts; `name` tells models and ways of reading apart.

    Half precision halves the space: 50,000 texts are about 115 MB, and 800 MB with the `tokens` of messages. A damaged
    file is passed over and its texts are computed again.
    """

    def __init__(
        self, folder: Path, name: str, embed: Callable[[list[str]], HiddenRows], tokens: bool = False
    ) -> None:
        name = f"{name} tokens" if tokens else name
        self._folder = folder / hashlib.sha256(name.encode()).hexdigest()[:16]
        self._embed = embed
        self._tokens = tokens

    def read(self, texts: Sequence[str], report: Report = lambda done, total: None) -> HiddenRows:
        """One row a text. `report` is told (done, total) after every chunk; a stopped run goes on there."""
        wanted = {_key(text): text for text in texts}
        kept = self._kept(wanted)
        # Long texts share chunks, or the short ones beside them would be padded to their length.
        missing = sorted((text for key, text in wanted.items() if key not in kept), key=lambda t: (len(t), t))
        for start in range(0, len(missing), CHUNK):
            chunk = missing[start : start + CHUNK]
            kept |= self._store(chunk, self._embed(chunk))
            report(len(wanted) - len(missing) + start + len(chunk), len(wanted))
        # What a second run would read, so that both runs train the same model.
        found = [kept[_key(text)] for text in texts]
        tokens = [each.tokens for each in found if each.tokens is not None]
        pooled = np.array([each.row for each in found], dtype=np.float32)
        return HiddenRows(pooled, tokens if self._tokens and len(tokens) == len(found) else None)

    def _kept(self, wanted: dict[bytes, str]) -> dict[bytes, _Kept]:
        found: dict[bytes, _Kept] = {}
        for path in sorted(self._folder.glob("*.npz")):
            try:
                with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                    rows = _rows_of({name: stored[name] for name in stored.files})
            except Exception:
                # Cut off by a crash or a full disk; what it held is computed again.
                continue
            found |= {key: row for key, row in rows.items() if key in wanted}
        return found

    def _store(self, texts: list[str], read: HiddenRows) -> dict[bytes, _Kept]:
        keys = [_key(text) for text in texts]
        stored: dict[str, Any] = {
            "keys": np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, 16),
            "rows": read.pooled.astype(np.float16),
        }
        if self._tokens and read.tokens is not None:
            stored["tokens"] = np.concatenate([np.asarray(each, dtype=np.float16) for each in read.tokens])
            stored["lengths"] = np.array([len(each) for each in read.tokens])
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{hashlib.sha256(b''.join(keys)).hexdigest()[:32]}.npz"
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            np.savez(file, **stored)
        partial.replace(path)
        return _rows_of(stored)


def _rows_of(stored: dict[str, Any]) -> dict[bytes, _Kept]:
    keys, rows = [key.tobytes() for key in stored["keys"]], stored["rows"]
    tokens: list[NDArray[np.float16] | None] = [None] * len(keys)
    if "tokens" in stored:
        tokens = list(np.split(stored["tokens"], np.cumsum(stored["lengths"])[:-1]))
    return {key: _Kept(row, own) for key, row, own in zip(keys, rows, tokens, strict=True)}


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
