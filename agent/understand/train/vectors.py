"""Vectors of many texts, computed once and kept on disk: they are most of the time that training takes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Report = Callable[[int, int], None]
CHUNK = 256


class VectorCache:
    """Files of `folder`, one a chunk of texts; `name` tells models and ways of reading apart.

    Half precision halves the space: 50,000 texts are about 115 MB. A damaged file is passed over and its
    texts are computed again.
    """

    def __init__(self, folder: Path, name: str, embed: Callable[[list[str]], Vectors]) -> None:
        self._folder = folder / hashlib.sha256(name.encode()).hexdigest()[:16]
        self._embed = embed

    def vectors(self, texts: Sequence[str], report: Report = lambda done, total: None) -> Vectors:
        """One row a text. `report` is told (done, total) after every chunk; a stopped run goes on there."""
        wanted = {_key(text): text for text in texts}
        kept = self._kept(wanted)
        # Long texts share chunks, or the short ones beside them would be padded to their length.
        missing = sorted((text for key, text in wanted.items() if key not in kept), key=lambda t: (len(t), t))
        for start in range(0, len(missing), CHUNK):
            chunk = missing[start : start + CHUNK]
            kept |= self._store(chunk, self._embed(chunk).astype(np.float16))
            report(len(wanted) - len(missing) + start + len(chunk), len(wanted))
        # What a second run would read, so that both runs train the same model.
        return np.array([kept[_key(text)] for text in texts], dtype=np.float32)

    def _kept(self, wanted: dict[bytes, str]) -> dict[bytes, NDArray[np.float16]]:
        found: dict[bytes, NDArray[np.float16]] = {}
        for path in sorted(self._folder.glob("*.npz")):
            try:
                with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                    keys, rows = stored["keys"], stored["rows"]
            except Exception:
                # Cut off by a crash or a full disk; what it held is computed again.
                continue
            pairs = zip((key.tobytes() for key in keys), rows, strict=False)
            found |= {key: row for key, row in pairs if key in wanted}
        return found

    def _store(self, texts: list[str], rows: NDArray[np.float16]) -> dict[bytes, NDArray[np.float16]]:
        keys = [_key(text) for text in texts]
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{hashlib.sha256(b''.join(keys)).hexdigest()[:32]}.npz"
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            np.savez(file, keys=np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, 16), rows=rows)
        partial.replace(path)
        return dict(zip(keys, rows, strict=True))


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
