"""How well the trained heads read messages, beside two baselines that need no heads.

`kefu eval understanding` measures the test split; `--file X.jsonl` any labelled file. Prints a table and, as
its last line, one JSON object.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.neighbors import KNeighborsClassifier
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from agent.understand.heads import Heads, HeadScores
from agent.understand.labels import INTENTS
from agent.understand.second_look import NOTHING, unsure
from agent.understand.train.card import calibration_error
from agent.understand.training import Embed, Example, TrainingDataError, read_examples
from eval.intent_model import handed, measure
from retrieval.embeddings import SentenceEmbeddings

NEIGHBOURS = 5
# Intents below this are not even candidates; their many sure zeros would flatter the calibration error.
CANDIDATE = 0.05
SINGLE_HEADS = ("act", "sentiment", "complaint")
Numbers = dict[str, float]
Predict = Callable[[list[str], NDArray[np.float32]], list[str]]


@dataclass(frozen=True)
class Scored:
    """An example with what the heads say and how long that took, in ms: by the clock, and on the processor."""

    example: Example
    scores: HeadScores
    ms: float
    busy_ms: float


def run(
    heads: Heads,
    embed: Embed,
    examples: Sequence[Example],
    train: Sequence[Example] = (),
    one: Callable[[str], NDArray[np.float32]] | None = None,
) -> dict[str, Any]:
    """Measure `heads` on `examples`; with `train`, measure the baselines fitted on it beside them.

    Gives, by language ("all" and each one present), the share of messages `handed` to the language model, and
    `heads` and `baselines`: accuracies and macro-F1 0..1, `ece` the expected calibration error in 10 equal bins (Guo et al., ICML 2017), times in ms a message on one
    thread, the embedding included where `one` embeds a single message. Raises `ValueError` when there is
    nothing to measure.
    """
    if not examples:
        raise ValueError("no labelled messages to measure")
    texts = [example.text for example in examples]
    vectors = embed(texts)
    with threadpool_limits(1):
        scored = [_score(heads, e, v, one) for e, v in zip(examples, vectors, strict=True)]
    baselines = _baselines(list(train), embed) if train else {}
    guesses = {name: predict(texts, vectors) for name, predict in baselines.items()}
    languages = ["all", *sorted({example.lang for example in examples})]
    to_model = [one.example for one in handed(heads, embed, [(one.example, one.scores) for one in scored])]
    report: dict[str, Any] = {"messages": len(examples), "languages": {}}
    for language in languages:
        kept = [i for i, e in enumerate(examples) if language in ("all", e.lang)]
        report["languages"][language] = {
            "messages": len(kept),
            "handed": sum(language in ("all", e.lang) for e in to_model) / len(kept),
            "heads": _measure([scored[i] for i in kept]),
            "baselines": _compare(guesses, examples, kept),
        }
    return report


def _score(
    heads: Heads,
    example: Example,
    vector: NDArray[np.float32],
    one: Callable[[str], NDArray[np.float32]] | None,
) -> Scored:
    started, busy = time.perf_counter(), time.process_time()
    scores = heads.score(example.text, vector if one is None else one(example.text))
    spent, busy = time.perf_counter() - started, time.process_time() - busy
    return Scored(example, scores, spent * 1000, busy * 1000)


def _measure(scored: list[Scored]) -> dict[str, Numbers]:
    report = {head: _single(scored, head) for head in SINGLE_HEADS}
    report["intents"] = _intents(scored)
    urgent = np.array([one.scores.urgent for one in scored])
    truly = np.array([one.example.urgent for one in scored])
    right = (urgent >= 0.5) == truly
    report["urgent"] = {
        "accuracy": float(right.mean()),
        "macro_f1": float(f1_score(truly, urgent >= 0.5, average="macro", zero_division=0)),
        "ece": calibration_error(np.maximum(urgent, 1 - urgent), right),
    }
    ms, busy = [one.ms for one in scored], [one.busy_ms for one in scored]
    report["latency_ms"] = {
        "p50": float(np.percentile(ms, 50)),
        "p95": float(np.percentile(ms, 95)),
        "processor_p50": float(np.percentile(busy, 50)),
    }
    return report


def _single(scored: list[Scored], head: str) -> Numbers:
    gold = [str(getattr(one.example, head)) for one in scored]
    best = [getattr(one.scores, head)[0] for one in scored]
    said = [score.label for score in best]
    right = np.array([a == b for a, b in zip(said, gold, strict=True)])
    return {
        "accuracy": float(right.mean()),
        "macro_f1": float(f1_score(gold, said, average="macro", labels=sorted(set(gold)), zero_division=0)),
        "ece": calibration_error(np.array([score.probability for score in best]), right),
    }


def _intents(scored: list[Scored]) -> Numbers:
    gold = [set(one.example.intents) for one in scored]
    said = [one.scores.predicted for one in scored]
    known = [label for label in INTENTS if any(label in labels for labels in gold)]
    candidates = [
        (score.probability, score.label in labels)
        for one, labels in zip(scored, gold, strict=True)
        for score in one.scores.intents
        if score.probability > CANDIDATE
    ]
    tops = np.array([_top(one) in (one.example.intents or (NOTHING,)) for one in scored])
    open_ = np.array([unsure(one.scores) for one in scored])
    return {
        "exact_set": float(np.mean([a == b for a, b in zip(said, gold, strict=True)])),
        "top": float(tops.mean()),
        "unsure": float(open_.mean()),
        "top_where_sure": float(tops[~open_].mean()) if (~open_).any() else 0.0,
        "top_where_unsure": float(tops[open_].mean()) if open_.any() else 0.0,
        "macro_f1": float(np.mean([_f1(label, gold, said) for label in known])) if known else 0.0,
        "ece": calibration_error(*(np.array(column) for column in zip(*candidates, strict=True)))
        if candidates
        else 0.0,
    }


def _top(one: Scored) -> str:
    return one.scores.intents[0].label if one.scores.predicted else NOTHING


def _f1(label: str, gold: list[set[str]], said: list[set[str]]) -> float:
    both = sum(label in a and label in b for a, b in zip(gold, said, strict=True))
    either = sum(label in a for a in gold) + sum(label in b for b in said)
    return 2 * both / either if either else 0.0


def _baselines(train: list[Example], embed: Embed) -> dict[str, Predict]:
    """Predictors by "name:head"; of several intents a baseline knows only the first."""
    texts = [example.text for example in train]
    reader = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True)
    letters, vectors = reader.fit_transform(texts), embed(texts)
    found: dict[str, Predict] = {}
    for head in ("intents", *SINGLE_HEADS):
        gold = [_label(example, head) for example in train]
        model = LogisticRegression(C=10, max_iter=300, tol=1e-3).fit(letters, gold)
        near = KNeighborsClassifier(NEIGHBOURS, weights="distance", metric="cosine").fit(vectors, gold)
        found[f"tfidf:{head}"] = _by_letters(model, reader)
        found[f"5nn:{head}"] = _by_neighbours(near)
    return found


def _by_letters(model: LogisticRegression, reader: TfidfVectorizer) -> Predict:
    return lambda texts, _: [str(label) for label in model.predict(reader.transform(texts))]


def _by_neighbours(near: KNeighborsClassifier) -> Predict:
    return lambda _, vectors: [str(label) for label in near.predict(vectors)]


def _label(example: Example, head: str) -> str:
    return next(iter(example.intents), NOTHING) if head == "intents" else str(getattr(example, head))


def _compare(
    guesses: dict[str, list[str]], examples: Sequence[Example], kept: list[int]
) -> dict[str, Numbers]:
    report: dict[str, Numbers] = {}
    for name, guessed in guesses.items():
        baseline, head = name.split(":")
        gold = [(e.intents or (NOTHING,)) if head == "intents" else (_label(e, head),) for e in examples]
        report.setdefault(baseline, {})[head] = float(np.mean([guessed[i] in gold[i] for i in kept]))
    return report


def render(report: dict[str, Any], console: Console) -> None:
    """A table a language: each head with its numbers, the baselines beside it."""
    for language, part in report["languages"].items():
        table = Table(
            "head", "right", "macro-F1", "ECE", "TF-IDF", "5-NN", title=f"{language}: {part['messages']}"
        )
        for head in ("intents", *SINGLE_HEADS, "urgent"):
            numbers = part["heads"][head]
            beside = [part["baselines"].get(name, {}).get(head) for name in ("tfidf", "5nn")]
            right = numbers.get("top", numbers.get("accuracy"))
            cells = [right, numbers["macro_f1"], numbers["ece"], *beside]
            table.add_row(head, *("" if cell is None else f"{cell:.3f}" for cell in cells))
        console.print(table)
        latency, intents = part["heads"]["latency_ms"], part["heads"]["intents"]
        console.print(
            f"exact set of intents {intents['exact_set']:.3f}; unsure of {intents['unsure']:.3f}, where"
            f" {intents['top_where_unsure']:.3f} are right, elsewhere {intents['top_where_sure']:.3f};"
            f" handed to the language model {part['handed']:.3f}"
        )
        console.print(
            f"{latency['p50']:.1f} ms a message, 95 % within {latency['p95']:.1f} ms; on the processor"
            f" {latency['processor_p50']:.1f} ms"
        )
    for language, found in report.get("language_model", {}).items():
        console.print(
            f"{language}, {found['messages']} messages: top intent of the language model alone"
            f" {found['model_top']:.3f}, {found['seconds']:.1f} s a message; of the heads {found['heads_top']:.3f}"
        )
    for language, found in report.get("second_look", {}).items():
        console.print(
            f"{language}, {found['messages']} messages handed to the language model: heads alone {found['heads']:.3f},"
            f" with its second look {found['together']:.3f}; it decides {found['agreed']:.3f}, of which"
            f" {found['agreed_right']:.3f} are right; of the others {found['offered']:.3f} are among what the customer"
            f" is offered; {found['seconds']:.1f} s a message"
        )


def measure_files(
    files: Sequence[Path],
    training: Path,
    heads: Path,
    model: str | Path,
    baselines: bool,
    language_model: Path | None = None,
    asked: int = 0,
) -> dict[str, Any]:
    """Measure the heads at `heads` on `files`, or on the test split of `training` where there are none.

    `language_model` is asked about `asked` messages a language, alone and as second look, see
    `eval.intent_model`. Raises the
    errors of the parts: `HeadsUnusable`, `TrainingDataError`, `RetrievalError`, `ValueError`.
    """
    measured = [e for path in files or sorted(training.glob("??.test.jsonl")) for e in read_examples(path)]
    if partial := next((example for example in measured if not example.whole), None):
        raise TrainingDataError(
            f"{partial.text[:40]!r}: neither intents nor act, so there is nothing to measure them against"
        )
    train = [e for path in sorted(training.glob("*.train.jsonl")) for e in read_examples(path) if e.whole]
    # Without a memory, or the timing would measure that.
    embeddings = SentenceEmbeddings(model, cache_size=0)
    loaded = Heads.load(heads)
    embeddings.hidden_query("warm up")
    report = run(
        loaded, embeddings.hidden_queries, measured, train if baselines else (), embeddings.hidden_query
    )
    if language_model and asked:
        texts = [example.text for example in measured]
        scores = loaded.score_all(texts, embeddings.hidden_queries(texts))
        pairs = list(zip(measured, scores, strict=True))
        report |= measure(language_model, loaded, embeddings.hidden_queries, pairs, asked)
    return report
