"""Kernels that join tensors two at a time: merges and concatenations.

Several tensors are joined by a chain; each link but the last is exact (a merge) or already on the
grid of the output (a concatenation), so nothing is rounded twice.
"""

from collections.abc import Callable
from dataclasses import replace
from math import prod

from codesign.design.hardware import IoType
from codesign.design.layers import Concatenate, Merge, MergeFunction
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.firmware.hls.elementwise import copy_kernel
from codesign.firmware.hls.exact_formats import (
    common,
    exact_difference,
    exact_pair_sum,
    exact_product,
    power_of_two,
)
from codesign.firmware.hls.kernel import Kernel, element_line

_EXACT: dict[MergeFunction, Callable[[Precision, Precision], Precision]] = {
    MergeFunction.ADD: exact_pair_sum,
    MergeFunction.SUBTRACT: exact_difference,
    MergeFunction.MULTIPLY: exact_product,
    MergeFunction.AVERAGE: exact_pair_sum,
    MergeFunction.MAXIMUM: common,
    MergeFunction.MINIMUM: common,
}


def exact_merge(layer: Merge, formats: list[Precision]) -> list[Precision]:
    """Return the exact format of each partial result of a merge, the last that of the whole."""
    exact = [formats[0]]
    for other in formats[1:]:
        exact.append(_EXACT[layer.function](exact[-1], other))
    if layer.function is MergeFunction.AVERAGE:
        exact[-1] = exact_product(exact[-1], _share(layer))
    return exact[1:]


def merge_kernels(
    layer: Merge, network: QuantizedNetwork, name: Callable[[str], str]
) -> list[Kernel]:
    """Return the chain of kernels of a merge.

    Args:
        layer: The merge.
        network: Its network.
        name: Makes a free name of a wish.
    """
    exact = exact_merge(layer, [network.precision(source) for source in layer.inputs])
    average = layer.function is MergeFunction.AVERAGE
    link = Kernel(
        name=layer.name,
        inputs=layer.inputs[:2],
        shape=layer.shape,
        precision=layer.precision,
        function="merge_layer",
        headers=("codesign_merge.h",),
        settings=(("n_in", prod(layer.shape)),),
        lines=(element_line(f"{layer.function.capitalize()}Element", inputs=2),),
        types=(("share", _share(layer)),) if average else (),
    )
    part = (
        replace(link, lines=(element_line("AddElement", inputs=2),), types=()) if average else link
    )
    chain: list[Kernel] = []
    before = layer.inputs[0]
    for source, precision in zip(layer.inputs[1:-1], exact, strict=False):
        own = name(f"{layer.name}_part{len(chain) + 1}")
        made = replace(
            part, name=own, inputs=(before, source), precision=precision, is_traced=False
        )
        chain.append(made)
        before = own
    return [*chain, replace(link, inputs=(before, layer.inputs[-1]))]


def _share(layer: Merge) -> Precision:
    return power_of_two(1 - len(layer.inputs).bit_length())


def concatenate_kernels(
    layer: Concatenate, network: QuantizedNetwork, io_type: IoType, name: Callable[[str], str]
) -> list[Kernel]:
    """Return the chain of kernels of a concatenation.

    Args:
        layer: The concatenation.
        network: Its network.
        io_type: How tensors travel.
        name: Makes a free name of a wish.
    """
    if len(layer.inputs) == 1:
        return [copy_kernel(layer.name, layer.inputs[0], layer.shape, layer.precision)]
    axis = layer.axis
    chain: list[Kernel] = []
    before, shape = layer.inputs[0], network.shape(layer.inputs[0])
    for number, source in enumerate(layer.inputs[1:], 1):
        other = network.shape(source)
        joined = (*shape[:axis], shape[axis] + other[axis], *shape[axis + 1 :])
        last = number == len(layer.inputs) - 1
        own = layer.name if last else name(f"{layer.name}_part{number}")
        settings = (
            ("n_turns", prod(shape[:axis])),
            ("n_first", prod(shape[axis:])),
            ("n_second", prod(other[axis:])),
        )
        link = Kernel(
            name=own,
            inputs=(before, source),
            shape=joined,
            precision=layer.precision,
            function=_concatenation(layer, io_type),
            headers=("codesign_merge.h",),
            settings=settings,
            is_traced=last,
        )
        chain.append(link)
        before, shape = own, joined
    return chain


def _concatenation(layer: Concatenate, io_type: IoType) -> str:
    if io_type is IoType.PARALLEL:
        return "concatenate_layer"
    last = layer.axis == len(layer.shape) - 1
    return "concatenate_channels" if last else "concatenate_packets"
