"""What was asked for, what the certificate holds for, and where the results come from."""

from collections.abc import Iterator

from codesign.design.design_point import DesignPoint
from codesign.design.hardware import HardwareConfig
from codesign.design.plan import DataPlan, ModelPlan, PruningPlan, QuantizationPlan, TrainingPlan
from codesign.reporting import notation
from codesign.reporting.tables import Column, Table

Row = tuple[str, str]
_MANY_INPUTS, _SHOWN_INPUTS = 100, 20


def design_table(point: DesignPoint) -> Table:
    """Return what was asked for, in words."""
    candidate = point.candidate
    rows = (
        ("model", _model(candidate.model)),
        ("events", _events(candidate.data, point.provenance.sample)),
        *_precisions(candidate.quantization),
        ("training", _training(candidate.training)),
        ("pruning", _pruning(candidate.pruning)),
        *_hardware(candidate.hardware),
    )
    return _pairs("Design", rows)


def digest_table(point: DesignPoint) -> Table:
    """Return what the certificate holds for: digests and versions of the tools."""
    certificate = point.certificate
    tools = ", ".join(f"{name} {version}" for name, version in certificate.tool_versions)
    return Table(
        title="What the certificate holds for",
        note=f"SHA-256. Tools: {tools or 'none named'}.",
        header=("content", "digest"),
        columns=(Column.TEXT, Column.CODE),
        rows=(
            ("QKeras model", certificate.model_digest),
            ("quantized network", certificate.network_digest),
            ("firmware project", certificate.firmware_digest),
            ("compared inputs", certificate.inputs_digest),
        ),
    )


def _in_order(names: tuple[str, ...]) -> str:
    """Return names, of very many the first and last ones."""
    if len(names) <= _MANY_INPUTS:
        return ", ".join(names)
    ends = (*names[:_SHOWN_INPUTS], "...", *names[-_SHOWN_INPUTS:])
    return f"{len(names):,}: {', '.join(ends)}"


def provenance_table(point: DesignPoint, feature_names: tuple[str, ...]) -> Table:
    """Return where the results come from."""
    source = point.provenance
    rows = (
        ("sample", source.sample),
        ("digest of the sample", source.sample_digest),
        ("classes", ", ".join(point.label_names)),
        ("inputs, in order", _in_order(feature_names)),
        ("firmware project", point.firmware),
        ("ended (UTC)", source.utc),
        ("host", f"{source.host}: {source.processor}"),
        ("revision of codesign", source.git_revision or "not a checkout"),
        ("versions", ", ".join(f"{name} {version}" for name, version in source.versions)),
    )
    return _pairs("Provenance", rows)


def _pairs(title: str, rows: tuple[Row, ...]) -> Table:
    return Table(title=title, header=("", ""), columns=(Column.TEXT, Column.TEXT), rows=rows)


def _model(model: ModelPlan) -> str:
    widths = ", ".join(map(str, model.widths)) or "as the zoo has them"
    folded = "; batch normalization folded" if model.batch_norm else ""
    return f"{model.builder}; hidden layers: {widths}{folded}"


def _events(data: DataPlan, sample: str) -> str:
    train, validation = notation.percent(data.train), notation.percent(data.validation)
    test = notation.percent(1 - data.train - data.validation)
    return f"{sample}: {train} train, {validation} validation, {test} test"


def _precisions(plan: QuantizationPlan) -> Iterator[Row]:
    yield "input grid", str(plan.input)
    for layer in plan.layers:
        name = "every other layer" if layer.name == "*" else layer.name
        if len(plan.layers) == 1 and layer.name == "*":
            name = "every layer"
        weight = f"weight {layer.weight} by {layer.kernel_quantizer}"
        activation = f"activation {layer.activation} by {layer.activation_quantizer}"
        yield name, f"{weight}; bias {layer.bias}; {activation}"


def _training(plan: TrainingPlan) -> str:
    rate = notation.short(plan.learning_rate)
    steps = f"at most {plan.epochs} epochs, batches of {plan.batch_size}, learning rate {rate}"
    return f"{plan.mode.upper()}; {steps}, seed {plan.seed}"


def _pruning(plan: PruningPlan) -> str:
    if not plan.sparsity:
        return "none"
    aim = notation.percent(plan.sparsity)
    without = f", without {', '.join(plan.exclude)}" if plan.exclude else ""
    return f"{aim} of each kernel, over epochs {plan.begin_epoch} to {plan.end_epoch}{without}"


def _hardware(hardware: HardwareConfig) -> Iterator[Row]:
    period = notation.short(hardware.clock.period_ns)
    uncertainty = notation.short(hardware.clock.uncertainty_percent)
    yield "device", f"{hardware.part.part} ({hardware.part.family})"
    yield "clock", f"{period} ns, {uncertainty} % of it kept for routing"
    how = f"strategy {hardware.strategy}, reuse factor {hardware.reuse_factor}"
    yield "firmware", f"{hardware.backend}, {hardware.io_type}, {how}"
