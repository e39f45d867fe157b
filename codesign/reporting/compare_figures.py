"""Figures of a comparison: latency and throughput, each on its own axis."""

from collections.abc import Sequence
from dataclasses import dataclass

from codesign.design.comparison import CROSSING_NS, Comparison
from codesign.reporting.compare_words import (
    duration_ns,
    evidence_word,
    published_word,
    rate,
    runtime_name,
)
from codesign.reporting.plots import COLORS, DARK, GREY, Axes, Drawing, Figure, drawing, note, plain

_FIRMWARE, _MEASURED, _PUBLISHED = COLORS[1], COLORS[0], COLORS[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A line of the figure; times in nanoseconds."""

    name: str
    color: str
    latency: float
    low: float
    high: float
    events_per_s: float


def comparison_figure(comparison: Comparison, *, batch: int) -> Drawing:
    """Draw latency and throughput at one batch size, one line a row, fastest first.

    What others published of a network of this name stands apart, below a line.

    Args:
        comparison: With at least one row at that batch size.
        batch: Events a call.
    """
    own, published = (
        sorted(found, key=lambda row: row.latency)
        for found in (_rows(comparison, batch), _published(comparison, batch))
    )
    rows, host = [*own, *published], comparison.baselines.host

    def paint(figure: Figure) -> None:
        times, rates = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
        _lines(times, rows)
        _bars(rates, rows)
        if published:
            for axes in (times, rates):
                axes.axhline(len(own) - 0.5, color=GREY, linewidth=0.9)
        times.set_xlabel(f"latency of a call of {batch} event{'s' * (batch > 1)}")
        rates.set_xlabel("throughput (events/s)")
        note(times, f"{host.processor}, {host.cores} cores{', virtual' * host.virtual}")
        if batch == 1:
            rates.axvline(1e9 / CROSSING_NS, color=GREY, linewidth=0.9, linestyle=(0, (4, 2)))
            note(rates, "dashed: 40 MHz")

    return drawing(
        paint,
        size=(10.0, 0.34 * len(rows) + 1.3),
        title=f"Latency and throughput at batch {batch}",
        caption=(
            "Dots: firmware by its evidence, and medians of what was measured here. Lines: range "
            "of the estimate; from the median to p99. Both axes are logarithmic."
            + (f" Below the line: {published_word(comparison)}" if published else "")
        ),
        alt=f"Latency and throughput of {', '.join(row.name for row in rows)}.",
    )


def _rows(comparison: Comparison, batch: int) -> list[_Row]:
    found = []
    for each in comparison.firmware:
        time = each.batch_ns(batch)
        found.append(
            _Row(
                name=f"FPGA {each.device}, {evidence_word(each)}",
                color=_FIRMWARE,
                latency=time.value,
                low=time.low,
                high=time.high,
                events_per_s=each.events_per_s,
            )
        )
    for cell in comparison.baselines.of(batch=batch):
        median = 1000 * cell.latency.p50_us
        found.append(
            _Row(
                name=runtime_name(cell),
                color=_MEASURED,
                latency=median,
                low=median,
                high=1000 * cell.latency.p99_us,
                events_per_s=cell.events_per_s,
            )
        )
    return found


def _published(comparison: Comparison, batch: int) -> list[_Row]:
    return [
        _Row(
            name=f"{row.device}, PUBLISHED",
            color=_PUBLISHED,
            latency=1e6 * row.latency_ms,
            low=1e6 * row.latency_ms,
            high=1e6 * row.latency_ms,
            events_per_s=1e3 * batch / row.latency_ms,
        )
        for row in comparison.published_rows
        if row.batch == batch
    ]


def _lines(axes: Axes, rows: Sequence[_Row]) -> None:
    for place, row in enumerate(rows):
        axes.hlines(place, row.low, row.high, color=row.color, linewidth=2.2, alpha=0.55)
        axes.plot([row.latency], [place], "o", color=row.color, markersize=5)
        axes.annotate(
            duration_ns(row.latency),
            (max(row.high, row.latency), place),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color=DARK,
        )
    axes.set_xscale("log")
    low, high = min(row.low for row in rows), max(row.high for row in rows)
    axes.set_xlim(low / 2, high * 8)
    ticks = [10.0**power for power in range(12) if low / 2 <= 10.0**power <= high * 8]
    axes.set_xticks(ticks, [duration_ns(tick) for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_yticks(range(len(rows)), [plain(row.name) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)


def _bars(axes: Axes, rows: Sequence[_Row]) -> None:
    values = [row.events_per_s for row in rows]
    low, high = min(values) / 2, max(values)
    axes.set_xscale("log")
    axes.set_xlim(low, max(high, 1e9 / CROSSING_NS) * 30)
    for place, row in enumerate(rows):
        axes.plot([row.events_per_s], [place], "s", color=row.color, markersize=5)
        axes.annotate(
            rate(row.events_per_s),
            (row.events_per_s, place),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color=DARK,
        )
    axes.set_xticks([], minor=True)
    axes.grid(visible=False, axis="y")
