"""The module of a layer that shares its multipliers, with the element-wise layers behind it."""

from collections.abc import Sequence
from math import prod

from codesign.design.hardware import HardwareConfig, RtlLanguage, Strategy
from codesign.design.intervals import intervals
from codesign.design.layers import Activation, AnyLayer, Conv, Dense, Reshape, Steps, Table
from codesign.design.network import QuantizedNetwork
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.firmware.rtl.engine.engine import Plan, Written, write_engine
from codesign.firmware.rtl.engine.functions import Elementwise
from codesign.firmware.rtl.engine.matrix import MatrixLayer
from codesign.firmware.rtl.engine.products import takes_dsp
from codesign.firmware.rtl.engine.schedule import plan_schedule
from codesign.firmware.rtl.module import Bus, Module


def engine_layers(network: QuantizedNetwork, first: AnyLayer) -> tuple[AnyLayer, ...]:
    """Return a dense or convolutional layer and the element-wise layers that join its engine.

    A layer joins as long as it alone reads what comes before it and no output of the network does.
    """
    found: list[AnyLayer] = [first]
    while True:
        name = found[-1].name
        readers = [layer for layer in network.layers if name in layer.inputs]
        alone = len(readers) == 1 and name not in network.outputs
        if not alone or not isinstance(readers[0], Activation | Reshape | Steps | Table):
            return tuple(found)
        found.append(readers[0])


def engine_supports(
    network: QuantizedNetwork, layers: Sequence[AnyLayer], hardware: HardwareConfig
) -> None:
    """Raise if a group of layers cannot be built as an engine.

    Args:
        network: The network.
        layers: As :func:`engine_layers` returns them.
        hardware: How it is built.

    Raises:
        UnsupportedLayerError: If the first layer is neither dense nor a convolution, or another is
            not element-wise.
        InvalidDesignError: If the layer cannot be shared with its reuse factor, or VHDL is asked
            for.
    """
    first, after = _checked(layers)
    if hardware.rtl.language is not RtlLanguage.VERILOG:
        msg = (
            f"{first.name}: layers that share multipliers are written in Verilog, found "
            f"rtl.language {hardware.rtl.language}; choose verilog, or reuse_factor 1 and strategy "
            "latency"
        )
        raise InvalidDesignError(msg)
    _plan(network, (first, *after), hardware, name="engine")


def engine_module(
    network: QuantizedNetwork,
    layers: Sequence[AnyLayer],
    hardware: HardwareConfig,
    *,
    name: str,
    header: str = "",
) -> Module:
    """Return the module of a dense or convolutional layer with shared multipliers.

    A dense layer over the last of several dimensions, and a convolution, have their multipliers at
    each position: ``positions * inputs * outputs / reuse_factor`` in all.

    Args:
        network: The network.
        layers: The layer and the element-wise layers behind it (:func:`engine_layers`).
        hardware: How it is built.
        name: Of the module; the modules below it begin with it.
        header: Comment in front of it.

    Raises:
        UnsupportedLayerError: As :func:`engine_supports`.
        InvalidDesignError: As :func:`engine_supports`.
    """
    engine_supports(network, layers, hardware)
    plan = _plan(network, layers, hardware, name=name)
    written = write_engine(plan)
    source, last = plan.layer.inputs[0], plan.layers[-1]
    shape = network.shape(source)
    kernel = plan.layer.kernel.values
    positions = prod(plan.layer.shape[:-1])
    return Module(
        name=name,
        kind="engine",
        layers=tuple(layer.name for layer in layers),
        text=_text(plan, written, header),
        inputs=(Bus(name="x", tensor=source, bits=prod(shape) * plan.data.width),),
        output=Bus(name="y", tensor=last.name, bits=prod(last.shape) * last.precision.width),
        latency_cycles=written.latency_cycles,
        initiation_interval=plan.reuse_factor,
        reuse_factor=plan.reuse_factor,
        multiplications=positions * int((kernel != 0).sum()),
    )


def _checked(layers: Sequence[AnyLayer]) -> tuple[MatrixLayer, tuple[Elementwise, ...]]:
    first, *rest = layers
    if not isinstance(first, Dense | Conv):
        msg = (
            f"{first.name}: a {first.kind} layer does not share multipliers; dense and conv layers "
            "do: give it reuse_factor 1 and strategy latency"
        )
        raise UnsupportedLayerError(msg)
    after: list[Elementwise] = []
    for layer in rest:
        if not isinstance(layer, Activation | Reshape | Steps | Table):
            msg = f"{layer.name}: a {layer.kind} layer does not join the engine of {first.name}"
            raise UnsupportedLayerError(msg)
        after.append(layer)
    return first, tuple(after)


def _plan(
    network: QuantizedNetwork, layers: Sequence[AnyLayer], hardware: HardwareConfig, *, name: str
) -> Plan:
    first, after = _checked(layers)
    own = hardware.layer(first.name)
    factor, strategy = own.reuse_factor or 1, own.strategy or Strategy.LATENCY
    columns = first.kernel.values.shape[-1]
    rows = first.kernel.values.size // columns
    source = network.tensor(first.inputs[0])
    return Plan(
        name=name,
        layer=first,
        after=after,
        data=source.precision,
        bounds=intervals(network)[source.name],
        schedule=plan_schedule(
            rows=rows, columns=columns, factor=factor, strategy=strategy, name=first.name
        ),
        dsp=takes_dsp(
            hardware.rtl.multipliers, source.precision.width, first.kernel.precision.width
        ),
        reuse_factor=factor,
    )


def _text(plan: Plan, written: Written, header: str) -> str:
    schedule, kernel = plan.schedule, plan.layer.kernel.precision
    made = "DSP blocks" if plan.dsp else "look-up tables"
    shared = f"{written.multipliers} multipliers in {made}"
    each = f"each of {schedule.turns} inputs for {schedule.sweeps} outputs"
    cycles = f"latency {written.latency_cycles} cycles"
    lines = [
        *([header] if header else []),
        f"// {', '.join(layer.name for layer in plan.layers)}",
        f"// {schedule.rows} x {schedule.columns} weights of {kernel}",
        f"// data of {plan.data}, output of {plan.precision}",
        f"// reuse factor {plan.reuse_factor}: {shared}, {each}",
        f"// {cycles}, initiation interval {plan.reuse_factor}",
        "",
        *written.lines,
        "",
    ]
    return "\n".join(lines)
