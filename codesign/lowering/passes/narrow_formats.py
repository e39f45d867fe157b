"""Pass: no accumulator and no tensor has more bits than its integers can reach."""

from dataclasses import replace
from typing import Any

from codesign.design.constant import Constant
from codesign.design.intervals import Interval, intervals, weighted_sums
from codesign.design.layers import (
    Activation,
    AnyLayer,
    Conv,
    Dense,
    DepthwiseConv,
    Function,
    Scale,
    Softmax,
    Steps,
    Table,
)
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow, Precision
from codesign.lowering.passes.graph import readers, rewrite


def narrow_formats(network: QuantizedNetwork) -> QuantizedNetwork:
    """Take the upper bits that are never used from accumulators and tensors.

    Outputs keep their format, and so does what addresses a table. A format that values overflow
    is used to its ends, and stays.
    """
    bounds = intervals(network)
    readers_of = readers(network)
    changed: dict[str, AnyLayer] = {}
    for layer in network.layers:
        data, read = network.precision(layer.inputs[0]), bounds[layer.inputs[0]]
        narrowed: Any = layer
        if isinstance(layer, Dense | Conv | DepthwiseConv | Scale):
            found = weighted_sums(layer, data, read)
            if found.fits(layer.accumulator):
                narrowed = replace(layer, accumulator=_narrowed(layer.accumulator, found))
        addresses = any(isinstance(reader, Table) for reader in readers_of[layer.name])
        if layer.name not in network.outputs and not addresses:
            narrowed = _with_format(narrowed, bounds[layer.name])
        changed[layer.name] = narrowed
    return rewrite(network, changed)


def _with_format(layer: Any, found: Interval) -> Any:
    """Return a layer whose tensor has the narrowest format for its bounds."""
    leaks = isinstance(layer, Activation) and layer.function is Function.LEAKY_RELU
    if leaks or isinstance(layer, Softmax):
        return layer
    precision = _narrowed(layer.precision, found)
    match layer:
        case Activation():
            needless = layer.ceiling is not None and layer.ceiling > precision.max_hw
            ceiling = None if needless else layer.ceiling
            return replace(layer, precision=precision, ceiling=ceiling)
        case Steps() if _holds(precision, layer.levels):
            levels = Constant(values=layer.levels.values, precision=precision.as_storage())
            return replace(layer, precision=precision, levels=levels)
        case Table() if _holds(precision, layer.values):
            values = Constant(values=layer.values.values, precision=precision.as_storage())
            return replace(layer, precision=precision, values=values)
        case Steps() | Table():
            return layer
        case _:
            return replace(layer, precision=precision)


def _holds(precision: Precision, constant: Constant) -> bool:
    """Return whether every entry fits, those that are never reached too."""
    return Interval(low=constant.values, high=constant.values).fits(precision)


def _narrowed(precision: Precision, found: Interval) -> Precision:
    """Return the narrowest format on the same grid, with the same rounding and overflow."""
    needed = found.precision(precision.fraction)
    symmetric = needed.signed and precision.overflow is Overflow.SAT_SYM
    for width in range(max(needed.width, 1 + symmetric), precision.width):
        narrower = replace(
            precision, width=width, integer=width - precision.fraction, signed=needed.signed
        )
        if found.fits(narrower):
            return narrower
    return precision
