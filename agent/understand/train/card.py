"""The measurements of a classifier, its confusion matrix as a picture, and its model card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

BINS = 10
# More labels than this make a picture nobody can read.
MOST_LABELS = 40


@dataclass(frozen=True)
class Measured:
    """What a classifier got right on a test set; all numbers 0..1."""

    rows: int
    accuracy: float
    macro_f1: float
    ece: float

    def as_json(self) -> dict[str, float]:
        return {
            "rows": self.rows,
            "accuracy": round(self.accuracy, 4),
            "macro_f1": round(self.macro_f1, 4),
            "ece": round(self.ece, 4),
        }


def measure(
    gold: NDArray[Any], probabilities: NDArray[Any], said: Sequence[tuple[str, ...]], labels: Sequence[str]
) -> Measured:
    """`gold` is (rows, labels) of 0 and 1; right means exactly the labels of the row."""
    spoken = np.array([[label in one for label in labels] for one in said])
    right = (spoken == gold.astype(bool)).all(axis=1)
    return Measured(
        rows=len(gold),
        accuracy=float(right.mean()),
        macro_f1=float(f1_score(gold.astype(bool), spoken, average="macro", zero_division=0)),
        ece=calibration_error(
            probabilities.max(axis=1), gold[np.arange(len(gold)), probabilities.argmax(axis=1)]
        ),
    )


def calibration_error(probabilities: NDArray[Any], right: NDArray[Any]) -> float:
    """Mean distance between what is promised and what is kept, weighted by how often, in 10 equal bins
    (Guo et al., On Calibration of Modern Neural Networks, ICML 2017)."""
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    gaps = [
        abs(probabilities[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
        for b in range(BINS)
        if (bins == b).any()
    ]
    return float(sum(gaps))


def confusion_picture(gold: Sequence[str], said: Sequence[str], title: str, path: Path) -> None:
    """Write a PNG of how often each label (row) was taken for each (column), as shares of the row."""
    # matplotlib takes a second to import and only training draws.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    labels = sorted(set(gold) | set(said))[:MOST_LABELS]
    places = {label: place for place, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)))
    for truth, guess in zip(gold, said, strict=True):
        if truth in places and guess in places:
            counts[places[truth], places[guess]] += 1
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = 2.5 + 0.42 * len(labels)
    figure = Figure(figsize=(side + 1, side), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [_drawable(label) for label in labels]
    axes.set_xticks(range(len(labels)), names, rotation=60, ha="right")
    axes.set_yticks(range(len(labels)), names)
    axes.set_xlabel("predicted")
    axes.set_ylabel("labelled")
    axes.set_title(title)
    for row, column in zip(*np.nonzero(counts), strict=True):
        axes.text(
            column, row, f"{counts[row, column]:.0f}", ha="center", va="center", fontsize=7,
            color="white" if shares[row, column] > 0.5 else "black",
        )  # fmt: skip
    # Neither version nor date: the same numbers give the same bytes.
    figure.savefig(path, dpi=110, metadata={"Software": None})


def _drawable(label: str) -> str:
    """The font that comes with matplotlib has no Chinese: such labels are written as code points."""
    return label if label.isascii() else " ".join(f"U+{ord(char):04X}" for char in label)


def model_card(
    title: str, about: Sequence[tuple[str, str]], quality: str, results: str, picture: str, limits: str
) -> str:
    """The card in Markdown; `results` is a table, `picture` a file name beside the card or ""."""
    facts = "\n".join(f"- {name}: {value}" for name, value in about)
    shown = f"\n![confusion matrix]({picture})\n" if picture else ""
    return f"# {title}\n\n{facts}\n\n## Results\n\n{results}\n{shown}\n{quality}\n## Limits\n\n{limits}\n"
