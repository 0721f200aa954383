"""The pictures of a report: the contestants side by side, and growth."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.answers.names import COLOURS, NAMES
from benchmarks.answers.records import Measurement

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# 12 by 8.5 inches at 100 dots: readable at a width of 1200.
DPI = 100
_GRID = "#DDDDDD"
_INK = "#333333"
_STYLE: Any = {
    "font.size": 11, "axes.titlesize": 12.5, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#888888",
    "axes.labelcolor": _INK, "text.color": _INK, "xtick.color": _INK, "ytick.color": _INK,
    "axes.grid": True, "grid.color": _GRID, "grid.linewidth": 0.8, "axes.axisbelow": True, "legend.frameon": False,
}  # fmt: skip


def plot_contestants(
    measurements: Sequence[Measurement], summary: Mapping[str, Any], about: str, path: Path
) -> None:
    """Write a PNG: times as distributions, correct answers, mistakes, tokens, memory."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots(2, 3)
        _spread(axes[0, 0], measurements, "Time to first token", lambda each: each.first_s)
        _spread(axes[0, 1], measurements, "Whole turn", lambda each: each.whole_s)
        _correct(axes[0, 2], summary)
        _mistakes(axes[1, 0], summary)
        _tokens(axes[1, 1], summary)
        _memory(axes[1, 2], summary)

    questions = len({each.case for each in measurements})
    _picture(f"{questions} questions, one model file, one machine", about, (12, 8.5), draw, path)


def _picture(
    title: str, about: str, size: tuple[float, float], draw: Callable[[Figure], None], path: Path
) -> None:
    # matplotlib takes a second to import, which a process that measures memory should not pay for.
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with rc_context(_STYLE):
        figure = Figure(figsize=size, layout=ConstrainedLayoutEngine(h_pad=0.12, w_pad=0.1))
        FigureCanvasAgg(figure)
        figure.suptitle(title, x=0.01, ha="left", fontsize=16, fontweight="bold")
        draw(figure)
        figure.supxlabel(about, x=0.01, ha="left", fontsize=9.5, color="#666666")
        figure.savefig(path, dpi=DPI, metadata={"Software": None})


def _spread(
    axes: Axes, measurements: Sequence[Measurement], title: str, value: Callable[[Measurement], float | None]
) -> None:
    """Every measurement as a dot, the middle half as a box, on a logarithmic scale."""
    names = list(dict.fromkeys(each.contestant for each in measurements))
    found = [
        [v for each in measurements if each.contestant == name and (v := value(each)) is not None]
        for name in names
    ]
    axes.set_title(f"{title}, median beside")
    if not any(found):
        _nothing(axes, "nothing was shown")
        return
    boxes = axes.boxplot(
        [values or [float("nan")] for values in found], orientation="vertical", showfliers=False, widths=0.55,
        patch_artist=True, medianprops={"color": _INK, "linewidth": 2},
    )  # fmt: skip
    for box, name in zip(boxes["boxes"], names, strict=True):
        box.set(facecolor=COLOURS.get(name, "#999999"), alpha=0.35, edgecolor=COLOURS.get(name, "#999999"))
    for place, (name, values) in enumerate(zip(names, found, strict=True), start=1):
        # Side by side in the order in which they were asked, so that dots do not hide each other.
        offsets = [place - 0.2 + 0.4 * i / max(1, len(values) - 1) for i in range(len(values))]
        axes.scatter(offsets, values, s=14, color=COLOURS.get(name, "#999999"), alpha=0.8, zorder=3)
        if values:
            middle = statistics.median(values)
            axes.annotate(
                f"{_short(middle)} s", (place + 0.29, middle), (3, 0), textcoords="offset points", va="center",
                fontsize=10, fontweight="bold",
            )  # fmt: skip
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(_plain_number)
    axes.set_xticks(range(1, len(names) + 1), [NAMES.get(name, name) for name in names])
    axes.set_xlim(0.5, len(names) + 0.75)
    axes.set_ylabel("seconds (log scale)")
    axes.grid(axis="x", visible=False)


def _nothing(axes: Axes, why: str) -> None:
    axes.text(0.5, 0.5, why, ha="center", va="center", transform=axes.transAxes)
    axes.set(xticks=[], yticks=[])


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _plain_number(value: float, _place: object = None) -> str:
    return f"{value:g}"


def _bars(axes: Axes, summary: Mapping[str, Any], values: Sequence[float], texts: Sequence[str]) -> None:
    names = list(summary)
    bars = axes.bar(
        [NAMES.get(name, name) for name in names], values, width=0.6,
        color=[COLOURS.get(name, "#999999") for name in names],
    )  # fmt: skip
    axes.bar_label(bars, texts, padding=3)
    axes.grid(axis="x", visible=False)
    axes.margins(y=0.15)


def _correct(axes: Axes, summary: Mapping[str, Any]) -> None:
    rows = [groups["all"] for groups in summary.values()]
    shares = [100 * row["correct"] / row["questions"] for row in rows]
    _bars(axes, summary, shares, [f"{row['correct']} of {row['questions']}" for row in rows])
    axes.set(title="Correct and complete", ylabel="% of questions", ylim=(0, 112))


