"""Designs of known layers that others built and published, to stand beside an estimate."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from codesign.design.layers import Dense, Weighted
from codesign.design.network import QuantizedNetwork
from codesign.estimate.facts_table import known, read_rows

COLUMNS = ("widths", "build", "source", "tool", "part", "period_ns", "layer", "lut", "ff", "dsp",
           "bram_18k", "latency_ns")  # fmt: skip
"""The columns of the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedDesign:
    """One row of a published design: the whole, or one of its layers.

    Attributes:
        widths: Inputs and outputs of its dense layers in their order, joined by ``-``.
        build: Bits of its weights and data, and how it was trained.
        source: Who published it.
        tool: Whose figures these are; the step where the publication says so.
        part: The device.
        period_ns: The clock period.
        layer: Inputs and outputs of the layer; empty for the whole design.
        lut: Look-up tables; None, as below, where nothing is published.
        ff: Flip-flops.
        dsp: DSP blocks.
        bram_18k: Block RAMs of 18 Kb.
        latency_ns: From the first input to the last output.
    """

    widths: str
    build: str
    source: str
    tool: str
    part: str
    period_ns: float
    layer: str
    lut: float | None
    ff: float | None
    dsp: float | None
    bram_18k: float | None
    latency_ns: float | None


def published_for(network: QuantizedNetwork) -> tuple[PublishedDesign, ...]:
    """Return what others published of a network of the same dense layers; empty where none did."""
    weighted = [layer for layer in network.layers if isinstance(layer, Weighted)]
    if not weighted or not all(isinstance(layer, Dense) for layer in weighted):
        return ()
    inputs = weighted[0].kernel.values.shape[0]
    widths = "-".join(str(n) for n in (inputs, *(w.kernel.values.shape[1] for w in weighted)))
    return tuple(design for design in published_designs() if design.widths == widths)


@cache
def published_designs() -> tuple[PublishedDesign, ...]:
    """Return the table that comes with codesign."""
    file = resources.files("codesign.estimate") / "published_designs.csv"
    return read_rows(file.read_text(encoding="utf-8"), COLUMNS, _read, place=file.name)


def _read(row: Mapping[str, str]) -> PublishedDesign:
    return PublishedDesign(
        widths=row["widths"],
        build=row["build"],
        source=row["source"],
        tool=row["tool"],
        part=row["part"],
        period_ns=float(row["period_ns"]),
        layer=row["layer"],
        lut=known(row["lut"]),
        ff=known(row["ff"]),
        dsp=known(row["dsp"]),
        bram_18k=known(row["bram_18k"]),
        latency_ns=known(row["latency_ns"]),
    )
