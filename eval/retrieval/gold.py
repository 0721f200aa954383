"""What a gold entry names: a document, a section, a piece of one, or a file."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from eval.retrieval.errors import GoldMissing
from eval.retrieval.questions import Question
from retrieval.documents import Document, Language
from retrieval.passages import Passage


class Names:
    """All names of all passages; immutable.

    `returns` and `returns.zh` name a document, `returns#postage` and `returns.zh#postage` a section,
    `returns.zh#postage.2` one piece of it, `zh/returns.md` or `returns.md` a file. A section is the same in
    every language, so all of these but a piece name every language's version.
    """

    def __init__(self, documents: Sequence[Document], passages: Sequence[Passage], folder: Path) -> None:
        files = {document.key: list(_files(document.path, folder)) for document in documents}
        by_topic: defaultdict[str, set[str]] = defaultdict(set)
        named: defaultdict[str, set[str]] = defaultdict(set)
        self._topic_of = {passage.id: passage.topic for passage in passages}
        self._language_of = {passage.id: passage.language for passage in passages}
        for passage in passages:
            by_topic[passage.topic].add(passage.id)
            key = f"{passage.document_id}.{passage.language}"
            section = key + passage.topic.removeprefix(passage.document_id)
            for name in (passage.document_id, key, passage.topic, section, *files.get(key, ())):
                named[_normal(name)].add(passage.topic)
        self._topics = {name: frozenset(topics) for name, topics in named.items()}
        self._of_topic = {topic: frozenset(ids) for topic, ids in by_topic.items()}

    def topics(self, entry: str) -> frozenset[str]:
        """The topics that `entry` names; empty when it names nothing."""
        if (found := self._topics.get(_normal(entry))) is not None:
            return found
        return frozenset({self._topic_of[entry]} if entry in self._topic_of else ())

    def passages(self, gold: Sequence[str]) -> frozenset[str]:
        """Ids of the passages that are right where `gold` is; empty when it names nothing."""
        right: set[str] = set()
        for entry in gold:
            topics = self._topics.get(_normal(entry), frozenset())
            right.update(*(self._of_topic[topic] for topic in topics))
            if not topics and entry in self._topic_of:
                right.add(entry)
        return frozenset(right)

    def any_in(self, ids: Iterable[str], language: Language) -> bool:
        return any(self._language_of[id] == language for id in ids)

    def check(self, questions: Sequence[Question]) -> None:
        """Raises `GoldMissing` with every entry that names nothing, by file and line."""
        problems = [
            f"{question.source}: gold {entry!r} is no document, passage or file of the folder"
            for question in questions
            for entry in question.gold
            if not self.topics(entry)
        ]
        if problems:
            raise GoldMissing(problems)


def _files(path: Path, folder: Path) -> Iterator[str]:
    try:
        inside = path.resolve().relative_to(folder.resolve())
    except ValueError:
        inside = path
    yield from (inside.as_posix(), inside.with_suffix("").as_posix(), path.name, path.stem)


def _normal(name: str) -> str:
    # File systems and editors differ in how they compose letters.
    return unicodedata.normalize("NFC", name.strip().removeprefix("./")).casefold()
