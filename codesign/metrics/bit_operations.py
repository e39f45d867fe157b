"""The arithmetic of a network in bit operations: a cost that needs no synthesis and no device.

BOPs and EBOPs rank designs; they are not LUTs. Only layers with weights count: products of two
tensors have no published formula.
"""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import Integers
from codesign.design.layers import AnyLayer, Weighted
from codesign.design.network import QuantizedNetwork
from codesign.design.results import LayerSummary
from codesign.errors import InvalidDesignError

_HALF = 32


def bops(
    *, inputs: int, outputs: int, weight_bits: int, input_bits: int, pruned: float = 0.0
) -> float:
    """Return the bit operations of one dense layer.

    With n inputs, m outputs and a fraction f of zero weights it is
    ``m n ((1 - f) b_input b_weight + b_input + b_weight + log2 n)``.

    Args:
        inputs: Number of input neurons.
        outputs: Number of output neurons.
        weight_bits: Bits per weight, sign included.
        input_bits: Bits per input, sign included.
        pruned: Fraction of weights that are exactly zero, in [0, 1].

    Returns:
        Bit operations per inference, dimensionless.

    Raises:
        InvalidDesignError: If ``pruned`` is outside [0, 1] or a count is below 1.

    Source:
        Fahim et al., arXiv:2103.05579, Eq. 1; Hawks et al., arXiv:2102.11289, Eq. 8; after Baskin
        et al., arXiv:1804.10969.

    Examples:
        >>> bops(inputs=16, outputs=64, weight_bits=6, input_bits=6)
        53248.0
    """
    if min(inputs, outputs, weight_bits, input_bits) < 1:
        msg = (
            f"a dense layer of {inputs} inputs, {outputs} outputs, {weight_bits} bits a weight and "
            f"{input_bits} an input: each is at least 1"
        )
        raise InvalidDesignError(msg)
    if not 0 <= pruned <= 1:
        msg = f"a pruned fraction of {pruned} is not in [0, 1]"
        raise InvalidDesignError(msg)
    products = (1 - pruned) * input_bits * weight_bits
    return outputs * inputs * (products + input_bits + weight_bits + math.log2(inputs))


def ebops(kernel: Integers, *, input_bits: int) -> int:
    """Return the effective bit operations of one dense layer.

    The sum over all multiplications of the bits of the input times those of the weight. A weight
    counts from its highest to its lowest non-zero bit of magnitude: zero counts nothing, a power
    of two one bit, and the sign none, since it turns an addition into a subtraction. An input
    counts its whole width, sign included.

    Args:
        kernel: Hardware integers of the weights, any shape, each used once an inference.
        input_bits: Bits per input, sign included.

    Returns:
        Effective bit operations per inference, dimensionless.

    Source:
        Sun et al., arXiv:2405.00645, section on effective bit operations.

    Examples:
        >>> ebops(np.array([[0, 1, -8], [3, 12, 5]]), input_bits=6)
        54
    """
    return int(_significant_bits(kernel).sum()) * input_bits


def layer_bops(network: QuantizedNetwork, layer: AnyLayer) -> float:
    """Return the bit operations of a layer; 0 where it has no weights.

    A convolution is a dense layer at each of its positions, from the values of a window to the
    output channels; what falls on padding counts too.

    Source:
        As :func:`bops`: input bits are the width of the tensor that the layer reads, weight bits
        that of the kernel, the pruned fraction its share of zeros.
    """
    if not isinstance(layer, Weighted):
        return 0.0
    inputs = layer_multiplications(layer) // math.prod(layer.shape)
    return bops(
        inputs=inputs,
        outputs=math.prod(layer.shape),
        weight_bits=layer.kernel.precision.width,
        input_bits=network.precision(layer.inputs[0]).width,
        pruned=layer.kernel.sparsity,
    )


def layer_ebops(network: QuantizedNetwork, layer: AnyLayer) -> float:
    """Return the effective bit operations of a layer; 0 where it has no weights.

    Source:
        As :func:`ebops`; each weight counts at each position of its window.
    """
    if not isinstance(layer, Weighted):
        return 0.0
    input_bits = network.precision(layer.inputs[0]).width
    return float(positions(layer) * ebops(layer.kernel.values, input_bits=input_bits))


def positions(layer: Weighted) -> int:
    """Return how often each weight of a layer is used an inference."""
    return math.prod(layer.shape[:-1])


def layer_multiplications(layer: AnyLayer) -> int:
    """Return the products with weights that a layer forms an inference, zeros included."""
    if not isinstance(layer, Weighted):
        return 0
    return positions(layer) * int(layer.kernel.values.size)


def network_bops(network: QuantizedNetwork) -> float:
    """Return the bit operations of a network: the sum over its layers."""
    return sum(layer_bops(network, layer) for layer in network.layers)


def network_ebops(network: QuantizedNetwork) -> float:
    """Return the effective bit operations of a network: the sum over its layers."""
    return sum(layer_ebops(network, layer) for layer in network.layers)


def unpruned_bops(layers: Iterable[LayerSummary], *, bits: int = 32) -> float:
    """Return what the same layers would take with no zeros and ``bits`` for every number.

    The reference of the published reduction factors, where inputs, too, have 32 bits.

    Source:
        Hawks et al., arXiv:2102.11289, section 4.
    """
    total = 0.0
    for layer in layers:
        outputs = math.prod(layer.shape)
        if layer.multiplications:
            inputs = layer.multiplications // outputs
            total += bops(inputs=inputs, outputs=outputs, weight_bits=bits, input_bits=bits)
    return total


def _significant_bits(values: Integers) -> NDArray[np.int64]:
    """Return the bits from the highest to the lowest non-zero one of each magnitude."""
    magnitude = np.abs(values)
    odd = magnitude // np.maximum(1, magnitude & -magnitude)
    high, low = odd >> _HALF, odd & (2**_HALF - 1)
    return np.where(high > 0, _HALF + _bit_length(high), _bit_length(low))


def _bit_length(values: Integers) -> NDArray[np.int64]:
    """Return the bits of integers in [0, 2**32), where float64 is exact."""
    return np.frexp(values.astype(np.float64))[1].astype(np.int64)
