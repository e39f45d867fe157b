"""Compare two implementations layer by layer."""

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import Integers
from codesign.design.network import QuantizedNetwork
from codesign.design.results import LayerAgreement
from codesign.validation.compare import Sides, Tensors


def compare_layers(
    network: QuantizedNetwork, reference: Tensors, candidate: Tensors, *, sides: Sides
) -> tuple[LayerAgreement, ...]:
    """Return how two implementations agree on each tensor that both give.

    Args:
        network: Says the order of the layers.
        reference: Tensors by name, in units of their least significant bits, shape (events, ...).
        candidate: As ``reference``.
        sides: Who they are.
    """
    names = [n.name for n in network.layers if n.name in reference and n.name in candidate]
    return tuple(_agreement(name, reference[name], candidate[name], sides) for name in names)


def _agreement(
    name: str,
    reference: NDArray[np.float64] | Integers,
    candidate: NDArray[np.float64] | Integers,
    sides: Sides,
) -> LayerAgreement:
    difference = np.abs(reference.astype(np.float64) - candidate)
    return LayerAgreement(
        layer=name,
        reference=sides.reference,
        candidate=sides.candidate,
        inputs=sides.inputs,
        events=len(difference),
        values=difference.size,
        exact_values=int((difference == 0).sum()),
        max_error_lsb=float(np.nan_to_num(difference, nan=np.inf).max()),
    )
