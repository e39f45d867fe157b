"""Tables as plain rows, made once and shown in the terminal or on the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.table import Table as RichTable
from rich.text import Text

from codesign.design.precision import Precision
from codesign.design.results import (
    Certificate,
    LayerAgreement,
    LayerSummary,
    Quality,
    StageTime,
    Suggestion,
    ValidationReport,
)
from codesign.metrics import kernel_sparsity
from codesign.reporting import notation
from codesign.reporting.scores import Scores

_NONE = "-"
_EFFICIENCY = 0.5


class Column(StrEnum):
    """What a column holds, which decides how it is set."""

    TEXT = "text"
    NUMBER = "number"
    CODE = "code"
    LINK = "link"
    """The place of another page, relative to this one; nothing where empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of text.

    Attributes:
        title: What it shows.
        note: Units, evidence and tools, in a sentence.
        header: One name a column.
        columns: What each column holds.
        rows: One text a column.
        total: Whether the last row sums up the others.
    """

    title: str
    note: str = ""
    header: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: bool = False


def to_rich(table: Table) -> RichTable:
    """Return a table for the terminal."""
    shown = RichTable(title=Text(table.title), caption=Text(table.note) if table.note else None)
    for name, column in zip(table.header, table.columns, strict=True):
        shown.add_column(
            Text(name),
            justify="right" if column is Column.NUMBER else "left",
            overflow="fold",
        )
    for index, row in enumerate(table.rows):
        last = table.total and index == len(table.rows) - 1
        if last:
            shown.add_section()
        shown.add_row(*(Text(cell) for cell in row), style="bold" if last else None)
    return shown


def quality_table(qualities: Sequence[Quality]) -> Table:
    """Return accuracy and area under the ROC curve of each class, one column a stage."""
    events = sorted({quality.events for quality in qualities})
    rows = [("accuracy", *(notation.measurement(stage.accuracy) for stage in qualities))]
    for index, first in enumerate(qualities[0].aucs):
        areas = (notation.measurement(stage.aucs[index].auc) for stage in qualities)
        rows.append((f"AUC {first.label}", *areas))
    return Table(
        title="Accuracy and AUC",
        note=(
            f"On {' and '.join(map(notation.count, events))} test events. Softmax probability, one "
            "class against the rest; errors are statistical (binomial, DeLong)."
        ),
        header=("", *(notation.stage_name(stage.stage) for stage in qualities)),
        columns=(Column.TEXT, *(Column.NUMBER for _ in qualities)),
        rows=tuple(rows),
    )


def rejection_table(scores: Scores) -> Table:
    """Return background rejection at half of the signal, one column a stage."""
    stages = scores.drawn_stages
    curves = [scores.curves(stage) for stage in stages]
    rows = [
        (name, *(notation.measurement(stage[index].rejection_at(_EFFICIENCY)) for stage in curves))
        for index, name in enumerate(scores.label_names)
    ]
    return Table(
        title=f"Background rejection at {notation.percent(_EFFICIENCY)} signal efficiency",
        note="1 / background efficiency at a threshold that exists; ∞: no background accepted.",
        header=("class", *map(notation.stage_name, stages)),
        columns=(Column.TEXT, *(Column.NUMBER for _ in stages)),
        rows=tuple(rows),
    )


def certificate_table(certificate: Certificate) -> Table:
    """Return one row a comparison of two implementations.

    Where there is one output an event, no largest one is chosen among several.
    """
    compared = certificate.comparisons
    chooses = any(report.outputs > report.events for report in compared)
    return Table(
        title="Certificate",
        note="An output is exact where every bit agrees; LSB: its least significant bit.",
        header=(
            *("compared", "inputs", "events", "outputs", "exact outputs", "exact events"),
            *("max error (LSB)", *(("same argmax",) if chooses else ()), "reference arithmetic"),
        ),
        columns=(*(Column.TEXT,) * 2, *(Column.NUMBER,) * (5 + chooses), Column.TEXT),
        rows=tuple(_comparison(report, chooses=chooses) for report in compared),
    )


def overflow_table(certificate: Certificate) -> Table:
    """Return one row a layer: the share of values that saturate or wrap, a pair a kind of input."""
    kinds = tuple(dict.fromkeys(overflow.inputs for overflow in certificate.overflows))
    found = {(overflow.layer, overflow.inputs): overflow for overflow in certificate.overflows}
    rows = tuple(
        (
            layer,
            *(
                notation.share(count, found[layer, kind].values)
                for kind in kinds
                for count in (found[layer, kind].saturated, found[layer, kind].wrapped)
            ),
        )
        for layer in dict.fromkeys(overflow.layer for overflow in certificate.overflows)
    )
    names = [f"{what}, {kind}" for kind in kinds for what in ("saturated", "wrapped")]
    return Table(
        title="Values that leave their format",
        note="Counted by the emulator. The zero of a ReLU belongs to its function.",
        header=("layer", *names),
        columns=(Column.TEXT, *(Column.NUMBER,) * len(names)),
        rows=rows,
    )


def layer_table(certificate: Certificate) -> Table:
    """Return one row a layer, one column a comparison: the share of exact values."""
    pairs = tuple(dict.fromkeys((a.reference, a.candidate, a.inputs) for a in certificate.layers))
    found = {(a.layer, (a.reference, a.candidate, a.inputs)): a for a in certificate.layers}
    rows = tuple(
        (layer, *(_share_of(found.get((layer, pair))) for pair in pairs))
        for layer in dict.fromkeys(a.layer for a in certificate.layers)
    )
    events = sorted({agreement.events for agreement in certificate.layers})
    names = [
        f"{notation.stage_name(candidate)} with {notation.stage_name(reference)}, {inputs}"
        for reference, candidate, inputs in pairs
    ]
    return Table(
        title="Layer by layer",
        note=(
            f"Share of values that agree in every bit, on the first "
            f"{', '.join(map(notation.count, events))} events of each kind."
        ),
        header=("layer", *names),
        columns=(Column.TEXT, *(Column.NUMBER,) * len(pairs)),
        rows=rows,
    )


def _share_of(agreement: LayerAgreement | None) -> str:
    if agreement is None:
        return _NONE
    share = notation.share(agreement.exact_values, agreement.values)
    error = notation.short(agreement.max_error_lsb)
    return share if agreement.is_bit_exact else f"{share}, up to {error} LSB"


def _comparison(report: ValidationReport, *, chooses: bool) -> tuple[str, ...]:
    stages = notation.stage_name(report.reference), notation.stage_name(report.candidate)
    return (
        f"{stages[1]} with {stages[0]}",
        report.inputs,
        notation.count(report.events),
        notation.count(report.outputs),
        notation.share(report.exact_outputs, report.outputs),
        notation.share(report.exact_events, report.events),
        notation.short(report.max_error_lsb),
        *((notation.share(report.same_argmax, report.events),) if chooses else ()),
        report.arithmetic,
    )


def precision_table(layers: Sequence[LayerSummary]) -> Table:
    """Return the format of every tensor, with reuse factor and strategy."""
    rows = tuple(
        (
            layer.name,
            layer.kind,
            " x ".join(map(str, layer.shape)),
            *map(_format, (layer.weight, layer.bias, layer.accumulator, layer.output)),
            str(layer.reuse_factor) if layer.reuse_factor else _NONE,
            layer.strategy or _NONE,
        )
        for layer in layers
    )
    return Table(
        title="Precision of every tensor",
        note=(
            "fixed<width, integer, rounding, overflow>, the sign bit included in both; TRN and "
            "WRAP where nothing is written."
        ),
        header=(
            "layer", "kind", "shape", "weight", "bias", "accumulator", "output", "reuse factor",
            "strategy",
        ),
        columns=(
            *(Column.TEXT,) * 2, Column.NUMBER, *(Column.CODE,) * 4, Column.NUMBER, Column.TEXT,
        ),
        rows=rows,
    )  # fmt: skip


def suggestion_table(suggestions: Sequence[Suggestion]) -> Table:
    """Return the narrower formats that were tried, one row each."""
    rows = tuple(
        (
            tried.tensor,
            str(tried.precision.as_storage()),
            str(tried.narrower.as_storage()),
            notation.share(tried.same_events, tried.events),
            f"{100 * tried.accuracy_change:+.2f}",
        )
        for tried in suggestions
    )
    events = sorted({tried.events for tried in suggestions})
    return Table(
        title="Narrower formats, tried one at a time",
        note=(
            f"Measured by the emulator on {', '.join(map(notation.count, events))} test events: "
            "unused bits at the top are left out, then one bit at the bottom. Weights are not "
            "trained again, so training may do better."
        ),
        header=("tensor", "format", "tried", "events with equal outputs", "accuracy, points"),
        columns=(Column.TEXT, Column.CODE, Column.CODE, Column.NUMBER, Column.NUMBER),
        rows=rows,
    )


def cost_table(layers: Sequence[LayerSummary]) -> Table:
    """Return multiplications, sparsity and bit operations of each layer that multiplies."""
    rows = [
        (
            layer.name,
            notation.count(layer.multiplications),
            notation.percent(layer.sparsity),
            notation.count(layer.bops),
            notation.count(layer.ebops),
        )
        for layer in layers
        if layer.multiplications
    ]
    total = (
        "total",
        notation.count(sum(layer.multiplications for layer in layers)),
        notation.percent(kernel_sparsity(layers)),
        notation.count(sum(layer.bops for layer in layers)),
        notation.count(sum(layer.ebops for layer in layers)),
    )
    return Table(
        title="Bit operations",
        note=(
            "Per inference. BOPs: arXiv:2103.05579, Eq. 1; EBOPs: arXiv:2405.00645. They are "
            "computed from the weights, not synthesized: they are not LUTs."
        ),
        header=("layer", "multiplications", "zero weights", "BOPs", "EBOPs"),
        columns=(Column.TEXT, *(Column.NUMBER,) * 4),
        rows=(*rows, total),
        total=True,
    )


def time_table(times: Sequence[StageTime]) -> Table:
    """Return how long each stage took, and the total of those that ran."""
    spent = sum(time.seconds for time in times if not time.reused)
    rows = [
        (time.stage, notation.duration(time.seconds), "reused" if time.reused else "computed")
        for time in times
    ]
    return Table(
        title="Stages",
        note="Wall-clock time; for a reused result, that of the run that made it.",
        header=("stage", "time", "result"),
        columns=(Column.TEXT, Column.NUMBER, Column.TEXT),
        rows=(*rows, ("computed in this run", notation.duration(spent), "")),
        total=True,
    )


def _format(precision: Precision | None) -> str:
    return _NONE if precision is None else str(precision)
