"""Which module computes what, and in which cycle: the schedule of a design."""

from dataclasses import dataclass
from math import prod

from codesign.design.hardware import HardwareConfig, Strategy
from codesign.design.intervals import intervals
from codesign.design.layers import AnyLayer, Conv, Dense, DepthwiseConv, Scale
from codesign.design.network import QuantizedNetwork
from codesign.errors import UnsupportedLayerError
from codesign.firmware.rtl.engine import engine_module
from codesign.firmware.rtl.graph import Graph, Tensor, build_graph
from codesign.firmware.rtl.groups import LayerGroup, layer_groups
from codesign.firmware.rtl.header import Header
from codesign.firmware.rtl.languages import LANGUAGES
from codesign.firmware.rtl.module import Bus, Module
from codesign.firmware.rtl.names import Names
from codesign.firmware.rtl.project import Placed
from codesign.firmware.rtl.wiring import build_netlist

_SETTLED = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The modules of a design.

    Attributes:
        placed: In the order of the data flow.
        outputs: The signal of each output of the network, each name once.
        latency_cycles: From input to output.
        initiation_interval: Cycles between two events.
    """

    placed: tuple[Placed, ...]
    outputs: tuple[tuple[str, str], ...]
    latency_cycles: int
    initiation_interval: int


@dataclass(frozen=True, slots=True, eq=False)
class _Signal:
    """A tensor at a cycle."""

    cycle: int
    arrivals: tuple[float, ...]

    @property
    def is_settled(self) -> bool:
        return max(self.arrivals) < _SETTLED


def compose(network: QuantizedNetwork, hardware: HardwareConfig, header: Header) -> Schedule:
    """Return the modules of a network and when each begins."""
    composer = _Composer(network, hardware, header)
    for group in layer_groups(network):
        composer.add(group)
    return composer.finish()


def wrapper_name(network: QuantizedNetwork) -> str:
    """Return the name of the module that speaks AXI-stream."""
    return f"{network.name}_axis"


def stage_ns(hardware: HardwareConfig) -> float:
    """Return the longest path between two registers that a design is pipelined for."""
    clock = hardware.clock
    usable = clock.period_ns * (1 - clock.uncertainty_percent / 100)
    return hardware.rtl.stage_ns or usable


def is_shared(layer: AnyLayer, hardware: HardwareConfig) -> bool:
    """Return whether a layer shares its multipliers over time."""
    if not isinstance(layer, Dense | Conv | DepthwiseConv):
        return False
    own = hardware.layer(layer.name)
    return own.strategy is Strategy.RESOURCE or (own.reuse_factor or 1) > 1


def multiplications(layer: AnyLayer) -> int:
    """Return the products an inference with weights that are not 0."""
    if not isinstance(layer, Dense | Conv | DepthwiseConv | Scale):
        return 0
    weights = int((layer.kernel.values != 0).sum())
    return weights * prod(layer.shape[:-1])


class _Composer:
    def __init__(self, network: QuantizedNetwork, hardware: HardwareConfig, header: Header) -> None:
        self._network, self._hardware, self._header = network, hardware, header
        self._language = LANGUAGES[hardware.rtl.language]
        self._bounds = intervals(network)
        self._placed: list[Placed] = []
        self._signals: dict[str, _Signal] = {}
        self._names = Names(network.name, wrapper_name(network))
        for tensor in network.inputs:
            self._signals[tensor.name] = _Signal(0, (0.0,) * prod(tensor.shape))

    def add(self, group: LayerGroup) -> None:
        """Place the module of a group."""
        shared = is_shared(group.layers[0], self._hardware)
        read = [self._signals[name] for name in group.inputs]
        start = max(signal.cycle for signal in read)
        if shared and any(s.cycle == start and not s.is_settled for s in read):
            start += 1
        sources = tuple(self._at(name, start) for name in group.inputs)
        if shared:
            module = self._engine(group)
            arrivals = (0.0,) * prod(group.output.shape)
        else:
            graph = self._graph(group, sources)
            module, arrivals = self._adder_graph(group, graph), graph.arrivals
        output = group.output.name
        self._place(module, sources, output, start)
        self._signals[output] = _Signal(start + module.latency_cycles, arrivals)

    def finish(self) -> Schedule:
        """Register the outputs, all in one cycle, and return the schedule."""
        names = tuple(dict.fromkeys(self._network.outputs))
        ready = [self._signals[name] for name in names]
        latency = max(1, *(signal.cycle + (not signal.is_settled) for signal in ready))
        outputs = tuple((name, self._at(name, latency)) for name in names)
        return Schedule(
            placed=tuple(self._placed),
            outputs=outputs,
            latency_cycles=latency,
            initiation_interval=max(
                (p.module.initiation_interval for p in self._placed), default=1
            ),
        )

    def _place(self, module: Module, sources: tuple[str, ...], signal: str, start: int) -> None:
        placed = Placed(module=module, sources=sources, signal=signal, first_cycle=start)
        self._placed.append(placed)

    def _at(self, name: str, cycle: int) -> str:
        """Return the signal of a tensor in a later cycle, delayed as far as needed."""
        signal = self._signals[name]
        if signal.cycle == cycle:
            return name
        delayed = f"{name}@{cycle}"
        if delayed in self._signals:
            return delayed
        last = max(
            (
                other
                for other in self._signals
                if other.split("@")[0] == name and self._signals[other].cycle < cycle
            ),
            key=lambda other: self._signals[other].cycle,
        )
        begin = self._signals[last].cycle
        self._place(self._delay(name, begin, cycle), (last,), delayed, begin)
        self._signals[delayed] = _Signal(cycle, (0.0,) * len(signal.arrivals))
        return delayed

    def _delay(self, tensor: str, begin: int, cycle: int) -> Module:
        bus = self._bus(tensor, "x")
        name = self._names.new(f"{self._network.name}_{tensor}_from_{begin}_to_{cycle}")
        return Module(
            name=name,
            kind="delay",
            layers=(),
            text=self._language.delay(name, bus, cycle - begin, self._header.of((tensor,))),
            inputs=(bus,),
            output=self._bus(tensor, "y"),
            latency_cycles=cycle - begin,
            initiation_interval=1,
            registers=bus.bits * (cycle - begin),
        )

    def _bus(self, tensor: str, name: str) -> Bus:
        bits = self._network.precision(tensor).width * prod(self._network.shape(tensor))
        return Bus(name=name, tensor=tensor, bits=bits)

    def _graph(self, group: LayerGroup, sources: tuple[str, ...]) -> Graph:
        tensors = [
            Tensor(
                name,
                self._network.precision(name),
                self._bounds[name],
                self._signals[source].arrivals,
            )
            for name, source in zip(group.inputs, sources, strict=True)
        ]
        try:
            return build_graph(group, tensors, stage_ns(self._hardware))
        except UnsupportedLayerError as error:
            msg = f"{group.name}: {error}; use narrower formats"
            raise UnsupportedLayerError(msg) from error

    def _adder_graph(self, group: LayerGroup, graph: Graph) -> Module:
        layers = tuple(layer.name for layer in group.layers)
        name = self._names.new(f"{self._network.name}_{group.name}")
        inputs = tuple(self._bus(tensor, f"x_{tensor}") for tensor in group.inputs)
        output = self._bus(group.output.name, "y")
        netlist = build_netlist(graph, [bus.name for bus in inputs])
        header = self._header.of(layers)
        products = sum(map(multiplications, group.layers))
        return Module(
            name=name,
            kind="adder_graph",
            layers=layers,
            text=self._language.graph(name, netlist, inputs, output, header),
            inputs=inputs,
            output=output,
            latency_cycles=graph.latency_cycles,
            initiation_interval=1,
            reuse_factor=1 if products else 0,
            multiplications=products,
            cost=round(float(graph.logic.cost), 2),
            registers=sum(register.width for stage in netlist.registers for register in stage),
        )

    def _engine(self, group: LayerGroup) -> Module:
        name = self._names.new(f"{self._network.name}_{group.name}")
        header = self._header.of([layer.name for layer in group.layers])
        return engine_module(self._network, group.layers, self._hardware, name=name, header=header)
