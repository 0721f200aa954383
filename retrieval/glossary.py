"""What shops and their customers say, in both languages, so that words reach a passage in the other one.

`glossary.tsv` has one concept a line: Chinese alternatives, a tab, English ones, each separated by `|`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from retrieval.tokenizer import normalise, tokenize

FILE = Path(__file__).with_name("glossary.tsv")
_Words = tuple[str, ...]


class Glossary:
    """Looks for the longest known word at every place of a text."""

    def __init__(self, concepts: list[tuple[_Words, _Words]]) -> None:
        self._chinese: dict[str, set[str]] = {}
        self._english: dict[_Words, set[str]] = {}
        for chinese, english in concepts:
            said = {word for each in english for word in tokenize(each)}
            for each in chinese:
                self._chinese.setdefault(normalise(each), set()).update(said)
            said = {word for each in chinese for word in tokenize(each)}
            for each in english:
                if words := tuple(tokenize(each)):
                    self._english.setdefault(words, set()).update(said)
        self._longest = max(map(len, self._chinese), default=0)
        self._most_words = max(map(len, self._english), default=0)

    def translate(self, text: str) -> list[str]:
        """Words, as `tokenize` cuts them, that say in the other language what `text` says; each once, sorted."""
        return sorted({*self._from_chinese(normalise(text)), *self._from_english(tokenize(text))})

    def _from_chinese(self, text: str) -> Iterator[str]:
        place = 0
        while place < len(text):
            for length in range(min(self._longest, len(text) - place), 1, -1):
                if found := self._chinese.get(text[place : place + length]):
                    yield from found
                    place += length - 1
                    break
            place += 1

    def _from_english(self, words: list[str]) -> Iterator[str]:
        place = 0
        while place < len(words):
            for count in range(min(self._most_words, len(words) - place), 0, -1):
                if found := self._english.get(tuple(words[place : place + count])):
                    yield from found
                    place += count - 1
                    break
            place += 1


@lru_cache(maxsize=1)
def shop_glossary() -> Glossary:
    """The bundled one, read at its first use."""
    concepts = []
    for line in FILE.read_text(encoding="utf-8").splitlines():
        chinese, tab, english = line.partition("\t")
        if tab and not line.startswith("#"):
            concepts.append((tuple(chinese.split("|")), tuple(english.split("|"))))
    return Glossary(concepts)
