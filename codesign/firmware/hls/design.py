"""The generated design: which kernels there are, and what each reads.

Beside the layers of the network it holds what hardware needs and a network does not: copies of
tensors that leave the design and are read inside too, links of joins of more than two tensors, and,
with streams, clones of tensors that are read more than once. hls4ml adds nothing to it.
"""

from dataclasses import dataclass, replace
from math import prod

from codesign.design.contract import NetworkInput
from codesign.design.hardware import HardwareConfig, IoType, Strategy
from codesign.design.layers import Conv, Dense
from codesign.design.network import QuantizedNetwork
from codesign.firmware.hls.elementwise import copy_kernel
from codesign.firmware.hls.kernel import Kernel
from codesign.firmware.hls.kernels import kernels_of


@dataclass(frozen=True, slots=True, kw_only=True)
class HlsDesign:
    """What is asked of hls4ml.

    Attributes:
        name: Of the top function.
        inputs: Its inputs.
        kernels: In topological order.
        outputs: The tensors that leave, in the order of the network's outputs.
        io_type: How tensors travel.
        pipeline: Pragma of the top function.
        interval: Its initiation interval, where it is one pipeline.
    """

    name: str
    inputs: tuple[NetworkInput, ...]
    kernels: tuple[Kernel, ...]
    outputs: tuple[str, ...]
    io_type: IoType
    pipeline: str
    interval: int | None

    @property
    def nodes(self) -> tuple[NetworkInput | Kernel, ...]:
        """Inputs and kernels."""
        return (*self.inputs, *self.kernels)


class _Names:
    """Makes names that no tensor has; hls4ml does not tell upper from lower case."""

    def __init__(self, taken: list[str]) -> None:
        self._taken = {name.lower() for name in taken}

    def free(self, wish: str) -> str:
        """Return a free name like ``wish``, which is taken from now on."""
        while wish.lower() in self._taken:
            wish += "_"
        self._taken.add(wish.lower())
        return wish


def hls_design(network: QuantizedNetwork, hardware: HardwareConfig) -> HlsDesign:
    """Return the design of a network."""
    names = _Names([node.name for node in (*network.inputs, *network.layers)])
    kernels = [
        kernel
        for layer in network.layers
        for kernel in kernels_of(layer, network, hardware, names.free)
    ]
    outputs = tuple(_separate(name, kernels, network, names) for name in network.outputs)
    if hardware.io_type is IoType.STREAM:
        for tensor in network.inputs:
            _clone(tensor, kernels, names)
        for kernel in tuple(kernels):
            _clone(kernel, kernels, names)
    style, interval = _pipeline(network, hardware)
    return HlsDesign(
        name=network.name,
        inputs=network.inputs,
        kernels=tuple(kernels),
        outputs=outputs,
        io_type=hardware.io_type,
        pipeline=style,
        interval=interval,
    )


def _separate(name: str, kernels: list[Kernel], network: QuantizedNetwork, names: _Names) -> str:
    """Return the tensor of an output port: a copy where the tensor has a reader or port beside."""
    read = any(name in kernel.inputs for kernel in kernels)
    is_input = any(name == tensor.name for tensor in network.inputs)
    if not read and not is_input and network.outputs.count(name) == 1:
        return name
    own = names.free(f"{name}_out")
    copy = copy_kernel(own, name, network.shape(name), network.precision(name))
    kernels.append(replace(copy, is_traced=False))
    return own


def _clone(node: NetworkInput | Kernel, kernels: list[Kernel], names: _Names) -> None:
    """Put clones behind a tensor that is read more than once: a stream is read once only."""
    readers = [
        (number, place)
        for number, kernel in enumerate(kernels)
        for place, source in enumerate(kernel.inputs)
        if source == node.name
    ]
    clones: list[Kernel] = []
    rest = node.name
    for count, (number, place) in enumerate(readers, 1):
        mine = rest
        if count < len(readers):
            mine, after = (names.free(f"{node.name}_{what}{count}") for what in ("copy", "rest"))
            clones.append(
                Kernel(
                    name=names.free(f"{node.name}_clone{count}"),
                    inputs=(rest,),
                    outputs=(mine, after),
                    shape=node.shape,
                    precision=node.precision,
                    function="clone_layer",
                    headers=("codesign_move.h",),
                    settings=(("n_in", prod(node.shape)),),
                    is_traced=False,
                )
            )
            rest = after
        sources = list(kernels[number].inputs)
        sources[place] = mine
        kernels[number] = replace(kernels[number], inputs=tuple(sources))
    made = [number for number, kernel in enumerate(kernels) if kernel.name == node.name]
    start = made[0] + 1 if made else 0
    kernels[start:start] = clones


def _pipeline(network: QuantizedNetwork, hardware: HardwareConfig) -> tuple[str, int | None]:
    """Return how the top function is scheduled: pragma and initiation interval.

    With streams, or strategy resource, each layer is a process of its own with its own interval
    (dataflow); otherwise the whole function is one pipeline whose interval is the largest reuse
    factor.
    """
    shared = [
        hardware.layer(layer.name) for layer in network.layers if isinstance(layer, Dense | Conv)
    ]
    stream = hardware.io_type is IoType.STREAM
    if stream or any(layer.strategy is Strategy.RESOURCE for layer in shared):
        return "dataflow", None
    return "pipeline", max((layer.reuse_factor or 1 for layer in shared), default=1)
