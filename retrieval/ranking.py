"""Orders and ranks of scores, and how alike two texts are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from retrieval.arrays import Numbers


def best_first(scores: Numbers, likely: int) -> Iterator[int]:
    """Places from the best score down; sorted no further than asked for, which is hardly ever beyond `likely`."""
    if likely < len(scores):
        least = np.partition(scores, -likely)[-likely]
        best = np.flatnonzero(scores >= least)
        yield from best[np.argsort(-scores[best], kind="stable")].tolist()
        yield from (place for place in np.argsort(-scores, kind="stable").tolist() if scores[place] < least)
    else:
        yield from np.argsort(-scores, kind="stable").tolist()


def rank(scores: Numbers, place: int) -> int:
    """From 1; of equals the first is the better one."""
    ahead = np.count_nonzero(scores > scores[place]) + np.count_nonzero(scores[:place] == scores[place])
    return int(ahead) + 1


def overlap(left: frozenset[int], right: frozenset[int]) -> float:
    return len(left & right) / max(1, len(left | right))
