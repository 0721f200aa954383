"""A report for people: tables, and on request what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.retrieval.engine import CUTS, MODES
from eval.retrieval.intervals import Estimate
from eval.retrieval.measure import Outcome
from eval.retrieval.report import Abstention, Group, Report

TITLES = {
    "all": "All answerable questions",
    "same_language": "A right passage exists in the question's language",
    "across_languages": "Across languages: only documents of the other language are searched",
}


def render(report: Report, console: Console, misses: int = 0) -> None:
    """Print everything; of each kind of mistake at most `misses` questions."""
    about = report.about
    console.print(
        f"{about['documents']} documents, {about['passages']} passages; {about['answerable']} answerable and"
        f" {about['unanswerable']} unanswerable questions; calibrated on {about['calibrated_on'] or 'no'} questions",
        highlight=False,
        soft_wrap=True,
    )
    for name, title in TITLES.items():
        if name in report.groups and (name != "all" or "same_language" not in report.groups):
            console.print(_modes(report.groups[name], title))
    pairs = [group for name, group in report.groups.items() if name not in TITLES]
    if pairs:
        console.print(_pairs(pairs))
    for name, found in report.abstention.items():
        console.print(_abstention(name, found), highlight=False, soft_wrap=True)
    times = ", ".join(f"{name.replace('_', ' ')} {value:.1f} ms" for name, value in report.latency_ms.items())
    console.print(f"One thread: {times}", highlight=False, soft_wrap=True)
    _mistakes(report, console, misses)


def _modes(group: Group, title: str) -> Table:
    table = _table(f"{title}: {group.questions}, with 95 % intervals")
    for mode, label in MODES.items():
        if mode in group.modes:
            ranking = group.modes[mode]
            table.add_row(label, *(_cell(ranking.recall[k]) for k in CUTS), _cell(ranking.mrr))
    return table


def _pairs(groups: Sequence[Group]) -> Table:
    table = _table("Fused, by language of the question → of the documents")
    for group in groups:
        ranking, (asked, documents) = group.modes["fused"], group.name.split("-")
        cells = (_cell(ranking.recall[k]) for k in CUTS)
        table.add_row(f"{asked} → {documents}: {group.questions}", *cells, _cell(ranking.mrr))
    return table


def _table(title: str) -> Table:
    table = Table(title=title)
    for heading in ("", *(f"recall@{k}" for k in CUTS), "MRR@10"):
        table.add_column(heading, justify="right" if heading else "left")
    return table


def _cell(found: Estimate) -> str:
    return f"{found.value:.3f} {found.low:.2f}–{found.high:.2f}"


def _abstention(name: str, found: Abstention) -> str:
    where = "all documents" if name == "all" else f"{found.documents} documents only"
    parts = [
        f"{label} {figure}"
        for label, figure in (
            ("unanswerable answered", found.answered),
            ("answerable refused", found.refused),
            ("AUROC of the score", found.auroc),
        )
        if figure is not None
    ]
    return f"{where}, answered from {found.threshold:.3f} on: {'; '.join(parts)}"


def _mistakes(report: Report, console: Console, misses: int) -> None:
    kinds = (
        ("not among the first three", report.missed),
        ("unanswerable, and answered", report.wrongly_answered),
        ("answerable, and refused", report.wrongly_refused),
    )
    for title, outcomes in kinds:
        for outcome in outcomes[:misses]:
            console.print(f"{title}: {escape(_mistake(outcome))}", highlight=False, soft_wrap=True)


def _mistake(outcome: Outcome) -> str:
    first = ", ".join(outcome.answer.ranked.get("fused", ())[:3])
    gold = f", wanted {', '.join(outcome.question.gold)}" if outcome.question.gold else ""
    return f"{outcome.question.text}  (score {outcome.answer.score:.2f}: {first}{gold})"
