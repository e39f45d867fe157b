"""How far the float twin is from the firmware: it has its weights, and none of its roundings."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from codesign.baselines.runtime import Reals
from codesign.design.baseline_results import Twin
from codesign.design.fixed_point import Integers, dequantize
from codesign.design.network import QuantizedNetwork
from codesign.emulator import emulate_outputs


def compare_twin(
    network: QuantizedNetwork, events: Mapping[str, Integers], reference: Sequence[Reals]
) -> Twin:
    """Return how the outputs of the float twin differ from those of the firmware.

    Args:
        network: The quantized network, which the emulator computes as the firmware does.
        events: Hardware integers of each input, shape (events, *input shape).
        reference: What the twin answers, one array an output.
    """
    hardware = emulate_outputs(network, events)
    exact = [dequantize(hardware[name], network.precision(name)) for name in network.outputs]
    pairs = [
        (firmware.reshape(len(firmware), -1), np.asarray(twin, np.float64).reshape(len(twin), -1))
        for firmware, twin in zip(exact, reference, strict=True)
    ]
    firmware, twin = pairs[0]
    several = firmware.shape[1] > 1
    same = firmware.argmax(axis=1) == twin.argmax(axis=1)
    return Twin(
        events=len(firmware),
        rms=max(_rms(*pair) for pair in pairs),
        same_argmax=float(same.mean()) if several else None,
        rank_correlation=_rank_correlation(firmware.ravel(), twin.ravel()),
    )


def _rms(firmware: NDArray[np.float64], twin: NDArray[np.float64]) -> float:
    spread = max(float(firmware.std()), 1e-30)
    return float(np.sqrt(np.mean((twin - firmware) ** 2))) / spread


def _rank_correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return Spearman's correlation, 0 where one side is constant."""
    from scipy.stats import rankdata  # noqa: PLC0415 - a third of a second, needed here only

    first, second = rankdata(one), rankdata(other)
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])
