"""Published knowledge with text that somebody slipped in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from agent.retrieve import Knowledge
from eval.cases.schema import Poison
from retrieval.listing import Listing
from retrieval.passages import Passage
from retrieval.readers import CUSTOMER, Reader
from retrieval.search import Hit
from tools.domain import Language


@dataclass(frozen=True)
class PoisonedKnowledge:
    """Search finds what it found before; what is found has the added text in it."""

    clean: Knowledge
    poison: Sequence[Poison]

    @property
    def id(self) -> str:
        return self.clean.id

    @property
    def threshold(self) -> float:
        return self.clean.threshold

    def search(
        self, query: str, language: Language, k: int, now: datetime | None = None,
        vector: Sequence[float] | None = None, reader: Reader = CUSTOMER,
    ) -> list[Hit]:  # fmt: skip
        hits = self.clean.search(query, language, k, now, vector, reader)
        return [replace(hit, passage=self._poisoned(hit.passage)) for hit in hits]

    def passage(self, passage_id: str, day: date | None = None) -> Passage | None:
        found = self.clean.passage(passage_id, day)
        return self._poisoned(found) if found else None

    def section(self, topic: str, language: Language, day: date | None = None) -> list[Passage]:
        return [self._poisoned(each) for each in self.clean.section(topic, language, day)]

    def listing(self, passage: Passage, vector: Sequence[float]) -> Listing:
        found = self.clean.listing(passage, vector)
        return replace(found, pieces=tuple(self._poisoned(each) for each in found.pieces))

    def _poisoned(self, passage: Passage) -> Passage:
        added = [each.add for each in self.poison if each.passage in (passage.topic, passage.id)]
        return replace(passage, text="\n\n".join([passage.text, *added])) if added else passage
