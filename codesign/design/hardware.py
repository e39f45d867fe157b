"""How a network is to be built: device, clock, tool; reuse factor and strategy of each layer."""

from dataclasses import dataclass
from enum import StrEnum

from codesign.design.device import Device, find_device
from codesign.errors import InvalidDesignError


class Backend(StrEnum):
    """What generates the firmware."""

    VITIS = "vitis"
    """hls4ml for Vitis HLS."""
    VIVADO = "vivado"
    """hls4ml for Vivado HLS."""
    RTL = "rtl"
    """Register-transfer level, generated directly: no HLS tool takes part."""


class Strategy(StrEnum):
    """How a layer trades multipliers for time."""

    LATENCY = "latency"
    """Everything unrolled; zero weights vanish."""
    RESOURCE = "resource"
    """Multipliers shared ``reuse_factor`` times, weights in block RAM."""


class IoType(StrEnum):
    """How tensors travel between layers."""

    PARALLEL = "io_parallel"
    STREAM = "io_stream"


class RtlLanguage(StrEnum):
    """What RTL is written in."""

    VERILOG = "verilog"
    VHDL = "vhdl"


class Multipliers(StrEnum):
    """What the products of a reuse-factor engine are made of."""

    AUTO = "auto"
    """DSP blocks where an operand is wide enough to be worth one, else look-up tables."""
    DSP = "dsp"
    FABRIC = "fabric"


@dataclass(frozen=True, slots=True, kw_only=True)
class RtlOptions:
    """What only the RTL back end knows.

    Attributes:
        language: Of the sources.
        multipliers: Of layers that share them.
        stage_ns: Longest path between two registers as the adder graph counts it, in nanoseconds;
            the clock period less its uncertainty where None.
    """

    language: RtlLanguage = RtlLanguage.VERILOG
    multipliers: Multipliers = Multipliers.AUTO
    stage_ns: float | None = None

    def __post_init__(self) -> None:
        if self.stage_ns is not None and not 0 < self.stage_ns <= 1000:
            msg = f"a stage of {self.stage_ns} ns is not in (0, 1000]"
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The target clock.

    Attributes:
        period_ns: In nanoseconds.
        uncertainty_percent: The share of the period that HLS keeps free for routing.
    """

    period_ns: float
    uncertainty_percent: float = 12.5

    def __post_init__(self) -> None:
        if not 0 < self.period_ns <= 1000:
            msg = f"a clock period of {self.period_ns} ns is not in (0, 1000]"
            raise InvalidDesignError(msg)
        if not 0 <= self.uncertainty_percent < 100:
            msg = f"a clock uncertainty of {self.uncertainty_percent} % is not in [0, 100)"
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When results come out.

    Attributes:
        latency_cycles: Clock cycles from input to output.
        initiation_interval: Cycles between two accepted inputs.
        period_ns: The clock period in nanoseconds.
    """

    latency_cycles: int
    initiation_interval: int
    period_ns: float

    @property
    def latency_ns(self) -> float:
        """Nanoseconds from input to output."""
        return self.latency_cycles * self.period_ns


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerHardware:
    """What one layer does differently from the rest of the design.

    Attributes:
        name: The layer.
        reuse_factor: Uses of each multiplier per inference; the design's where None.
        strategy: The design's where None.
    """

    name: str
    reuse_factor: int | None = None
    strategy: Strategy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HardwareConfig:
    """The hardware half of a candidate: changing it never retrains the network.

    Attributes:
        device: Short name or full number of a part of the catalog.
        clock: The target clock.
        backend: What generates the firmware.
        io_type: How tensors travel between layers.
        strategy: Of every layer that does not name its own.
        reuse_factor: Of every layer that does not name its own.
        layers: The exceptions.
        rtl: What only the RTL back end knows.
    """

    device: str
    clock: Clock
    backend: Backend = Backend.VITIS
    io_type: IoType = IoType.PARALLEL
    strategy: Strategy = Strategy.LATENCY
    reuse_factor: int = 1
    layers: tuple[LayerHardware, ...] = ()
    rtl: RtlOptions = RtlOptions()

    def __post_init__(self) -> None:
        find_device(self.device)
        for factor in (self.reuse_factor, *(layer.reuse_factor for layer in self.layers)):
            if factor is not None and factor < 1:
                msg = f"a reuse factor of {factor} is below 1; write how often a multiplier is used"
                raise InvalidDesignError(msg)
        names = [layer.name for layer in self.layers]
        if len(set(names)) != len(names):
            msg = f"a layer is configured twice: {', '.join(names)}"
            raise InvalidDesignError(msg)

    @property
    def part(self) -> Device:
        """The part of the catalog."""
        return find_device(self.device)

    @property
    def simulated(self) -> "HardwareConfig":
        """What C simulation is generated with: RTL has none, so that of the same network for HLS.

        Numbers belong to the network and are the same however it is built; that RTL computes them
        is proved on the RTL itself.
        """
        if self.backend is not Backend.RTL:
            return self
        return HardwareConfig(device=self.device, clock=self.clock)

    def layer(self, name: str) -> LayerHardware:
        """Return what holds for a layer, with nothing left open."""
        own = next((layer for layer in self.layers if layer.name == name), None)
        factor = own.reuse_factor if own and own.reuse_factor else self.reuse_factor
        strategy = own.strategy if own and own.strategy else self.strategy
        return LayerHardware(name=name, reuse_factor=factor, strategy=strategy)
