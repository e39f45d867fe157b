"""What streams between layers take: FIFOs, control of each process, and when the last output comes.

With ``io_stream`` every layer is a process that reads packets, the last dimension of a tensor, and
writes packets; a FIFO between two of them holds a whole tensor. With ``io_parallel`` and strategy
resource in any layer, layers are processes too, with a FIFO for every number.

Source: hls4ml 1.3.0, ``StreamVariableConverter`` (depth of a FIFO); the six stock convolutional
designs of hftsoi/sparse-pixels@4a81ebf (Vivado HLS 2020.1, C-synthesis), whose figures beyond their
matrices the numbers here are from; hls4ml's own test report (Vivado HLS 2020.1).
"""

from collections.abc import Mapping
from dataclasses import replace
from math import prod

from codesign.design.hardware import HardwareConfig, IoType, Strategy
from codesign.design.layers import AnyLayer, Conv, Dense
from codesign.design.network import QuantizedNetwork
from codesign.design.report import Figure, Usage
from codesign.estimate.cost import Cost, Pace, after_logic, chained, scaled, times
from codesign.estimate.windows import Windows

STREAMED = "io_stream was compared with six convolutional designs of one source (Vivado HLS 2020.1)"
_FIFO_LUT = 12
"""Beside one a bit. Source: 28 of 16 bits in hls4ml's test report, 38 of 25 bits by C-synthesis."""
_FIFO_FF = 5
_SHALLOW_BITS = 1024
"""Up to this size a FIFO is made of shift registers.

Source: AMD UG902, "FIFO"; block RAM of the six designs within 4 blocks of 24 to 74.
"""
_MODES = ((512, 36), (1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1))
"""Words and bits of a block RAM of 18 Kb. Source: AMD UG573, "Block RAM Summary"."""
_TILE = (4096, 9)  # of two blocks together
_WINDOW_LUT = {
    1: Figure(value=1000, low=150, high=2200),
    2: Figure(value=2200, low=400, high=3000),
}
"""Control of a process over windows, by dimensions.

Source: in two dimensions 11,600 to 14,900 in five or six such processes; in one, whole convolutions
of HeRCLab/N-TORC@bdd6413 take 2,130 and more.
"""
_WINDOW_FF = Figure(value=330, low=100, high=500)
"""The same. Source: 3,300 to 4,100 in eleven or twelve processes."""
_PACKET_LUT = Figure(value=100, low=10, high=150)
"""Control of a process over packets. Source: 116 beyond five ReLUs and FIFOs in hls4ml's report."""
_PACKET_FF = Figure(value=4, low=2, high=40)
_START = Figure(value=3, low=2, high=6)
"""Cycles of a process beyond one a packet.

Source: 2 of a ReLU in hls4ml's report; 3 to 6 of pooling by C-synthesis of stock designs.
"""
_KEPT = Figure(value=2.0, low=1.0, high=2.6)
"""Flip-flops for each bit that a process collects. Source: 1.4 to 2.4 in the six designs."""
_LATE_FF = Figure(value=0.35, low=0.1, high=1.0)
"""What logic synthesis leaves of them. Source: 0.16 to 0.58 in the six designs."""


def is_dataflow(network: QuantizedNetwork, hardware: HardwareConfig) -> bool:
    """Return whether each layer is a process of its own, not a part of one pipeline."""
    if hardware.io_type is IoType.STREAM:
        return True
    shared = [layer.name for layer in network.layers if isinstance(layer, Dense | Conv)]
    return any(hardware.layer(name).strategy is Strategy.RESOURCE for name in shared)


