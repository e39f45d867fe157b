"""Pass: inputs of a layer that never change move into its bias."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from codesign.design.constant import Constant
from codesign.design.fixed_point import Integers, bits_for
from codesign.design.intervals import Interval, aligned_weights, intervals
from codesign.design.layers import Conv, Dense
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.lowering.passes.graph import rewrite


def fold_constants(network: QuantizedNetwork) -> QuantizedNetwork:
    """Move constant inputs of dense layers and convolutions into the bias; their weights become 0.

    A sum modulo the range of its accumulator does not depend on when a term is added. Where a
    border of zeros lies around a convolution, only channels that are always 0 are folded.
    """
    bounds = intervals(network)
    changed = {}
    for layer in network.layers:
        if isinstance(layer, Dense | Conv):
            source = layer.inputs[0]
            known = _constant_channels(bounds[source])
            if isinstance(layer, Conv) and any(map(any, layer.padding)):
                known &= bounds[source].low.reshape(-1, len(known))[0] == 0
            known &= _by_channel(layer, layer.kernel.values).any(axis=(0, 2))
            if known.any():
                changed[layer.name] = _fold(layer, network.precision(source), bounds[source], known)
    return rewrite(network, changed)


def _constant_channels(bounds: Interval) -> NDArray[np.bool_]:
    """Return which channels hold one and the same value everywhere, whatever the input is."""
    low = bounds.low.reshape(-1, bounds.low.shape[-1])
    high = bounds.high.reshape(low.shape)
    return ((low == low[0]) & (high == low[0])).all(axis=0)


def _by_channel(layer: Dense | Conv, kernel: Integers) -> Integers:
    """Return a kernel of shape (places in the window, channels, outputs)."""
    return kernel.reshape(-1, *layer.kernel.values.shape[-2:])


def _fold(
    layer: Dense | Conv, data: Precision, bounds: Interval, known: NDArray[np.bool_]
) -> Dense | Conv:
    aligned, bias = aligned_weights(layer, data)
    values = bounds.low.reshape(-1, len(known))[0]
    moved = _by_channel(layer, aligned).sum(axis=0)
    total = bias + values[known] @ moved[known]
    width, signed = bits_for(int(total.min()), int(total.max()))
    grid = Precision(width=width, integer=width - layer.accumulator.fraction, signed=signed)
    changed = bool(values[known].any())
    return replace(
        layer,
        kernel=Constant(
            values=np.where(known[:, None], 0, layer.kernel.values),
            precision=layer.kernel.precision,
        ),
        bias=Constant(values=total, precision=grid) if changed else layer.bias,
    )
