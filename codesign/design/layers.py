"""The layers of a network: what each computes, in integers, with nothing left open.

Tensors are channels-last. Each layer says in its docstring what it computes exactly; the result is
then *put* on the grid of ``precision``: rounded and overflowed as that says.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from codesign.design.constant import Constant
from codesign.design.names import check_name
from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError

Padding = tuple[tuple[int, int], ...]
"""Zeros before and after each spatial dimension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What all layers share; abstract.

    Attributes:
        name: Its name and that of the tensor it makes; a C identifier.
        inputs: The tensors it reads, in order.
        shape: The shape of its tensor, without the batch.
        precision: The format of its tensor, with the rounding and overflow of the last step.
    """

    kind: ClassVar[str]
    name: str
    inputs: tuple[str, ...]
    shape: tuple[int, ...]
    precision: Precision

    def __post_init__(self) -> None:
        check_name(self.name, what="a layer")
        if not self.inputs:
            msg = f"{self.name}: a layer needs at least one input"
            raise InvalidDesignError(msg)
        if not self.shape or min(self.shape) < 1:
            msg = f"{self.name}: shape {self.shape} has no elements"
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted(Layer):
    """A layer of sums of products; abstract.

    Attributes:
        kernel: Weights.
        bias: One an output channel.
        accumulator: The format of every partial sum; its fraction holds full products.
    """

    kernel: Constant
    bias: Constant
    accumulator: Precision

    def __post_init__(self) -> None:
        Layer.__post_init__(self)
        if self.bias.values.shape != self.shape[-1:]:
            msg = f"{self.name}: bias shape {self.bias.values.shape}, expected {self.shape[-1:]}"
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dense(Weighted):
    """``bias + data @ kernel`` over the last dimension; kernel of shape (inputs, outputs)."""

    kind: ClassVar[str] = "dense"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conv(Weighted):
    """A convolution, as Keras counts (a correlation).

    The kernel has shape (size, inputs, filters) in one dimension and (height, width, inputs,
    filters) in two.

    Attributes:
        strides: One a spatial dimension.
        padding: Zeros around the data.
    """

    kind: ClassVar[str] = "conv"
    strides: tuple[int, ...]
    padding: Padding


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthwiseConv(Weighted):
    """A convolution of each channel with its own filters.

    The kernel has shape (..., channels, multiplier); output channel ``c * multiplier + m`` is that
    of channel c with its m-th filter.

    Attributes:
        strides: One a spatial dimension.
        padding: Zeros around the data.
    """

    kind: ClassVar[str] = "depthwise_conv"
    strides: tuple[int, ...]
    padding: Padding


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale(Weighted):
    """``bias + data * kernel``, element by element of the last dimension: a normalization.

    The kernel has shape (channels,).
    """

    kind: ClassVar[str] = "scale"


class Function(StrEnum):
    """What an activation computes before its output is put on the grid."""

    LINEAR = "linear"
    """x: a quantizer alone."""
    RELU = "relu"
    """max(0, x)."""
    LEAKY_RELU = "leaky_relu"
    """x where x >= 0, else ``max(x, smallest) * 2**slope_log2``, with ``smallest`` of the output's
    format: the two branches of ``quantized_relu(negative_slope=...)``."""
    HARD_SIGMOID = "hard_sigmoid"
    """min(1, max(0, x / 2 + 1 / 2)), as QKeras defines it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation(Layer):
    """An element-wise function.

    Attributes:
        function: Which.
        slope_log2: The slope of a leaky ReLU below 0 as a power of two, at most 0.
        ceiling: The largest hardware integer that comes out, where it is not that of the format.
    """

    kind: ClassVar[str] = "activation"
    function: Function
    slope_log2: int = 0
    ceiling: int | None = None

    def __post_init__(self) -> None:
        Layer.__post_init__(self)
        if self.slope_log2 > 0 or (self.slope_log2 and self.function is not Function.LEAKY_RELU):
            msg = f"{self.name}: slope 2**{self.slope_log2} of {self.function}"
            raise InvalidDesignError(msg)
        if self.ceiling is not None and not 0 <= self.ceiling <= self.precision.max_hw:
            msg = f"{self.name}: ceiling {self.ceiling} does not lie in {self.precision}"
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps(Layer):
    """A step function: ``levels[number of thresholds that are <= x]``; exact, nothing is rounded.

    Attributes:
        thresholds: On the grid of the input, strictly rising, shape (steps,).
        levels: On the grid of ``precision``, shape (steps + 1,).
    """

    kind: ClassVar[str] = "steps"
    thresholds: Constant
    levels: Constant

    def __post_init__(self) -> None:
        Layer.__post_init__(self)
        rising = self.thresholds.values[1:] > self.thresholds.values[:-1]
        steps = self.thresholds.values.shape
        if len(steps) != 1 or not rising.all() or self.levels.values.shape != (steps[0] + 1,):
            msg = (
                f"{self.name}: thresholds of shape {steps} and levels of shape "
                f"{self.levels.values.shape}; expected rising thresholds and one level more"
            )
            raise InvalidDesignError(msg)
        if self.levels.precision.as_storage() != self.precision.as_storage():
            msg = f"{self.name}: levels in {self.levels.precision}, output in {self.precision}"
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Layer):
    """A look-up table addressed by the input's hardware integer minus its smallest one.

    Attributes:
        values: On the grid of ``precision``, shape (2**input width,).
    """

    kind: ClassVar[str] = "table"
    values: Constant

    def __post_init__(self) -> None:
        Layer.__post_init__(self)
        if self.values.precision.as_storage() != self.precision.as_storage():
            msg = f"{self.name}: entries in {self.values.precision}, output in {self.precision}"
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Softmax(Layer):
    """Softmax by two tables: ``e[max - x] * inverse[sum]``, over the last dimension.

    The difference to the largest input, on the grid of ``difference``, addresses the table of
    exponentials; the sum of exponentials, on the grid of ``total``, addresses the table of
    inverses; their product is put on the grid of ``precision``. Both tables are indexed by the
    hardware integer itself.

    Attributes:
        difference: Unsigned format of ``max - x``; saturating.
        exponentials: ``exp(-d)`` for each difference, shape (2**difference.width,).
        total: Unsigned format of the sum of exponentials; saturating.
        inverses: ``1 / s`` for each sum, shape (2**total.width,).
    """

    kind: ClassVar[str] = "softmax"
    difference: Precision
    exponentials: Constant
    total: Precision
    inverses: Constant

    def __post_init__(self) -> None:
        Layer.__post_init__(self)
        for address, table in ((self.difference, self.exponentials), (self.total, self.inverses)):
            if address.signed or table.values.shape != (2**address.width,):
                msg = (
                    f"{self.name}: a table addressed by {address} needs unsigned addresses and "
                    f"shape {(2**address.width,)}, got {table.values.shape}"
                )
                raise InvalidDesignError(msg)


