"""What open synthesis found, as tables."""

from codesign.reporting.tables import Column, Table
from codesign.synthesis.check import GateCheck
from codesign.synthesis.record import Synthesis


def primitives_table(synthesis: Synthesis) -> Table:
    """Return the primitives of the netlist, the cost of the adder graph, and what Vivado makes."""
    counts = synthesis.counts
    sizes = ", ".join(
        f"{number:,} of {size}" for size, number in enumerate(counts.lut_by_size, 1) if number
    )
    rows = [
        ("LUT", f"{counts.lut:,}", f"by inputs: {sizes}"),
        ("LUT sites when packed", f"{counts.packed_lut:,}", "two small ones share O5 and O6"),
        ("inverters", f"{counts.inverters:,}", "not among the LUTs: they merge into them"),
        ("carry cells", f"{counts.carry:,}", "of four bits"),
        ("wide multiplexers", f"{counts.wide_mux:,}", ""),
        ("shift registers", f"{counts.shift_registers:,}", "among the LUTs"),
        ("flip-flops", f"{counts.ff:,}", ""),
        ("DSP blocks", f"{counts.dsp:,}", ""),
        ("block RAM (18 Kb)", f"{counts.bram_18k:,}", ""),
    ]
    if synthesis.cost:
        rows.append(
            ("cost of the adder graphs", f"{synthesis.cost:,.0f}", "adder bits, by their compiler")
        )
    return Table(
        title=f"Primitives after {synthesis.report.tool}",
        note="; ".join(str(ratio) for ratio in synthesis.ratios) + ": stated, not applied.",
        header=("what", "count", "meaning"),
        columns=(Column.TEXT, Column.NUMBER, Column.TEXT),
        rows=tuple(rows),
    )


def runs_table(synthesis: Synthesis) -> Table:
    """Return what each run of the tool took."""
    return Table(
        title=f"Runs of {synthesis.report.tool}",
        note=f"{synthesis.duration_s:.1f} s in all, side by side on the cores.",
        header=("module", "flow", "LUT", "adder bits", "time (s)", "CPU (s)", "memory (MB)"),
        columns=(Column.CODE, Column.TEXT, *(Column.NUMBER,) * 5),
        rows=tuple(
            (
                unit.module,
                unit.flow.value,
                f"{unit.counts.lut:,}",
                f"{unit.cost:,.0f}" if unit.cost else "-",
                f"{unit.duration_s:.1f}",
                f"{unit.cpu_s:.1f}",
                f"{unit.peak_memory_mb:,.0f}",
            )
            for unit in synthesis.units
        ),
    )


def gates_table(check: GateCheck) -> Table:
    """Return how the netlist compares with the emulator."""
    return Table(
        title="Netlist against the emulator",
        note=(
            "The synthesized gates themselves, registers included, simulated cycle by cycle: the "
            "counts above belong to a circuit that computes the network."
        ),
        header=("events", "outputs", "different", "latency (cycles)", "cells", "time (s)"),
        columns=(Column.NUMBER,) * 6,
        rows=(
            (
                f"{check.events:,}",
                f"{check.values:,}",
                f"{check.different:,}",
                str(check.latency_cycles),
                f"{check.cells:,}",
                f"{check.duration_s:.1f}",
            ),
        ),
    )
