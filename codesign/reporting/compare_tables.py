"""Tables of a comparison; latency and throughput are columns of their own."""

from collections.abc import Iterator

from codesign.design.baseline_results import BaselineReport
from codesign.design.comparison import Comparison
from codesign.design.energy import Energy, EnergySource
from codesign.design.report import Figure
from codesign.reporting.compare_words import (
    duration_ns,
    evidence_word,
    published_word,
    rate,
    runtime_name,
    stage_word,
    threads,
)
from codesign.reporting.tables import Column, Table

_NONE = "-"


def comparison_table(comparison: Comparison) -> Table:
    """Return one row a runtime, threads and batch size, after those of the firmware."""
    baselines = comparison.baselines
    rows = [
        row
        for batch in baselines.protocol.batches
        for row in (
            *_firmware_rows(comparison, batch),
            *_measured_rows(baselines, batch),
            *_published_rows(comparison, batch),
        )
    ]
    return Table(
        title=f"{baselines.design}: firmware against {baselines.host.processor}",
        note=(
            "Latency: time of a call, in firmware of the same events back to back on the chip, "
            "without links or host. Throughput: events of all calls over their time, in firmware "
            "one every initiation interval, of published rows a batch over its latency. CPU time: "
            "that a call keeps cores busy. Energy: of a call. Evidence is that of the row; what "
            "was estimated, synthesized and measured has the same weights. "
            + published_word(comparison)
        ).rstrip(),
        header=(
            *("batch", "what", "evidence", "latency", "range", "p99", "p99.9"),
            *("events/s", "CPU time", "energy (mJ)", "energy is"),
        ),
        columns=(*(Column.TEXT,) * 3, *(Column.NUMBER,) * 7, Column.TEXT),
        rows=tuple(rows),
    )


def _firmware_rows(comparison: Comparison, batch: int) -> Iterator[tuple[str, ...]]:
    for each in comparison.firmware:
        time = each.batch_ns(batch)
        exact = time.low == time.high
        yield (
            str(batch),
            f"FPGA {each.device}, {each.tool}",
            evidence_word(each),
            duration_ns(time.value),
            _NONE if exact else f"{duration_ns(time.low)} - {duration_ns(time.high)}",
            *(_NONE, _NONE),
            rate(each.events_per_s),
            _NONE,
            *_energy(each.energy),
        )


def _measured_rows(baselines: BaselineReport, batch: int) -> Iterator[tuple[str, ...]]:
    for each in baselines.of(batch=batch):
        found = each.latency
        p999 = _NONE if found.p999_us is None else duration_ns(1000 * found.p999_us)
        yield (
            str(batch),
            runtime_name(each),
            "MEASURED" + (", noisy" if each.is_noisy else ""),
            duration_ns(1000 * found.p50_us),
            f"{duration_ns(1000 * found.low_us)} - {duration_ns(1000 * found.high_us)}",
            duration_ns(1000 * found.p99_us),
            p999,
            rate(each.events_per_s),
            duration_ns(1000 * each.cpu_us),
            *_energy(each.energy),
        )


def _published_rows(comparison: Comparison, batch: int) -> Iterator[tuple[str, ...]]:
    for row in comparison.published_rows:
        if row.batch == batch:
            yield (
                str(batch),
                row.device,
                "PUBLISHED",
                duration_ns(1e6 * row.latency_ms),
                *(_NONE, _NONE, _NONE),
                rate(1000 * batch / row.latency_ms),
                _NONE,
                f"{row.energy_mj:.3g}",
                f"published, {row.power_w:.3g} W",
            )


def speedup_table(comparison: Comparison) -> Table:
    """Return the ratios, or why there is none."""
    if not comparison.speedups:
        return _no_speedup(comparison)
    rows = tuple(
        (
            str(each.batch),
            f"{each.runtime}, {threads(each.threads)}",
            stage_word(each.evidence, each.target),
            _ratio(each.latency),
            f"{each.throughput:,.3g}x",
        )
        for each in comparison.speedups
    )
    note = (
        "Latency: median call of the fastest runtime over the same events in firmware. Throughput: "
        "firmware over the most that any runtime reached at any batch size. Ratios to an estimate "
        "are estimates."
    )
    if comparison.noise:
        accepted = "--accept-noise was given" if comparison.accepted_noise else _REFUSED
        note = "\n".join((note, f"NOISY HOST, {accepted}:", *comparison.noise))
    return Table(
        title="Speed-up of the firmware over the best runtime",
        note=note,
        header=("batch", "best runtime", "firmware by", "latency", "throughput"),
        columns=(*(Column.TEXT,) * 3, Column.NUMBER, Column.NUMBER),
        rows=rows,
    )


_REFUSED = (
    "ratios are left out where that disturbs them; measure again when quiet, or give --accept-noise"
)


def _no_speedup(comparison: Comparison) -> Table:
    baselines, reasons = comparison.baselines, list(comparison.noise)
    if not comparison.firmware:
        reasons.append("there is no latency of the firmware to compare with")
    if not baselines.measured:
        reasons.append("no runtime was measured")
    return Table(
        title="No speed-up is printed",
        note=_REMEDY if comparison.noise else "",
        header=("because",),
        columns=(Column.TEXT,),
        rows=tuple((reason,) for reason in reasons),
    )


_REMEDY = (
    "Remedy: end other programs, or take a host with cores to spare, and run codesign compare "
    "again: the trained network is kept, only the measurement is repeated. --accept-noise prints "
    "ratios all the same, as orders of magnitude."
)


def crossings_table(comparison: Comparison) -> Table:
    """Return what one event every bunch crossing, 40 MHz, takes of each side."""
    rows = [
        (
            f"FPGA {each.device}",
            evidence_word(each),
            rate(each.events_per_s),
            f"{each.copies} cop{'y' if each.copies == 1 else 'ies'} of the firmware",
        )
        for each in comparison.firmware
    ]
    if comparison.crossings is not None:
        found = comparison.crossings
        rows.append(
            (
                f"{found.runtime}, one pinned core, batch 1",
                "MEASURED",
                rate(found.events_per_s),
                f"{found.cores:,} cores",
            )
        )
    else:
        why = "not told: at batch 1 the host was noisy, or nothing ran"
        rows.append(("CPU", "MEASURED", _NONE, why))
    return Table(
        title="An event every bunch crossing: 40 MHz at batch 1",
        note=(
            "Cores: 40 MHz over the events that one core answers, as if many cores did not disturb "
            "each other and events came for nothing. A trigger's latency is bounded as well."
        ),
        header=("what", "evidence", "events/s", "40 MHz takes"),
        columns=(Column.TEXT, Column.TEXT, Column.NUMBER, Column.NUMBER),
        rows=tuple(rows),
    )


def _energy(energy: Energy) -> tuple[str, str]:
    value = _NONE if energy.call_mj is None else f"{energy.call_mj:.3g}"
    source = energy.source.value
    if energy.source is EnergySource.UNAVAILABLE:
        return value, source
    return value, f"{source}, {energy.power_w:.3g} W"


def _ratio(figure: Figure) -> str:
    return f"{figure.value:,.3g}x [{figure.low:,.3g}-{figure.high:,.3g}]"
