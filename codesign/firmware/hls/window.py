"""Kernels that make each output pixel of one window: dense layers, convolutions, pooling.

One dimension is an image of height 1; a dense layer over the last of several dimensions is a
convolution with windows of one pixel.
"""

from dataclasses import dataclass
from math import prod

import numpy as np

from codesign.design.constant import Constant
from codesign.design.hardware import HardwareConfig, IoType, Strategy
from codesign.design.layers import (
    Conv,
    Dense,
    DepthwiseConv,
    Padding,
    Pool,
    PoolFunction,
    Weighted,
)
from codesign.design.network import QuantizedNetwork
from codesign.firmware.hls.exact_formats import exact_sum, power_of_two
from codesign.firmware.hls.kernel import Kernel, Settings

_PRODUCT = (
    "template <class x_T, class y_T> using product = nnet::product::mult<x_T, y_T>;",
    "static const bool store_weights_in_bram = false;",
)
_HEADERS = ("codesign_window.h", "codesign_window_kernels.h")
_NO_WEIGHTS = ("typedef ap_uint<1> weight_t;", "typedef ap_uint<1> bias_t;")


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Where the windows of a layer lie, always in two dimensions.

    Attributes:
        data: Height, width and channels of what it reads.
        size: Height and width of a window.
        strides: Vertical and horizontal.
        padding: Top and bottom, left and right.
        pixels: Number of windows.
    """

    data: tuple[int, ...]
    size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Padding
    pixels: int

    @classmethod
    def of(
        cls,
        data: tuple[int, ...],
        *,
        size: tuple[int, ...],
        strides: tuple[int, ...],
        padding: Padding,
        shape: tuple[int, ...],
    ) -> "Windows":
        """Return the windows of a layer in one or two dimensions."""
        flat = len(size) == 1
        return cls(
            data=(1, *data) if flat else data,
            size=(1, *size) if flat else size,
            strides=(1, *strides) if flat else strides,
            padding=((0, 0), *padding) if flat else padding,
            pixels=prod(shape[:-1]),
        )

    @property
    def settings(self) -> Settings:
        """What the C++ needs to know of them."""
        (top, bottom), (left, right) = self.padding
        height, width, channels = self.data
        out_width = (width + left + right - self.size[1]) // self.strides[1] + 1
        return (
            ("data_height", height),
            ("data_width", width),
            ("n_chan", channels),
            ("in_height", height + top + bottom),
            ("in_width", width + left + right),
            ("pad_top", top),
            ("pad_left", left),
            ("filt_height", self.size[0]),
            ("filt_width", self.size[1]),
            ("stride_height", self.strides[0]),
            ("stride_width", self.strides[1]),
            ("out_width", out_width),
            ("n_pixels", self.pixels),
        )


def dense_kernel(layer: Dense, network: QuantizedNetwork, hardware: HardwareConfig) -> Kernel:
    """Return the kernel of a dense layer over the last dimension."""
    if len(layer.shape) == 1:
        settings, lines = _multiplication(layer, hardware)
        header = "nnet_dense_stream.h" if hardware.io_type is IoType.STREAM else "nnet_dense.h"
        headers = ("nnet_dense.h", header)
        return _weighted(
            layer, hardware, settings=settings, lines=lines, function="dense", headers=headers
        )
    data = network.shape(layer.inputs[0])
    pixels = prod(layer.shape[:-1])
    windows = Windows.of(
        (pixels, data[-1]),
        size=(1,),
        strides=(1,),
        padding=((0, 0),),
        shape=(pixels, layer.shape[-1]),
    )
    return _convolution(layer, windows, hardware)


def conv_kernel(
    layer: Conv | DepthwiseConv, network: QuantizedNetwork, hardware: HardwareConfig
) -> Kernel:
    """Return the kernel of a convolution."""
    size = layer.kernel.values.shape[:-2]
    data = network.shape(layer.inputs[0])
    windows = Windows.of(
        data, size=size, strides=layer.strides, padding=layer.padding, shape=layer.shape
    )
    return _convolution(layer, windows, hardware)


def pool_kernel(layer: Pool, network: QuantizedNetwork) -> Kernel:
    """Return the kernel of a pooling layer."""
    source = network.tensor(layer.inputs[0])
    windows = Windows.of(
        source.shape,
        size=layer.size,
        strides=layer.strides,
        padding=layer.padding,
        shape=layer.shape,
    )
    window, channels = prod(layer.size), layer.shape[-1]
    average = layer.function is PoolFunction.AVERAGE
    types = (
        ("sum", exact_sum(source.precision, window)),
        ("share", power_of_two(1 - window.bit_length())),
    )
    return Kernel(
        name=layer.name,
        inputs=layer.inputs,
        shape=layer.shape,
        precision=layer.precision,
        function="pool_layer",
        headers=_HEADERS,
        settings=(
            *windows.settings,
            ("n_in", window * channels),
            ("n_out", channels),
            ("n_weights", 1),
            ("reuse_factor", 1),
            ("pad_smallest", int(not average and source.precision.signed)),
        ),
        lines=(
            "static const unsigned strategy = nnet::latency;",
            *_NO_WEIGHTS,
            _kernel_line("AverageKernel" if average else "MaximumKernel"),
        ),
        types=types if average else (),
    )


def _convolution(
    layer: Dense | Conv | DepthwiseConv, windows: Windows, hardware: HardwareConfig
) -> Kernel:
    settings, lines = _multiplication(layer, hardware)
    settings = (*windows.settings, *settings, ("pad_smallest", 0))
    return _weighted(
        layer, hardware, settings=settings, lines=lines, function="window_layer", headers=_HEADERS
    )


def _weighted(
    layer: Dense | Conv | DepthwiseConv,
    hardware: HardwareConfig,
    *,
    settings: Settings,
    lines: tuple[str, ...],
    function: str,
    headers: tuple[str, ...],
) -> Kernel:
    weights = layer.kernel
    if hardware.layer(layer.name).strategy is Strategy.RESOURCE:
        matrix = weights.values.reshape(-1, layer.shape[-1])
        weights = Constant(values=matrix.T, precision=weights.precision)
    return Kernel(
        name=layer.name,
        inputs=layer.inputs,
        shape=layer.shape,
        precision=layer.precision,
        function=function,
        headers=headers,
        settings=settings,
        lines=lines,
        types=(("accum", layer.accumulator),),
        constants=(("weight", weights), ("bias", layer.bias)),
    )


def multiplications(layer: Weighted) -> tuple[int, int]:
    """Return inputs and outputs of the matrix that makes one pixel of a layer.

    The channels of a depthwise convolution are not mixed: its matrix has one input a place.
    """
    outputs = layer.shape[-1]
    return layer.kernel.values.size // outputs, outputs


def _multiplication(
    layer: Dense | Conv | DepthwiseConv, hardware: HardwareConfig
) -> tuple[Settings, tuple[str, ...]]:
    """Return what the C++ needs to know of the multiplications of a pixel."""
    own = hardware.layer(layer.name)
    factor, strategy = own.reuse_factor or 1, own.strategy or Strategy.LATENCY
    inputs, outputs = multiplications(layer)
    zeros = int(np.count_nonzero(layer.kernel.values == 0))
    settings = (
        ("n_in", inputs * (layer.kernel.values.shape[-2] if _is_depthwise(layer) else 1)),
        ("n_out", outputs),
        ("n_weights", layer.kernel.values.size),
        ("reuse_factor", factor),
        ("n_zeros", zeros),
        ("n_nonzeros", layer.kernel.values.size - zeros),
        ("multiplier_limit", max(-(-inputs * outputs // factor) - zeros // factor, 1)),
    )
    if _is_depthwise(layer):
        kernel = "DepthwiseKernel"
    elif strategy is Strategy.LATENCY:
        kernel = "DenseLatency"
    else:
        kernel = f"DenseResource_rf_{'leq_nin' if factor <= inputs else 'gt_nin_rem0'}"
    lines = (f"static const unsigned strategy = nnet::{strategy};", *_PRODUCT, _kernel_line(kernel))
    return settings, lines


def _is_depthwise(layer: Weighted) -> bool:
    return isinstance(layer, DepthwiseConv)


def _kernel_line(kernel: str) -> str:
    names = "data_T, res_T, CONFIG_T"
    parameters = "class data_T, class res_T, class CONFIG_T"
    return f"template <{parameters}> using kernel = nnet::{kernel}<{names}>;"
