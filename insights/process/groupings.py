"""By what rows are compared: the values of one dimension or two, and who stands behind the rows of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from insights.process.regions import half, province, region_group

if TYPE_CHECKING:
    import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
DERIVED: dict[str, Callable[[str], str]] = {"region": province, "region_group": region_group, "half": half}


@dataclass(frozen=True, slots=True)
class Cells:
    """The pairs of a cluster (a customer, a day) and a value that occur: the pair of each row, the value of each pair."""

    of_row: Ints
    value: Ints
    row: Ints


@dataclass(frozen=True, slots=True)
class Grouping:
    """`codes` has a row's place in `values`, −1 where a dimension of the row is unknown."""

    names: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    codes: Ints

    @property
    def rows(self) -> Ints:
        """How many rows each value has."""
        known = self.codes[self.codes >= 0]
        return np.bincount(known, minlength=len(self.values))

    def of(self, place: int) -> Bools:
        return np.asarray(self.codes == place)

    def subject(self, place: int) -> tuple[tuple[str, str], ...]:
        return tuple(zip(self.names, self.values[place], strict=True))

    def cells(self, clusters: Ints) -> Cells:
        """The pairs with these clusters; rows without a value make pairs of their own, valued −1."""
        width = len(self.values) + 1
        pairs, of_row = np.unique(clusters * width + self.codes + 1, return_inverse=True)
        row = np.zeros(len(pairs), dtype=np.int64)
        row[of_row] = np.arange(len(of_row))
        return Cells(of_row.astype(np.int64), pairs % width - 1, row)


def codes_of(values: Iterable[Any]) -> tuple[Ints, tuple[str, ...]]:
    """Each value's place among the sorted distinct ones, −1 for "", and those."""
    import pandas as pd

    codes, distinct = pd.factorize(pd.Series(values, dtype=object).fillna("").astype(str), sort=True)
    names = tuple(str(each) for each in distinct)
    if names and names[0] == "":
        return np.asarray(codes, dtype=np.int64) - 1, names[1:]
    return np.asarray(codes, dtype=np.int64), names


def grouping(frame: pd.DataFrame, name: str) -> Grouping:
    """Rows by a column, or by what a column implies (`region_group` and `half` of `region`)."""
    column = "region" if name in DERIVED else name
    codes, names = codes_of(frame[column])
    if name not in DERIVED:
        return Grouping((name,), tuple((each,) for each in names), codes)
    mapped, distinct = codes_of([DERIVED[name](each) for each in names])
    if not names:
        return Grouping((name,), (), codes)
    return Grouping((name,), tuple((each,) for each in distinct), np.where(codes < 0, -1, mapped[codes]))


def crossed(first: Grouping, second: Grouping) -> Grouping:
    """Rows by both; only pairs of values that occur."""
    known = (first.codes >= 0) & (second.codes >= 0)
    width = max(1, len(second.values))
    distinct, places = np.unique(first.codes[known] * width + second.codes[known], return_inverse=True)
    codes = np.full(len(known), -1, dtype=np.int64)
    codes[known] = places
    values = tuple((*first.values[each // width], *second.values[each % width]) for each in distinct.tolist())
    return Grouping((*first.names, *second.names), values, codes)


def groupings(frame: pd.DataFrame, names: Sequence[str], pairs: Sequence[tuple[str, str]]) -> list[Grouping]:
    """One grouping a name and a pair whose columns the frame has; those with a single value compare nothing."""
    single = {
        name: grouping(frame, name)
        for name in dict.fromkeys([*names, *(one for pair in pairs for one in pair)])
        if ("region" if name in DERIVED else name) in frame
    }
    found = [single[name] for name in names if name in single]
    found += [crossed(single[one], single[two]) for one, two in pairs if one in single and two in single]
    return [each for each in found if len(each.values) > 1]


def clusters(frame: pd.DataFrame, column: str) -> Ints:
    """A number a customer (or another column's value); rows where it is unknown stand for themselves."""
    codes, names = codes_of(frame[column])
    return np.where(codes < 0, len(names) + np.arange(len(codes)), codes)


def joined(*codes: npt.NDArray[Any]) -> Ints:
    """One code for each combination of several that occurs."""
    found = np.zeros(len(codes[0]), dtype=np.int64)
    for each in codes:
        _, part = np.unique(each, return_inverse=True)
        found = found * (int(part.max(initial=0)) + 1) + part
        _, found = np.unique(found, return_inverse=True)
    return found.astype(np.int64)
