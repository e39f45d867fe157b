"""Dense layers, convolutions and normalizations: matrices of constants, once or for every pixel."""

from dataclasses import replace
from math import prod

from codesign.design.hardware import HardwareConfig, IoType, Strategy
from codesign.design.layers import Conv, Dense, DepthwiseConv, Scale
from codesign.design.network import QuantizedNetwork
from codesign.design.report import ZERO, Figure, Usage
from codesign.errors import UnsupportedLayerError
from codesign.estimate import elements
from codesign.estimate.cost import COUNTED, Cost, Pace, after_logic, scaled, times
from codesign.estimate.kernel import Kernel, read_kernel
from codesign.estimate.profile import Profile
from codesign.estimate.reuse import check_factor
from codesign.estimate.shared import shared, shared_convolution
from codesign.estimate.streams import (
    STREAMED,
    after_window,
    collected,
    packet_process,
    window_pace,
    windowed,
)
from codesign.estimate.unrolled import unrolled
from codesign.estimate.windows import Windows, windows_of

Matrix = Dense | Conv | DepthwiseConv

_PIXEL = Figure(value=4, low=2, high=11)
"""Cycles of a pixel beyond its reuse factor where pixels follow each other with ``io_parallel``.

Source: 1 of a dense layer and the entry and exit of two loops; 9 to 11 with streams.
"""
_CHOICE = Figure(value=0.5, low=0.2, high=1.0)
"""Look-up tables for each bit and place that the window of a pixel is chosen from.

Source: a selection takes one; choices of the same number by several pixels fall together.
"""
_STREAM_CYCLES = Figure(value=5, low=3, high=8)
"""Cycles of a convolution with ``io_stream`` beyond one (times the reuse factor) a pixel.

Source: 3 to 8 in the six stock designs of hftsoi/sparse-pixels@4a81ebf.
"""
_IN_TURN = Figure(value=8, low=1, high=11)
"""Cycles of each pixel of a convolution with ``io_stream`` in strategy resource, reuse factor 1.

Source: HeRCLab/N-TORC@bdd6413: 8 in one of two convolutions, 1 in the other; 9 to 11 beyond the
reuse factor where that is larger.
"""
_DENSE_STREAM = Figure(value=5, low=4, high=7)
"""Cycles of a dense layer with ``io_stream`` beyond packets and reuse factor.

Source: HeRCLab/N-TORC@bdd6413, dense layers by C-synthesis: 5 to 7.
"""
_DENSE_CONTROL = Figure(value=60, low=5, high=400)
"""Look-up tables of a dense layer with ``io_stream`` beyond its matrix.

Source: hls4ml's test report (Vivado HLS 2020.1), whose two processes have 2 beside them.
"""


def matrix_layer(
    layer: Matrix, network: QuantizedNetwork, hardware: HardwareConfig, profile: Profile
) -> Cost:
    """Return the cost of a dense layer or convolution.

    Raises:
        InvalidDesignError: If the reuse factor is not legal.
        UnsupportedLayerError: If the strategy is not built for the layer.
    """
    data = network.precision(layer.inputs[0])
    kernel = read_kernel(layer, data)
    factor, strategy = _built(layer, kernel, hardware)
    engine = _engine(kernel, factor, strategy, hardware, profile)
    cast = elements.cast(layer.accumulator, layer.precision, lanes=layer.shape[-1])
    if isinstance(layer, Dense) and len(layer.shape) == 1:
        joined = _joined(engine, cast)
        if hardware.io_type is IoType.PARALLEL:
            return joined
        return _streamed_dense(joined, network.shape(layer.inputs[0]), layer, network, strategy)
    windows = windows_of(layer, network.shape(layer.inputs[0]))
    if hardware.io_type is IoType.PARALLEL:
        if strategy is Strategy.LATENCY:
            return _every_pixel(_joined(engine, cast), windows, layer)
        return _pixel_by_pixel(_joined(engine, cast), windows, data.width)
    if strategy is Strategy.RESOURCE and factor > 1:
        whole = shared_convolution(
            kernel,
            reuse_factor=factor,
            steps=windows.steps,
            period_ns=hardware.clock.period_ns,
            profile=profile,
        )
        return _shared_stream(_joined(whole, cast), windows, factor)
    each = Figure.exact(factor) if strategy is Strategy.LATENCY else _IN_TURN
    return _unrolled_stream(_joined(engine, cast), windows, each, data.width)


def scale(
    layer: Scale, network: QuantizedNetwork, hardware: HardwareConfig, profile: Profile
) -> Cost:
    """Return the cost of a normalization: a row of constants for each pixel."""
    kernel = read_kernel(layer, network.precision(layer.inputs[0]))
    period = hardware.clock.period_ns
    channels = layer.shape[-1]
    once = unrolled(kernel, reuse_factor=1, period_ns=period, profile=profile)
    cast = elements.cast(layer.accumulator, layer.precision, lanes=channels)
    joined = _joined(once, cast)
    pixels = prod(layer.shape[:-1])
    if hardware.io_type is IoType.STREAM:
        bits = channels * layer.precision.width
        return packet_process(joined, packets=pixels, bits=bits).flagged(STREAMED)
    return _repeated(joined, pixels) if pixels > 1 else joined


