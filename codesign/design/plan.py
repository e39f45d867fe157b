"""What to train: the model and how it is quantized, pruned and fitted."""

from dataclasses import dataclass, replace
from enum import StrEnum

from codesign.design.precision import Overflow, Precision, Rounding
from codesign.design.regression import InputPlan
from codesign.errors import InvalidDesignError


class KernelQuantizer(StrEnum):
    """How the weights of a layer come onto their grid."""

    BITS = "quantized_bits"
    TERNARY = "ternary"
    BINARY = "binary"


class ActivationQuantizer(StrEnum):
    """What follows a hidden layer."""

    RELU = "quantized_relu"
    TANH = "quantized_tanh"
    SIGMOID = "quantized_sigmoid"
    BITS = "quantized_bits"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerQuantization:
    """The precisions of one layer.

    Rounding and overflow are those of QKeras (half to even, saturating); only ``SAT_SYM`` may be
    named, for a symmetric range.

    Attributes:
        name: The layer; ``"*"`` for every layer without an entry of its own.
        weight: Of the kernel; ``fixed<2,2>`` for ternary and binary kernels.
        bias: Of the bias.
        activation: Of the output of the activation that follows.
        kernel_quantizer: How the weights come onto their grid.
        activation_quantizer: The activation that follows, where there is one.
    """

    name: str
    weight: Precision
    bias: Precision
    activation: Precision
    kernel_quantizer: KernelQuantizer = KernelQuantizer.BITS
    activation_quantizer: ActivationQuantizer = ActivationQuantizer.RELU

    def __post_init__(self) -> None:
        for field in ("weight", "bias", "activation"):
            _check_modes(f"{self.name}: {field}", getattr(self, field))
        two_valued = self.kernel_quantizer != KernelQuantizer.BITS
        weight = self.weight
        if two_valued and (weight.width, weight.integer, weight.signed) != (2, 2, True):
            msg = (
                f"{self.name}: {self.kernel_quantizer} weights are -1, 0 and 1: "
                f"write weight = 'fixed<2,2>', not {self.weight}"
            )
            raise InvalidDesignError(msg)
        if self.activation_quantizer == ActivationQuantizer.RELU and self.activation.signed:
            msg = (
                f"{self.name}: quantized_relu has no sign: write activation = "
                f"'ufixed<{self.activation.width},{self.activation.integer}>', "
                f"not {self.activation}"
            )
            raise InvalidDesignError(msg)


def _check_modes(where: str, precision: Precision) -> None:
    """Refuse a rounding or an overflow that no quantizer of QKeras has.

    ``TRN`` and ``WRAP`` are what a precision has that names neither.
    """
    rounding, overflow = precision.rounding, precision.overflow
    known = {Overflow.WRAP, Overflow.SAT, Overflow.SAT_SYM}
    if rounding not in {Rounding.TRN, Rounding.RND_CONV} or overflow not in known:
        expected = replace(precision, rounding=Rounding.TRN, overflow=Overflow.WRAP)
        msg = (
            f"{where} = {precision}: QKeras rounds half to even (RND_CONV) and saturates (SAT or "
            f"SAT_SYM); write {str(expected)!r}"
        )
        raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantizationPlan:
    """The precision of every tensor of a model.

    Attributes:
        input: The grid that events are put on.
        layers: One entry a layer, or one named ``"*"`` for those without.
        headroom: Integer bits of the input that all but the rarest Level-1 objects leave empty:
            the tail that a trigger is after would saturate without.
    """

    input: Precision
    layers: tuple[LayerQuantization, ...]
    headroom: int = 0

    def __post_init__(self) -> None:
        _check_modes("input", self.input)
        if not 0 <= self.headroom < self.input.width:
            msg = f"headroom = {self.headroom} bits of an input {self.input}: from 0 to its width"
            raise InvalidDesignError(msg)
        names = [layer.name for layer in self.layers]
        if len(set(names)) != len(names):
            msg = f"a layer is quantized twice: {', '.join(names)}"
            raise InvalidDesignError(msg)

    def layer(self, name: str) -> LayerQuantization:
        """Return the precisions of a layer.

        Raises:
            InvalidDesignError: If the plan neither names it nor has a ``"*"``.
        """
        entries = {layer.name: layer for layer in self.layers}
        if name not in entries and "*" not in entries:
            msg = f"no precision for layer {name!r}; the plan names {', '.join(entries)}; add '*'"
            raise InvalidDesignError(msg)
        return entries.get(name, entries.get("*", self.layers[0]))


