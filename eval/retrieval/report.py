"""The figures of a measurement, as one JSON object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from eval.retrieval.engine import CUTS
from eval.retrieval.intervals import Estimate, auroc, mean, share
from eval.retrieval.measure import Measurement, Outcome, Run

ALONE = ("dense", "bm25")


@dataclass(frozen=True)
class Ranking:
    """`recall[k]`: share of questions with a right passage among the first `k`; `mrr`: MRR@10."""

    recall: dict[int, Estimate]
    mrr: Estimate

    def json(self) -> dict[str, Any]:
        return {"recall": {str(k): found.json() for k, found in self.recall.items()}, "mrr": self.mrr.json()}


@dataclass(frozen=True)
class Group:
    """Rankings by mode for one kind of question; `gain`: MRR@10 of fused less that of each search alone."""

    name: str
    questions: int
    modes: dict[str, Ranking]
    gain: dict[str, Estimate]

    def json(self) -> dict[str, Any]:
        return {
            "questions": self.questions,
            "modes": {mode: ranking.json() for mode, ranking in self.modes.items()},
            "fused_mrr_gain_over": {mode: found.json() for mode, found in self.gain.items()},
        }


@dataclass(frozen=True)
class Abstention:
    """Shares of their kind: unanswerable questions answered, answerable ones refused; AUROC of the score."""

    documents: str
    threshold: float
    answered: Estimate | None
    refused: Estimate | None
    auroc: Estimate | None

    def json(self) -> dict[str, Any]:
        return {
            "threshold": self.threshold,
            "unanswerable_answered": self.answered.json() if self.answered else None,
            "answerable_refused": self.refused.json() if self.refused else None,
            "auroc": self.auroc.json() if self.auroc else None,
        }


@dataclass(frozen=True)
class Report:
    """`groups` by name: `all`, `same_language`, `across_languages` and `question-documents` pairs."""

    about: dict[str, Any]
    groups: dict[str, Group]
    abstention: dict[str, Abstention]
    latency_ms: dict[str, float]
    missed: tuple[Outcome, ...] = ()
    wrongly_answered: tuple[Outcome, ...] = ()
    wrongly_refused: tuple[Outcome, ...] = ()
    outcomes: tuple[Outcome, ...] = field(default=(), repr=False)

    def json(self) -> dict[str, Any]:
        return {
            **self.about,
            "groups": {name: group.json() for name, group in self.groups.items()},
            "abstention": {name: found.json() for name, found in self.abstention.items()},
            "latency_ms": self.latency_ms,
        }


def report(found: Measurement) -> Report:
    """Shares have Wilson's 95 % interval, MRR@10, its differences and AUROC a bootstrap over questions."""
    whole, snapshot = found.whole, found.whole.engine.snapshot
    groups = {name: _group(name, outcomes) for name, outcomes in _groups(found).items() if outcomes}
    runs = {"all": whole, **{f"{name}_documents": run for name, run in found.across.items()}}
    threshold = snapshot.threshold
    lost = sum(bool(o.question.gold) and not o.right for o in whole.outcomes)
    return Report(
        about={
            "documents": len(snapshot.manifest.documents),
            "passages": len(snapshot.passages),
            "answerable": len(whole.answerable),
            "unanswerable": len(whole.unanswerable),
            "gold_missing": lost,
            "calibrated_on": snapshot.index.calibration.questions,
            "snapshot": snapshot.id,
        },
        groups=groups,
        abstention={name: _abstention(run) for name, run in runs.items() if run.outcomes},
        latency_ms=_latency(found),
        missed=tuple(o for o in whole.answerable if not 1 <= o.places["fused"] <= 3),
        wrongly_answered=tuple(o for o in whole.unanswerable if o.answer.score >= threshold),
        wrongly_refused=tuple(o for o in whole.answerable if o.answer.score < threshold),
        outcomes=whole.outcomes,
    )


def _groups(found: Measurement) -> dict[str, list[Outcome]]:
    native = [outcome for outcome in found.whole.answerable if outcome.native]
    crossing = [outcome for run in found.across.values() for outcome in run.answerable]
    groups = {"all": found.whole.answerable, "same_language": native, "across_languages": crossing}
    for language in ("zh", "en"):
        groups[f"{language}-{language}"] = [o for o in native if o.question.language == language]
    for documents, run in found.across.items():
        asked = "en" if documents == "zh" else "zh"
        groups[f"{asked}-{documents}"] = run.answerable
    return groups


def _group(name: str, outcomes: Sequence[Outcome]) -> Group:
    # Without any topic in force there is no ranking at all, which counts as not found.
    modes = [mode for mode in outcomes[0].places if all(mode in outcome.places for outcome in outcomes)]
    places = {mode: [outcome.places[mode] for outcome in outcomes] for mode in modes}
    reciprocal = {mode: np.array([1 / p if p else 0.0 for p in found]) for mode, found in places.items()}
    gain = {mode: mean(list(reciprocal["fused"] - reciprocal[mode])) for mode in ALONE if mode in reciprocal}
    rankings = {mode: _ranking(places[mode], list(reciprocal[mode])) for mode in modes}
    return Group(name, len(outcomes), rankings, {mode: found for mode, found in gain.items() if found})


def _ranking(places: Sequence[int], reciprocal: Sequence[float]) -> Ranking:
    recall = {k: share([1 <= place <= k for place in places]) for k in CUTS}
    mrr = mean(reciprocal)
    assert mrr is not None
    return Ranking({k: found for k, found in recall.items() if found}, mrr)


def _abstention(run: Run) -> Abstention:
    threshold = run.engine.snapshot.threshold
    judged = [*run.answerable, *run.unanswerable]
    return Abstention(
        run.documents,
        threshold,
        answered=share([outcome.answer.score >= threshold for outcome in run.unanswerable]),
        refused=share([outcome.answer.score < threshold for outcome in run.answerable]),
        auroc=auroc([o.answer.score for o in judged], [bool(o.right) for o in judged]),
    )


def _latency(found: Measurement) -> dict[str, float]:
    times = {"search": [o.answer.search_ms for o in found.whole.outcomes], "embed": list(found.embed_ms)}
    return {
        f"{name}_p{part}": round(float(np.percentile(values, part)), 2)
        for name, values in times.items()
        if values
        for part in (50, 95)
    }
