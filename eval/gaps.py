"""How well questions that no passage answered are grouped by meaning: `python -m eval.gaps`.

Measures the questions that the threshold was chosen on and, apart from them, the test questions. Prints a
table and, as its last line, one JSON object. `--choose` tries thresholds on the tune questions only.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError
from rich.console import Console
from rich.table import Table

from knowledge.gaps import Reference, Unanswered, group, read_reference
from knowledge.gaps.clusters import THRESHOLD, cluster
from knowledge.gaps.reference import EmbedQueries
from retrieval.documents import Language
from retrieval.embeddings import Vectors, unit_vectors

ROOT = Path(__file__).resolve().parent.parent
SETS = {
    "tune": ROOT / "examples" / "training" / "gaps.tune.jsonl",
    "test": ROOT / "eval" / "sets" / "gaps.test.jsonl",
}
START = datetime(2026, 1, 1, tzinfo=UTC)
Labels = Sequence[str] | Sequence[int]


class Labelled(BaseModel):
    """One line of a set; questions of one `group` mean the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    lang: Language
    group: str


@dataclass(frozen=True)
class Agreement:
    """Precision, recall and F1, 0..1, by B-cubed (Bagga and Baldwin, 1998) and by pairs of questions."""

    bcubed: tuple[float, float, float]
    pairs: tuple[float, float, float]


def read_labelled(path: Path) -> list[Labelled]:
    """Raises `ValueError` naming the file and the line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    read = []
    for number, line in enumerate(lines, start=1):
        try:
            read.append(Labelled.model_validate_json(line))
        except ValidationError as error:
            raise ValueError(f"{path}:{number}: {error.errors()[0]['msg']}") from error
    return read


def agreement(gold: Labels, found: Labels) -> Agreement:
    """How far `found` puts together what `gold` has together; one label a question, at least one."""
    wanted, given = _same(gold), _same(found)
    both = wanted & given
    precision = float((both.sum(1) / given.sum(1)).mean())
    recall = float((both.sum(1) / wanted.sum(1)).mean())
    above = np.triu_indices(len(gold), 1)
    common = int(both[above].sum())
    pair_precision = common / max(1, int(given[above].sum()))
    pair_recall = common / max(1, int(wanted[above].sum()))
    return Agreement(
        (precision, recall, _f1(precision, recall)),
        (pair_precision, pair_recall, _f1(pair_precision, pair_recall)),
    )


def measure(labelled: Sequence[Labelled], vectors: Vectors, reference: Reference) -> dict[str, Any]:
    """What authors would see, shares 0..1.

    `left_out` has what was taken for noise; `pure_gaps` is the share of gaps of several questions that hold one
    meaning only; `bilingual_meanings_met` that of the meanings asked in both languages of which at least one
    question of each stands in the same gap.
    """
    asked = as_unanswered(labelled)
    found = group(asked, vectors, reference)
    where = {turn: number for number, gap in enumerate(found) for turn in gap.turn_ids}
    kept = [i for i, each in enumerate(asked) if each.turn_id in where]
    gold = [labelled[i].group for i in kept]
    agreed = agreement(gold, [where[asked[i].turn_id] for i in kept])
    meanings = [{labelled[int(turn)].group for turn in gap.turn_ids} for gap in found if gap.count > 1]
    spoken = [{(labelled[int(t)].group, labelled[int(t)].lang) for t in gap.turn_ids} for gap in found]
    met = {m for each in spoken for m, _ in each if {(m, "zh"), (m, "en")} <= each}
    said = {(each.group, each.lang) for each in labelled}
    bilingual = {m for m, _ in said if {(m, "zh"), (m, "en")} <= said}
    return {
        "questions": len(labelled),
        "meanings": len({each.group for each in labelled}),
        "left_out": [each.question for each in asked if each.turn_id not in where],
        "gaps": len(found),
        "bcubed": _rounded(agreed.bcubed),
        "pairs": _rounded(agreed.pairs),
        "bcubed_repeated_meanings": _rounded(_repeated(gold, [where[asked[i].turn_id] for i in kept]).bcubed),
        "pure_gaps": round(sum(len(m) == 1 for m in meanings) / max(1, len(meanings)), 3),
        "bilingual_meanings_met": round(len(met) / max(1, len(bilingual)), 3),
    }


def choose(labelled: Sequence[Labelled], vectors: Vectors, reference: Reference) -> list[dict[str, Any]]:
    """Agreement at thresholds from .16 to .40."""
    languages = [each.lang for each in labelled]
    spread, gold = reference.spread(vectors, languages), [each.group for each in labelled]
    rows = []
    for threshold in np.arange(0.16, 0.401, 0.01):
        agreed = agreement(gold, cluster(spread, languages, float(threshold)).tolist())
        rows.append({"threshold": round(float(threshold), 2), "bcubed": _rounded(agreed.bcubed)})
    return rows


def as_unanswered(labelled: Sequence[Labelled]) -> list[Unanswered]:
    """A minute apart; a turn's id is its line, counted from 0."""
    return [
        Unanswered(str(i), START + timedelta(minutes=i), each.question, each.lang, "web", "")
        for i, each in enumerate(labelled)
    ]


def run(embed_queries: EmbedQueries, choosing: bool = False) -> dict[str, Any]:
    """The report that `main` prints."""
    reference = read_reference(embed_queries)
    report: dict[str, Any] = {"threshold": THRESHOLD}
    for name, path in SETS.items():
        if choosing and name != "tune":
            continue
        labelled = read_labelled(path)
        vectors = unit_vectors(embed_queries([each.question for each in labelled]), len(labelled))
        report[name] = measure(labelled, vectors, reference)
        if choosing:
            report["thresholds"] = choose(labelled, vectors, reference)
    return report


def main(arguments: Sequence[str]) -> None:
    from models.resolve import resolve_embedding
    from retrieval.embeddings import SentenceEmbeddings
    from service.settings import read_settings

    settings = read_settings()
    embeddings = SentenceEmbeddings(resolve_embedding(settings.embedding, settings.models_dir))
    report = run(embeddings.embed_queries, "--choose" in arguments)
    table = Table("set", "gaps / meanings", "B-cubed P / R / F1", "pairs P / R / F1")
    for name in (name for name in SETS if name in report):
        row = report[name]
        shown = (" / ".join(f"{100 * x:.1f}" for x in row[kind]) for kind in ("bcubed", "pairs"))
        table.add_row(name, f"{row['gaps']} / {row['meanings']}", *shown)
    Console().print(table)
    print(json.dumps(report))


def _same(labels: Labels) -> NDArray[np.bool_]:
    values = np.asarray(labels)
    same: NDArray[np.bool_] = values[:, None] == values
    return same


def _repeated(gold: Sequence[str], found: Sequence[int]) -> Agreement:
    """Without the meanings that only one question has: they flatter precision."""
    kept = [i for i, each in enumerate(gold) if gold.count(each) > 1]
    return agreement([gold[i] for i in kept], [found[i] for i in kept])


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(value, 3) for value in values]


if __name__ == "__main__":
    main(sys.argv[1:])
