"""All passages of a snapshot in columns: a passage becomes an object only when somebody asks for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from retrieval.answers import Answer
from retrieval.arrays import Integers, Mask, bounds_of, gather, join, renumber
from retrieval.documents import Document, Language
from retrieval.passages import MAX_TOKENS, SPLITTING, Passage, plain
from retrieval.readers import Reader, Scope

LANGUAGES: tuple[Language, Language] = ("zh", "en")
KEY_BYTES = 32
_COLUMNS = ("names", "topic", "language", "first_day", "last_day", "scope")


class Item(NamedTuple):
    """A text and the way it is embedded: a listed question is compared with queries, so as a query."""

    is_query: bool
    text: str

    @property
    def key(self) -> bytes:
        kind = "query" if self.is_query else "passage"
        return hashlib.sha256(f"{kind}: {self.text}".encode()).digest()


def items_of(passage: Passage) -> list[Item]:
    """What is embedded of a passage: first its text, then the questions that it answers."""
    text = Item(False, f"{passage.context}\n{plain(passage.text)}")
    return [text, *(Item(True, question) for question in passage.questions)]


@dataclass(frozen=True, eq=False)
class Corpus(Sequence[Passage]):
    """`n` passages with `r` rows (what `items_of` gives, in order).

    Columns have one entry a passage: `names` 64 bits of the id's hash, `topic` and `scope` places in
    `topics` and `scopes`, `language` a place in `LANGUAGES`, days as proleptic ordinals. `keys` is
    `(r, 32)`. `documents` has the fingerprint and the number of passages of each document.
    """

    text: NDArray[np.uint8]
    text_bounds: Integers
    keys: NDArray[np.uint8]
    row_bounds: Integers
    names: NDArray[np.uint64]
    topic: NDArray[np.int32]
    language: NDArray[np.int8]
    first_day: NDArray[np.int32]
    last_day: NDArray[np.int32]
    scope: NDArray[np.int32]
    topics: tuple[str, ...]
    scopes: tuple[Scope, ...]
    documents: tuple[tuple[str, int], ...]

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, number: int) -> Passage: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[Passage, ...]: ...
    def __getitem__(self, number: int | slice) -> Passage | tuple[Passage, ...]:
        if isinstance(number, slice):
            return tuple(self[each] for each in range(*number.indices(len(self))))
        start, stop = self.text_bounds[:-1][number], self.text_bounds[1:][number]
        return _loads(self.text[start:stop].tobytes())

    def __iter__(self) -> Iterator[Passage]:
        return (self[number] for number in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Corpus):
            return self.text.tobytes() == other.text.tobytes()
        if not isinstance(other, Sequence) or len(self) != len(other):
            return False
        return all(ours == theirs for ours, theirs in zip(self, other, strict=True))

    def called(self, passage_id: str) -> list[Passage]:
        """All revisions of a passage."""
        found = (self[int(number)] for number in np.flatnonzero(self.names == _name(passage_id)))
        return [passage for passage in found if passage.id == passage_id]

    def about(self, topic: str, language: Language) -> list[Passage]:
        """All pieces and revisions of a section."""
        return [self[int(number)] for number in self.places(topic, language)]

    def places(self, topic: str, language: Language) -> Integers:
        """The numbers of all pieces and revisions of a section."""
        ours = (self.topic == self._topic_numbers.get(topic, -1)) & (
            self.language == LANGUAGES.index(language)
        )
        return np.flatnonzero(ours)

    def allowed(self, day: date, scopes: frozenset[int]) -> Mask:
        """Which passages are in force on `day` and in one of `scopes`."""
        number = day.toordinal()
        inside = np.isin(np.arange(len(self.scopes)), list(scopes))
        mask: Mask = (self.first_day <= number) & (number <= self.last_day) & inside[self.scope]
        return mask

    def admitting(self, reader: Reader) -> frozenset[int]:
        return frozenset(number for number, scope in enumerate(self.scopes) if scope.admits(reader))

    @cached_property
    def _topic_numbers(self) -> dict[str, int]:
        return {topic: number for number, topic in enumerate(self.topics)}

    @classmethod
    def of(cls, passages: Sequence[Passage], documents: Sequence[tuple[str, int]]) -> Corpus:
        lines = [_dumps(passage) for passage in passages]
        keys = [[item.key for item in items_of(passage)] for passage in passages]
        scopes = [passage.scope for passage in passages]
        topics = [passage.topic for passage in passages]
        numbers = np.arange(len(passages))
        topic, kept_topics = renumber(numbers, topics)
        scope, kept_scopes = _renumber_scopes(numbers, scopes)
        return cls(
            text=np.frombuffer(b"".join(lines), dtype=np.uint8),
            text_bounds=bounds_of([len(line) for line in lines]),
            keys=np.frombuffer(b"".join(key for each in keys for key in each), np.uint8).reshape(
                -1, KEY_BYTES
            ),
            row_bounds=bounds_of([len(each) for each in keys]),
            names=np.array([_name(passage.id) for passage in passages], dtype=np.uint64),
            topic=topic,
            language=np.array([LANGUAGES.index(p.language) for p in passages], dtype=np.int8),
            first_day=np.array([(p.effective_from or date.min).toordinal() for p in passages], np.int32),
            last_day=np.array([(p.effective_to or date.max).toordinal() for p in passages], np.int32),
            scope=scope,
            topics=tuple(kept_topics),
            scopes=tuple(kept_scopes),
            documents=tuple(documents),
        )

    def followed_by(self, other: Corpus) -> Corpus:
        """Both, one behind the other; topics and scopes that both have stand there twice."""
        text, text_bounds = join(self.text, self.text_bounds, other.text, other.text_bounds)
        keys, row_bounds = join(self.keys, self.row_bounds, other.keys, other.row_bounds)
        columns = {name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in _COLUMNS}
        columns["topic"][len(self) :] += len(self.topics)
        columns["scope"][len(self) :] += len(self.scopes)
        return Corpus(
            text=text, text_bounds=text_bounds, keys=keys, row_bounds=row_bounds,
            topics=self.topics + other.topics, scopes=self.scopes + other.scopes,
            documents=self.documents + other.documents, **columns,
        )  # fmt: skip

    def take(self, order: Integers, documents: Sequence[tuple[str, int]]) -> Corpus:
        """These passages, numbered as if nothing else had ever been there."""
        text, text_bounds = gather(self.text, self.text_bounds, order)
        keys, row_bounds = gather(self.keys, self.row_bounds, order)
        columns = {name: getattr(self, name)[order] for name in _COLUMNS}
        columns["topic"], topics = renumber(columns["topic"], self.topics)
        columns["scope"], scopes = _renumber_scopes(columns["scope"], self.scopes)
        return replace(
            self, text=text, text_bounds=text_bounds, keys=keys, row_bounds=row_bounds,
            topics=tuple(topics), scopes=tuple(scopes), documents=tuple(documents), **columns,
        )  # fmt: skip

    def save(self, folder: Path) -> None:
        """Lines that people can read, and the columns beside them. Raises `OSError`."""
        (folder / "passages.jsonl").write_bytes(self.text.tobytes())
        arrays = {name: getattr(self, name) for name in ("keys", "row_bounds", "text_bounds", *_COLUMNS)}
        np.savez(folder / "columns.npz", allow_pickle=False, **arrays)
        names = {
            "topics": self.topics,
            "scopes": [asdict(scope) for scope in self.scopes],
            "documents": self.documents,
        }
        (folder / "names.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Corpus:
        """Raises `OSError`, `ValueError`, `KeyError` or `TypeError`."""
        names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        with np.load(folder / "columns.npz", allow_pickle=False) as columns:
            return cls(
                text=np.fromfile(folder / "passages.jsonl", dtype=np.uint8),
                topics=tuple(names["topics"]),
                scopes=tuple(Scope(**_tuples(scope)) for scope in names["scopes"]),
                documents=tuple((fingerprint, count) for fingerprint, count in names["documents"]),
                **columns,
            )


def fingerprints(documents: Sequence[Document]) -> list[str]:
    """What a document's passages follow from: itself, its siblings of the same id, the way it is split."""
    own = [
        hashlib.sha256(repr(replace(document, path=Path())).encode()).hexdigest() for document in documents
    ]
    families: dict[str, list[str]] = {}
    for document, digest in zip(documents, own, strict=True):
        families.setdefault(document.id, []).append(digest)
    return [
        hashlib.sha256(repr((SPLITTING, MAX_TOKENS, digest, families[document.id])).encode()).hexdigest()[:32]
        for document, digest in zip(documents, own, strict=True)
    ]


def _renumber_scopes(numbers: NDArray[Any], scopes: Sequence[Scope]) -> tuple[NDArray[np.int32], list[Scope]]:
    by_name = {repr(scope): scope for scope in scopes}
    places, names = renumber(numbers, [repr(scope) for scope in scopes])
    return places, [by_name[name] for name in names]


def _name(passage_id: str) -> np.uint64:
    digest = hashlib.blake2b(passage_id.encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


def _dumps(passage: Passage) -> bytes:
    return json.dumps(asdict(passage), ensure_ascii=False, default=date.isoformat).encode() + b"\n"


def _loads(line: bytes) -> Passage:
    fields = json.loads(line)
    for name in ("effective_from", "effective_to"):
        fields[name] = date.fromisoformat(fields[name]) if fields[name] else None
    fields["answers"] = [Answer(**_tuples(answer)) for answer in fields["answers"]]
    return Passage(**_tuples(fields))


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