class PoolFunction(StrEnum):
    """What a pooling layer makes of its window."""

    MAX = "max"
    """The largest value; padding never counts."""
    AVERAGE = "average"
    """The sum over the window size, which is a power of two: a shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool(Layer):
    """Pooling over windows of the spatial dimensions.

    Attributes:
        function: Which.
        size: Of the window, one a spatial dimension.
        strides: One a spatial dimension.
        padding: Around the data; none with averages.
    """

    kind: ClassVar[str] = "pool"
    function: PoolFunction
    size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Padding

    def __post_init__(self) -> None:
        Layer.__post_init__(self)
        if self.function is PoolFunction.AVERAGE:
            window = 1
            for size in self.size:
                window *= size
            if window & (window - 1) or any(map(any, self.padding)):
                msg = (
                    f"{self.name}: an average over {self.size} with padding {self.padding}; only "
                    "powers of two without padding are exact: choose such a window, or max pooling"
                )
                raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroPad(Layer):
    """Zeros around the spatial dimensions.

    Attributes:
        padding: How many.
    """

    kind: ClassVar[str] = "zero_pad"
    padding: Padding


@dataclass(frozen=True, slots=True, kw_only=True)
class UpSample(Layer):
    """Each value repeated along the spatial dimensions (nearest neighbor).

    Attributes:
        factors: How often, one a spatial dimension.
    """

    kind: ClassVar[str] = "up_sample"
    factors: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reshape(Layer):
    """The same values in the same row-major order under another shape; flattening is one."""

    kind: ClassVar[str] = "reshape"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transpose(Layer):
    """The dimensions in another order.

    Attributes:
        axes: For each dimension of the output that of the input, counted without the batch.
    """

    kind: ClassVar[str] = "transpose"
    axes: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Layer):
    """A range of one dimension.

    Attributes:
        axis: Which, counted without the batch.
        start: The first index.
    """

    kind: ClassVar[str] = "slice"
    axis: int
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Concatenate(Layer):
    """The inputs one after the other, each put on the grid of the output.

    Attributes:
        axis: Along which dimension, counted without the batch.
    """

    kind: ClassVar[str] = "concatenate"
    axis: int


class MergeFunction(StrEnum):
    """What a merge computes of tensors of equal shapes."""

    ADD = "add"
    SUBTRACT = "subtract"
    MULTIPLY = "multiply"
    AVERAGE = "average"
    """Of a power-of-two number of tensors."""
    MAXIMUM = "maximum"
    MINIMUM = "minimum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Layer):
    """An element-wise function of several tensors of equal shapes, exact before it is put.

    Attributes:
        function: Which.
    """

    kind: ClassVar[str] = "merge"
    function: MergeFunction

    def __post_init__(self) -> None:
        Layer.__post_init__(self)
        count = len(self.inputs)
        pair = self.function is MergeFunction.SUBTRACT
        halves = self.function is MergeFunction.AVERAGE and count & (count - 1)
        if count < 2 or (pair and count != 2) or halves:
            msg = f"{self.name}: {self.function} of {count} tensors"
            raise InvalidDesignError(msg)


AnyLayer = (
    Dense
    | Conv
    | DepthwiseConv
    | Scale
    | Activation
    | Steps
    | Table
    | Softmax
    | Pool
    | ZeroPad
    | UpSample
    | Reshape
    | Transpose
    | Slice
    | Concatenate
    | Merge
)
