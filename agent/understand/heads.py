"""The trained heads: for each language its own, chosen by the script of the message.

Messages of different languages share hardly any letters or words: heads of one language learn as much from its own
messages as from all, at a quarter of the time and memory.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from agent.understand.language_heads import HeadScores, HeadsUnusable, LanguageHeads
from agent.understand.similarity import Vectors
from tools.domain import Language

__all__ = ["LANGUAGES", "HeadScores", "Heads", "HeadsUnusable", "script_of"]

FORMAT = 3
LANGUAGES: tuple[Language, ...] = get_args(Language)
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def script_of(text: str) -> Language:
    """The language whose heads read `text`: "zh" with any Chinese character in it, else "en".

    Not the language of the conversation: whoever trains and whoever scores must choose alike, from the text alone.
    """
    return "zh" if _CHINESE.search(text) else "en"


class Heads:
    """`by_language` has the heads of each language that was trained; those of one alone serve every message.

    Raises `ValueError` for none, and for a language that there is not.
    """

    def __init__(self, by_language: Mapping[Language, LanguageHeads]) -> None:
        if not by_language or not set(by_language) <= set(LANGUAGES):
            raise ValueError(f"heads of {sorted(by_language)}; {' or '.join(LANGUAGES)} or both are needed")
        self.by_language = dict(by_language)

    def score(self, text: str, vector: NDArray[np.float32]) -> HeadScores:
        """Score one message; `vector` is what the embedding of the training gave for it, shape (width,)."""
        return self.score_all([text], vector.reshape(1, -1))[0]

    def score_all(self, texts: list[str], vectors: Vectors) -> list[HeadScores]:
        """Score many messages, in their order; `vectors` has one row per text.

        Raises `HeadsUnusable` for vectors of another width, `ValueError` for another number of them.
        """
        if len(texts) != len(vectors):
            raise ValueError(f"{len(texts)} texts, {len(vectors)} vectors")
        read_by = [self._serving(text) for text in texts]
        found: dict[int, HeadScores] = {}
        for language, heads in self.by_language.items():
            rows = [row for row, serving in enumerate(read_by) if serving == language]
            if rows:
                scored = heads.score_all([texts[row] for row in rows], vectors[rows])
                found |= zip(rows, scored, strict=True)
        return [found[row] for row in range(len(texts))]

    def frequencies(self) -> dict[str, int]:
        """How many of the trained messages hold each word, and each two words side by side ("退 货")."""
        counts: Counter[str] = Counter()
        for heads in self.by_language.values():
            counts.update(heads.frequencies())
        return dict(counts)

    def _serving(self, text: str) -> Language:
        language = script_of(text)
        return language if language in self.by_language else next(iter(self.by_language))

    def save(self, path: Path) -> None:
        """Write beside `path` and rename, so that a reader never sees half a file."""
        stored = {language: heads.stored() for language, heads in self.by_language.items()}
        about = {"format": FORMAT, "languages": {language: told for language, (told, _) in stored.items()}}
        arrays = {
            f"{language}.{name}": array
            for language, (_, part) in stored.items()
            for name, array in part.items()
        }
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            np.savez(file, about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8), **arrays)
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> Heads:
        """Raise `HeadsUnusable` when the file is missing, damaged or older. Nothing in it is executed."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                return cls._from_arrays({name: stored[name] for name in stored.files})
        except Exception as error:
            raise HeadsUnusable(
                f"trained heads at {path} cannot be used ({error}); run `kefu setup`"
            ) from error

    @classmethod
    def _from_arrays(cls, arrays: dict[str, Any]) -> Heads:
        about = json.loads(arrays["about"].tobytes())
        if about["format"] != FORMAT:
            raise ValueError(f"format {about['format']}, this version reads {FORMAT}")
        return cls({
            language: LanguageHeads.from_stored(told, _under(f"{language}.", arrays))
            for language, told in about["languages"].items()
        })  # fmt: skip


def _under(prefix: str, arrays: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
