"""Find the first layer, event and element where two implementations part."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from codesign.design.contract import NetworkInput
from codesign.design.fixed_point import Integers
from codesign.design.layers import AnyLayer, Dense
from codesign.design.network import QuantizedNetwork
from codesign.design.results import Divergence


def first_divergence(
    network: QuantizedNetwork,
    reference: Mapping[str, NDArray[np.float64] | Integers],
    candidate: Mapping[str, NDArray[np.float64] | Integers],
    *,
    events: Integers,
) -> Divergence | None:
    """Return the first difference in the order of the network, None where there is none.

    Args:
        network: The network both compute.
        reference: Tensors by name, in hardware integers, shape (events, ...).
        candidate: As ``reference``; tensors that one side lacks are passed over.
        events: The number of each event, for the message, shape (events,).
    """
    for layer in network.layers:
        if layer.name not in reference or layer.name not in candidate:
            continue
        left, right = (side[layer.name].reshape(len(events), -1) for side in (reference, candidate))
        rows, columns = np.nonzero(left != right)
        if len(rows):
            expected, found = left[rows[0], columns[0]], right[rows[0], columns[0]]
            return Divergence(
                layer=layer.name,
                event=int(events[rows[0]]),
                element=int(columns[0]),
                expected=int(np.rint(expected)),
                found=int(np.rint(found)),
                cause=describe(layer, float(expected), float(found)),
            )
    return None


def describe(layer: AnyLayer | NetworkInput, expected: float, found: float) -> str:
    """Return what a difference looks like, in words: the likely cause."""
    precision, difference = layer.precision, found - expected
    if expected != int(expected) or found != int(found):
        return "off the grid: the reference rounds, or computes in another format"
    if difference % 2**precision.width == 0:
        return f"wrapped around: the value does not fit {precision}"
    if isinstance(layer, Dense) and (bits := _wrapped_bits(difference, layer)):
        return f"wrapped around: as if the accumulator had {bits} of {layer.accumulator.width} bits"
    edges = {precision.max_hw, precision.min_hw if precision.signed else precision.max_hw}
    if found in edges:
        return f"saturated at the edge of {precision}"
    if expected in edges:
        return f"not saturated: expected the edge of {precision}"
    if abs(difference) == 1:
        return f"rounded differently: {precision.rounding} is expected"
    return "another value: a weight, a bias or the arithmetic differs"


def _wrapped_bits(difference: float, layer: Dense) -> int:
    """Return n where the sums differ by a multiple of 2**n, in the upper half of the accumulator.

    An accumulator of n bits makes such a difference; a wrong weight hardly ever does. Otherwise 0.
    """
    steps = int(np.ldexp(abs(difference), layer.accumulator.fraction - layer.precision.fraction))
    trailing = (steps & -steps).bit_length() - 1
    return trailing if 2 * trailing > layer.accumulator.width else 0
