"""What is wrong with labelled data before anything is trained on it."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

from agent.understand.train.rows import Row, Source

# Two texts that share 4 of 5 of their three-letter pieces say the same thing with a word changed.
NEAR = 0.8
PIECE = 3
BANDS, ROWS = 12, 3
SHOWN = 5
# A label with fewer examples cannot be learnt nor measured.
FEW = 10
# Texts of one bucket are compared pair by pair; longer buckets are boilerplate.
LARGEST_BUCKET = 50
_DIGITS = re.compile(r"\d+")
_SIGNS = re.compile(r"[\W_]+")
_PRIME = (1 << 61) - 1


@dataclass(frozen=True)
class Quality:
    """Counts over all splits; the lists hold examples as "file:line text"."""

    rows: dict[str, int]
    empty: int
    cleaned: int
    exact_duplicates: int
    near_duplicates: int
    contradictions: int
    leaked: int
    nearly_leaked: int
    labels: dict[str, int]
    few: list[str]
    imbalance: float
    languages: dict[str, int]
    characters: dict[str, int]
    examples: dict[str, list[str]]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def comparable(text: str) -> str:
    """Two texts with the same form differ in case, signs, width or numbers only."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return _SIGNS.sub("", _DIGITS.sub("0", plain)) or plain


def examine(splits: Mapping[str, Sequence[Source]]) -> Quality:
    """Look over the splits ("train", "tune", "test"); leakage is between "train" and the others."""
    rows = [(split, row) for split, sources in splits.items() for s in sources for row in s.rows]
    groups: dict[str, list[tuple[str, Row]]] = defaultdict(list)
    for split, row in rows:
        groups[comparable(row.text)].append((split, row))
    near = near_pairs(list(groups))
    same = [group for group in groups.values() if len(group) > 1]
    torn = [group for group in same if len({row.labels for _, row in group}) > 1]
    leaks = [group for group in same if _leaks({split for split, _ in group})]
    keys = list(groups)
    near_leaks = [
        (groups[keys[a]][0], groups[keys[b]][0])
        for a, b in near
        if _leaks({split for k in (a, b) for split, _ in groups[keys[k]]})
        and not any(_leaks({split for split, _ in groups[keys[k]]}) for k in (a, b))
    ]
    labels = Counter(label for _, row in rows for label in row.labels)
    trained = Counter(label for split, row in rows if split == "train" for label in row.labels)
    return Quality(
        rows={split: sum(len(s.rows) for s in sources) for split, sources in splits.items()},
        empty=sum(s.empty for sources in splits.values() for s in sources),
        cleaned=sum(s.cleaned for sources in splits.values() for s in sources),
        exact_duplicates=sum(len(group) - 1 for group in same),
        near_duplicates=len(near),
        contradictions=len(torn),
        leaked=len(leaks),
        nearly_leaked=len(near_leaks),
        labels=dict(labels.most_common()),
        few=sorted(label for label in labels if trained[label] < FEW),
        imbalance=round(max(trained.values(), default=0) / max(1, min(trained.values(), default=1)), 1),
        languages=dict(Counter(row.lang for _, row in rows).most_common()),
        characters=_lengths([len(row.text) for _, row in rows]),
        examples={
            "exact duplicates": [_shown(group) for group in same[:SHOWN]],
            "near duplicates": [_shown([groups[keys[a]][0], groups[keys[b]][0]]) for a, b in near[:SHOWN]],
            "contradictions": [_shown(group) for group in torn[:SHOWN]],
            "leaks": [_shown(group) for group in leaks[:SHOWN]],
            "near leaks": [_shown(pair) for pair in near_leaks[:SHOWN]],
        },
    )


def _leaks(splits: set[str]) -> bool:
    return "train" in splits and len(splits) > 1


def _shown(group: Iterable[tuple[str, Row]]) -> str:
    return " = ".join(f"{row.where} {row.text[:60]!r} [{'|'.join(row.labels)}]" for _, row in list(group)[:3])


