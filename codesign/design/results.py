"""What was learnt about a design: quality, agreement, profile, cost in bit operations."""

from dataclasses import dataclass

from codesign.design.precision import Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A number with its statistical error (one standard deviation)."""

    value: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassAuc:
    """The area under the ROC curve of one class against all others."""

    label: str
    auc: Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How well one stage classifies.

    Attributes:
        stage: ``"float"``, ``"qkeras"``, ``"emulator"`` or ``"csim"``.
        events: How many were classified.
        accuracy: Share of events whose largest logit is that of the true class.
        aucs: One entry a class.
    """

    stage: str
    events: int
    accuracy: Measurement
    aucs: tuple[ClassAuc, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionBin:
    """How well energies are measured in a range of a variable.

    Attributes:
        variable: Which.
        low: Where the range begins.
        high: Where it ends, not in it.
        events: How many are in it.
        resolution: Relative interquartile range of estimate over truth.
        median: Of estimate over truth.
    """

    variable: str
    low: float
    high: float
    events: int
    resolution: Measurement
    median: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """How well one stage measures energies.

    Attributes:
        stage: ``"float"``, ``"qkeras"``, ``"emulator"``, ``"csim"``, or a baseline.
        events: How many were measured.
        resolution: Relative interquartile range of estimate over truth; of a normal distribution
            its standard deviation over its mean.
        median: Of estimate over truth.
        bins: In ranges of one variable after the other.
    """

    stage: str
    events: int
    resolution: Measurement
    median: float
    bins: tuple[ResolutionBin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """The first place where two implementations differ.

    Attributes:
        layer: The first layer, in the order of the network, with a wrong element.
        event: The first such event.
        element: The first such element of the layer's flattened tensor.
        expected: The reference's hardware integer.
        found: The other's hardware integer.
        cause: What the difference looks like, in words.
    """

    layer: str
    event: int
    element: int
    expected: int
    found: int
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationReport:
    """One comparison of two implementations of a network.

    Attributes:
        reference: What is held to be right, e.g. ``"qkeras"``.
        candidate: What is compared with it, e.g. ``"csim"``.
        inputs: ``"events"`` or ``"overdriven"``.
        events: How many were compared.
        outputs: Compared numbers: events times outputs.
        exact_outputs: Numbers that agree in every bit.
        exact_events: Events whose every output agrees.
        max_error_lsb: Largest difference in units of the output's least significant bit.
        same_argmax: Events whose largest output is the same.
        arithmetic: How the reference was computed, e.g. ``"float32"``.
        divergence: The first difference, None where there is none.
    """

    reference: str
    candidate: str
    inputs: str
    events: int
    outputs: int
    exact_outputs: int
    exact_events: int
    max_error_lsb: float
    same_argmax: int
    arithmetic: str
    divergence: Divergence | None = None

    @property
    def is_bit_exact(self) -> bool:
        """Whether every number agrees in every bit."""
        return self.exact_outputs == self.outputs


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerAgreement:
    """How two implementations agree on one layer's tensor.

    Attributes:
        layer: Which.
        reference: What is held to be right.
        candidate: What is compared with it.
        inputs: ``"events"`` or ``"overdriven"``.
        events: How many were compared.
        values: Compared numbers: events times elements.
        exact_values: Numbers that agree in every bit.
        max_error_lsb: Largest difference in units of the tensor's least significant bit.
    """

    layer: str
    reference: str
    candidate: str
    inputs: str
    events: int
    values: int
    exact_values: int
    max_error_lsb: float

    @property
    def is_bit_exact(self) -> bool:
        """Whether every number agrees in every bit."""
        return self.exact_values == self.values


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerOverflow:
    """What became of the values that a layer's formats do not hold.

    Attributes:
        layer: Which.
        inputs: ``"events"`` or ``"overdriven"``.
        saturated: Values that became the end of the range.
        wrapped: Values that lost their upper bits.
        values: All values of the layer: events times elements.
    """

    layer: str
    inputs: str
    saturated: int
    wrapped: int
    values: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The proof that model and firmware compute the same, and what it holds for.

    Attributes:
        design: The design's name.
        network_digest: Of the quantized network.
        model_digest: Of the deployed QKeras model: configuration and weights.
        firmware_digest: Of the generated project.
        inputs_digest: Of the compared hardware integers.
        comparisons: What was compared with what.
        layers: The same layer by layer, on the first events of each comparison.
        overflows: Of each layer, on each kind of input.
        tool_versions: (name, version) of everything that took part.
    """

    design: str
    network_digest: str
    model_digest: str
    firmware_digest: str
    inputs_digest: str
    comparisons: tuple[ValidationReport, ...]
    layers: tuple[LayerAgreement, ...]
    overflows: tuple[LayerOverflow, ...]
    tool_versions: tuple[tuple[str, str], ...]

    @property
    def is_bit_exact(self) -> bool:
        """Whether there are comparisons and every output and every layer is bit-exact."""
        outputs_agree = all(report.is_bit_exact for report in self.comparisons)
        layers_agree = all(layer.is_bit_exact for layer in self.layers)
        return bool(self.comparisons) and outputs_agree and layers_agree


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorProfile:
    """The values a tensor takes against what its format holds.

    Attributes:
        name: The tensor, or ``"<layer>.kernel"`` and ``"<layer>.bias"``.
        precision: Its format.
        smallest: The smallest value seen.
        largest: The largest value seen.
        quantiles: The 1, 25, 50, 75 and 99 % quantiles of the non-zero magnitudes.
        zeros: Share of values that are zero.
        saturated: Share of values at the edge of the format.
    """

    name: str
    precision: Precision
    smallest: float
    largest: float
    quantiles: tuple[float, ...]
    zeros: float
    saturated: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A narrower format of one tensor, and what it does to the outputs.

    Attributes:
        tensor: Which.
        precision: Its format now.
        narrower: The format tried.
        events: How many events were emulated with it.
        same_events: Those whose every output stayed the same.
        accuracy_change: Share of events classified right, after less before.
    """

    tensor: str
    precision: Precision
    narrower: Precision
    events: int
    same_events: int
    accuracy_change: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSummary:
    """A row of the precision table.

    Attributes:
        name: The layer.
        kind: Dense, activation, ...
        shape: Of its output.
        weight: Format of the kernel, None where there is none.
        bias: Format of the bias.
        accumulator: Format of the partial sums.
        output: Format of the output.
        multiplications: Products per inference, zeros included.
        sparsity: Share of kernel weights that are zero.
        reuse_factor: Uses of each multiplier per inference, 0 where there is none.
        strategy: How the layer trades multipliers for time, empty where it has none.
        bops: Bit operations.
        ebops: Effective bit operations.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    weight: Precision | None
    bias: Precision | None
    accumulator: Precision | None
    output: Precision
    multiplications: int
    sparsity: float
    reuse_factor: int
    strategy: str
    bops: float
    ebops: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """One epoch of the fit.

    Attributes:
        loss: On the training events.
        validation_loss: On the validation events.
        validation_accuracy: On the validation events; None where nothing is classified.
        sparsity: Share of zeros in the pruned kernels at its end.
    """

    loss: float
    validation_loss: float
    validation_accuracy: float | None
    sparsity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTime:
    """How long a stage took.

    Attributes:
        stage: Its name.
        seconds: Wall-clock time; that of the first run where the result was reused.
        reused: Whether its result came from the cache.
    """

    stage: str
    seconds: float
    reused: bool
