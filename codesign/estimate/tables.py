"""Published tables of reports, read into facts.

A table is known by the name of its file. Which tables there are, their licences and how they were
made is documented in docs/estimator.md. A row of a failed synthesis is left out; a cell that does
not fit is an error.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from io import StringIO
from statistics import fmean
from typing import Any

from codesign.design.device import Family
from codesign.design.hardware import Strategy
from codesign.errors import ReportError
from codesign.estimate.facts import Fact, Measured, Shape, read_facts
from codesign.estimate.kernel import Kernel

_SEARCH = ("Dendendelen/wa-hls4ml-search@8e70542", "Apache-2.0")
_NTORC = ("HeRCLab/N-TORC@bdd6413", "MIT")
_COMMITS = {
    "hftsoi/sparse-pixels": "hftsoi/sparse-pixels@4a81ebf",
    "nrp-nautilus/6nrp-hls4ml": "nrp-nautilus/6nrp-hls4ml@3a010ef",
}
_DATA_BITS = 16  # of both surveys: ap_fixed<16,6> and 16-bit N-TORC layers
_Row = dict[str, str]


def read_table(name: str, text: str) -> tuple[Fact, ...]:
    """Return the facts of a table.

    Args:
        name: Of its file, without folders.
        text: Its content.

    Raises:
        ReportError: If a table of that name is unknown or a cell does not fit.
    """
    if name.endswith("facts.csv"):
        return read_facts(text, place=name)
    if name not in TABLES:
        msg = (
            f"{name} is not a table that calibrate reads; it reads {', '.join(TABLES)}, *facts.csv"
        )
        raise ReportError(msg)
    try:
        return tuple(TABLES[name](text))
    except (KeyError, TypeError, ValueError) as error:
        msg = f"{name}: {error!r}; nothing of it becomes a part of any calibration"
        raise ReportError(msg) from error


def _search(text: str) -> Iterable[Fact]:
    """Single dense layers of wa-hls4ml-search, with the counts over their weights."""
    for row in csv.DictReader(StringIO(text)):
        strategy = Strategy(row["st"])
        size = f"{row['n_in']}x{row['n_out']}"
        yield Fact(
            source=_SEARCH[0],
            licence=_SEARCH[1],
            group=row["grp"] if strategy is Strategy.LATENCY else f"dense_{size}",
            version=row["ver"],
            family=Family.ULTRASCALE_PLUS,
            period_ns=float(row["clk"]),
            strategy=strategy,
            reuse_factor=int(row["rf"]),
            kernel=_counted(row),
            csynth=Measured(
                lut=float(row["LUT"]),
                ff=float(row["FF"]),
                dsp=float(row["DSP"]),
                bram_18k=float(row["BR"]),
                latency_cycles=float(row["lat"]),
                initiation_interval=float(row["ii"]),
            ),
        )


def _layers(text: str) -> Iterable[Fact]:
    """Layers of whole designs in strategy latency, with the counts over their weights."""
    for line in text.splitlines():
        row = json.loads(line)
        if row["strategy"] != Strategy.LATENCY or not row["csynth"]:
            continue
        found, logic = row["csynth"], (row.get("vsynth") or [{}])[0]
        yield Fact(
            source=_COMMITS[row["repo"]],
            licence="MIT",
            group=_training(row["project"]),
            version=row["ver"],
            family=Family.ULTRASCALE_PLUS,
            period_ns=float(row["clk"]),
            strategy=Strategy.LATENCY,
            reuse_factor=row["rf"],
            kernel=_counted(row, trimmed=_extra_bits(row)),
            csynth=Measured(
                lut=found["LUT"],
                ff=found["FF"],
                dsp=found["DSP"],
                bram_18k=found["BRAM_18K"],
                latency_cycles=found["lat"],
                initiation_interval=found["ii"],
            ),
            logic=Measured(lut=logic.get("LUT"), ff=logic.get("FF"), dsp=logic.get("DSP")),
        )


def _training(project: str) -> str:
    """Return what a project shares with others: data set and bits of one training."""
    return "/".join(project.strip("/").split("/")[:3])


def _extra_bits(row: dict[str, Any]) -> int:
    """Return the accumulator's bits below the last bit of a product: zeros that are added too."""
    data, weight, total = (row[key]["w"] - row[key]["i"] for key in ("tin", "tw", "ta"))
    return max(int(total - data - weight), 0)


def _counted(row: dict[str, Any], *, trimmed: int = 0) -> Kernel:
    adders = int(row["nadd"])
    return Kernel(
        inputs=int(row["n_in"]),
        outputs=int(row["n_out"]),
        data_width=int(row["wd"]),
        weight_width=int(row["ww"]),
        accumulator_width=int(row["wacc"]),
        nonzero=int(row["nnz"]),
        dsp_constants=int(row["udsp"]),
        fabric_luts=int(row["ulutc"]),
        shift_add_bits=int(row["shb2"]),
        adder_bits=int(row["A3"]) + trimmed * adders,
        adders=adders,
        depth=int(row["depth2"]),
    )