def _lengths(lengths: list[int]) -> dict[str, int]:
    return {f"p{p}": int(np.percentile(lengths, p)) for p in (5, 50, 95, 100)} if lengths else {}


def near_pairs(texts: list[str]) -> list[tuple[int, int]]:
    """Pairs of places whose texts share at least `NEAR` of their pieces (Jaccard), found by MinHash bands.

    A pair at exactly 0.8 is found with a probability above 0.99.
    """
    pieces = [_pieces(text) for text in texts]
    buckets: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(_signatures(pieces)):
        for band in range(BANDS):
            buckets[(band, *row[band * ROWS : (band + 1) * ROWS])].append(place)
    candidates = {
        pair
        for bucket in buckets.values()
        if 1 < len(bucket) <= LARGEST_BUCKET
        for pair in combinations(bucket, 2)
    }
    return sorted(
        (a, b) for a, b in candidates if len(pieces[a] & pieces[b]) >= NEAR * len(pieces[a] | pieces[b])
    )


def _pieces(text: str) -> frozenset[int]:
    cut = [text[i : i + PIECE] for i in range(max(1, len(text) - PIECE + 1))]
    return frozenset(zlib.crc32(piece.encode("utf-8", "surrogatepass")) for piece in cut)


def _signatures(pieces: list[frozenset[int]]) -> list[tuple[int, ...]]:
    random = np.random.default_rng(0)
    factors = random.integers(1, 1 << 31, BANDS * ROWS, dtype=np.uint64)[:, None]
    offsets = random.integers(0, 1 << 31, BANDS * ROWS, dtype=np.uint64)[:, None]
    found = []
    for own in pieces:
        hashes = np.fromiter(own, dtype=np.uint64, count=len(own))[None, :]
        mixed = (hashes * (factors % np.uint64(1 << 29)) + offsets) % np.uint64(_PRIME)
        found.append(tuple(int(value) for value in mixed.min(axis=1)))
    return found


def as_markdown(quality: Quality) -> str:
    """The report as a section of a model card."""
    lines = [
        "## Data",
        "",
        f"Rows: {_listed(quality.rows)}. Languages: {_listed(quality.languages)}."
        f" Characters a text: {_listed(quality.characters)}.",
        "",
        f"- without text, left out: {quality.empty}; cleaned (spaces, invisible characters): {quality.cleaned}",
        f"- exact duplicates (case, signs and numbers aside): {quality.exact_duplicates}",
        f"- near duplicates (at least {NEAR:.0%} of the three-letter pieces shared): {quality.near_duplicates}",
        f"- the same text with different labels: {quality.contradictions}",
        f"- in train and in another split: {quality.leaked} the same, {quality.nearly_leaked} nearly the same",
        f"- largest to smallest label in train: {quality.imbalance:g} to 1",
        f"- labels with fewer than {FEW} training examples: {', '.join(quality.few) or 'none'}",
        "",
        f"Labels: {_listed(quality.labels)}.",
        "",
    ]
    for title, shown in quality.examples.items():
        lines += (
            [f"{title.capitalize()}, the first:", "", *(f"- {one}" for one in shown), ""] if shown else []
        )
    return "\n".join(lines)


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def tidy(train: Sequence[Row], held_out: Sequence[Row]) -> list[Row]:
    """The rows to train on: each text once, none of `held_out`, the majority's labels where they disagree.

    A text whose labels have no majority is left out.
    """
    seen = {comparable(row.text) for row in held_out}
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in train:
        if (key := comparable(row.text)) not in seen:
            groups[key].append(row)
    kept = []
    for group in groups.values():
        votes = Counter(row.labels for row in group).most_common(2)
        if len(votes) == 1 or votes[0][1] > votes[1][1]:
            kept.append(next(row for row in group if row.labels == votes[0][0]))
    return kept
