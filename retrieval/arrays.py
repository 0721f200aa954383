"""Lists of lists, flat: item `i` has `flat[bounds[i]:bounds[i + 1]]`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


def bounds_of(lengths: Sequence[int] | NDArray[Any]) -> Integers:
    bounds = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=bounds[1:])
    return bounds


def ranges(starts: Integers, stops: Integers) -> Integers:
    """`starts[0] … stops[0] - 1, starts[1] … stops[1] - 1, …`; empty ranges give nothing."""
    lengths = stops - starts
    ends = np.cumsum(lengths)
    return np.repeat(stops - ends, lengths) + np.arange(ends[-1] if len(ends) else 0)


def gather(flat: NDArray[Any], bounds: Integers, order: Integers) -> tuple[NDArray[Any], Integers]:
    """The items `order`, flat again, with their new bounds. Neighbours that stay so are copied together."""
    breaks = np.flatnonzero(np.diff(order, prepend=-2) != 1)
    firsts, lasts = order[breaks], order[np.append(breaks[1:], len(order)) - 1] if len(order) else order
    runs = [flat[bounds[first] : bounds[last + 1]] for first, last in zip(firsts, lasts, strict=True)]
    taken = np.concatenate(runs) if runs else flat[:0]
    return taken, bounds_of((bounds[1:] - bounds[:-1])[order])


def join(
    left: NDArray[Any], left_bounds: Integers, right: NDArray[Any], right_bounds: Integers
) -> tuple[NDArray[Any], Integers]:
    """Two such lists, one behind the other."""
    return np.concatenate([left, right]), np.concatenate([left_bounds, right_bounds[1:] + left_bounds[-1]])


def renumber(numbers: NDArray[Any], names: Sequence[str]) -> tuple[NDArray[np.int32], list[str]]:
    """Equal names become one, unused ones go, and the rest are numbered as they first appear.

    So the same items have the same numbers, whatever they were put together from.
    """
    one = {name: number for number, name in reversed(list(enumerate(names)))}
    numbers = np.array([one[name] for name in names], dtype=np.int64)[numbers]
    unseen = len(numbers)
    first = np.full(len(names), unseen, dtype=np.int64)
    first[numbers[::-1]] = np.arange(unseen)[::-1]
    order = np.argsort(first, kind="stable")[: np.count_nonzero(first < unseen)]
    new = np.zeros(len(names), dtype=np.int32)
    new[order] = np.arange(len(order))
    return new[numbers], [names[number] for number in order]
