"""Which values each tensor takes, against what its format holds."""

from collections.abc import Mapping

import numpy as np

from codesign.design.constant import Constant
from codesign.design.fixed_point import Integers
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.design.results import TensorProfile

_QUANTILES = (0.01, 0.25, 0.5, 0.75, 0.99)


def profile_tensors(
    network: QuantizedNetwork, tensors: Mapping[str, Integers]
) -> tuple[TensorProfile, ...]:
    """Return the profile of every constant and tensor of a network.

    Args:
        network: The network.
        tensors: Hardware integers by name, as the emulator gives them.
    """
    found = [
        profile(node.name, tensors[node.name], node.precision)
        for node in (*network.inputs, *network.layers)
    ]
    constants = [
        profile(f"{layer.name}.{field}", value.values, value.precision)
        for layer in network.layers
        for field in ("kernel", "bias")
        if isinstance(value := getattr(layer, field, None), Constant)
    ]
    return (*constants, *found)


def profile(name: str, values: Integers, precision: Precision) -> TensorProfile:
    """Return the profile of one array of hardware integers."""
    edges = {precision.max_hw, *([precision.min_hw] if precision.signed else [])}
    magnitudes = np.abs(values[values != 0]) * precision.step
    quantiles = np.quantile(magnitudes, _QUANTILES) if magnitudes.size else np.zeros(5)
    return TensorProfile(
        name=name,
        precision=precision,
        smallest=float(values.min() * precision.step),
        largest=float(values.max() * precision.step),
        quantiles=tuple(float(q) for q in quantiles),
        zeros=float((values == 0).mean()),
        saturated=float(np.isin(values, list(edges)).mean()),
    )