def _mistakes(axes: Axes, summary: Mapping[str, Any]) -> None:
    kinds = {
        "unsupported": "unsupported\nfigures",
        "promises": "false\npromises",
        "language": "sentences in the\nother language",
    }
    width = 0.8 / max(1, len(summary))
    for number, (name, groups) in enumerate(summary.items()):
        places = [place + (number - (len(summary) - 1) / 2) * width for place in range(len(kinds))]
        values = [groups["all"][kind] for kind in kinds]
        bars = axes.bar(
            places, values, width * 0.9, color=COLOURS.get(name, "#999999"), label=NAMES.get(name, name)
        )
        axes.bar_label(bars, [str(value) for value in values], padding=2)
    axes.set_xticks(range(len(kinds)), list(kinds.values()))
    axes.locator_params(axis="y", integer=True)
    axes.set(title="What should not be said", ylabel="count, all questions")
    axes.grid(axis="x", visible=False)
    axes.set_ylim(0, max(4, axes.get_ylim()[1] * 1.15))
    axes.legend(loc="upper right")


def _tokens(axes: Axes, summary: Mapping[str, Any]) -> None:
    rows = [groups["all"] for groups in summary.values()]
    read = [row["read"]["sum"] / row["questions"] for row in rows]
    written = [row["written"]["sum"] / row["questions"] for row in rows]
    names = [NAMES.get(name, name) for name in summary]
    colours = [COLOURS.get(name, "#999999") for name in summary]
    axes.bar(names, read, 0.6, color=colours, alpha=0.45)
    bars = axes.bar(names, written, 0.6, bottom=read, color=colours)
    axes.bar_label(bars, [f"{a:,.0f} + {b:,.0f}" for a, b in zip(read, written, strict=True)], padding=3)
    axes.set(title="Tokens: read (pale) + written", ylabel="mean of a question")
    axes.grid(axis="x", visible=False)
    axes.margins(y=0.15)


def _memory(axes: Axes, summary: Mapping[str, Any]) -> None:
    peaks = [groups["all"]["peak_mb"] / 1000 for groups in summary.values()]
    _bars(axes, summary, peaks, [f"{peak:.2f}" for peak in peaks])
    axes.set(title="Peak resident memory", ylabel="GB, the whole process")


def plot_growth(
    growth: Sequence[Mapping[str, Any]], load: Sequence[Mapping[str, Any]], about: str, path: Path
) -> None:
    """Write a PNG: cost by cached passages, throughput and waiting by conversations at once."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots(2, 2)
        passages = [row["passages"] for row in growth]
        blue, orange = COLOURS["kefu"], COLOURS["agent"]
        _times(axes[0, 0], passages, [row["first_s"] for row in growth])
        axes[0, 0].set(
            title="First token by cached passages", ylabel="seconds", xlabel="passages (log scale)"
        )
        memory = {"resident memory": [row["resident_mb"] / 1000 for row in growth]}
        memory["cache on disk"] = [row["disk_mb"] / 1000 for row in growth]
        _curves(axes[0, 1], passages, memory, (blue, orange))
        axes[0, 1].set(title="Memory by cached passages", ylabel="GB", xlabel="passages (log scale)")
        at_once = [row["at_once"] for row in load]
        _curves(axes[1, 0], at_once, {"turns a minute": [row["turns_a_minute"] for row in load]}, (blue,))
        axes[1, 0].set(
            title="Throughput over HTTP", ylabel="turns a minute", xlabel="conversations at once (log scale)"
        )
        _times(axes[1, 1], at_once, [row["turn_s"] for row in load])
        axes[1, 1].set(
            title="Whole turn over HTTP", ylabel="seconds", xlabel="conversations at once (log scale)"
        )

    _picture("Kefu: cost as it grows", about, (12, 8.5), draw, path)


def _times(axes: Axes, places: Sequence[float], rows: Sequence[Mapping[str, float]]) -> None:
    curves = {percent: [row[percent] for row in rows] for percent in ("p50", "p95")}
    _curves(axes, places, curves, (COLOURS["kefu"], COLOURS["agent"]))


def _curves(
    axes: Axes, places: Sequence[float], curves: Mapping[str, Sequence[float]], colours: Sequence[str]
) -> None:
    if not places:
        _nothing(axes, "not measured")
        return
    styles = zip(curves.items(), colours, "os", (-14, 7), strict=False)
    for (label, values), colour, mark, below in styles:
        shift = below if len(curves) > 1 else 7
        axes.plot(places, values, color=colour, marker=mark, linewidth=2, label=label)
        for place, value in zip(places, values, strict=True):
            axes.annotate(
                _short(value),
                (place, value),
                (0, shift),
                textcoords="offset points",
                ha="center",
                fontsize=9,
                color=colour,
            )
    axes.set_xscale("log")
    axes.set_xticks(list(places), [f"{place:,g}" for place in places])
    axes.minorticks_off()
    highest = max(value for values in curves.values() for value in values)
    # Room for the numbers below the lowest curve and above the highest.
    axes.set_ylim(-0.06 * highest if len(curves) > 1 else 0, 1.2 * highest or 1)
    axes.margins(x=0.08)
    if len(curves) > 1:
        axes.legend(loc="upper left")
