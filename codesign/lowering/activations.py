"""The operations of activations: quantizers, ReLUs, float functions before a quantizer, softmax."""

from dataclasses import dataclass, replace
from math import ldexp, log2
from typing import Any

import numpy as np

from codesign.design.intervals import Interval
from codesign.design.layers import Activation, Function
from codesign.design.precision import Overflow
from codesign.errors import UnsupportedLayerError
from codesign.lowering.builder import Builder, Operation, Tensor
from codesign.lowering.quantizers import Elementwise, Evaluated, Meaning, activation
from codesign.lowering.refusal import refusal
from codesign.lowering.softmax import softmax_layer
from codesign.lowering.tabulate import tabulate

_MONOTONE = frozenset(
    """
    elu exponential hard_sigmoid hard_tanh relu6 selu sigmoid smooth_sigmoid smooth_tanh softplus
    softsign tanh
    """.split()  # noqa: SIM905
)
_RISING_AND_FALLING = frozenset({"gelu", "mish", "silu", "swish"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantize:
    """An operation: put a tensor on the grid of a quantizer, after any function still pending.

    Attributes:
        name: Of the layer.
        quantizer: Of QKeras.
        meaning: What it does.
    """

    name: str
    quantizer: Any
    meaning: Meaning

    def __call__(self, builder: Builder, tensors: tuple[Tensor, ...]) -> Tensor:
        """Add an activation, steps or a table."""
        (data,) = tensors
        if isinstance(self.meaning, Elementwise) and not data.functions:
            return builder.add(
                Activation(
                    name=self.name,
                    inputs=(data.name,),
                    shape=data.shape,
                    precision=self.meaning.precision,
                    function=self.meaning.function,
                    slope_log2=self.meaning.slope_log2,
                    ceiling=self.meaning.ceiling,
                )
            )
        monotone = all(_name(function) in _MONOTONE for function in data.functions)
        if isinstance(self.meaning, Evaluated):
            monotone, fraction = monotone and self.meaning.monotone, self.meaning.fraction
        else:
            fraction = self.meaning.precision.fraction
        functions = (*data.functions, self.quantizer)
        data = replace(data, functions=())
        return builder.add(
            tabulate(builder, self.name, data, functions, fraction=fraction, monotone=monotone)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Float:
    """An operation: a float function, left to the quantizer that follows.

    Attributes:
        name: Of the layer.
        function: Of Keras.
    """

    name: str
    function: Any

    def __call__(self, builder: Builder, tensors: tuple[Tensor, ...]) -> Tensor:  # noqa: ARG002
        """Note the function."""
        (data,) = tensors
        return replace(data, functions=(*data.functions, self.function))

    def refused(self) -> UnsupportedLayerError:
        """Return the error for a use without a quantizer."""
        return refusal(
            self.name,
            f"{_name(self.function)} on floating-point numbers",
            "put a quantizer behind it, QActivation(quantized_bits(...)), or use QActivation with "
            "quantized_relu, quantized_tanh or quantized_sigmoid",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectify:
    """An operation: a ReLU of Keras, which leaves its results on the grid of its input.

    Attributes:
        name: Of the layer.
        slope: Below 0.
        bound: The largest value, None for no bound.
    """

    name: str
    slope: float = 0.0
    bound: float | None = None

    def __call__(self, builder: Builder, tensors: tuple[Tensor, ...]) -> Tensor:
        """Add an activation that loses nothing."""
        (data,) = tensors
        finer = -int(log2(self.slope)) if self.slope else 0
        fraction = data.precision.fraction + finer
        held = data.bounds.affine(finer, 0)
        held = held if self.slope else held.clip(0)
        ceiling = self._ceiling(fraction)
        if ceiling is not None and ceiling < int(held.high.max()):
            below = _below(held, ceiling)
            precision = replace(below.precision(fraction), overflow=Overflow.SAT)
        else:
            precision, ceiling = held.precision(fraction), None
        return builder.add(
            Activation(
                name=self.name,
                inputs=(data.name,),
                shape=data.shape,
                precision=precision,
                function=Function.LEAKY_RELU if self.slope else Function.RELU,
                slope_log2=-finer,
                ceiling=ceiling,
            )
        )

    def _ceiling(self, fraction: int) -> int | None:
        if self.bound is None:
            return None
        steps = ldexp(self.bound, fraction)
        if steps != int(steps):
            step = 2.0**-fraction
            raise refusal(
                self.name,
                f"ReLU(max_value={self.bound:g}), off the grid of its input in steps of {step:g},",
                f"choose a multiple of {step:g}, or QActivation(quantized_relu(bits, integer))",
            )
        return int(steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalSoftmax:
    """An operation: a softmax at the end.

    Attributes:
        name: Of the layer.
    """

    name: str

    def __call__(self, builder: Builder, tensors: tuple[Tensor, ...]) -> Tensor:
        """Add the softmax, or nothing where the logits are to leave the network."""
        (data,) = tensors
        if builder.softmax is None:
            return data
        return builder.add(softmax_layer(self.name, data, builder.softmax))


def quantize(name: str, quantizer: Any) -> Operation:
    """Return the operation of a quantizer of QKeras.

    Raises:
        UnsupportedLayerError: If it has no exact form in fixed point.
    """
    return Quantize(name=name, quantizer=quantizer, meaning=activation(quantizer, layer=name))


def function(name: str, callable_: Any) -> list[Operation]:
    """Return the operations of the activation of a layer, a function or a quantizer.

    Raises:
        UnsupportedLayerError: If it has no exact form in fixed point.
    """
    kind = _name(callable_)
    if callable_ is None or kind == "linear":
        return []
    if kind == "relu":
        return [Rectify(name=name)]
    if kind == "softmax":
        return [FinalSoftmax(name=name)]
    if kind in _MONOTONE | _RISING_AND_FALLING:
        return [Float(name=name, function=callable_)]
    return [quantize(name, callable_)]


def _below(bounds: Interval, ceiling: int) -> Interval:
    return bounds.map(lambda end: np.minimum(end, ceiling))


def _name(callable_: Any) -> str:
    return str(getattr(callable_, "__name__", type(callable_).__name__))
