"""Figures of the network itself: ranges against formats, sparsity, bit operations, training."""

import math
from collections.abc import Sequence

from codesign.design.plan import PruningPlan
from codesign.design.results import Epoch, LayerSummary, TensorProfile
from codesign.reporting import notation
from codesign.reporting.plots import (
    COLORS,
    DARK,
    GREY,
    Axes,
    Drawing,
    Figure,
    bars,
    drawing,
    integer_ticks,
    note,
    plain,
    power_of_two_ticks,
)

_PARAMETERS = (".kernel", ".bias")


def range_figures(profiles: Sequence[TensorProfile], *, events: int) -> tuple[Drawing, ...]:
    """Return the values of parameters and of activations against their formats.

    Args:
        profiles: One entry a tensor; those named ``<layer>.kernel`` and ``<layer>.bias`` are
            parameters.
        events: How many the activations were seen on.
    """
    parameters = [profile for profile in profiles if profile.name.endswith(_PARAMETERS)]
    activations = [profile for profile in profiles if not profile.name.endswith(_PARAMETERS)]
    figures = []
    if parameters:
        figures.append(_range_figure(parameters, "Weights and biases", "all parameters"))
    if activations:
        seen = f"{notation.count(events)} test events"
        figures.append(_range_figure(activations, "Inputs and activations", seen))
    return tuple(figures)


def sparsity_figure(layers: Sequence[LayerSummary], pruning: PruningPlan) -> Drawing:
    """Return the share of zero weights in each kernel, with the planned one."""
    shown = [layer for layer in layers if layer.weight is not None]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        bars(
            axes,
            names=[layer.name for layer in shown],
            values=[100 * layer.sparsity for layer in shown],
            texts=[notation.percent(layer.sparsity) for layer in shown],
            color=COLORS[2],
        )
        if pruning.sparsity:
            target = 100 * pruning.sparsity
            axes.axvline(target, color=DARK, linestyle="--", linewidth=1, zorder=0.5)
        axes.set_xlim(0, 118)
        axes.set_xticks(range(0, 101, 20))
        axes.set_xlabel("weights that are exactly zero (%)")

    planned = notation.percent(pruning.sparsity)
    return drawing(
        paint,
        size=(5.4, _height(len(shown))),
        title="Sparsity of each layer",
        caption=(
            f"Dashed: the {planned} that pruning aims at; quantization adds zeros of its own."
            if pruning.sparsity
            else "The model is not pruned: the zeros are those of quantization."
        ),
        alt="Share of zero weights: " + _listed(shown, [layer.sparsity * 100 for layer in shown]),
    )


def cost_figure(layers: Sequence[LayerSummary]) -> Drawing:
    """Return BOPs and EBOPs of each layer that multiplies."""
    shown = [layer for layer in layers if layer.multiplications]
    names = [layer.name for layer in shown]
    series = (
        ("BOPs", [layer.bops for layer in shown], COLORS[0], (-0.19, 0.36)),
        ("EBOPs", [layer.ebops for layer in shown], COLORS[4], (0.19, 0.36)),
    )

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for label, values, color, place in series:
            texts = [notation.count(value) for value in values]
            bars(axes, names=names, values=values, texts=texts, color=color, place=place)
            axes.barh([0], [0], color=color, label=label)
        axes.set_yticks(range(len(names)), [plain(name) for name in names])
        largest = max((max(values, default=0.0) for _, values, _, _ in series), default=0.0)
        axes.set_xlim(0, 1.2 * largest or 1)
        axes.set_xlabel("bit operations per inference")
        axes.xaxis.set_major_formatter(lambda value, _: notation.count(value))
        axes.locator_params(axis="x", nbins=5)
        axes.legend(loc="lower right")

    return drawing(
        paint,
        size=(5.4, _height(len(shown))),
        title="Bit operations of each layer",
        caption="Computed from the formats and the weights, not synthesized: these are not LUTs.",
        alt="BOPs: " + _listed(shown, [layer.bops for layer in shown]),
    )


