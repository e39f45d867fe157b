"""The schedule of a design whose images travel pixel by pixel.

The slowest layer sets the pace: pixels follow each other no faster than every ``pace`` cycles, so
that each window finds its layer free and nothing between two layers ever waits. What computes a
pixel is what would compute a vector with ``io_parallel``: an adder graph, or an engine that shares
its multipliers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.hardware import HardwareConfig, IoType, RtlLanguage
from codesign.design.layers import AnyLayer, Conv, Dense, Pool
from codesign.design.network import QuantizedNetwork
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.firmware.rtl.compose import Schedule, compose
from codesign.firmware.rtl.header import Header
from codesign.firmware.rtl.module import Module
from codesign.firmware.rtl.names import Names
from codesign.firmware.rtl.project import Placed
from codesign.firmware.rtl.stream.buffers import (
    pixels_module,
    vector_module,
    window_module,
    window_of,
)
from codesign.firmware.rtl.stream.segments import Domain, Segment, cut


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamDesign:
    """A streamed design, ready to be written.

    Attributes:
        placed: The modules, in the order of the data flow.
        outputs: The signal of each output of the network, each name once.
        beats: Of an event at the input.
        pace: Cycles between two beats.
        latency_cycles: From the last beat in to the output.
    """

    placed: tuple[Placed, ...]
    outputs: tuple[tuple[str, str], ...]
    beats: int
    pace: int
    latency_cycles: int

    @property
    def initiation_interval(self) -> int:
        """Cycles between two events."""
        return self.beats * self.pace


def stream_supports(network: QuantizedNetwork, hardware: HardwareConfig) -> None:
    """Raise if a network cannot be streamed.

    Raises:
        UnsupportedLayerError: Naming the layer and why.
        InvalidDesignError: If VHDL is asked for.
    """
    if hardware.rtl.language is not RtlLanguage.VERILOG:
        msg = f"io_stream is written in Verilog, found rtl.language {hardware.rtl.language}"
        raise InvalidDesignError(msg)
    segments = cut(network)
    pixels = _Pixels.source(network.inputs[0].shape)
    for segment in segments:
        if segment.window is not None:
            pixels = pixels.windows(segment.window, network.shape(segment.source))
        elif segment.moves is not None and segment.domain is Domain.PIXEL:
            pixels = _Pixels.source(segment.moves.shape)
    if len(network.inputs[0].shape) > 1 and pixels.triggers[-1] != pixels.count - 1:
        msg = (
            f"{network.inputs[0].name}: the last pixel of {network.inputs[0].shape} is in no "
            "window of the last image, so that nothing says when an event is complete; cut it off"
        )
        raise UnsupportedLayerError(msg)


def stream_design(
    network: QuantizedNetwork, hardware: HardwareConfig, header: Header
) -> StreamDesign:
    """Return the modules of a streamed network and when each begins.

    Raises:
        UnsupportedLayerError: As :func:`stream_supports`.
    """
    stream_supports(network, hardware)
    return _Designer(network, hardware, header).design()


@dataclass(frozen=True, slots=True)
class _Pixels:
    """The pixels of a tensor, each by the pixel of the source that completes it."""

    triggers: tuple[int, ...]
    count: int

    @classmethod
    def source(cls, shape: tuple[int, ...]) -> "_Pixels":
        count = prod(shape[:-1])
        return cls(tuple(range(count)), count)

    @property
    def gap(self) -> int:
        """The fewest pixels of the source between two of these, the next event's included."""
        following = (*self.triggers[1:], self.triggers[0] + self.count)
        return min(b - a for a, b in zip(self.triggers, following, strict=True))

    def windows(self, layer: Conv | Pool, data: tuple[int, ...]) -> "_Pixels":
        (rows, columns), (down, right) = window_of(layer)
        height, width = _image(data)[:2]
        kept = tuple(
            self.triggers[row * width + column]
            for row in range(rows - 1, height, down)
            for column in range(columns - 1, width, right)
        )
        return _Pixels(kept, self.count)


