"""The top of the page: the verdict and the key numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

from codesign.design.design_point import DesignPoint
from codesign.design.results import Certificate, LayerAgreement, ValidationReport
from codesign.metrics import kernel_sparsity, unpruned_bops
from codesign.reporting import notation


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether firmware and model agree.

    Attributes:
        word: ``"BIT-EXACT"``, ``"DISAGREES"`` or ``"NOT COMPARED"``.
        level: ``"good"`` or ``"bad"``: how it is colored.
        text: What that means here.
        details: One line a comparison that disagrees.
    """

    word: str
    level: str
    text: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyNumber:
    """A number of the summary row.

    Attributes:
        name: What it is.
        value: The number.
        lines: What belongs to it.
    """

    name: str
    value: str
    lines: tuple[str, ...] = ()


def verdict_of(certificate: Certificate) -> Verdict:
    """Return the verdict of a certificate."""
    comparisons = certificate.comparisons
    if not comparisons:
        text = "Nothing was compared: this page does not say whether firmware and model agree."
        return Verdict(word="NOT COMPARED", level="bad", text=text)
    wrong = [report for report in comparisons if not report.is_bit_exact]
    if not certificate.is_bit_exact:
        hidden = () if wrong else tuple(_explain_layer(e) for e in _wrong_layers(certificate))
        return Verdict(
            word="DISAGREES",
            level="bad",
            text=(
                f"{len(wrong)} of {len(comparisons)} comparisons disagree: do not deploy."
                if wrong
                else "The outputs agree, layers inside do not: do not deploy."
            ),
            details=(*(_explain(report) for report in wrong), *hidden),
        )
    stages = [name for report in comparisons for name in (report.reference, report.candidate)]
    chain = " = ".join(notation.stage_name(stage) for stage in dict.fromkeys(stages))
    inputs = " and ".join(
        f"{notation.count(events)} {_inputs(kind)}"
        for kind, events in dict.fromkeys((report.inputs, report.events) for report in comparisons)
    )
    text = f"{chain}: every bit of every output agrees on {inputs}."
    return Verdict(word="BIT-EXACT", level="good", text=text)


def key_numbers(point: DesignPoint) -> tuple[KeyNumber, ...]:
    """Return the numbers of the summary row."""
    hardware, training = point.candidate.hardware, point.candidate.training
    outputs = sum(report.outputs for report in point.certificate.comparisons)
    exact = sum(report.exact_outputs for report in point.certificate.comparisons)
    period = notation.short(hardware.clock.period_ns)
    exceptions = f", {len(hardware.layers)} layers differ" if hardware.layers else ""
    frequency = notation.short(1e3 / hardware.clock.period_ns)
    return (
        _resolution(point) if point.resolutions else _accuracy(point),
        KeyNumber(
            name="exact outputs",
            value=notation.share(exact, outputs),
            lines=(f"{notation.count(exact)} of {notation.count(outputs)} compared",),
        ),
        KeyNumber(
            name="zero weights",
            value=notation.percent(kernel_sparsity(point.layers)),
            lines=(f"aim {notation.percent(point.candidate.pruning.sparsity)}",),
        ),
        KeyNumber(name="BOPs", value=notation.count(point.bops), lines=tuple(_reduction(point))),
        KeyNumber(
            name="EBOPs", value=notation.count(point.ebops), lines=("HGQ, arXiv:2405.00645",)
        ),
        KeyNumber(
            name="target",
            value=hardware.part.name,
            lines=(
                f"{period} ns clock, {frequency} MHz",
                f"{hardware.backend}, {hardware.io_type}",
            ),
        ),
        KeyNumber(
            name="strategy",
            value=hardware.strategy,
            lines=(
                f"reuse factor {hardware.reuse_factor}{exceptions}",
                f"training: {training.mode.upper()}",
            ),
        ),
    )


def _wrong_layers(certificate: Certificate) -> tuple[LayerAgreement, ...]:
    return tuple(layer for layer in certificate.layers if not layer.is_bit_exact)


def _explain_layer(layer: LayerAgreement) -> str:
    stages = notation.stage_name(layer.reference), notation.stage_name(layer.candidate)
    wrong = layer.values - layer.exact_values
    return (
        f"{layer.layer}: {stages[1]} against {stages[0]} on {_inputs(layer.inputs)}: "
        f"{notation.count(wrong)} of {notation.count(layer.values)} values differ."
    )


def _explain(report: ValidationReport) -> str:
    wrong = report.outputs - report.exact_outputs
    stages = notation.stage_name(report.reference), notation.stage_name(report.candidate)
    text = (
        f"{stages[1]} against {stages[0]} on {_inputs(report.inputs)}: {notation.count(wrong)} of "
        f"{notation.count(report.outputs)} outputs differ, by at most "
        f"{notation.short(report.max_error_lsb)} LSB."
    )
    first = report.divergence
    if first is None:
        return f"{text} The first diverging layer was not looked for."
    return (
        f"{text} First diverging layer {first.layer}, event {first.event}, element "
        f"{first.element}: expected {first.expected}, found {first.found} (hardware integers). "
        f"Cause: {first.cause.rstrip('.')}."
    )


def _inputs(kind: str) -> str:
    return kind if kind == "events" else f"{kind} inputs"


def _accuracy(point: DesignPoint) -> KeyNumber:
    stages = {quality.stage: quality for quality in point.quality}
    firmware = next(
        (name for name in ("csim", "emulator", "qkeras", "float") if name in stages), ""
    )
    if not firmware:
        return KeyNumber(name="accuracy", value="not measured")
    return KeyNumber(
        name=f"accuracy, {notation.stage_name(firmware)}",
        value=notation.measurement(stages[firmware].accuracy),
        lines=tuple(
            f"{notation.stage_name(name)}: {notation.measurement(quality.accuracy)}"
            for name, quality in stages.items()
            if name in {"float", "qkeras"} - {firmware}
        ),
    )


def _resolution(point: DesignPoint) -> KeyNumber:
    found = {entry.stage: 100 * entry.resolution.value for entry in point.resolutions}
    firmware = next((name for name in ("csim", "emulator", "qkeras") if name in found), "float")
    return KeyNumber(
        name=f"energy resolution, {notation.stage_name(firmware)}",
        value=f"{found[firmware]:.2f} %",
        lines=tuple(
            f"{notation.stage_name(name)}: {value:.2f} %"
            for name, value in found.items()
            if name not in {"qkeras", "emulator", "csim"}
        ),
    )


def _reduction(point: DesignPoint) -> Iterator[str]:
    if point.bops > 0:
        yield f"{unpruned_bops(point.layers) / point.bops:.1f}x below 32 bit, unpruned"
