"""Precisions and random quantized networks, drawn by hypothesis."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.intervals import intervals, weighted_sums
from codesign.design.layers import Activation, AnyLayer, Dense, Function, Softmax
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow, Precision, Rounding

FUNCTIONS = (Function.LINEAR, Function.RELU, Function.HARD_SIGMOID)
SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def precisions(draw, *, min_width=1, max_width=12, integer_outside=4, modes=True, signed=None):
    """Draw a format whose binary point may lie outside of it."""
    is_signed = draw(st.booleans()) if signed is None else signed
    rounding = draw(st.sampled_from(Rounding)) if modes else Rounding.TRN
    overflow = draw(st.sampled_from(Overflow)) if modes else Overflow.WRAP
    least = 2 if is_signed and overflow is Overflow.SAT_SYM else 1
    width = draw(st.integers(max(least, min_width), max_width))
    return Precision(
        width=width,
        integer=draw(st.integers(-integer_outside, width + integer_outside)),
        signed=is_signed,
        rounding=rounding,
        overflow=overflow,
    )


@st.composite
def wide_formats(draw, *, modes=True):
    """Draw a format of 12 to 26 bits, so that sums pass 2**24 and 2**53, yet not 2**62."""
    drawn = draw(precisions(min_width=12, max_width=26, modes=modes))
    return replace(drawn, integer=draw(st.integers(0, 4)))


@st.composite
def constants(draw, shape, precision, *, pruned=0.0):
    """Draw integers over the whole range of a format, its ends among them."""
    rng = np.random.default_rng(draw(SEEDS))
    low, high = precision.min_hw, precision.max_hw
    values = rng.integers(low, high, shape, endpoint=True)
    values[rng.random(shape) < 0.1] = low
    values[rng.random(shape) < pruned] = 0
    return Constant(values=values, precision=precision)


@st.composite
def dense_layers(draw, name, source, *, wide=False):
    """Draw a dense layer with an accumulator that is wide enough, or at times too narrow."""
    grids = wide_formats(modes=False) if wide else precisions(modes=False)
    shape = (source.shape[0], draw(st.integers(1, 5)))
    pruned = draw(st.sampled_from((0.0, 0.3, 0.9)))
    kernel = draw(constants(shape, draw(grids), pruned=pruned))
    bias = draw(constants(shape[1:], draw(grids), pruned=pruned))
    fraction = max(
        source.precision.fraction + kernel.precision.fraction, bias.precision.fraction
    ) + draw(st.integers(0, 2))
    layer = Dense(
        name=name,
        inputs=(source.name,),
        shape=shape[1:],
        precision=draw(wide_formats() if wide else precisions()),
        kernel=kernel,
        bias=bias,
        accumulator=Precision(width=60, integer=60 - fraction),
    )
    return draw(_sized(layer, source.precision, source.shape, narrow=draw(st.booleans())))


@st.composite
def _sized(draw, layer, data, shape, *, narrow):
    """Draw the accumulator of a layer: what the sums need, or fewer bits."""
    full = intervals(
        QuantizedNetwork(
            name="sized",
            inputs=(NetworkInput(name="x", shape=shape, precision=data),),
            layers=(replace(layer, inputs=("x",)),),
            outputs=(layer.name,),
        )
    )["x"]
    needed = weighted_sums(layer, data, full).precision(layer.accumulator.fraction)
    width = needed.width
    if narrow and width > 2:
        width = draw(st.integers(2, width - 1))
    accumulator = replace(needed, width=width, integer=width - needed.fraction)
    layer = replace(layer, accumulator=accumulator)
    return replace(layer, precision=accumulator) if draw(st.booleans()) else layer


@st.composite
def softmaxes(draw, name, source):
    """Draw a softmax with arbitrary tables of 2 to 64 entries."""
    addresses = [
        replace(
            draw(precisions(max_width=6, integer_outside=2, signed=False)), overflow=Overflow.SAT
        )
        for _ in range(2)
    ]
    tables = [
        draw(constants((2**address.width,), draw(precisions(modes=False, signed=False))))
        for address in addresses
    ]
    return Softmax(
        name=name,
        inputs=(source.name,),
        shape=source.shape,
        precision=draw(precisions()),
        difference=addresses[0],
        exponentials=tables[0],
        total=addresses[1],
        inverses=tables[1],
    )


@st.composite
def softmax_networks(draw):
    """Draw a softmax alone, with addresses on the grid of its input or nearly so."""
    source = NetworkInput(
        name="x", shape=(draw(st.integers(1, 5)),), precision=draw(precisions(max_width=6))
    )
    layer = draw(softmaxes("softmax", source))
    near = draw(st.integers(-1, 1))
    difference = replace(
        layer.difference, integer=layer.difference.width - source.precision.fraction + near
    )
    return QuantizedNetwork(
        name="probabilities",
        inputs=(source,),
        layers=(replace(layer, difference=difference),),
        outputs=("softmax",),
    )


@st.composite
def networks(draw, *, wide=False):
    """Draw 1-4 dense layers, each followed by any activation, at times a softmax at the end."""
    quantizers = wide_formats() if wide else precisions()
    source = NetworkInput(name="x", shape=(draw(st.integers(1, 5)),), precision=draw(quantizers))
    layers: list[AnyLayer] = []
    before: NetworkInput | AnyLayer = source
    for depth in range(draw(st.integers(1, 4))):
        dense = draw(dense_layers(f"dense_{depth}", before, wide=wide))
        before = Activation(
            name=f"activation_{depth}",
            inputs=(dense.name,),
            shape=dense.shape,
            precision=draw(quantizers),
            function=draw(st.sampled_from(FUNCTIONS)),
        )
        layers += [dense, before]
    if not wide and draw(st.booleans()):
        before = draw(softmaxes("softmax", before))
        layers.append(before)
    return QuantizedNetwork(
        name="random", inputs=(source,), layers=tuple(layers), outputs=(before.name,)
    )


@st.composite
def network_inputs(draw, network, *, events=8):
    """Draw hardware integers over the whole range of the input; the first rows are extreme."""
    rng = np.random.default_rng(draw(SEEDS))
    node = network.inputs[0]
    low, high = node.precision.min_hw, node.precision.max_hw
    values = rng.integers(low, high, (events, *node.shape), endpoint=True)
    values[0], values[1] = low, high
    values[2] = np.where(rng.random(node.shape) < 0.5, low, high)
    return values