def _image(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape of three dimensions; a line is an image of height 1."""
    return (1, *shape) if len(shape) == 2 else shape


class _Designer:
    def __init__(self, network: QuantizedNetwork, hardware: HardwareConfig, header: Header) -> None:
        self._network, self._header = network, header
        self._hardware = replace(hardware, io_type=IoType.PARALLEL)
        self._names = Names(network.name, *(f"{network.name}_{one.name}" for one in network.layers))
        self._placed: list[Placed] = []
        self._signal = network.inputs[0].name
        self._cycle = 0

    def design(self) -> StreamDesign:
        network = self._network
        segments = cut(network)
        shape = network.inputs[0].shape
        schedules = [self._schedule(segment) for segment in segments]
        pixels = _Pixels.source(shape if len(shape) > 1 else (1, *shape))
        flow = [pixels]
        for segment in segments:
            if segment.window is not None:
                pixels = pixels.windows(segment.window, network.shape(segment.source))
            elif segment.moves is not None and segment.domain is Domain.PIXEL:
                pixels = _Pixels.source(segment.moves.shape)
            flow.append(pixels)
        pace = self._pace(segments, schedules, flow[1:])
        outputs: tuple[tuple[str, str], ...] = ()
        for segment, schedule, seen in zip(segments, schedules, flow[1:], strict=True):
            self._buffer(segment, pace, seen)
            outputs = self._place_all(segment, schedule)
        beats = prod(shape[:-1])
        parallel = len(shape) == 1
        return StreamDesign(
            placed=tuple(self._placed),
            outputs=outputs,
            beats=beats,
            pace=pixels.count * pace if parallel else pace,
            latency_cycles=self._cycle,
        )

    def _pace(
        self,
        segments: Sequence[Segment],
        schedules: Sequence[Schedule | None],
        flow: Sequence[_Pixels],
    ) -> int:
        """Return the cycles between two pixels that every layer keeps up with."""
        event = flow[-1].count
        found = 1
        for segment, schedule, pixels in zip(segments, schedules, flow, strict=True):
            interval = schedule.initiation_interval if schedule else 1
            gap = pixels.gap if segment.domain is Domain.PIXEL else event
            found = max(found, -(-interval // gap))
        return found

    def _schedule(self, segment: Segment) -> Schedule | None:
        """Return the modules that compute a vector, or one pixel."""
        if not segment.layers:
            return None
        return compose(self._alone(segment), self._hardware, self._header)

    def _alone(self, segment: Segment) -> QuantizedNetwork:
        """Return the layers of a segment as a network: of a vector, or of one pixel."""
        source = self._network.tensor(segment.source)
        shape = source.shape if segment.moves is None else segment.moves.shape
        layers: list[AnyLayer] = list(segment.layers)
        if segment.domain is Domain.PIXEL:
            shape = shape[-1:]
            if segment.window is not None:
                size, _ = window_of(segment.window)
                shape = (size[0] * size[1] * shape[-1],)
                if isinstance(segment.window, Pool):
                    shape = (*size, source.shape[-1])
            layers = [_of_pixel(layer, shape, first=layer is layers[0]) for layer in layers]
        made = segment.moves.name if segment.moves is not None else segment.source
        if layers[0].name != made:
            layers = [_reading(layer, made, segment.source) for layer in layers]
        layers[0] = replace(layers[0], inputs=(segment.source,))
        inside = [layer.name for layer in layers]
        outputs = tuple(name for name in self._network.outputs if name in inside)
        return QuantizedNetwork(
            name=self._network.name,
            inputs=(NetworkInput(name=segment.source, shape=shape, precision=source.precision),),
            layers=tuple(layers),
            outputs=outputs or (layers[-1].name,),
        )

    def _buffer(self, segment: Segment, pace: int, pixels: _Pixels) -> None:
        """Place what stands in front of a segment."""
        source = self._network.tensor(segment.source)
        bits = source.precision.width * source.shape[-1]
        if segment.window is not None:
            module = window_module(
                self._name(segment.window.name, "windows"),
                segment.window,
                data=_image(source.shape),
                bits=bits,
                source=segment.source,
                header=self._header.of((segment.window.name,)),
            )
            self._place(module, f"{segment.source}@{segment.window.name}")
        elif segment.moves is not None and segment.domain is Domain.PIXEL:
            count, channels = prod(segment.moves.shape[:-1]), segment.moves.shape[-1]
            module = pixels_module(
                self._name(segment.moves.name, "pixels"),
                pixels=count,
                bits=source.precision.width * channels,
                pace=pace,
                source=segment.source,
                header=self._header.of((segment.moves.name,)),
            )
            self._place(module, f"{segment.moves.name}@pixels")
        elif segment.moves is not None:
            module = vector_module(
                self._name(segment.moves.name, "vector"),
                pixels=prod(source.shape[:-1]),
                bits=bits,
                source=segment.source,
                layer=segment.moves.name,
                header=self._header.of((segment.moves.name,)),
            )
            if len(self._network.inputs[0].shape) == 1:
                self._cycle += pixels.triggers[-1] * pace
            self._place(module, f"{segment.moves.name}@vector")

    def _place_all(
        self, segment: Segment, schedule: Schedule | None
    ) -> tuple[tuple[str, str], ...]:
        """Place the modules of a segment behind what is there."""
        if schedule is None:
            return ()
        begin, source = self._cycle, self._signal
        for placed in schedule.placed:
            self._placed.append(
                replace(
                    placed,
                    sources=tuple(
                        source if name == segment.source else name for name in placed.sources
                    ),
                    first_cycle=begin + placed.first_cycle,
                )
            )
        self._cycle = begin + schedule.latency_cycles
        self._signal = schedule.outputs[-1][1]
        return schedule.outputs

    def _place(self, module: Module, signal: str) -> None:
        self._placed.append(
            Placed(module=module, sources=(self._signal,), signal=signal, first_cycle=self._cycle)
        )
        self._cycle += module.latency_cycles
        self._signal = signal

    def _name(self, layer: str, what: str) -> str:
        return self._names.new(f"{self._network.name}_{layer}_{what}")


def _reading(layer: AnyLayer, made: str, source: str) -> AnyLayer:
    """Return a layer that reads the tensor of a segment instead of what a reshape made of it."""
    return replace(layer, inputs=tuple(source if name == made else name for name in layer.inputs))


def _of_pixel(layer: AnyLayer, shape: tuple[int, ...], *, first: bool) -> AnyLayer:
    """Return a layer as it computes one pixel."""
    channels = layer.shape[-1:]
    match layer:
        case Conv() if first:
            kernel = layer.kernel
            values = kernel.values.reshape(-1, kernel.values.shape[-1])
            return Dense(
                name=layer.name,
                inputs=layer.inputs,
                shape=channels,
                precision=layer.precision,
                kernel=Constant(values=values, precision=kernel.precision),
                bias=layer.bias,
                accumulator=layer.accumulator,
            )
        case Pool() if first:
            size = shape[:-1]
            one = (1, 1, *channels)
            return replace(layer, size=size, strides=size, padding=((0, 0), (0, 0)), shape=one)
        case _:
            return replace(layer, shape=(1, 1, *channels) if len(shape) == 3 else channels)