def history_figure(history: Sequence[Epoch], pruning: PruningPlan) -> Drawing | None:
    """Return loss, accuracy and sparsity of each epoch, None where there was no fit."""
    if not history:
        return None
    epochs = range(1, len(history) + 1)
    classifies = any(epoch.validation_accuracy is not None for epoch in history)

    def paint(figure: Figure) -> None:
        loss, *panels = figure.subplots(1, 3 if classifies else 2)
        sparsity = panels[-1]
        loss.plot(epochs, [epoch.loss for epoch in history], color=COLORS[0], label="training")
        loss.plot(
            epochs,
            [epoch.validation_loss for epoch in history],
            color=COLORS[1],
            label="validation",
        )
        loss.set_ylabel(f"loss ({'cross entropy' if classifies else 'log-cosh'})")
        loss.legend()
        if classifies:
            panels[0].plot(
                epochs, [epoch.validation_accuracy for epoch in history], color=COLORS[1]
            )
            panels[0].set_ylabel("validation accuracy")
        sparsity.plot(epochs, [100 * epoch.sparsity for epoch in history], color=COLORS[2])
        sparsity.set_ylabel("zeros in pruned kernels (%)")
        sparsity.set_ylim(-3, 103)
        for axes in (loss, *panels):
            axes.set_xlabel("epoch")
            integer_ticks(axes)
            if pruning.sparsity:
                axes.axvspan(
                    pruning.begin_epoch + 1, pruning.end_epoch + 1, color=GREY, alpha=0.12, lw=0
                )

    shaded = " Shaded: while pruning raises the sparsity." if pruning.sparsity else ""
    return drawing(
        paint,
        size=(9.6, 3.1),
        title="Loss, accuracy and sparsity" if classifies else "Loss and sparsity",
        caption=f"{len(history)} epochs of the last fit.{shaded}",
        alt=(
            f"Loss{', validation accuracy' if classifies else ''} and sparsity over "
            f"{len(history)} epochs"
        ),
    )


def _range_figure(profiles: Sequence[TensorProfile], title: str, seen: str) -> Drawing:
    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for row, profile in enumerate(profiles):
            _draw_range(axes, row, profile)
        axes.set_yticks(range(len(profiles)), [plain(profile.name) for profile in profiles])
        axes.set_ylim(len(profiles) - 0.4, -0.6)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.use_sticky_edges = False
        axes.margins(x=0.02)
        power_of_two_ticks(axes)
        axes.set_xlabel("magnitude of the real value")
        note(axes, seen)
        notes = axes.secondary_yaxis("right")
        notes.set_yticks(range(len(profiles)), [_note(profile) for profile in profiles])
        notes.tick_params(length=0, labelsize=9)
        notes.spines["right"].set_visible(False)

    return drawing(
        paint,
        size=(9.6, 0.9 + 0.36 * len(profiles)),
        title=f"{title} against their precisions",
        caption=(
            f"Of {seen}. Shaded: from the least significant bit to the largest value of the "
            "format. Box: 25-75 % of the non-zero magnitudes, line: median, whiskers: 1-99 %, "
            "diamond: largest magnitude. A diamond beyond the shade would overflow."
        ),
        alt=f"{title}: " + ", ".join(f"{profile.name} {profile.precision}" for profile in profiles),
    )


def _draw_range(axes: Axes, row: int, profile: TensorProfile) -> None:
    grid = profile.precision
    low, high = math.log2(grid.step), math.log2(max(grid.largest, -grid.smallest, grid.step))
    axes.barh(row, max(high - low, 0.08), left=low, height=0.8, color="#e3e8ee", zorder=1)
    largest = max(abs(profile.smallest), abs(profile.largest))
    if largest == 0:
        return
    inside = low - 0.1 <= math.log2(largest) <= high + 0.1
    color = COLORS[0] if inside else COLORS[1]
    if len(profile.quantiles) == 5 and min(profile.quantiles) > 0:
        first, left, middle, right, last = (math.log2(value) for value in profile.quantiles)
        axes.plot([first, last], [row, row], color=color, linewidth=1.2, zorder=2)
        axes.barh(
            row, right - left, left=left, height=0.42, color="#9cc3e0", edgecolor=color, zorder=3
        )
        axes.plot([middle, middle], [row - 0.21, row + 0.21], color=DARK, linewidth=1.6, zorder=4)
    axes.plot([math.log2(largest)], [row], marker="D", markersize=4.5, color=color, zorder=5)


def _note(profile: TensorProfile) -> str:
    grid = profile.precision
    form = f"{'' if grid.signed else 'u'}fixed<{grid.width},{grid.integer}>"
    zeros, edge = notation.percent(profile.zeros), notation.percent(profile.saturated)
    return f"{form}; zero: {zeros}; at edge: {edge}"


def _height(rows: int) -> float:
    return 1.1 + 0.46 * max(1, rows)


def _listed(layers: Sequence[LayerSummary], values: Sequence[float]) -> str:
    pairs = zip(layers, values, strict=True)
    return ", ".join(f"{layer.name} {value:,.0f}" for layer, value in pairs) or "none"
