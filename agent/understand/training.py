"""Trains the heads from labelled messages: minutes on two cores, the same result for the same data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from agent.understand.evidence import RANKED_HEADS, Calibration, columns, joined, pair_features
from agent.understand.heads import LANGUAGES, Heads, script_of
from agent.understand.labels import ACTS, COMPLAINTS, INTENTS, NO_COMPLAINT, SENTIMENTS
from agent.understand.language_heads import LanguageHeads
from agent.understand.ridge import factor_of, ridge
from agent.understand.similarity import Matrix, Similarity, Vectors
from tools.domain import Language

Embed = Callable[[list[str]], Vectors]
Places = NDArray[np.int_]

# Chosen on the tune split; what is measured hardly changes with half or twice as much.
STRENGTH = 30.0
FEWEST = 5
THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5)
FACTORS = tuple(step / 20 for step in range(6, 31))
# Four of five trained messages complain of nothing; who does must not go unheard for that. Log-odds, chosen on the
# tune splits of the messages and of the complaints.
HANDICAPS = {"sentiment": ("neutral", 0.5), "complaint": (NO_COMPLAINT, 0.75)}
# Of the messages that complain of nothing, want nothing urgently and are neither glad nor cross, one in so many
# teaches what those of the others are. Chosen with the handicaps.
CALM = 3
# Heads made by code that scores otherwise are made again: raise it with every such change.
VERSION = 9


class TrainingDataError(ValueError):
    """A labelled file that cannot be used; the message names file, line and field."""


@dataclass(frozen=True)
class Example:
    """One labelled message; one that is not `whole` says nothing of intents and act, only the rest teaches."""

    text: str
    lang: str
    intents: tuple[str, ...]
    act: str
    sentiment: str
    complaint: str
    urgent: bool
    whole: bool = True


def read_examples(path: Path) -> list[Example]:
    """Read JSONL with `text, lang, intents, act, sentiment, complaint, urgent`; `intents` and `act` only together."""
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
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
    intents = row.get("intents") or []
    if not isinstance(intents, list) or not all(isinstance(name, str) for name in intents):
        raise TrainingDataError(f"{where}: intents: a list of labels is needed")
    whole = "intents" in row or "act" in row
    example = Example(
        text=row["text"],
        lang=str(row.get("lang", "")),
        intents=tuple(intents),
        act=str(row.get("act", "")),
        sentiment=str(row.get("sentiment", "")),
        complaint=row.get("complaint") or NO_COMPLAINT,
        urgent=bool(row.get("urgent", False)),
        whole=whole,
    )
    _check(example, where)
    return example


def _check(example: Example, where: str) -> None:
    wrong = [f"intents: {name!r}" for name in example.intents if name not in INTENTS]
    wrong += [f"act: {example.act!r}"] if example.whole and example.act not in ACTS else []
    wrong += [f"sentiment: {example.sentiment!r}"] if example.sentiment not in SENTIMENTS else []
    wrong += (
        [f"complaint: {example.complaint!r}"] if example.complaint not in (*COMPLAINTS, NO_COMPLAINT) else []
    )
    if wrong:
        raise TrainingDataError(f"{where}: unknown label: {', '.join(wrong)}")


def data_fingerprint(paths: Iterable[Path], embedding: str) -> str:
    """What the heads were made from: retrain exactly when this changes."""
    digest = hashlib.sha256(embedding.encode())
    digest.update(f"{VERSION}".encode())
    for path in sorted(paths):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def train(examples: list[Example], tune: list[Example], embed: Embed) -> Heads:
    """Fit the heads of each language on its own `examples`; how sure they are is chosen on its messages of `tune`.

    A message's language is that of its script (`script_of`), not of its `lang`. A language with fewer than 5 whole
    examples has no heads of its own: one regression then learns from all. Raises `TrainingDataError` for fewer than 5
    whole examples in all. Cubic in the messages of a language, whose number squared is held once in memory.
    """
    whole = sum(example.whole for example in examples)
    if whole < FEWEST:
        raise TrainingDataError(f"{whole} labelled messages; at least {FEWEST} are needed")
    parts = _by_language(examples)
    return Heads({
        language: _train_one(part, tune if len(parts) == 1 else _written_in(language, tune), embed)
        for language, part in parts.items()
    })  # fmt: skip


def _by_language(examples: list[Example]) -> dict[Language, list[Example]]:
    """The messages of each language; all under the one that has most where another has too few to be trained."""
    parts = {language: _written_in(language, examples) for language in LANGUAGES}
    if all(sum(example.whole for example in part) >= FEWEST for part in parts.values()):
        return parts
    return {max(parts, key=lambda language: len(parts[language])): examples}


def _written_in(language: Language, examples: list[Example]) -> list[Example]:
    return [example for example in examples if script_of(example.text) == language]


def _train_one(examples: list[Example], tune: list[Example], embed: Embed) -> LanguageHeads:
    """The heads of all `examples`, as sure as `tune` bears out; the matrices of similarities are let go of."""
    texts = [example.text for example in examples]
    vectors = embed(texts)
    similarity = Similarity.fit(texts, vectors)
    labels = _known(examples)
    targets, spans = _targets(examples, labels), columns(labels)
    felt = spans["sentiment"].start
    parts = ((_asks(examples), slice(0, felt)), (_feels(examples), slice(felt, None)))

    def alike(some: Places) -> Vectors:
        return similarity.among(some).triangle([texts[row] for row in some], vectors[some])

    weights, held_out, bias = _learned(alike, targets, parts)
    calibrations = _calibrate(examples, labels, targets, held_out)
    heads = LanguageHeads(similarity.weighed(weights), bias, labels, calibrations, THRESHOLDS[-1])
    return _tuned(heads, tune, embed) if tune else heads


def _tuned(heads: LanguageHeads, tune: list[Example], embed: Embed) -> LanguageHeads:
    texts = [example.text for example in tune]
    vectors = embed(texts)
    heads = heads.with_sharpness(_sharpness(heads, tune, vectors)).with_handicap(HANDICAPS)
    return heads.with_threshold(_best_threshold(heads, tune, vectors))


def _known(examples: list[Example]) -> dict[str, list[str]]:
    used = {label for example in examples for label in example.intents}
    return {
        "intents": [label for label in INTENTS if label in used],
        "act": [label for label in ACTS if any(e.act == label for e in examples)],
        "sentiment": [label for label in SENTIMENTS if any(e.sentiment == label for e in examples)],
        "complaint": [
            label for label in (*COMPLAINTS, NO_COMPLAINT) if any(e.complaint == label for e in examples)
        ],
    }


def _targets(examples: list[Example], labels: Mapping[str, list[str]]) -> Matrix:
    rows = [
        [float(label in e.intents) for label in labels["intents"]]
        + [float(not e.intents)]
        + [float(label == e.act) for label in labels["act"]]
        + [float(label == e.sentiment) for label in labels["sentiment"]]
        + [float(label == e.complaint) for label in labels["complaint"]]
        + [float(e.urgent)]
        for e in examples
    ]
    return np.array(rows)


def _asks(examples: list[Example]) -> Places:
    """The rows that intents and act learn from."""
    return np.array([row for row, example in enumerate(examples) if example.whole])


def _feels(examples: list[Example]) -> Places:
    """The rows that sentiment, complaint and urgency learn from: of those that are calm and content one in `CALM`.

    They are most of what customers write, and would outvote the few that tell what somebody is angry about.
    """
    calm = 0
    rows = []
    for row, example in enumerate(examples):
        if example.sentiment == "neutral" and example.complaint == NO_COMPLAINT and not example.urgent:
            calm += 1
            if calm % CALM != 1:
                continue
        rows.append(row)
    return np.array(rows)


def _learned(
    similarities: Callable[[Places], Vectors], targets: Matrix, parts: Iterable[tuple[Places, slice]]
) -> tuple[Vectors, Matrix, Matrix]:
    """Weights, held-out predictions (both n, columns) and bias (columns); nan is predicted of rows not learned from.

    `parts` are the rows that each span of columns learns from, `similarities` those of some rows to each other.
    """
    weights, held_out = np.zeros(targets.shape, dtype=np.float32), np.full(targets.shape, np.nan)
    bias = np.zeros(targets.shape[1])
    for rows, span in parts:
        bias[span] = targets[rows, span].mean(axis=0)
        found = ridge(factor_of(similarities(rows)), targets[rows, span] - bias[span])
        weights[rows, span], held_out[rows, span] = found[0], found[1] + bias[span]
    return weights, held_out, bias


def _calibrate(
    examples: list[Example], labels: dict[str, list[str]], targets: Matrix, held_out: Matrix
) -> dict[str, Calibration]:
    """Fitted for each head on the rows that it learned from, without their own share in it."""
    spans = columns(labels)
    learned = {head: ~np.isnan(held_out[:, spans[head].start]) for head in spans}
    found = {
        head: _logistic(
            held_out[learned[head], spans[head]], targets[learned[head], spans[head]].argmax(axis=1)
        )
        for head in RANKED_HEADS
    }
    urgent = learned["urgent"]
    found["urgent"] = _logistic(
        held_out[urgent, spans["urgent"]], targets[urgent, -1].astype(int), yes_no=True
    )
    asks = learned["intents"]
    several = np.array([joined(example.text) for example in examples])[asks]
    pairs = pair_features(held_out[asks, spans["intents"]], several)
    found["intents"] = _logistic(
        pairs, targets[asks, spans["intents"]][:, :-1].ravel().astype(int), yes_no=True
    )
    return found


def _logistic(features: Matrix, classes: NDArray[np.int_], yes_no: bool = False) -> Calibration:
    outputs = 1 if yes_no else int(classes.max()) + 1
    if len(set(classes.tolist())) < 2:
        # One class only, or nothing to tell apart: there is nothing to weigh, the answer is always the same.
        sure = 30.0 if classes.any() or not yes_no else -30.0
        return Calibration(np.zeros((features.shape[1], outputs)), np.full(outputs, sure))
    model = LogisticRegression(C=STRENGTH, max_iter=2000).fit(features, classes)
    weights, bias = model.coef_.T.copy(), model.intercept_.copy()
    if outputs == 2:
        # scikit-learn keeps one column for two classes.
        weights, bias = np.hstack([0 * weights, weights]), np.array([0.0, bias[0]])
    return Calibration(weights, bias)


def _sharpness(heads: LanguageHeads, tune: list[Example], vectors: Vectors) -> dict[str, float]:
    """By head, the factor that makes `tune` most likely.

    Messages of one training set resemble each other more than what customers will write, so that leaving
    one out still leaves the heads too sure of themselves.
    """
    texts = [example.text for example in tune]
    evidence, targets = heads.evidence(texts, vectors), _targets(tune, heads.labels)
    spans = columns(heads.labels)
    several = np.array([joined(text) for text in texts])
    found = {}
    for head, calibration in heads.calibrations.items():
        wanted = targets[:, spans[head]]
        features = evidence[:, spans[head]]
        if head == "intents":
            features, wanted = pair_features(features, several), wanted[:, :-1].reshape(-1, 1)

        def loss(
            factor: float, c: Calibration = calibration, f: Matrix = features, w: Matrix = wanted
        ) -> float:
            shares = Calibration(c.weights * factor, c.bias * factor).probabilities(f)
            missed = (1 - w) * np.log(1 - shares + 1e-9) if w.shape[1] == 1 else 0.0
            return -float((w * np.log(shares + 1e-9) + missed).sum())

        found[head] = min(FACTORS, key=loss)
    return found


def _best_threshold(heads: LanguageHeads, tune: list[Example], vectors: Vectors) -> float:
    texts = [example.text for example in tune]

    def exact(threshold: float) -> int:
        scored = heads.with_threshold(threshold).score_all(texts, vectors)
        return sum(s.predicted == set(e.intents) for s, e in zip(scored, tune, strict=True))

    return float(max(THRESHOLDS, key=exact))
