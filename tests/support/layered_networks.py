"""Random networks of every kind of layer, with branches, drawn by hypothesis."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from quantized_networks import SEEDS, constants, precisions, softmaxes, wide_formats

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.intervals import Interval, weighted_sums
from codesign.design.layers import (
    Activation,
    Concatenate,
    Conv,
    Dense,
    DepthwiseConv,
    Function,
    Merge,
    MergeFunction,
    Pool,
    PoolFunction,
    Reshape,
    Scale,
    Slice,
    Steps,
    Table,
    Transpose,
    UpSample,
    ZeroPad,
)
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.design.shapes import output_shape

_LARGEST = 120
PLACEHOLDER = Precision(width=60, integer=60)


class Grids:
    """Where the formats of a network are drawn from."""

    def __init__(self, *, wide):
        self.wide = wide
        self.tensor = wide_formats() if wide else precisions(max_width=10, integer_outside=2)
        self.weight = (
            wide_formats(modes=False)
            if wide
            else precisions(max_width=7, integer_outside=2, modes=False)
        )


@st.composite
def weighted_layers(draw, name, source, grids, kind):
    """Draw a layer of sums whose accumulator is wide enough, or at times too narrow."""
    channels, spatial = source.shape[-1], source.shape[:-1]
    filters = draw(st.integers(1, 3))
    size = tuple(draw(st.integers(1, min(3, length))) for length in spatial)
    shape = {
        Dense: (channels, filters),
        Scale: (channels,),
        Conv: (*size, channels, filters),
        DepthwiseConv: (*size, channels, min(filters, 2)),
    }[kind]
    outputs = {Scale: channels, DepthwiseConv: channels * shape[-1]}.get(kind, filters)
    windowed = {}
    if kind in {Conv, DepthwiseConv}:
        windowed = draw(window_moves(size))
    kernel = draw(constants(shape, draw(grids.weight), pruned=draw(st.sampled_from((0, 0.5)))))
    bias = draw(constants((outputs,), draw(grids.weight)))
    fraction = max(source.precision.fraction + kernel.precision.fraction, bias.precision.fraction)
    layer = kind(
        name=name,
        inputs=(source.name,),
        shape=(outputs,),
        precision=PLACEHOLDER,
        kernel=kernel,
        bias=bias,
        accumulator=Precision(width=60, integer=60 - fraction - draw(st.integers(0, 1))),
        **windowed,
    )
    layer = replace(layer, shape=output_shape(layer, [source.shape]))
    full = Interval.full(source.precision, source.shape)
    needed = weighted_sums(layer, source.precision, full).precision(layer.accumulator.fraction)
    width = needed.width
    if draw(st.integers(0, 3)) == 0 and width > 2:
        width = draw(st.integers(2, width - 1))
    accumulator = replace(needed, width=width, integer=width - needed.fraction)
    narrow = max(accumulator.width, accumulator.fraction) <= 26 and draw(st.booleans())
    precision = accumulator if narrow else draw(grids.tensor)
    return replace(layer, accumulator=accumulator, precision=precision)


@st.composite
def window_moves(draw, size):
    """Draw strides and a padding smaller than the window."""
    return {
        "strides": tuple(draw(st.integers(1, 2)) for _ in size),
        "padding": tuple(
            (draw(st.integers(0, length - 1)), draw(st.integers(0, length - 1))) for length in size
        ),
    }


@st.composite
def activations(draw, name, source, grids):
    function = draw(st.sampled_from(Function))
    precision = draw(grids.tensor)
    leaks = function is Function.LEAKY_RELU
    return Activation(
        name=name,
        inputs=(source.name,),
        shape=source.shape,
        precision=precision,
        function=function,
        slope_log2=draw(st.integers(-4, 0)) if leaks else 0,
        ceiling=draw(st.none() | st.integers(0, precision.max_hw)),
    )


@st.composite
def step_functions(draw, name, source):
    """Draw steps, some of them out of the reach of the data, at times on a finer grid."""
    rng = np.random.default_rng(draw(SEEDS))
    width = source.precision.width + 1
    shift = draw(st.integers(-1, 2))
    grid = Precision(width=width + 2, integer=width + 2 - source.precision.fraction - shift)
    reach = 2**width
    drawn = np.unique(rng.integers(-reach, reach, draw(st.integers(0, 5))))
    precision = draw(precisions(max_width=6))
    return Steps(
        name=name,
        inputs=(source.name,),
        shape=source.shape,
        precision=precision,
        thresholds=Constant.of(drawn, grid),
        levels=draw(constants((len(drawn) + 1,), precision)),
    )


@st.composite
def tables(draw, name, source):
    precision = draw(precisions(max_width=6))
    return Table(
        name=name,
        inputs=(source.name,),
        shape=source.shape,
        precision=precision,
        values=draw(constants((2**source.precision.width,), precision)),
    )


@st.composite
def pools(draw, name, source, grids):
    function = draw(st.sampled_from(PoolFunction))
    averages = function is PoolFunction.AVERAGE
    lengths = (1, 2) if averages else (1, 2, 3)
    size = tuple(
        draw(st.sampled_from([n for n in lengths if n <= length])) for length in source.shape[:-1]
    )
    moves = draw(window_moves(size))
    if averages:
        moves["padding"] = ((0, 0),) * len(size)
    return Pool(
        name=name,
        inputs=(source.name,),
        shape=(1,),
        precision=draw(grids.tensor),
        function=function,
        size=size,
        **moves,
    )


@st.composite
def moves(draw, name, source, grids):
    """Draw a layer that moves elements about."""
    rank, spatial = len(source.shape), source.shape[:-1]
    kinds = [Reshape, Transpose, Slice] + ([ZeroPad, UpSample] if spatial else [])
    keeps = draw(st.booleans())
    common = {
        "name": name,
        "inputs": (source.name,),
        "shape": (1,),
        "precision": source.precision if keeps else draw(grids.tensor),
    }
    kind = draw(st.sampled_from(kinds))
    if kind is Reshape:
        size = int(np.prod(source.shape))
        height = draw(st.sampled_from([n for n in range(1, size + 1) if size % n == 0]))
        shape = draw(st.sampled_from([(size,), (height, size // height), (1, size, 1)]))
        return Reshape(**common | {"shape": shape})
    if kind is Transpose:
        return Transpose(**common, axes=tuple(draw(st.permutations(range(rank)))))
    if kind is Slice:
        axis = draw(st.integers(0, rank - 1))
        start = draw(st.integers(0, source.shape[axis] - 1))
        length = draw(st.integers(1, source.shape[axis] - start))
        shape = (*source.shape[:axis], length, *source.shape[axis + 1 :])
        return Slice(**common | {"shape": shape}, axis=axis, start=start)
    if kind is ZeroPad:
        ends = st.tuples(st.integers(0, 2), st.integers(0, 2))
        return ZeroPad(**common, padding=tuple(draw(ends) for _ in spatial))
    return UpSample(**common, factors=tuple(draw(st.integers(1, 2)) for _ in spatial))


@st.composite
def combinations(draw, name, tensors, grids):
    """Draw a concatenation or a merge of tensors whose shapes allow it."""
    first = draw(st.sampled_from(tensors))
    if draw(st.booleans()):
        axis = draw(st.integers(0, len(first.shape) - 1))
        fits = [node for node in tensors if _others(node, axis) == _others(first, axis)]
        read = [first, *draw(st.lists(st.sampled_from(fits), max_size=2))]
        return Concatenate(
            name=name,
            inputs=tuple(node.name for node in read),
            shape=(1,),
            precision=draw(grids.tensor),
            axis=axis,
        )
    function = draw(st.sampled_from(MergeFunction))
    fits = [node for node in tensors if node.shape == first.shape]
    pairs = grids.wide or function in {MergeFunction.SUBTRACT, MergeFunction.AVERAGE}
    more = draw(st.lists(st.sampled_from(fits), min_size=1, max_size=1 if pairs else 2))
    return Merge(
        name=name,
        inputs=tuple(node.name for node in (first, *more)),
        shape=(1,),
        precision=draw(grids.tensor),
        function=function,
    )


def _others(node, axis):
    return (len(node.shape), *node.shape[:axis], *node.shape[axis + 1 :])


@st.composite
def next_layers(draw, name, tensors, grids):
    """Draw a layer that reads tensors which exist; most often the last."""
    source = draw(st.sampled_from([*tensors, tensors[-1], tensors[-1]]))
    choices = [
        weighted_layers(name, source, grids, Dense),
        weighted_layers(name, source, grids, Scale),
        activations(name, source, grids),
        activations(name, source, grids),
        step_functions(name, source),
        moves(name, source, grids),
        combinations(name, tensors, grids),
        combinations(name, tensors, grids),
    ]
    if source.precision.width <= 8:
        choices.append(tables(name, source))
    if not grids.wide:
        choices.append(softmaxes(name, source))
    if len(source.shape) > 1:
        choices += 2 * [weighted_layers(name, source, grids, Conv)]
        choices += [weighted_layers(name, source, grids, DepthwiseConv)]
        choices += 2 * [pools(name, source, grids)]
    layer = draw(draw(st.sampled_from(choices)))
    shapes = {node.name: node.shape for node in tensors}
    return replace(layer, shape=output_shape(layer, [shapes[name] for name in layer.inputs]))


@st.composite
def layered_networks(draw, *, wide=False, depth=6):
    """Draw 1-2 inputs of 1-3 dimensions and layers of every kind that reads what exists."""
    grids = Grids(wide=wide)
    shape = st.lists(st.integers(1, 5), min_size=1, max_size=2).map(tuple)
    sources = []
    for index in range(draw(st.integers(1, 2))):
        spatial = draw(shape) if draw(st.booleans()) else ()
        sources.append(
            NetworkInput(
                name=f"x{index}",
                shape=(*spatial, draw(st.integers(1, 4))),
                precision=draw(grids.tensor),
            )
        )
    tensors = list(sources)
    for index in range(draw(st.integers(1, depth))):
        layer = draw(next_layers(f"layer{index}", tensors, grids))
        if np.prod(layer.shape) <= _LARGEST:
            tensors.append(layer)
    layers = tuple(tensors[len(sources) :])
    names = [node.name for node in tensors]
    more = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    return QuantizedNetwork(
        name="random",
        inputs=tuple(sources),
        layers=layers,
        outputs=tuple(dict.fromkeys([names[-1], *more])),
    )


@st.composite
def layered_inputs(draw, network, *, events=5):
    """Draw hardware integers over the whole range of each input; the first rows are extreme."""
    rng = np.random.default_rng(draw(SEEDS))
    found = {}
    for node in network.inputs:
        low, high = node.precision.min_hw, node.precision.max_hw
        values = rng.integers(low, high, (events, *node.shape), endpoint=True)
        values[0], values[1] = low, high
        values[2] = np.where(rng.random(node.shape) < 0.5, low, high)
        found[node.name] = values
    return found
