"""Tables of how runtimes were measured, whether they agree, and what has no number."""

from collections.abc import Iterator

from codesign.design.baseline_results import BaselineReport, Measured
from codesign.reporting.compare_words import threads
from codesign.reporting.tables import Column, Table


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
        ("load average before", _load(baselines)),
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


def _load(baselines: BaselineReport) -> str:
    load = baselines.host.load_average
    if load is None:
        return "not known"
    return (
        f"{load:g}; up to {baselines.protocol.settle_s:g} s are waited for that of what had just "
        "ended to fade"
    )


def _included(baselines: BaselineReport) -> Iterator[tuple[str, str]]:
    seen: dict[str, list[str]] = {}
    for each in baselines.measured:
        names = seen.setdefault(each.included, [])
        if each.runtime not in names:
            names.append(each.runtime)
    for text, names in seen.items():
        yield f"included: {', '.join(names)}", text
