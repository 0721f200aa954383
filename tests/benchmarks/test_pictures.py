"""The pictures and tables can be made of any run, also of one that was stopped."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from matplotlib.image import imread
from rich.console import Console

from benchmarks.answers.plots import plot_contestants, plot_growth
from benchmarks.answers.summary import summarize
from benchmarks.answers.tables import print_report
from benchmarks.answers.targets import targets
from tests.benchmarks.makers import GROWTH, LOAD, measured

WIDTH = 1200


def drawn(path: Path) -> bool:
    """Whether a PNG of the promised width has anything on it."""
    pixels = imread(path)
    return bool(pixels.shape[1] == WIDTH and pixels.std() > 0.01)


@pytest.mark.parametrize(
    "measurements",
    [
        [measured(name, n, first_s=0.1 * n + 0.1) for name in ("kefu", "rag", "agent") for n in range(12)],
        [measured("kefu", first_s=None, reply="")],
        [measured("somebody else's"), measured("kefu")],
    ],
    ids=["whole", "nothing shown", "unknown contestant"],
)
def test_the_contestants_side_by_side(measurements: list, tmp_path: Path) -> None:
    picture = tmp_path / "answers.png"
    plot_contestants(measurements, summarize(measurements), "a model · a machine · a day", picture)
    assert drawn(picture)


@pytest.mark.parametrize(("growth", "load"), [(GROWTH, LOAD), (GROWTH[:1], []), ([], LOAD)])
def test_growth(growth: list, load: list, tmp_path: Path) -> None:
    picture = tmp_path / "growth.png"
    plot_growth(growth, load, "a model · a machine · a day", picture)
    assert drawn(picture)


def test_the_tables_name_everybody_and_every_target() -> None:
    answers = [measured("kefu"), measured("agent", whole_s=41.5)]
    parts = {
        "growth": GROWTH,
        "load": LOAD,
        "decoding": {"kefu": 15.9, "bare": 16.2, "left_out": "no llama-bench: left out"},
    }
    summary = {"contestants": summarize(answers), "targets": targets(answers, parts)}
    out = StringIO()
    console = Console(width=160, file=out)
    print_report(summary, parts, console)
    shown = out.getvalue()
    assert all(
        words in shown for words in ("Kefu", "create_agent", "41.50", "15.90", "left out", "1,000", "64")
    )
    assert all(each["name"] in shown for each in summary["targets"])
