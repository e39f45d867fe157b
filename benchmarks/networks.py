"""Networks to be measured: random weights in the formats that QKeras models have."""

from dataclasses import replace

import numpy as np

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.intervals import Interval, layer_interval, weighted_sums
from codesign.design.layers import (
    Activation,
    Conv,
    Dense,
    Function,
    Pool,
    PoolFunction,
    Reshape,
    Weighted,
)
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.design.shapes import output_shape

read = Precision.from_text
WEIGHT = read("fixed<6,1>")
HIDDEN = read("ufixed<6,2,RND_CONV,SAT>")
TO_BE_SIZED = read("fixed<62,31>")
NO_PADDING = ((0, 0), (0, 0))


class Chain:
    """A chain of layers, each sized by the bounds of the one before."""

    def __init__(self, shape, precision, *, pruned, seed=0, weight=WEIGHT, hidden=HIDDEN):
        self.source = NetworkInput(name="x", shape=shape, precision=read(precision))
        self.last, self.layers = self.source, []
        self.bounds = Interval.full(self.source.precision, shape)
        self.rng, self.pruned = np.random.default_rng(seed), pruned
        self.weight, self.hidden = weight, hidden

    def add(self, kind, name, **fields):
        fields = {"precision": self.last.precision, "shape": (1,), **fields}
        layer = kind(name=name, inputs=(self.last.name,), **fields)
        layer = replace(layer, shape=output_shape(layer, [self.last.shape]))
        if isinstance(layer, Weighted):
            layer = self._sized(layer)
        self.bounds = layer_interval(layer, [self.last.precision], [self.bounds])
        self.layers.append(layer)
        self.last = layer

    def add_sums(self, kind, name, size, filters, **fields):
        kernel = self.weights(*size, self.last.shape[-1], filters)
        bias = self.weights(filters)
        fields |= {"shape": (filters,), "precision": TO_BE_SIZED, "accumulator": TO_BE_SIZED}
        self.add(kind, name, kernel=kernel, bias=bias, **fields)

    def add_relu(self, name):
        self.add(Activation, name, precision=self.hidden, function=Function.RELU)

    def network(self, name):
        return QuantizedNetwork(
            name=name,
            inputs=(self.source,),
            layers=tuple(self.layers),
            outputs=(self.last.name,),
        )

    def weights(self, *shape):
        """Return random weights of a shape."""
        largest = self.weight.max_hw
        values = np.rint(self.rng.normal(0, (largest + 1) / 4, shape))
        values = np.clip(values, -largest, largest)
        values[self.rng.random(shape) < self.pruned] = 0
        return Constant.of(values, self.weight)

    def _sized(self, layer):
        data = self.last.precision
        products = data.fraction + layer.kernel.precision.fraction
        fraction = max(products, layer.bias.precision.fraction)
        wide = replace(layer, accumulator=Precision(width=62, integer=62 - fraction))
        needed = weighted_sums(wide, data, self.bounds).precision(fraction)
        return replace(wide, accumulator=needed, precision=needed)


def dense_network(*widths, pruned):
    """Return a chain of dense layers and ReLUs in 6 bits, inputs of 10 bits."""
    inputs, *hidden, outputs = widths
    chain = Chain((inputs,), "fixed<10,4>", pruned=pruned)
    for index, units in enumerate(hidden, start=1):
        chain.add_sums(Dense, f"dense_{index}", (), units)
        chain.add_relu(f"relu_{index}")
    chain.add_sums(Dense, "logits", (), outputs)
    return chain.network("dense")


def image_network():
    """Return two convolutions with pooling on 32x32x3, then two dense layers."""
    chain = Chain((32, 32, 3), "ufixed<8,0>", pruned=0.0)
    for index in (1, 2):
        moves = {"strides": (1, 1), "padding": NO_PADDING}
        chain.add_sums(Conv, f"conv_{index}", (3, 3), 16, **moves)
        chain.add_relu(f"relu_{index}")
        window = {"size": (2, 2), "strides": (2, 2), "padding": NO_PADDING}
        chain.add(Pool, f"pool_{index}", function=PoolFunction.MAX, **window)
    chain.add(Reshape, "flatten", shape=(int(np.prod(chain.last.shape)),))
    chain.add_sums(Dense, "dense", (), 64)
    chain.add_relu("relu_3")
    chain.add_sums(Dense, "logits", (), 10)
    return chain.network("image")
