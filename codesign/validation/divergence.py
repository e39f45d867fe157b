"""Find the first layer, event and element where two implementations part."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import Integers
from codesign.design.network import AnyLayer, Dense, QuantizedNetwork
from codesign.design.precision import Precision
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


def describe(layer: AnyLayer, expected: float, found: float) -> str:
    """Return what a difference looks like, in words: the likely cause."""
    precision, difference = layer.precision, found - expected
    if expected != int(expected) or found != int(found):
        return "off the grid: the reference rounds, or computes in another format"
    if difference % 2**precision.width == 0:
        return f"wrapped around: the value does not fit {precision}"
    if isinstance(layer, Dense) and _is_wrap(difference, layer.accumulator, precision):
        return f"wrapped around in the accumulator {layer.accumulator}"
    if found in {precision.min_hw, precision.max_hw}:
        return f"saturated at the edge of {precision}"
    if expected in {precision.min_hw, precision.max_hw}:
        return f"not saturated: expected the edge of {precision}"
    if abs(difference) == 1:
        return f"rounded differently: {precision.rounding} is expected"
    return "another value: a weight, a bias or the arithmetic differs"


def _is_wrap(difference: float, accumulator: Precision, output: Precision) -> bool:
    """Return whether a difference is a power of two of at least a quarter of the accumulator."""
    steps = abs(difference) * 2.0 ** (accumulator.fraction - output.fraction)
    mantissa, exponent = np.frexp(steps)
    return bool(mantissa == 0.5 and exponent - 1 >= accumulator.width - 2)
