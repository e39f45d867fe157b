"""Figures of what the network can tell apart, and of how well firmware and model agree."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.metrics import RocCurve, confusion
from codesign.reporting import notation
from codesign.reporting.plots import (
    COLORS,
    DARK,
    GREY,
    Axes,
    Drawing,
    Figure,
    drawing,
    integer_ticks,
    note,
    plain,
    power_of_ten_ticks,
)
from codesign.reporting.responses import Answered
from codesign.reporting.scores import Scores

_POINTS = 64
_MIN_COUNT = 10
_MAX_WRITTEN = 12
_LINES: dict[str, dict[str, Any]] = {
    "float": {"linestyle": (0, (1, 1.5)), "linewidth": 1.4, "zorder": 4},
    "qkeras": {"linewidth": 4.5, "alpha": 0.3, "solid_capstyle": "butt", "zorder": 2},
    "firmware": {"linewidth": 1.2, "zorder": 3},
}
Curves = dict[str, tuple[RocCurve, ...]]


def roc_figure(scores: Scores) -> Drawing:
    """Return the ROC curves of each class and stage, with the ratio of stages below."""
    stages = scores.drawn_stages
    curves = {stage: scores.curves(stage) for stage in stages}
    names = ", ".join(map(notation.stage_name, stages))

    def paint(figure: Figure) -> None:
        above, below = figure.subplots(
            2, 1, sharex=True, gridspec_kw={"height_ratios": (3.2, 1.25)}
        )
        _draw_curves(above, curves, scores)
        _draw_ratios(below, curves, scores)
        note(above, _events(scores))

    return drawing(
        paint,
        size=(8.4, 6.9),
        title="ROC curves",
        caption=(
            f"{_events(scores)}; one class against the rest by "
            f"softmax probability. Lower is better. Below: background efficiency relative to "
            f"{notation.stage_name(stages[0])} at the same signal efficiency, where at least "
            f"{_MIN_COUNT} background events are accepted."
        ),
        alt=f"ROC curves of {', '.join(scores.label_names)} for {names}",
    )


def confusion_figure(scores: Scores) -> Drawing:
    """Return how often each class is taken for each other by the firmware."""
    stage = notation.stage_name(scores.firmware_stage)
    counts = confusion(scores.of(scores.firmware_stage), scores.labels)
    names = [plain(name) for name in scores.label_names]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        shares = counts / counts.sum(axis=1, keepdims=True)
        image = axes.imshow(100 * shares, cmap="Blues", vmin=0, vmax=100)
        if len(names) <= _MAX_WRITTEN:
            _write_cells(axes, shares)
        axes.set_xticks(range(len(names)), names)
        axes.set_yticks(range(len(names)), names)
        axes.set_xlabel(f"predicted class ({stage})")
        note(axes, _events(scores))
        axes.set_ylabel("true class")
        axes.grid(visible=False)
        axes.tick_params(length=0)
        figure.colorbar(image, ax=axes, label="share of the true class (%)", shrink=0.85)

    return drawing(
        paint,
        size=(5.4, 4.5),
        title=f"Confusion matrix of {stage}",
        caption=(
            f"{_events(scores)}; each row adds up to 100 %. The largest logit names the class."
        ),
        alt=f"Confusion matrix of {', '.join(scores.label_names)} for {stage}",
    )


def agreement_figure(scores: Answered, *, lsb: float, meaning: str = "") -> Drawing | None:
    """Return the outputs of QKeras against those of the firmware, None without both.

    Args:
        scores: Of every stage.
        lsb: The value of the outputs' least significant bit.
        meaning: What that is in the quantity that is measured.
    """
    stage, word = scores.firmware_stage, scores.output_word
    if stage == "qkeras" or "qkeras" not in dict(scores.logits):
        return None
    model = np.ravel(scores.of("qkeras")) / lsb
    firmware = np.ravel(scores.of(stage)) / lsb
    exact = notation.share(int((model == firmware).sum()), model.size)
    name = notation.stage_name(stage)

    def paint(figure: Figure) -> None:
        left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": (1, 1.15)})
        _draw_differences(left, firmware - model)
        left.set_ylabel(f"{word}s")
        left.set_xlabel(f"{name} - QKeras (LSB of the {word}s)")
        left.set_title(f"{exact} of {notation.count(model.size)} equal")
        _draw_density(figure, right, model, firmware, label=f"{word}s a cell")
        note(right, _events(scores))
        right.set_xlabel(f"QKeras {word} (LSB)")
        right.set_ylabel(f"{name} {word} (LSB)")

    return drawing(
        paint,
        size=(9.6, 3.9),
        title=f"Agreement of QKeras and {name}",
        caption=(
            f"Every {word} of {_events(scores)}; one LSB is {notation.short(lsb)}{meaning}. Left: "
            "the outermost bins hold everything beyond them. Right: the line is equality."
        ),
        alt=f"Differences of the {word}s of {name} and QKeras in LSB: {exact} are equal",
    )


def _events(scores: Answered) -> str:
    return f"{notation.count(scores.num_events)} test events"


def _draw_curves(axes: Axes, curves: Curves, scores: Scores) -> None:
    firmware = scores.firmware_stage
    floor = 1.0
    for stage, of_class in curves.items():
        for index, curve in enumerate(of_class):
            thin = curve.thinned(_POINTS)
            shown = thin.fpr > 0
            floor = min(floor, 2 / curve.background)
            name = f"{scores.label_names[index]}: AUC {curve.area:.3f}"
            axes.plot(
                thin.tpr[shown],
                thin.fpr[shown],
                color=COLORS[index % len(COLORS)],
                label=plain(name) if stage == firmware else "_",
                **_line(stage),
            )
    axes.set_yscale("log")
    axes.set_ylim(10 ** np.floor(np.log10(floor)), 1.3)
    power_of_ten_ticks(axes.yaxis)
    axes.set_xlim(0, 1)
    axes.set_ylabel("background efficiency")
    classes = axes.legend(loc="upper left", title=f"class ({notation.stage_name(firmware)})")
    axes.add_artist(classes)
    styles = [
        axes.plot([], [], color=DARK, label=notation.stage_name(stage), **_line(stage))[0]
        for stage in curves
    ]
    axes.legend(handles=styles, loc="lower right", title="stage")


def _draw_ratios(axes: Axes, curves: Curves, scores: Scores) -> None:
    reference, *others = curves
    grid = np.linspace(0.02, 0.98, 65)
    spread = 0.1
    for index in range(len(scores.label_names)):
        below = np.interp(grid, curves[reference][index].tpr, curves[reference][index].fpr)
        enough = below * curves[reference][index].background >= _MIN_COUNT
        for stage in others:
            curve = curves[stage][index]
            ratio = np.interp(grid, curve.tpr, curve.fpr)[enough] / below[enough]
            color = COLORS[index % len(COLORS)]
            axes.plot(grid[enough], ratio, color=color, **_line(stage))
            if ratio.size:
                spread = max(spread, float(np.quantile(np.abs(ratio - 1), 0.98)))
    axes.axhline(1, color=GREY, linewidth=0.8, zorder=1)
    reach = min(1.5, 1.15 * spread)
    axes.set_ylim(max(0, 1 - reach), 1 + reach)
    axes.set_ylabel(f"ratio to {notation.stage_name(reference)}")
    axes.set_xlabel("signal efficiency")


def _line(stage: str) -> dict[str, Any]:
    return _LINES.get(stage, _LINES["firmware"])


def _write_cells(axes: Axes, shares: NDArray[np.float64]) -> None:
    for (row, column), value in np.ndenumerate(shares):
        axes.text(
            column,
            row,
            f"{100 * value:.1f}",
            ha="center",
            va="center",
            color="white" if value > 0.5 else DARK,
        )


def _draw_differences(axes: Axes, differences: NDArray[np.floating]) -> None:
    reach = int(np.clip(np.ceil(np.abs(differences).max()), 5, 40))
    edges = np.arange(-reach, reach + 2) - 0.5
    inside = np.clip(differences, -reach, reach)
    heights, _ = np.histogram(inside, bins=edges)
    colors = [COLORS[0] if center == 0 else COLORS[1] for center in range(-reach, reach + 1)]
    axes.bar(range(-reach, reach + 1), heights, width=0.9, color=colors)
    axes.set_yscale("log")
    axes.set_ylim(0.5, 4 * differences.size)
    power_of_ten_ticks(axes.yaxis)
    axes.grid(visible=False, axis="x")
    integer_ticks(axes)


def _draw_density(
    figure: Figure,
    axes: Axes,
    model: NDArray[np.floating],
    firmware: NDArray[np.floating],
    *,
    label: str,
) -> None:
    low = float(min(model.min(), firmware.min())) - 0.5
    high = float(max(model.max(), firmware.max())) + 0.5
    edges = np.linspace(low, high, 71)
    counts, _, _ = np.histogram2d(model, firmware, bins=(edges, edges))
    axes.plot([low, high], [low, high], color=GREY, linewidth=0.8, zorder=1)
    mesh = axes.pcolormesh(
        edges,
        edges,
        np.ma.masked_equal(counts.T, 0),
        cmap="viridis",
        norm="log",
        rasterized=True,
        zorder=2,
    )
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.set_aspect("equal")
    bar = figure.colorbar(mesh, ax=axes, label=label)
    power_of_ten_ticks(bar.ax.yaxis)
