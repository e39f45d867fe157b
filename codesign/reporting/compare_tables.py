"""Tables of a comparison; latency and throughput are columns of their own."""

from collections.abc import Iterator

from codesign.design.baseline_results import BaselineReport, Energy, EnergySource, Measured
from codesign.design.comparison import Comparison, Firmware
from codesign.design.published_results import PublishedTable
from codesign.design.report import Evidence, Figure
from codesign.reporting.tables import Column, Table

_STAGES = {
    Evidence.CSYNTH: "C-synthesis",
    Evidence.LOGIC_SYNTH: "logic synthesis",
    Evidence.PLACED: "place and route",
}
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
            "was estimated, synthesized and measured has the same weights."
        ),
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
    """Return the ratios; no row where the host is too noisy for any."""
    rows = tuple(
        (
            str(each.batch),
            f"{each.runtime}, {threads(each.threads)}",
            _word(each.evidence, each.target),
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
        rows.append(("CPU", "MEASURED", _NONE, "not told: nothing quiet was measured at batch 1"))
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


def missing_table(baselines: BaselineReport) -> Table:
    """Return what has no number, and why."""
    rows = tuple(
        (
            each.runtime,
            threads(each.threads) if each.threads else "all",
            ", ".join(map(str, each.batches)) or "all",
            each.why.value,
            each.reason,
        )
        for each in baselines.missing
    )
    return Table(
        title="Not measured",
        note="A table with a row that failed or was refused is PARTIAL.",
        header=("runtime", "threads", "batches", "why", "reason"),
        columns=(Column.TEXT,) * 5,
        rows=rows,
    )


def protocol_table(baselines: BaselineReport) -> Table:
    """Return how it was measured, and on what."""
    host, protocol, twin = baselines.host, baselines.protocol, baselines.twin
    argmax = "" if twin.same_argmax is None else f"; same argmax {twin.same_argmax:.2%}"
    unknown = "not known"
    rows = (
        ("processor", f"{host.processor}, {host.cores} cores{', virtual' * host.virtual}"),
        ("memory", f"{host.memory_gb:g} GB"),
        ("kernel", host.kernel),
        ("governor", host.governor or unknown),
        ("GPU", ", ".join(host.gpus) or "none"),
        ("load average before", unknown if host.load_average is None else f"{host.load_average:g}"),
        (
            "cores that others kept busy before",
            unknown if host.foreign_cores is None else f"{host.foreign_cores:g}",
        ),
        ("clock", f"two readings differ by {baselines.clock_ns:g} ns; not subtracted"),
        (
            "calls",
            (
                f"up to {protocol.calls:,} a cell within {protocol.cell_s:g} s, after up to "
                f"{protocol.warmup_calls} within {protocol.warmup_s:g} s; garbage collector off"
            ),
        ),
        ("threads", "one, pinned to one processor; all, on all processors"),
        (
            "what was run",
            (
                "float twin: plain float32 layers with the firmware's quantized weights and "
                f"ranges, activations not rounded; against the firmware on {twin.events:,} events: "
                f"rms {twin.rms:.3g} of the output's spread, rank correlation "
                f"{twin.rank_correlation:.5f}{argmax}"
            ),
        ),
        *_included(baselines),
        ("versions", ", ".join(" ".join(pair) for pair in host.versions)),
        ("measured", baselines.utc),
    )
    return Table(
        title="Protocol and host",
        header=("what", "value"),
        columns=(Column.TEXT, Column.TEXT),
        rows=rows,
    )


def agreement_table(baselines: BaselineReport) -> Table:
    """Return how far each runtime is from Keras."""
    worst: dict[str, Measured] = {}
    for each in baselines.measured:
        known = worst.get(each.runtime)
        if known is None or each.agreement.difference > known.agreement.difference:
            worst[each.runtime] = each
    return Table(
        title="Outputs held against Keras before timing",
        note="The largest of all threads and batch sizes.",
        header=("runtime", "version", "measure", "difference", "tolerance", "events"),
        columns=(*(Column.TEXT,) * 3, *(Column.NUMBER,) * 3),
        rows=tuple(
            (
                name,
                each.version,
                each.agreement.measure,
                f"{each.agreement.difference:.2g}",
                f"{each.agreement.tolerance:g}",
                f"{each.agreement.events:,}",
            )
            for name, each in worst.items()
        ),
    )


def published_table(published: PublishedTable) -> Table:
    """Return a published comparison as it was published."""
    return Table(
        title=f"Published: {published.network}",
        note=f"{published.source}. Speed-up against {published.baseline} at the same batch size.",
        header=(
            *("batch", "device", "evidence", "latency (ms)", "speed-up", "power (W)"),
            "energy (mJ)",
        ),
        columns=(*(Column.TEXT,) * 3, *(Column.NUMBER,) * 4),
        rows=tuple(
            (
                str(row.batch),
                row.device,
                "PUBLISHED",
                f"{row.latency_ms:g}",
                f"{published.speedup(row):.2f}x",
                f"{row.power_w:g}",
                f"{row.energy_mj:g}",
            )
            for row in published.rows
        ),
    )


def evidence_word(firmware: Firmware) -> str:
    """Return how the figures of firmware were obtained."""
    return _word(firmware.evidence, firmware.target)


def runtime_name(measured: Measured) -> str:
    """Return a runtime with its threads."""
    return f"{measured.runtime}, {threads(measured.threads)}"


def threads(count: int) -> str:
    """Return a number of threads.

    Examples:
        >>> threads(1), threads(4)
        ('1 thread', '4 threads')
    """
    return f"{count} thread{'s' if count != 1 else ''}"


def duration_ns(value: float) -> str:
    """Return a time in the unit that suits it, to three digits.

    Examples:
        >>> duration_ns(35.0), duration_ns(1512.3), duration_ns(8.5e7), duration_ns(2.5e9)
        ('35 ns', '1.51 us', '85 ms', '2.5 s')
    """
    for size, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "us")):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g} ns"


def rate(value: float) -> str:
    """Return events a second to three digits, thousands set apart.

    Examples:
        >>> rate(2e8), rate(661234.5), rate(11.83)
        ('200,000,000', '661,000', '11.8')
    """
    return f"{float(f'{value:.3g}'):,.0f}" if value >= 100 else f"{value:.3g}"


def _included(baselines: BaselineReport) -> Iterator[tuple[str, str]]:
    seen: dict[str, list[str]] = {}
    for each in baselines.measured:
        names = seen.setdefault(each.included, [])
        if each.runtime not in names:
            names.append(each.runtime)
    for text, names in seen.items():
        yield f"included: {', '.join(names)}", text


def _word(evidence: Evidence, target: Evidence) -> str:
    if evidence is Evidence.ESTIMATED:
        return f"ESTIMATED ({_STAGES[target]})"
    return evidence.upper()


def _energy(energy: Energy) -> tuple[str, str]:
    value = _NONE if energy.call_mj is None else f"{energy.call_mj:.3g}"
    source = energy.source.value
    if energy.source is EnergySource.UNAVAILABLE:
        return value, source
    return value, f"{source}, {energy.power_w:.3g} W"


def _ratio(figure: Figure) -> str:
    return f"{figure.value:,.3g}x [{figure.low:,.3g}-{figure.high:,.3g}]"
