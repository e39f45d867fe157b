"""Choose the input contract: which power of two and which offset put each feature near [-1, 1].

A standardizer of floating-point means and deviations costs a multiplier per input in front of the
network. A shift and an integer offset cost wires and a subtraction, and nothing is lost: the first
layer learns the rest.
"""

import numpy as np

from codesign.data.event_set import EventSet
from codesign.design.contract import InputFeature, NetworkInput
from codesign.design.precision import Precision


def fit_contract(events: EventSet, precision: Precision, *, name: str) -> NetworkInput:
    """Return the input contract that standardizes events.

    Each feature x becomes ``(x - offset) / 2**shift``: the shift is the power of two nearest to
    the standard deviation, the offset the mean on the grid of the input, so that the subtraction
    is one of integers.

    Args:
        events: The events to standardize, as a rule those of training alone.
        precision: The grid of the input; events are rounded half to even and saturated onto it.
        name: The input's name in the network.
    """
    features = []
    for index, (feature, unit) in enumerate(zip(events.feature_names, events.units, strict=True)):
        values = events.features[:, index].astype(np.float64)
        deviation = float(values.std())
        shift = round(np.log2(deviation)) if deviation > 0 else 0
        step = 2.0**shift * precision.step
        offset = float(np.rint(values.mean() / step) * step)
        features.append(InputFeature(name=feature, unit=unit, offset=offset, shift=shift))
    return NetworkInput(
        name=name,
        shape=(len(features),),
        precision=precision.as_quantizer(),
        features=tuple(features),
    )
