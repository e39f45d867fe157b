"""Tables of what others published, and of what stands beside it."""

from collections.abc import Sequence

from codesign.design.comparison import Estimated
from codesign.design.published_results import PublishedHardware, PublishedTable
from codesign.reporting.compare_words import stage_word
from codesign.reporting.hardware_tables import figure
from codesign.reporting.tables import Column, Table


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


def published_hardware_table(published: PublishedHardware, estimated: Sequence[Estimated]) -> Table:
    """Return what published firmware takes, and beside it what is estimated of ours."""
    usages = [each.report.usage for each in estimated]
    cycles = [figure(each.report.latency_cycles) for each in estimated]
    rows = (
        ("evidence", "PUBLISHED", *map(_evidence, estimated)),
        ("LUT", f"{published.lut:,}", *(figure(usage.lut) for usage in usages)),
        ("FF", f"{published.ff:,}", *(figure(usage.ff) for usage in usages)),
        ("DSP", f"{published.dsp:,}", *(figure(usage.dsp) for usage in usages)),
        ("BRAM 18K", f"{published.bram_18k:,}", *(figure(usage.bram_18k) for usage in usages)),
        ("URAM", f"{published.uram:,}", *(figure(usage.uram) for usage in usages)),
        ("cycles", f"{published.cycles:,}", *cycles),
    )
    return Table(
        title="Firmware that was published, and estimates of ours",
        note=(
            f"{published.source}; its {published.bram_36k:,} BRAM tiles of 36 Kb count as "
            f"{published.bram_18k:,} of 18 Kb. Another network with other weights, bits and reuse "
            "factors: to see whether an estimate is of the right kind, not to judge it by. In "
            "brackets the range that holds the tool's own figure with 90 %. Before training no "
            "weight is pruned."
        ),
        header=("", f"published, {published.device}", *map(_design, estimated)),
        columns=(Column.TEXT, *(Column.NUMBER,) * (1 + len(estimated))),
        rows=rows,
    )


def _evidence(estimated: Estimated) -> str:
    return stage_word(estimated.report.evidence, estimated.report.target)


def _design(estimated: Estimated) -> str:
    state = "trained" if estimated.is_trained else "before training"
    return f"{estimated.report.design}, {state}, {estimated.report.device}"
