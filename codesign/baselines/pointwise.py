"""Which function a table tabulates: CPUs compute it, they do not look it up."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.design.layers import Steps, Table
from codesign.design.precision import Precision

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointwise:
    """A function of one number, and where it stops.

    Attributes:
        name: One of :data:`FUNCTIONS`.
        low: The smallest value that comes out, None for no end.
        high: The largest.
    """

    name: str
    low: float | None = None
    high: float | None = None


def _divergence(x: Reals) -> Reals:
    return np.exp(x) - 1 - x


FUNCTIONS: dict[str, Callable[[Reals], Reals]] = {
    "identity": lambda x: x,
    "half": lambda x: x / 2 + 0.5,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.logaddexp(0, x),
    "exp": np.exp,
    "exp_negative": lambda x: np.exp(-x),
    "divergence": _divergence,
}
"""What tables are recognized as; ``divergence`` is ``exp(x) - 1 - x``, of the KL score."""

_FEW = 16


def function_of(layer: Table | Steps, grid: Precision) -> Pointwise | None:
    """Return the function that a table or steps tabulate, None where it is none of the known.

    It is recognized where every entry is within one step of the function, clamped to the range of
    the entries.

    Args:
        layer: With at least 16 entries; fewer are a shape of their own.
        grid: Of its input.
    """
    points, values = _entries(layer, grid)
    if len(np.unique(values)) < _FEW:
        return None
    low, high = float(values.min()), float(values.max())
    step = layer.precision.step
    for name, function in FUNCTIONS.items():
        with np.errstate(over="ignore"):
            exact = function(points)
        if np.abs(np.clip(exact, low, high) - values).max() <= step:
            return Pointwise(
                name=name,
                low=low if exact.min() < low - step else None,
                high=high if exact.max() > high + step else None,
            )
    return None


def _entries(layer: Table | Steps, grid: Precision) -> tuple[Reals, Reals]:
    """Return inputs and what the layer makes of them."""
    if isinstance(layer, Table):
        addresses = grid.min_hw + np.arange(layer.values.values.size)
        return addresses.astype(np.float64) * grid.step, layer.values.real
    thresholds, levels = layer.thresholds.real, layer.levels.real
    return np.concatenate([thresholds[:1] - grid.step, thresholds]), levels
