"""How well the right passage is found, and how often "nothing answers this" is right.

`python -m eval.retrieval --documents FOLDER --questions FILE` prints a table and, as its last line,
one JSON object. A gold entry may name a passage (`returns.zh#no-reason`), a topic (`returns#no-reason`)
or a document (`returns`).
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from retrieval.arrays import Numbers
from retrieval.calibration import TuneQuestion, load_questions
from retrieval.documents import load_documents
from retrieval.embeddings import SentenceEmbeddings
from retrieval.errors import RetrievalError
from retrieval.passages import Passage
from retrieval.search import Measured
from retrieval.snapshot import Snapshot, build_snapshot

CUTS = (1, 3, 5, 10)
RRF_CONSTANT = 60.0
DEFAULT_MODEL = Path(".kefu/models/multilingual-e5-small")


@dataclass(frozen=True, slots=True)
class Ranking:
    """`recall[k]`: share of answerable questions with a right passage among the first k; `mrr`: MRR@10."""

    recall: dict[int, float]
    mrr: float


@dataclass(frozen=True, slots=True)
class Abstention:
    """Shares: answerable questions given up, unanswerable ones answered, answerable ones answered wrongly."""

    threshold: float
    given_up: float
    answered_without_source: float
    answered_wrongly: float


@dataclass(frozen=True, slots=True)
class Report:
    """Rankings by mode (`dense`, `bm25`, `rrf`, `fused`) and by language of the question (`zh`, `en`)."""

    snapshot: str
    answerable: int
    unanswerable: int
    rankings: dict[str, Ranking]
    languages: dict[str, Ranking]
    abstention: Abstention
    latency_ms: dict[str, float]
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Outcome:
    question: TuneQuestion
    places: dict[str, int]
    score: float
    embed_ms: float
    search_ms: float


def evaluate(
    snapshot: Snapshot,
    questions: Sequence[TuneQuestion],
    now: datetime | None = None,
    watch: Callable[[Sequence[TuneQuestion]], Iterable[TuneQuestion]] = iter,
) -> Report:
    """Ask every question of `snapshot`. Raises `ValueError` when there is none with a gold answer."""
    if not any(question.gold for question in questions):
        raise ValueError("no question has a gold answer: nothing to measure")
    outcomes = [_ask(snapshot, question, now or datetime.now(UTC)) for question in watch(questions)]
    found = [outcome for outcome in outcomes if outcome.question.gold]
    languages = sorted({outcome.question.lang for outcome in found})
    return Report(
        snapshot=snapshot.id,
        answerable=len(found),
        unanswerable=len(outcomes) - len(found),
        rankings={mode: _ranking([o.places[mode] for o in found]) for mode in _MODES},
        languages={
            lang: _ranking([o.places["fused"] for o in found if o.question.lang == lang])
            for lang in languages
        },
        abstention=_abstention(outcomes, snapshot.threshold),
        latency_ms=_latency(outcomes),
        missed=tuple(o.question.question for o in found if not 1 <= o.places["fused"] <= 3),
    )


def _dense(found: Measured, snapshot: Snapshot) -> Numbers:
    return found.dense


def _keyword(found: Measured, snapshot: Snapshot) -> Numbers:
    return np.where(found.keyword > 0, found.keyword, -np.inf)


def _rrf(found: Measured, snapshot: Snapshot) -> Numbers:
    total = np.zeros(len(found.topics))
    for scores in (found.dense, found.keyword):
        ranks = np.argsort(np.argsort(-scores, kind="stable")) + 1
        # Without a common word there is no keyword rank to give credit for.
        total += np.where(scores > 0, 1.0 / (RRF_CONSTANT + ranks), 0.0)
    return total


def _fused(found: Measured, snapshot: Snapshot) -> Numbers:
    return snapshot.index.calibration.fused(found.features)


_MODES: dict[str, Callable[[Measured, Snapshot], Numbers]] = {
    "dense": _dense,
    "bm25": _keyword,
    "rrf": _rrf,
    "fused": _fused,
}


def _ask(snapshot: Snapshot, question: TuneQuestion, now: datetime) -> _Outcome:
    started = time.perf_counter()
    vector = snapshot.embeddings.embed_query(question.question)
    embedded = time.perf_counter()
    hits = snapshot.search(question.question, question.lang, max(CUTS), now, vector)
    searched = time.perf_counter()
    found = snapshot.index.measure(question.question, question.lang, now.date(), vector)
    places = {
        mode: _place(found, scorer(found, snapshot), snapshot, question) for mode, scorer in _MODES.items()
    }
    right = (i for i, hit in enumerate(hits, start=1) if _names(hit.passage) & set(question.gold))
    # What customers get is `search`, which also drops near duplicates.
    places["fused"] = next(right, 0)
    score = hits[0].score if hits else 0.0
    return _Outcome(question, places, score, 1000 * (embedded - started), 1000 * (searched - embedded))


def _place(found: Measured, scores: Numbers, snapshot: Snapshot, question: TuneQuestion) -> int:
    """The 1-based place of the first right topic among the first ten, 0 when there is none."""
    for place, i in enumerate(np.argsort(-scores, kind="stable")[: max(CUTS)], start=1):
        names = _names(snapshot.passages[found.passages[i]])
        if np.isfinite(scores[i]) and names & set(question.gold):
            return place
    return 0


def _names(passage: Passage) -> set[str]:
    document, _, anchor = passage.id.partition("#")
    section = anchor.partition(".")[0]
    return {passage.id, f"{document}#{section}", passage.topic, document, passage.document_id}


def _ranking(places: Sequence[int]) -> Ranking:
    found = np.array(places, dtype=float)
    hit = found > 0
    reciprocal = np.divide(1.0, found, out=np.zeros_like(found), where=hit)
    return Ranking({k: float((hit & (found <= k)).mean()) for k in CUTS}, float(reciprocal.mean()))


def _abstention(outcomes: Sequence[_Outcome], threshold: float) -> Abstention:
    answerable = [outcome for outcome in outcomes if outcome.question.gold]
    others = [outcome for outcome in outcomes if not outcome.question.gold]
    return Abstention(
        threshold=threshold,
        given_up=_share(outcome.score < threshold for outcome in answerable),
        answered_without_source=_share(outcome.score >= threshold for outcome in others),
        answered_wrongly=_share(o.score >= threshold and o.places["fused"] != 1 for o in answerable),
    )


def _share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return float(np.mean(values)) if values else 0.0


def _latency(outcomes: Sequence[_Outcome]) -> dict[str, float]:
    embed, search = [o.embed_ms for o in outcomes], [o.search_ms for o in outcomes]
    return {
        f"{name}_p{share}": round(float(np.percentile(times, share)), 2)
        for name, times in (("embed", embed), ("search", search))
        for share in (50, 95)
    }


def render(report: Report, console: Console) -> None:
    table = Table(
        title=f"Retrieval: {report.answerable} answerable, {report.unanswerable} unanswerable questions"
    )
    for heading in ("", *(f"recall@{k}" for k in CUTS), "MRR@10"):
        table.add_column(heading, justify="right" if heading else "left")
    rows = {**report.rankings, **{f"fused, {lang}": ranking for lang, ranking in report.languages.items()}}
    for name, ranking in rows.items():
        table.add_row(name, *(f"{ranking.recall[k]:.3f}" for k in CUTS), f"{ranking.mrr:.3f}")
    console.print(table)
    abstention = report.abstention
    console.print(
        f"Threshold {abstention.threshold:.3f}: gives up on {abstention.given_up:.1%} of the answerable, "
        f"answers {abstention.answered_without_source:.1%} of the unanswerable, "
        f"first passage wrong for {abstention.answered_wrongly:.1%}."
    )


def main(
    documents: Annotated[Path, typer.Option(help="folder of policy documents")] = Path("examples/policies"),
    questions: Annotated[Path, typer.Option(help="JSON Lines: question, lang, gold")] = Path(
        "examples/training/retrieval.tune.jsonl"
    ),
    tune: Annotated[
        Path | None, typer.Option(help="questions to calibrate on; never the measured ones")
    ] = None,
    model: Annotated[Path, typer.Option(help="embedding model")] = DEFAULT_MODEL,
    index: Annotated[
        Path | None, typer.Option(help="where to keep the index; a scratch folder if absent")
    ] = None,
) -> None:
    """Measure retrieval on any folder of documents and any file of questions."""
    console = Console()
    try:
        asked = load_questions(questions)
        with tempfile.TemporaryDirectory() as scratch:
            snapshot = _build(documents, model, index or Path(scratch), tune, console)
            report = evaluate(
                snapshot, asked, watch=lambda items: track(items, "Asking", console=console, transient=True)
            )
    except (RetrievalError, ValueError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error
    render(report, console)
    print(json.dumps(asdict(report), ensure_ascii=False))


def _build(documents: Path, model: Path, folder: Path, tune: Path | None, console: Console) -> Snapshot:
    read, problems = load_documents(documents)
    for problem in problems:
        console.print(f"[yellow]{problem}[/yellow]")
    tuned = load_questions(tune) if tune else None
    return build_snapshot(read, SentenceEmbeddings(model), folder, tuned)


if __name__ == "__main__":
    typer.run(main)
