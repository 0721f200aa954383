"""What to write next: the questions of a time that the present snapshot still does not answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np

from knowledge.gaps.grouping import Gap, Nearest, group, wordings
from knowledge.gaps.reference import EmbedQueries, Reference, read_reference
from knowledge.gaps.unanswered import Unanswered, UnansweredStore
from retrieval.embeddings import Vectors, unit_vectors
from retrieval.search import Hit
from retrieval.snapshot import Snapshot


def gaps(
    store: UnansweredStore,
    snapshot: Snapshot,
    embed_queries: EmbedQueries,
    since: datetime,
    now: datetime,
    still_open: bool = True,
    reference: Reference | None = None,
) -> list[Gap]:
    """The gaps from `since` to `now`, both with a timezone, each with the passage that comes nearest today.

    With `still_open`, questions that `snapshot` answers by now are left out. Each different wording is
    embedded once and searched once, which takes nearly all of the time; `reference` (by default the model's,
    256 questions embedded at the first call) is explained in `reference`. Raises `StoreUnavailable`,
    `EmbeddingFailed` and `EmbeddingMismatch`.
    """
    questions = store.between(since, now)
    different = wordings(questions)
    if not different:
        return []
    speakers = [questions[each.speaker] for each in different]
    vectors = unit_vectors(embed_queries([each.question for each in speakers]), len(speakers))
    search = _Search(snapshot, now, dict(zip(speakers, vectors, strict=True)))
    if still_open:
        kept = [i for i, each in enumerate(speakers) if not search.answers(each)]
        different, vectors = [different[i] for i in kept], vectors[kept]
    if not different:
        return []
    asked = [questions[place] for each in different for place in each.places]
    repeated = np.repeat(vectors, [len(each.places) for each in different], axis=0)
    found = group(asked, repeated, reference or read_reference(embed_queries))
    by_text = {each.question: each for each in speakers}
    return [replace(gap, nearest=search.nearest(by_text[gap.title])) for gap in found]


class _Search:
    """The best hit of each question, searched once."""

    def __init__(self, snapshot: Snapshot, now: datetime, vectors: dict[Unanswered, Vectors]) -> None:
        self._snapshot = snapshot
        self._now = now
        self._vectors = vectors
        self._hits: dict[Unanswered, Hit | None] = {}

    def answers(self, question: Unanswered) -> bool:
        hit = self._best(question)
        return hit is not None and hit.score >= self._snapshot.threshold

    def nearest(self, question: Unanswered) -> Nearest | None:
        """None when no passage is in force."""
        hit = self._best(question)
        return Nearest(hit.passage.id, hit.score) if hit else None

    def _best(self, question: Unanswered) -> Hit | None:
        if question not in self._hits:
            vector = self._vectors[question].tolist()
            hits = self._snapshot.search(question.question, question.language, 1, self._now, vector)
            self._hits[question] = hits[0] if hits else None
        return self._hits[question]