def _built(layer: Matrix, kernel: Kernel, hardware: HardwareConfig) -> tuple[int, Strategy]:
    """Return reuse factor and strategy of a layer, if it can be built with them."""
    own = hardware.layer(layer.name)
    factor, strategy = own.reuse_factor or 1, own.strategy or hardware.strategy
    if isinstance(layer, DepthwiseConv) and strategy is Strategy.RESOURCE:
        msg = (
            f"{layer.name}: strategy resource is not built for a depthwise convolution; "
            "give this layer strategy latency"
        )
        raise UnsupportedLayerError(msg)
    sizes = {"inputs": kernel.inputs, "outputs": kernel.outputs}
    check_factor(layer.name, **sizes, factor=factor, strategy=strategy)
    return factor, strategy


def _engine(
    kernel: Kernel, factor: int, strategy: Strategy, hardware: HardwareConfig, profile: Profile
) -> Cost:
    period = hardware.clock.period_ns
    if strategy is Strategy.RESOURCE and factor > 1:
        return shared(kernel, reuse_factor=factor, period_ns=period, profile=profile)
    return unrolled(
        kernel,
        reuse_factor=factor,
        period_ns=period,
        profile=profile,
        is_pipelined=strategy is Strategy.LATENCY,
    )


def _joined(cost: Cost, cast: Cost) -> Cost:
    return replace(cost, csynth=cost.csynth + cast.csynth, logic=cost.logic + cast.logic)


def _repeated(cost: Cost, count: int) -> Cost:
    return replace(cost, csynth=times(cost.csynth, count), logic=times(cost.logic, count))


def _every_pixel(cost: Cost, windows: Windows, layer: Matrix) -> Cost:
    """Return a matrix for each pixel; at best, padding and equal products cost nothing."""
    whole = _repeated(cost, windows.pixels)
    saved = windows.inside / 2
    csynth, logic = (
        replace(usage, lut=_lower(usage.lut, saved), ff=_lower(usage.ff, saved))
        for usage in (whole.csynth, whole.logic)
    )
    notes = whole.notes
    if windows.pixels > 1:
        text = (
            f"all {windows.pixels} pixels at once: {windows.pixels} copies of a matrix of "
            f"{layer.kernel.values.size} weights; io_stream or strategy resource builds one"
        )
        notes = (*notes, text)
    return replace(whole, csynth=csynth, logic=logic, notes=notes).flagged(COUNTED)


def _lower(figure: Figure, share: float) -> Figure:
    return Figure(value=figure.value, low=figure.low * share, high=figure.high)


def _pixel_by_pixel(cost: Cost, windows: Windows, width: int) -> Cost:
    """Return one matrix that is used for a pixel after the other, and the choice of its window."""
    pixels = windows.pixels
    places = windows.elements * width * pixels if pixels > 1 else 0
    around = Usage(
        lut=scaled(_CHOICE, places),
        ff=Figure(value=windows.elements * width, low=0, high=2 * windows.elements * width),
    )
    cycles = scaled(cost.latency_cycles + _PIXEL, pixels)
    timed = replace(cost, latency_cycles=cycles, initiation_interval=cycles)
    return timed.with_usage(around).flagged(COUNTED)


def _unrolled_stream(cost: Cost, windows: Windows, each: Figure, width: int) -> Cost:
    """Return a matrix behind a line buffer; a pixel enters every ``each`` cycles."""
    depth = cost.latency_cycles + _STREAM_CYCLES
    cycles = scaled(each, windows.steps) + depth
    found = _paced(cost, windows, cycles, each=each.value, depth=depth.value)
    return windowed(found, windows, width).flagged(STREAMED)


def _shared_stream(cost: Cost, windows: Windows, factor: int) -> Cost:
    """Return a shared matrix behind a line buffer, both within its figures."""
    each = cost.latency_cycles.value / windows.steps
    return _paced(cost, windows, cost.latency_cycles, each=each, depth=factor + 1)


def _paced(cost: Cost, windows: Windows, cycles: Figure, *, each: float, depth: float) -> Cost:
    pace = window_pace(windows, cycles, each=each, depth=depth)
    return replace(
        cost, latency_cycles=cycles, initiation_interval=cycles, is_registered=False, pace=pace
    )


def _streamed_dense(
    cost: Cost,
    data: tuple[int, ...],
    layer: Dense,
    network: QuantizedNetwork,
    strategy: Strategy,
) -> Cost:
    """Return a dense layer that collects its packets first.

    Source: hls4ml 1.3.0, ``nnet_utils/nnet_dense_stream.h``.
    """
    packets = _packets(layer.inputs[0], data, network)
    entering = packets if packets > 1 else 0
    depth = cost.latency_cycles + _DENSE_STREAM
    if strategy is Strategy.LATENCY:
        depth = cost.latency_cycles + Figure(value=2, low=2, high=5)
    cycles = depth + Figure.exact(entering)
    bits = data[-1] * network.precision(layer.inputs[0]).width
    made = layer.shape[-1] * layer.precision.width
    kept = collected(bits) if entering else ZERO
    control = Usage(lut=_DENSE_CONTROL, ff=Figure.exact(made))
    pace = Pace(cycles=cycles, lead=cycles.value, tail=depth.value)
    timed = replace(
        cost, latency_cycles=cycles, initiation_interval=cycles, is_registered=False, pace=pace
    )
    late = after_logic(control) + Usage(ff=after_window(kept))
    return timed.with_usage(control + Usage(ff=kept), late).flagged(STREAMED)


def _packets(name: str, shape: tuple[int, ...], network: QuantizedNetwork) -> int:
    """Return how many packets a tensor comes in; a flattened one keeps those it was made of."""
    for layer in network.layers:
        if layer.name == name and layer.kind == "reshape" and len(shape) == 1:
            return prod(network.shape(layer.inputs[0])[:-1])
    return prod(shape[:-1])
