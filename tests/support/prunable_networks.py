"""Random chains with much to leave out: zero weights, constant neurons, idle quantizers."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from layered_networks import Grids, activations, moves, pools, weighted_layers
from quantized_networks import SEEDS

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.layers import Activation, Conv, Dense, Function, Reshape, Scale
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.design.shapes import output_shape


@st.composite
def prunable_networks(draw):
    """Draw convolutions or dense layers whose kernels have many rows and columns of zeros."""
    grids = Grids(wide=False)
    spatial = draw(st.sampled_from([(), (4,), (3, 3)]))
    source = NetworkInput(
        name="x", shape=(*spatial, draw(st.integers(1, 4))), precision=draw(grids.tensor)
    )
    tensors = [source]

    def add(layer):
        shaped = replace(layer, shape=output_shape(layer, [tensors[-1].shape]))
        tensors.append(shaped)

    for index in range(draw(st.integers(2, 4))):
        before = tensors[-1]
        name = f"sums{index}"
        convolves = len(before.shape) > 1 and draw(st.booleans())
        add(_pruned(draw, draw(weighted_layers(name, before, grids, Conv if convolves else Dense))))
        for place in range(draw(st.integers(0, 3))):
            add(draw(_carriers(f"carrier{index}_{place}", tensors[-1], grids)))
    names = [node.name for node in tensors]
    return QuantizedNetwork(
        name="prunable", inputs=(source,), layers=tuple(tensors[1:]), outputs=(names[-1],)
    )


def _pruned(draw, layer):
    """Return a layer some of whose inputs and outputs have only zeros for weights."""
    rng = np.random.default_rng(draw(SEEDS))
    values = layer.kernel.values.copy()
    values[..., rng.random(values.shape[-2]) < 0.4, :] = 0
    values[..., rng.random(values.shape[-1]) < 0.4] = 0
    return replace(layer, kernel=Constant(values=values, precision=layer.kernel.precision))


@st.composite
def _carriers(draw, name, source, grids):
    """Draw a layer that keeps channels apart, or one that may change nothing."""
    idle = Activation(
        name=name,
        inputs=(source.name,),
        shape=source.shape,
        precision=_roomier(draw, source.precision),
        function=draw(st.sampled_from([Function.LINEAR, Function.RELU])),
    )
    flat = Reshape(
        name=name,
        inputs=(source.name,),
        shape=(int(np.prod(source.shape)),),
        precision=source.precision,
    )
    choices = [
        st.just(idle),
        st.just(flat),
        activations(name, source, grids),
        weighted_layers(name, source, grids, Scale),
        moves(name, source, grids),
    ]
    if len(source.shape) > 1:
        choices.append(pools(name, source, grids))
    return draw(draw(st.sampled_from(choices)))


def _roomier(draw, precision):
    more = draw(st.integers(0, 3))
    left = draw(st.integers(0, more))
    return Precision(
        width=precision.width + more,
        integer=precision.integer + left,
        signed=precision.signed,
        rounding=precision.rounding,
    )
