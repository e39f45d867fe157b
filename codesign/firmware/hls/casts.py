"""The steps of a layer in which bits can fall off: from an exact format to a given one."""

from math import prod

from codesign.design.layers import (
    Activation,
    AnyLayer,
    Conv,
    Dense,
    DepthwiseConv,
    Function,
    Merge,
    Pool,
    PoolFunction,
    Scale,
    Softmax,
    Steps,
    Table,
)
from codesign.design.precision import Precision
from codesign.firmware.hls.exact_formats import exact_product, exact_sum, power_of_two
from codesign.firmware.hls.joins import exact_merge

Cast = tuple[Precision, Precision]


def casts(layer: AnyLayer, formats: list[Precision]) -> list[Cast]:
    """Return (exact format, target) of each step of a layer.

    Args:
        layer: The layer.
        formats: Of the tensors it reads.
    """
    target = layer.precision
    match layer:
        case Dense() | Conv() | DepthwiseConv() | Scale():
            return [(layer.accumulator, target)]
        case Softmax():
            return _softmax_casts(layer, formats[0])
        case Activation():
            return [(source, target) for source in _activation_formats(layer, formats[0])]
        case Steps() | Table():
            return []
        case Pool(function=PoolFunction.AVERAGE):
            window = prod(layer.size)
            share = power_of_two(1 - window.bit_length())
            return [(exact_product(exact_sum(formats[0], window), share), target)]
        case Merge():
            return [(exact_merge(layer, formats)[-1], target)]
        case _:
            return [(source, target) for source in formats]


def _softmax_casts(layer: Softmax, data: Precision) -> list[Cast]:
    gap = Precision(width=data.width + 1, integer=data.integer + 1)
    total = exact_sum(layer.exponentials.precision, layer.shape[-1])
    product = exact_product(layer.exponentials.precision, layer.inverses.precision)
    return [(gap, layer.difference), (total, layer.total), (product, layer.precision)]


def _activation_formats(layer: Activation, data: Precision) -> list[Precision]:
    match layer.function:
        case Function.HARD_SIGMOID:
            integer = max(data.integer, int(data.signed)) + 1
            width = integer + max(data.fraction + 1, 1)
            return [Precision(width=width, integer=integer, signed=data.signed)]
        case Function.LEAKY_RELU:
            slope = power_of_two(layer.slope_log2)
            smallest = layer.precision.as_storage()
            return [data, exact_product(data, slope), exact_product(smallest, slope)]
        case _:
            return [data]
