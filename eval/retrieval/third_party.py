"""Larger sets of others, read by path: each utterance a passage, other utterances the questions.

Passages, tune questions and test questions never share an utterance. Weights are fitted on the tune
questions, which come from the sets' own training parts.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from eval.retrieval.errors import BadData
from eval.retrieval.measure import Bench
from eval.retrieval.questions import Question
from retrieval.documents import Document, Language

TUNE_SHARE, TEST_SHARE = 1 / 6, 1 / 3
"""How many questions there are for each passage."""
OUT_OF_SCOPE = "oos"
Pair = tuple[str, str]


class Labelled(NamedTuple):
    """Utterances with their intents; `outside` and `outside_tune` have those that no intent fits."""

    train: list[Pair]
    test: list[Pair]
    outside_tune: list[str]
    outside: list[str]


def read_sets(folder: Path, only: Sequence[str], limit: int, seed: int) -> Iterator[tuple[str, Bench]]:
    """The sets of `folder` that we know, at most `limit` passages each, by name.

    Raises `BadData` when there is none, or one is not as described.
    """
    if unknown := set(only) - set(_READERS):
        raise BadData(
            f"no such third-party set: {', '.join(sorted(unknown))}; there are {', '.join(_READERS)}"
        )
    names = [name for name in _READERS if (folder / name).is_dir() and (not only or name in only)]
    if not names:
        raise BadData(f"{folder}: has none of the folders {', '.join(only or _READERS)}")
    for name in names:
        try:
            yield name, _READERS[name](folder / name, limit, seed)
        except (OSError, ValueError, KeyError, IndexError) as error:
            raise BadData(f"{folder / name}: is not as expected: {error!r}") from error


def _banking77(folder: Path, limit: int, seed: int) -> Bench:
    train, test = (_csv(folder / f"{part}.csv") for part in ("train", "test"))
    return _by_intent(Labelled(train, test, [], []), folder, limit, seed)


def _csv(path: Path) -> list[Pair]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["category"]) for row in csv.DictReader(file)]


def _clinc150(folder: Path, limit: int, seed: int) -> Bench:
    data = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    train, test = ([(text, intent) for text, intent in data[part]] for part in ("train", "test"))
    outside = [[text for text, _ in data[f"oos_{part}"]] for part in ("train", "val")]
    return _by_intent(Labelled(train, test, *outside), folder, limit, seed)


def _by_intent(data: Labelled, folder: Path, limit: int, seed: int) -> Bench:
    """Right is every passage of the question's intent."""
    random = np.random.default_rng(seed)
    train = [data.train[i] for i in random.permutation(len(data.train))]
    count = min(limit, round(len(train) / (1 + TUNE_SHARE)))
    passages, rest = train[:count], train[count:]
    by_intent: defaultdict[str, list[str]] = defaultdict(list)
    for text, intent in passages:
        by_intent[intent].append(_id(text))
    test = [data.test[i] for i in random.permutation(len(data.test))[: round(count * TEST_SHARE)]]
    known = {_id(text) for text, _ in passages}

    def ask(pairs: Sequence[Pair], outside: Sequence[str]) -> list[Question]:
        asked = [(text, by_intent[intent]) for text, intent in pairs if by_intent[intent]]
        return [
            Question(text, "en", tuple(gold))
            for text, gold in [*asked, *((text, []) for text in outside)]
            if _id(text) not in known
        ]

    tune = ask(rest[: round(count * TUNE_SHARE)], data.outside_tune)
    documents = _documents([text for text, _ in passages], "en", folder)
    return Bench(documents, folder, ask(test, data.outside), tune)


def _jddc_intent(folder: Path, limit: int, seed: int) -> Bench:
    """Right is what people judged similar; columns are id, utterance, label, similar ids, different ids."""
    rows = [line.split("\t") for line in (folder / "dev_select.txt").read_text("utf-8").splitlines()]
    texts = {row[0]: row[1] for row in rows}
    similar = {row[0]: [id for id in row[3].split(",") if id] for row in rows}
    order = [list(texts)[i] for i in np.random.default_rng(seed).permutation(len(texts))]
    count = round(min(limit, len(order) / (1 + TUNE_SHARE + TEST_SHARE)))
    passages = set(order[:count])
    known = {_id(texts[id]) for id in passages}
    cuts = (count, count + round(count * TUNE_SHARE), count + round(count * (TUNE_SHARE + TEST_SHARE)))
    tune, test = (
        [
            Question(texts[id], "zh", tuple(_id(texts[other]) for other in similar[id] if other in passages))
            for id in order[start:end]
            if _id(texts[id]) not in known and passages & set(similar[id])
        ]
        for start, end in (cuts[:2], cuts[1:])
    )
    return Bench(_documents([texts[id] for id in order[:count]], "zh", folder), folder, test, tune)


_READERS: dict[str, Callable[[Path, int, int], Bench]] = {
    "jddc_intent": _jddc_intent,
    "banking77": _banking77,
    "clinc150": _clinc150,
}


def _documents(texts: Sequence[str], language: Language, folder: Path) -> list[Document]:
    """One document an utterance, without a title: the utterance is all there is to find it by."""
    unique = dict.fromkeys(text.strip() for text in texts if text.strip())
    return [
        Document(
            id=_id(text), title="", language=language, revision=_id(text), body=text, path=folder / _id(text)
        )
        for text in unique
    ]


def _id(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()[:12]