def block_memory(words: int, width: int) -> int:
    """Return the block RAMs of 18 Kb that hold words of so many bits, in a power of two of words.

    Source: block RAM of the six designs, whose streams hold 144 to 4761 words.
    """
    held = 1 << (words - 1).bit_length()
    choices = [-(-held // deep) * -(-width // wide) for deep, wide in _MODES]
    deep, wide = _TILE
    return min(*choices, 2 * -(-held // deep) * -(-width // wide))


def fifo(numbers: int, width: int, words: int) -> Usage:
    """Return a FIFO.

    Args:
        numbers: In a packet.
        width: Bits of a number.
        words: Packets that it holds.
    """
    bits = numbers * width
    lut = Figure(value=bits + _FIFO_LUT, low=bits / 2, high=1.5 * bits + _FIFO_LUT * numbers)
    ff = Figure(value=_FIFO_FF * numbers, low=1, high=_FIFO_FF * numbers + bits)
    if bits * words <= _SHALLOW_BITS or words <= 2:
        return Usage(lut=lut, ff=ff)
    control = Figure(value=60, low=20, high=300)
    blocks = block_memory(words, bits)
    held = Figure(value=blocks, low=max(blocks - 1, 0), high=blocks + 1)
    return Usage(lut=control, ff=ff, bram_18k=held)


def windowed(cost: Cost, windows: Windows, width: int) -> Cost:
    """Return a process over windows: with its line buffer, window, counters and state.

    Shift registers of a line buffer are found by logic synthesis; no synthesis makes them smaller.

    Args:
        cost: Of one window.
        windows: Where they lie.
        width: Bits of a number.
    """
    shift = windows.line_buffer_luts * width
    kept = scaled(_KEPT, windows.elements * width) + _WINDOW_FF
    control = Usage(lut=_WINDOW_LUT[windows.dimensions])
    early = Usage(lut=Figure(value=shift, low=0, high=shift), ff=kept)
    late = after_logic(control) + Usage(lut=Figure.exact(shift), ff=after_window(kept))
    return cost.with_usage(control + early, late)


def window_pace(windows: Windows, cycles: Figure, *, each: float, depth: float) -> Pace:
    """Return when a process over windows works.

    Args:
        windows: Where they lie.
        cycles: From its first input to its last output.
        each: Cycles of a pixel.
        depth: Cycles from a complete window to its output.
    """
    around = windows.padding[0][0] * windows.padded_width + windows.padding[1][0]
    before = max(windows.first - around, 1)
    return Pace(cycles=cycles, lead=before * each + depth, tail=windows.last * each + depth)


def after_window(flip_flops: Figure) -> Figure:
    """Return the flip-flops of a window that logic synthesis leaves."""
    return chained(flip_flops, _LATE_FF)


def collected(bits: int) -> Figure:
    """Return the flip-flops of a process that collects so many bits before it works."""
    return scaled(_KEPT, bits)


def packet_process(
    cost: Cost, *, packets: int, bits: int, tail: float | None = None, packets_in: int | None = None
) -> Cost:
    """Return a process that makes a packet a cycle.

    Args:
        cost: Of one packet at once.
        packets: That it makes.
        bits: Of a packet.
        tail: Cycles from its last input to its last output, where it is not the last packet alone.
        packets_in: Packets that must be in before the first leaves.
    """
    depth = cost.latency_cycles + _START
    around = Usage(lut=_PACKET_LUT, ff=scaled(Figure(value=1, low=0.5, high=2), bits) + _PACKET_FF)
    cycles = depth + Figure.exact((packets_in or 0) + packets)
    pace = Pace(
        cycles=cycles,
        lead=(packets_in or 1) + depth.value,
        tail=depth.value if tail is None else tail,
    )
    timed = replace(
        cost, latency_cycles=cycles, initiation_interval=cycles, pace=pace, is_registered=False
    )
    return timed.with_usage(around)


def with_fifos(
    layer: AnyLayer, cost: Cost, network: QuantizedNetwork, hardware: HardwareConfig
) -> Cost:
    """Return a process with the FIFOs that it writes, one a reader, and what copies its packets."""
    readers = sum(other.inputs.count(layer.name) for other in network.layers)
    readers += network.outputs.count(layer.name)
    ends = network.outputs.count(layer.name)
    width, numbers = layer.precision.width, layer.shape[-1]
    if hardware.io_type is IoType.PARALLEL:
        scalar = fifo(1, width, 1)
        return cost.with_usage(times(scalar, prod(layer.shape) * max(readers - ends, 0)))
    words = prod(layer.shape[:-1])
    count = max(2 * readers - 1 - ends, 0) if readers > 1 else readers - ends
    return cost.with_usage(times(fifo(numbers, width, words), count))


def stream_latency(network: QuantizedNetwork, costs: Mapping[str, Cost]) -> Figure:
    """Return the cycles from the first input to the last output of processes that overlap.

    A process starts with the first packet and ends when its own work is done, or its tail after
    the last packet. At most each waits for the end of the one before.
    """
    first = {source.name: 0.0 for source in network.inputs}
    last, total = dict(first), dict(first)
    for layer in network.layers:
        pace = costs[layer.name].pace
        if pace is None:
            continue
        start = max(first[name] for name in layer.inputs)
        end = max(last[name] for name in layer.inputs)
        first[layer.name] = start + pace.lead
        last[layer.name] = max(start + pace.cycles.value, end + pace.tail)
        total[layer.name] = max(total[name] for name in layer.inputs) + pace.cycles.high
    value = max(last[name] for name in network.outputs)
    high = max(total[name] for name in network.outputs)
    return Figure(value=round(value), low=round(0.9 * value), high=max(round(high), round(value)))
