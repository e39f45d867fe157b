"""The gate from Keras: read a QKeras model into a network of integers."""

from typing import Any

import numpy as np

from codesign.design.constant import Constant
from codesign.design.contract import InputFeature, NetworkInput
from codesign.design.fixed_point import Integers, shift_integers
from codesign.design.intervals import Interval, layer_interval, sums
from codesign.design.layers import Activation, AnyLayer, Dense, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision, Rounding
from codesign.errors import UnsupportedLayerError
from codesign.lowering.chain import Affine, Elementwise, FinalSoftmax, read_chain
from codesign.lowering.lint import check
from codesign.lowering.softmax import SoftmaxTables, softmax_layer

_GRID_TOLERANCE = 1e-3


def lower(
    model: Any,
    *,
    name: str = "",
    features: tuple[InputFeature, ...] = (),
    softmax: SoftmaxTables | None = None,
) -> QuantizedNetwork:
    """Return the network that a QKeras model computes, bit for bit.

    Args:
        model: A chain of QDense and activation layers that begins with an input quantizer.
        name: The network's name; the model's where empty.
        features: The contract of each input; none for inputs without a physical meaning.
        softmax: The tables of a softmax at the end; where None such a softmax is left out and
            the network ends in logits, which have the same order.

    Raises:
        UnsupportedLayerError: If a layer cannot be lowered exactly; every one is named.
    """
    check(model)
    links, _ = read_chain(model)
    grid, *rest = links
    source = NetworkInput(
        name=model.input_names[0],
        shape=tuple(int(size) for size in model.input_shape[1:]),
        precision=_precision(grid),
        features=features,
    )
    reader = _Reader(source)
    for link in rest:
        match link:
            case Affine():
                reader.add_dense(link)
            case Elementwise():
                reader.add_activation(link)
            case FinalSoftmax() if softmax is not None:
                reader.add(softmax_layer(link.name, reader.last, softmax))
            case FinalSoftmax():
                pass
    return QuantizedNetwork(
        name=name or model.name,
        inputs=(source,),
        layers=tuple(reader.layers),
        outputs=(reader.last.name,),
    )


class _Reader:
    """Keeps the last tensor and its bounds while the chain is read."""

    def __init__(self, source: NetworkInput) -> None:
        self.layers: list[AnyLayer] = []
        self.last: NetworkInput | AnyLayer = source
        self.bounds = Interval.full(source.precision, source.shape)

    def add(self, layer: AnyLayer) -> None:
        self.bounds = layer_interval(layer, self.last.precision, self.bounds)
        self.layers.append(layer)
        self.last = layer

    def add_dense(self, link: Affine) -> None:
        kernel, bias = _weights(link)
        data = self.last.precision
        fraction = max(data.fraction + kernel.precision.fraction, bias.precision.fraction)
        up = fraction - bias.precision.fraction
        on_grid = shift_integers(bias.values, up, Rounding.TRN)
        wide = fraction - data.fraction - kernel.precision.fraction
        found = sums(self.bounds, kernel.values << wide, on_grid, name=link.name)
        accumulator = found.precision(fraction)
        self.add(
            Dense(
                name=link.name,
                inputs=(self.last.name,),
                shape=kernel.values.shape[1:],
                precision=accumulator,
                kernel=kernel,
                bias=bias,
                accumulator=accumulator,
            )
        )

    def add_activation(self, link: Elementwise) -> None:
        precision = link.precision
        if precision is None:
            positive = self.bounds.clip(0) if link.function is Function.RELU else self.bounds
            precision = positive.precision(self.last.precision.fraction)
        self.add(
            Activation(
                name=link.name,
                inputs=(self.last.name,),
                shape=self.last.shape,
                precision=precision,
                function=link.function,
            )
        )


def _precision(grid: object) -> Precision:
    if not isinstance(grid, Elementwise) or grid.precision is None:
        msg = "the model does not begin with an input quantizer"
        raise UnsupportedLayerError(msg)
    return grid.precision


def _weights(link: Affine) -> tuple[Constant, Constant]:
    kernel = np.asarray(link.layer.kernel_quantizer_internal(link.layer.kernel))
    weights = Constant(values=_integers(kernel, link.kernel, link.name), precision=link.kernel)
    if link.bias is None:
        zeros = np.zeros(weights.values.shape[1], dtype=np.int64)
        return weights, Constant(values=zeros, precision=Precision(width=1, integer=1))
    bias = np.asarray(link.layer.bias_quantizer_internal(link.layer.bias))
    values = _integers(bias, link.bias, f"{link.name} (bias)")
    return weights, Constant(values=values, precision=link.bias)


def _integers(values: Any, precision: Precision, where: str) -> Integers:
    """Return the hardware integers of quantized weights, after checking that they lie on the grid.

    The straight-through estimator of QKeras, x + (q(x) - x), leaves float32 rounding noise on some
    quantizers; anything larger means that the quantizer does not do what its name says.
    """
    scaled = np.ldexp(values.astype(np.float64), precision.fraction)
    integers = np.rint(scaled)
    worst = float(np.abs(scaled - integers).max(initial=0.0))
    if not np.isfinite(scaled).all() or worst > _GRID_TOLERANCE:
        msg = f"{where}: quantized weights lie up to {worst:.3g} steps off the grid of {precision}"
        raise UnsupportedLayerError(msg)
    return integers.astype(np.int64)
