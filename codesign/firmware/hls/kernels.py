"""The kernels of each layer of a network."""

from collections.abc import Callable

from codesign.design.hardware import HardwareConfig
from codesign.design.layers import (
    Activation,
    AnyLayer,
    Concatenate,
    Conv,
    Dense,
    DepthwiseConv,
    Merge,
    Pool,
    Reshape,
    Scale,
    Slice,
    Softmax,
    Steps,
    Table,
    Transpose,
    UpSample,
    ZeroPad,
)
from codesign.design.network import QuantizedNetwork
from codesign.firmware.hls.elementwise import (
    activation_kernel,
    scale_kernel,
    softmax_kernel,
    steps_kernel,
    table_kernel,
)
from codesign.firmware.hls.joins import concatenate_kernels, merge_kernels
from codesign.firmware.hls.kernel import Kernel
from codesign.firmware.hls.moves import move_kernel
from codesign.firmware.hls.window import conv_kernel, dense_kernel, pool_kernel


def kernels_of(
    layer: AnyLayer,
    network: QuantizedNetwork,
    hardware: HardwareConfig,
    name: Callable[[str], str],
) -> list[Kernel]:
    """Return the kernels of a layer; the last one makes its tensor.

    Args:
        layer: The layer.
        network: Its network.
        hardware: How it is built.
        name: Makes a free name of a wish, for further kernels.
    """
    match layer:
        case Merge():
            return merge_kernels(layer, network, name)
        case Concatenate():
            return concatenate_kernels(layer, network, hardware.io_type, name)
        case _:
            return [_kernel_of(layer, network, hardware)]


def _kernel_of(layer: AnyLayer, network: QuantizedNetwork, hardware: HardwareConfig) -> Kernel:
    match layer:
        case Dense():
            return dense_kernel(layer, network, hardware)
        case Conv() | DepthwiseConv():
            return conv_kernel(layer, network, hardware)
        case Pool():
            return pool_kernel(layer, network)
        case Activation():
            return activation_kernel(layer)
        case Steps():
            return steps_kernel(layer)
        case Table():
            return table_kernel(layer, network)
        case Scale():
            return scale_kernel(layer)
        case Softmax():
            return softmax_kernel(layer)
        case Reshape() | Transpose() | Slice() | ZeroPad() | UpSample():
            return move_kernel(layer, network, hardware.io_type)
        case _:
            msg = f"{layer.name}: a layer of kind {layer.kind!r} has no kernel"
            raise AssertionError(msg)
