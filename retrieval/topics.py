"""Topics, their passages and their rows: what is measured a row or a passage, brought to one figure a topic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retrieval.arrays import Integers, Mask, Numbers, bounds_of, ranges
from retrieval.calibration import NEAR
from retrieval.corpus import LANGUAGES, Corpus

ABSENT = -1.0


@dataclass(frozen=True)
class Slice:
    """Some topics with those of their passages that a reader may see, and the rows of these.

    Passages stand together by topic, from `passage_starts` on, and rows by passage, from `row_starts`
    on; the first row of a passage is its text, the others are the questions listed with it.
    """

    topics: Integers
    passages: Integers
    passage_starts: Integers
    rows: Integers
    row_starts: Integers

    def best(self, figures: Numbers) -> Numbers:
        """The best of each topic's passages."""
        best: Numbers = np.maximum.reduceat(figures, self.passage_starts)
        return best

    def of_rows(self, cosines: Numbers) -> tuple[Numbers, Numbers]:
        """A figure a row to two a passage: that of its text, the best of its questions (or `ABSENT`)."""
        text = cosines[self.row_starts]
        asked = cosines.copy()
        asked[self.row_starts] = ABSENT
        return text, np.maximum.reduceat(asked, self.row_starts)

    def near(self, cosines: Numbers, instead: Numbers) -> Numbers:
        """The mean of each topic's best `NEAR` rows that are questions; `instead` where there is none."""
        asked = cosines.copy()
        asked[self.row_starts] = -np.inf
        starts = self.row_starts[self.passage_starts]
        owner = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(asked)))
        total, count = np.zeros(len(starts)), np.zeros(len(starts))
        for _ in range(NEAR):
            best = np.maximum.reduceat(asked, starts)
            there = np.isfinite(best)
            total[there] += best[there]
            count += there
            places = np.where((asked == best[owner]) & there[owner], np.arange(len(asked)), len(asked))
            first = np.minimum.reduceat(places, starts)
            asked[first[there]] = -np.inf
        return np.where(count > 0, total / np.maximum(count, 1), instead)

    def spokesmen(self, text: Numbers, ours: Mask) -> Integers:
        """The piece to show of each topic: in the customer's language if there is one, then the nearest."""
        # Cosines lie within -1 and 1, so the language always decides first.
        merit = text + 4.0 * ours
        sizes = np.diff(self.passage_starts, append=len(merit))
        best = merit == np.repeat(self.best(merit), sizes)
        places = np.where(best, np.arange(len(merit)), len(merit))
        chosen: Integers = self.passages[np.minimum.reduceat(places, self.passage_starts)]
        return chosen


class Topics:
    """All topics of a corpus. `spoken[i, j]`: whether topic `j` has a passage in language `i`."""

    def __init__(self, corpus: Corpus) -> None:
        self.count = len(corpus.topics)
        self._of = corpus.topic
        self._rows = corpus.row_bounds
        self._members: Integers = np.argsort(corpus.topic, kind="stable")
        self._bounds = bounds_of(np.bincount(corpus.topic, minlength=self.count))
        self.spoken = np.zeros((len(LANGUAGES), self.count), dtype=bool)
        self.spoken[corpus.language, corpus.topic] = True

    def all(self, allowed: Mask) -> Slice:
        return self._slice(self._members[allowed[self._members]])

    def some(self, topics: Integers, allowed: Mask) -> Slice:
        """`topics` in ascending order; those without an allowed passage are left out."""
        members = self._members[ranges(self._bounds[topics], self._bounds[topics + 1])]
        return self._slice(members[allowed[members]])

    def owners(self, rows: Integers) -> Integers:
        """The topics that some rows belong to."""
        owners: Integers = self._of[np.searchsorted(self._rows, rows, side="right") - 1].astype(np.int64)
        return owners

    def _slice(self, passages: Integers) -> Slice:
        of = self._of[passages]
        starts = np.flatnonzero(np.diff(of, prepend=-1))
        firsts, lasts = self._rows[passages], self._rows[passages + 1]
        return Slice(
            topics=of[starts].astype(np.int64),
            passages=passages,
            passage_starts=starts,
            rows=ranges(firsts, lasts),
            row_starts=bounds_of(lasts - firsts)[:-1],
        )