class Mode(StrEnum):
    """When the model meets its precisions."""

    FLOAT = "float"
    """Never: the reference."""
    PTQ = "ptq"
    """After training (post-training quantization)."""
    QAT = "qat"
    """While training (quantization-aware training)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PruningPlan:
    """Quantization-aware pruning: zero the smallest weights while training.

    Source: Zhu and Gupta, arXiv:1710.01878 (the polynomial schedule); Hawks et al.,
    arXiv:2102.11289 (pruning and quantization together).

    Attributes:
        sparsity: Final fraction of zero weights in each pruned kernel.
        begin_epoch: The epoch at whose start pruning begins.
        end_epoch: The epoch at whose start the final sparsity is reached.
        exclude: Layers that are not pruned.
    """

    sparsity: float = 0.0
    begin_epoch: int = 0
    end_epoch: int = 1
    exclude: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.sparsity < 1:
            msg = f"a sparsity of {self.sparsity} is not in [0, 1)"
            raise InvalidDesignError(msg)
        if not 0 <= self.begin_epoch < self.end_epoch:
            msg = f"pruning from epoch {self.begin_epoch} to {self.end_epoch}: begin before the end"
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """How a model is fitted.

    Attributes:
        mode: When the model meets its precisions.
        epochs: At most.
        batch_size: Events a step.
        learning_rate: Of Adam at the start; it falls along a cosine to one hundredth.
        patience: Epochs without a better validation loss before training stops.
        warm_start: Whether QAT begins with the weights of the float reference.
        calibrate: With PTQ, choose the integer bits of each tensor from its range, keeping widths.
        seed: Of the weights, the shuffling and the split of the events.
        distillation: With QAT, the weight of what the float reference answers against the loss of
            training: 0 learns from events alone, 1 from the reference alone.
        overdrive: With a distillation of 1, each event is learnt a second time with its momenta
            scaled by a random factor up to this one.
    """

    mode: Mode = Mode.QAT
    epochs: int = 40
    batch_size: int = 256
    learning_rate: float = 2e-3
    patience: int = 15
    warm_start: bool = True
    calibrate: bool = False
    seed: int = 1
    distillation: float = 0.0
    overdrive: float = 1.0

    def __post_init__(self) -> None:
        for name, low in (
            ("epochs", 1),
            ("batch_size", 1),
            ("patience", 1),
            ("seed", 0),
        ):
            if getattr(self, name) < low:
                msg = f"{name} = {getattr(self, name)} is below {low}"
                raise InvalidDesignError(msg)
        if not 0 < self.learning_rate < 1:
            msg = f"a learning rate of {self.learning_rate} is not in (0, 1)"
            raise InvalidDesignError(msg)
        if self.calibrate and self.mode != Mode.PTQ:
            msg = f"calibrate chooses the integer bits of PTQ; the mode is {self.mode}"
            raise InvalidDesignError(msg)
        if not 0 <= self.distillation <= 1:
            msg = f"distillation = {self.distillation} is a weight from 0 to 1"
            raise InvalidDesignError(msg)
        if self.overdrive < 1 or (self.overdrive > 1 and self.distillation < 1):
            msg = (
                f"overdrive = {self.overdrive} with distillation = {self.distillation}: from 1, "
                "above it only with distillation = 1: what is driven is not to be learnt as usual"
            )
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChoice:
    """A hyper-parameter of a user's model and its value, as JSON text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnModel:
    """A model that a user's ``build(hp)`` makes.

    Attributes:
        source: ``/path/to/file.py:Name``.
        sha256: Of the file: other code is another design.
        choices: What ``hp`` answers, by name.
    """

    source: str
    sha256: str
    choices: tuple[OwnChoice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPlan:
    """Which model of the zoo, and its size.

    Attributes:
        builder: A name of the zoo.
        widths: Units of the hidden layers; empty for none.
        batch_norm: Whether the float reference has a batch normalization after each hidden layer;
            it is folded into the weights before anything is quantized.
        latent: Size of the latent space, the code or the embedding of a model without classes; 0
            for one that tells classes apart.
        bottleneck: Units of the hidden layers behind an embedding, or behind convolutions.
        inputs: What the model reads; empty for one input of all columns of the events.
        own: A user's model, of builder ``"own"``.
    """

    builder: str
    widths: tuple[int, ...]
    batch_norm: bool = False
    latent: int = 0
    bottleneck: tuple[int, ...] = ()
    inputs: tuple[InputPlan, ...] = ()
    own: OwnModel | None = None

    def __post_init__(self) -> None:
        if (self.builder == "own") != (self.own is not None):
            msg = f"builder {self.builder!r} with own = {self.own}: 'own' names a user's model"
            raise InvalidDesignError(msg)
        names = [source.name for source in self.inputs]
        if len(set(names)) != len(names):
            msg = f"inputs {', '.join(names)}: two share a name"
            raise InvalidDesignError(msg)
        for name, widths in (("layer", self.widths), ("bottleneck", self.bottleneck)):
            if any(width < 1 for width in widths):
                msg = f"{name} widths {widths}: each needs at least one unit"
                raise InvalidDesignError(msg)
        if self.latent < 0:
            msg = f"a latent space of {self.latent}; write its size, or 0 for a model with classes"
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPlan:
    """Which events, and how they are shared out.

    Attributes:
        sample: The name of a shipped sample, or the path of a file of events.
        train: Fraction of the events that the fit sees.
        validation: Fraction that stops the fit; the rest measures and certifies.
    """

    sample: str
    train: float = 0.6
    validation: float = 0.15

    def __post_init__(self) -> None:
        if not (0 < self.train < 1 and self.validation > 0 and self.train + self.validation < 1):
            msg = (
                f"train = {self.train} and validation = {self.validation} leave nothing to test "
                "on; both are positive and their sum is below 1"
            )
            raise InvalidDesignError(msg)
