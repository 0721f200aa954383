"""Trains the heads from labelled messages: seconds on two cores, the same result for the same data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from agent.understand.heads import Heads
from agent.understand.labels import ACTS, COMPLAINTS, INTENTS, NO_COMPLAINT, SENTIMENTS

Embed = Callable[[list[str]], NDArray[np.float32]]

SEED = 7
# Unit-length e5 vectors lie close together; scaled up they weigh as much as the n-grams. Chosen on the tune split.
EMBEDDING_WEIGHT = 3.0
INTENT_STRENGTH = 10.0
OTHER_STRENGTH = 10.0


class TrainingDataError(ValueError):
    """A labelled file that cannot be used; the message names file, line and field."""


@dataclass(frozen=True)
class Example:
    """One labelled message."""

    text: str
    lang: str
    intents: tuple[str, ...]
    act: str
    sentiment: str
    complaint: str
    urgent: bool


def read_examples(path: Path) -> list[Example]:
    """Read JSONL with `text, lang, intents, act, sentiment, complaint, urgent`."""
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            examples.append(_example(line, f"{path.name}:{number}"))
    return examples


def _example(line: str, where: str) -> Example:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise TrainingDataError(f"{where}: not JSON: {error}") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row["text"].strip():
        raise TrainingDataError(f"{where}: text: a non-empty string is needed")
    example = Example(
        text=row["text"],
        lang=str(row.get("lang", "")),
        intents=tuple(row.get("intents") or ()),
        act=str(row.get("act", "")),
        sentiment=str(row.get("sentiment", "")),
        complaint=row.get("complaint") or NO_COMPLAINT,
        urgent=bool(row.get("urgent", False)),
    )
    _check(example, where)
    return example


def _check(example: Example, where: str) -> None:
    wrong = [f"intents: {name!r}" for name in example.intents if name not in INTENTS]
    wrong += [f"act: {example.act!r}"] if example.act not in ACTS else []
    wrong += [f"sentiment: {example.sentiment!r}"] if example.sentiment not in SENTIMENTS else []
    wrong += (
        [f"complaint: {example.complaint!r}"] if example.complaint not in (*COMPLAINTS, NO_COMPLAINT) else []
    )
    if wrong:
        raise TrainingDataError(f"{where}: unknown label: {', '.join(wrong)}")


def data_fingerprint(paths: Iterable[Path], embedding: str) -> str:
    """What the heads were made from: retrain exactly when this changes."""
    digest = hashlib.sha256(embedding.encode())
    digest.update(f"{SEED}|{EMBEDDING_WEIGHT}|{INTENT_STRENGTH}|{OTHER_STRENGTH}|1".encode())
    for path in sorted(paths):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def train(examples: list[Example], tune: list[Example], embed: Embed) -> Heads:
    """Fit every head on `examples`; the threshold of the intents is chosen on `tune`."""
    lexical = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(1, 4), min_df=2, sublinear_tf=True, max_features=40_000
    )
    texts = [example.text for example in examples]
    lexical.fit([text.lower() for text in texts])
    rows = _rows(lexical, texts, embed)
    models: dict[str, Any] = {
        "act": _fit(rows, [example.act for example in examples]),
        "sentiment": _fit(rows, [example.sentiment for example in examples]),
        "complaint": _fit(rows, [example.complaint for example in examples]),
        "urgent": _fit(rows, [example.urgent for example in examples]),
        "intents": {
            label: _fit(rows, [label in example.intents for example in examples], INTENT_STRENGTH)
            for label in INTENTS
            if any(label in example.intents for example in examples)
        },
    }
    threshold = _best_threshold(models["intents"], _rows(lexical, [e.text for e in tune], embed), tune)
    return Heads(lexical, models, threshold, EMBEDDING_WEIGHT)


def _rows(lexical: TfidfVectorizer, texts: list[str], embed: Embed) -> csr_matrix:
    scaled = csr_matrix(embed(texts) * EMBEDDING_WEIGHT)
    return csr_matrix(hstack([lexical.transform([text.lower() for text in texts]), scaled], format="csr"))


def _fit(rows: csr_matrix, labels: list[Any], strength: float = OTHER_STRENGTH) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=400, random_state=SEED).fit(rows, labels)


def _best_threshold(models: dict[str, Any], rows: csr_matrix, tune: list[Example]) -> float:
    scores = {label: model.predict_proba(rows)[:, 1] for label, model in models.items()}

    def exact(threshold: float) -> int:
        return sum(
            {label for label in scores if scores[label][i] >= threshold} == set(example.intents)
            for i, example in enumerate(tune)
        )

    return float(max(np.arange(0.2, 0.65, 0.05), key=exact))
