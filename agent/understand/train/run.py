"""One training: read, look over, fit, measure beside baselines, and write model, card, report and picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from agent.understand.train.card import Measured, confusion_picture, measure, model_card
from agent.understand.train.classifier import TextClassifier
from agent.understand.train.quality import as_markdown, examine, tidy
from agent.understand.train.rows import Row, Source, read_source

Vectors = NDArray[np.float32]
Say = Callable[[str], None]
# Embeds many texts, remembering them; the last `search` columns are the vector of the search.
Read = Callable[[Sequence[str]], Vectors]
LIMITS = (
    "Measured on the test file named above and on nothing else. It knows only the labels of its training data"
    " and gives one of them to any text whatever. Probabilities hold for texts like those of the test."
)


@dataclass(frozen=True)
class Job:
    """What to train on and where to put it. `limit` trains on that many rows of each file, chosen by `seed`."""

    task: str
    train: tuple[Path, ...]
    test: tuple[Path, ...]
    out: Path
    text: str
    label: str
    optional: bool
    seed: int
    limit: int | None
    baselines: bool


def train_one(job: Job, read: Read, search_width: int, say: Say) -> dict[str, Any]:
    """Train and write `<task>-<label>.npz`, `.md`, `.json` and `.png` in `job.out`; give the report."""
    splits = {"train": _read(job, job.train, job.limit), "test": _read(job, job.test, None)}
    say("looking over the data")
    quality = examine(splits)
    held_out = [row for source in splits["test"] for row in source.rows]
    rows = tidy([row for source in splits["train"] for row in source.rows], held_out)
    say(as_markdown(quality))
    say(f"embedding {len(rows) + len(held_out):,} texts")
    vectors = read([row.text for row in (*rows, *held_out)])
    known, unseen = vectors[: len(rows)], vectors[len(rows) :]
    say(f"fitting on {len(rows):,} rows")
    model = TextClassifier.fit(rows, known, job.seed)
    job.out.mkdir(parents=True, exist_ok=True)
    stem = job.out / f"{job.task}-{job.label}" if job.label != job.task else job.out / job.task
    model.save(stem.with_suffix(".npz"))
    results = _measure_all(job, model, rows, known, held_out, unseen, search_width, say)
    report = {
        "task": job.task, "label": job.label, "train": [p.name for p in job.train],
        "test": [p.name for p in job.test], "trained_on": len(rows), "seed": job.seed,
        "results": {name: found.as_json() for name, found in results.items()},
        "quality": quality.as_json(), "model": str(stem.with_suffix(".npz")),
    }  # fmt: skip
    stem.with_suffix(".json").write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    _card(job, stem, report, as_markdown(quality), results)
    return report


def table(results: dict[str, Measured]) -> str:
    """The measurements as Markdown."""
    lines = ["| model | rows | right | macro-F1 | ECE |", "|---|---|---|---|---|"]
    for name, one in results.items():
        lines.append(f"| {name} | {one.rows:,} | {one.accuracy:.4f} | {one.macro_f1:.4f} | {one.ece:.4f} |")
    return "\n".join(lines)


def _read(job: Job, paths: Sequence[Path], limit: int | None) -> list[Source]:
    found = []
    for path in paths:
        source = read_source(path, job.text, job.label, job.optional)
        if limit and len(source.rows) > limit:
            order = np.random.default_rng(job.seed).permutation(len(source.rows))[:limit]
            rows = tuple(source.rows[i] for i in sorted(order))
            source = Source(source.path, rows, source.empty, source.cleaned)
        found.append(source)
    return found


def _measure_all(
    job: Job, model: TextClassifier, rows: list[Row], known: Vectors, held_out: list[Row], unseen: Vectors,
    width: int, say: Say,
) -> dict[str, Measured]:  # fmt: skip
    if not held_out:
        return {}
    gold = model.gold(held_out)
    probabilities = model.probabilities([row.text for row in held_out], unseen)
    said = model.predict(probabilities)
    results = {"ours": measure(gold, probabilities, said, model.labels)}
    if not model.several:
        name = f"{job.task}-{job.label}.png" if job.label != job.task else f"{job.task}.png"
        confusion_picture(
            [row.labels[0] for row in held_out],
            [one[0] for one in said],
            f"{job.task}: {job.label}",
            job.out / name,
        )
        if job.baselines:
            results |= _baselines(model, rows, known[:, -width:], held_out, unseen[:, -width:], say)
    return results


def _baselines(
    model: TextClassifier, rows: list[Row], known: Vectors, held_out: list[Row], unseen: Vectors, say: Say
) -> dict[str, Measured]:
    """Logistic regressions on character TF-IDF, on the vector of the search, and on both joined."""
    reader = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    letters = csr_matrix(reader.fit_transform([row.text for row in rows]), dtype=np.float32)
    tested = csr_matrix(reader.transform([row.text for row in held_out]), dtype=np.float32)
    joined = hstack([letters, csr_matrix(known)]).tocsr()
    joined_tested = hstack([tested, csr_matrix(unseen)]).tocsr()
    places = {label: place for place, label in enumerate(model.labels)}
    wanted = np.array([places[row.labels[0]] for row in rows])
    results = {}
    for name, features, test in (
        ("TF-IDF + LR", letters, tested),
        ("embedding + LR", known, unseen),
        ("TF-IDF ⊕ embedding + LR", joined, joined_tested),
    ):
        say(f"baseline: {name}")
        fitted = LogisticRegression(C=10.0, max_iter=300, tol=1e-3).fit(features, wanted)
        probabilities = np.zeros((len(held_out), len(model.labels)))
        probabilities[:, fitted.classes_] = fitted.predict_proba(test)
        results[name] = measure(
            model.gold(held_out), probabilities, model.predict(probabilities), model.labels
        )
    return results


def _card(job: Job, stem: Path, report: dict[str, Any], quality: str, results: dict[str, Measured]) -> None:
    picture = stem.with_suffix(".png")
    about = [
        ("trained", f"{datetime.now(UTC):%Y-%m-%d} with `kefu train {job.task} --label {job.label} --seed {job.seed}`"),
        ("training data", ", ".join(report["train"])),
        ("test data", ", ".join(report["test"]) or "none"),
        ("rows trained on", f"{report['trained_on']:,} (duplicates and rows of the test left out)"),
        ("model", "linear models on letters and words (TF-IDF) and on the sentence's vector, weighed on a held-out tenth"),
    ]  # fmt: skip
    results_text = table(results) if results else "No test file was given."
    card = model_card(
        f"{job.task}: {job.label}",
        about,
        quality,
        results_text,
        picture.name if picture.exists() else "",
        LIMITS,
    )
    stem.with_suffix(".md").write_text(card, encoding="utf-8")