def _ntorc(text: str) -> Iterable[Fact]:
    """Dense layers of N-TORC; repetitions of one configuration are averaged."""
    repeated: dict[tuple[int, int, int], list[_Row]] = defaultdict(list)
    for row in csv.DictReader(StringIO(text)):
        if int(row["sequence_length_resource"]) == 1:
            names = ("n_inputs_resources", "dense_size_resource",
                     "correct_reuse_factor_dense_resource")  # fmt: skip
            inputs, outputs, factor = (int(row[name]) for name in names)
            repeated[inputs, outputs, factor].append(row)
    for (inputs, outputs, factor), rows in sorted(repeated.items()):
        mean = {name: fmean(float(row[name]) for row in rows) for name in ("lut", "ff")}
        counts = {name: fmean(float(row[name]) for row in rows) for name in ("dsp48e", "bram_18k")}
        yield Fact(
            source=_NTORC[0],
            licence=_NTORC[1],
            group=f"ntorc_{inputs}x{outputs}",
            version="2019.1",
            family=Family.ULTRASCALE_PLUS,
            period_ns=4.0,
            strategy=Strategy.RESOURCE,
            reuse_factor=factor,
            kernel=_sized(inputs, outputs),
            csynth=Measured(
                lut=round(mean["lut"], 1),
                ff=round(mean["ff"], 1),
                dsp=round(counts["dsp48e"], 1),
                bram_18k=round(counts["bram_18k"], 1),
            ),
        )


_WINDOW = 3  # of N-TORC's convolutions: 3 * channels * filters / reuse factor DSP blocks each
_PADDING = 2  # pixels around a sequence, for outputs as long as their inputs
_RESOURCES = ("n_inputs_resources", "cnn_filters_resources", "correct_reuse_factor_resource")
_LATENCIES = ("n_inputs_latency", "cnn_filters_latency", "correct_reuse_factor_latency",
              "sequence_length_latency")  # fmt: skip


def _conv_resources(text: str) -> Iterable[Fact]:
    """Shared convolutions of N-TORC; repetitions of one configuration are averaged."""
    for (channels, filters, factor), rows in _repeated(text, _RESOURCES):
        lut, ff, dsp, bram_18k = (
            round(fmean(float(row[name]) for row in rows), 1)
            for name in ("lut", "ff", "dsp48e", "bram_18k")
        )
        found = Measured(lut=lut, ff=ff, dsp=dsp, bram_18k=bram_18k)
        yield _convolution(channels, filters, factor, found, pixels=1)


def _conv_latencies(text: str) -> Iterable[Fact]:
    """The latency of the same, once for each length of the sequence.

    All but the first convolution of a network, which has one channel, follow a pooling that halves
    the sequence. Where no pixel completes a window, each takes 6 cycles: the shortest latency of a
    row is 6 times the number of pixels. The longest is that of a report.
    """
    for (channels, filters, factor, length), rows in _repeated(text, _LATENCIES):
        latency = fmean(float(row["latency_max"]) for row in rows)
        pixels = (length if channels == 1 else length // 2) + _PADDING
        found = Measured(latency_cycles=round(latency, 1))
        yield _convolution(channels, filters, factor, found, pixels=pixels)


def _repeated(text: str, names: tuple[str, ...]) -> Iterable[tuple[tuple[int, ...], list[_Row]]]:
    """Return the rows of each configuration with a reuse factor, the third name, above 1."""
    repeated: dict[tuple[int, ...], list[_Row]] = defaultdict(list)
    for row in csv.DictReader(StringIO(text)):
        repeated[tuple(int(row[name]) for name in names)].append(row)
    return ((sizes, rows) for sizes, rows in sorted(repeated.items()) if sizes[2] > 1)


def _convolution(channels: int, filters: int, factor: int, found: Measured, *, pixels: int) -> Fact:
    inputs = _WINDOW * channels
    return Fact(
        source=_NTORC[0],
        licence=_NTORC[1],
        group=f"ntorc_conv_{inputs}x{filters}",
        version="2019.1",
        family=Family.ULTRASCALE_PLUS,
        period_ns=4.0,
        strategy=Strategy.RESOURCE,
        reuse_factor=factor,
        kernel=_sized(inputs, filters),
        csynth=found,
        shape=Shape.CONV,
        pixels=pixels,
    )


def _sized(inputs: int, outputs: int) -> Kernel:
    """Return a 16-bit matrix of which only the sizes are known."""
    return Kernel(
        inputs=inputs,
        outputs=outputs,
        data_width=_DATA_BITS,
        weight_width=_DATA_BITS,
        accumulator_width=_DATA_BITS,
        nonzero=inputs * outputs,
        dsp_constants=0,
        fabric_luts=0,
        shift_add_bits=0,
        adder_bits=0,
        adders=0,
        depth=0,
    )


TABLES: dict[str, Callable[[str], Iterable[Fact]]] = {
    "wa_search_success_with_weight_features.csv": _search,
    "layers.jsonl": _layers,
    "ntorc_dense_resources_collapsed.csv": _ntorc,
    "ntorc_collapsed_conv_resources.csv": _conv_resources,
    "ntorc_conv_latency_collapsed.csv": _conv_latencies,
}
"""The published tables that are read, by the name of the file."""
