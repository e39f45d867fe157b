"""``PORTS.md``: which bits of which port are what, for those who connect the design."""

from collections.abc import Iterator

from codesign.design.contract import InputFeature, NetworkInput
from codesign.design.network import QuantizedNetwork
from codesign.design.rtl import RtlDesign, RtlPort
from codesign.firmware.rtl.project import stream_bits, stream_places

PORTS_FILE = "PORTS.md"


def ports_page(network: QuantizedNetwork, design: RtlDesign) -> str:
    """Return the page."""
    lines = [f"# Ports of {design.top}", "", *_protocol(design)]
    for port in design.inputs:
        tensor = network.tensor(port.tensor)
        if isinstance(tensor, NetworkInput):
            lines += ["", *_input(port, tensor)]
    for port in design.outputs:
        lines += ["", *_output(port, network)]
    lines += ["", *_stream(design)]
    return "\n".join([*lines, ""])


def _protocol(design: RtlDesign) -> list[str]:
    interval = design.initiation_interval
    every = "every cycle" if interval == 1 else f"once every {interval} cycles"
    return [
        f"Pipelined for {design.period_ns:g} ns. `rst` is synchronous and active high.",
        f"An event goes in where `in_valid` and `in_ready` are high, {every}; its results are",
        f"valid {design.latency_cycles} cycles later, where `out_valid` is high, for one cycle.",
        "Nothing can hold them back; the wrapper with AXI-stream can.",
        "`version` is the first 32 bits of the digest of the network.",
    ]


def _input(port: RtlPort, tensor: NetworkInput) -> Iterator[str]:
    precision = tensor.precision
    yield f"## Input `{port.name}`: {port.bits} bits, {port.elements} x `{precision}`"
    yield ""
    yield f"A value is its hardware integer times 2^{-precision.fraction}, from"
    yield f"{precision.smallest:g} to {precision.largest:g}."
    yield ""
    if not tensor.features:
        yield from _elements(port)
        return
    yield "A feature goes in as (x - offset) / 2^shift, rounded and brought into range"
    yield f"({precision.rounding}, {precision.overflow}) before it reaches the port."
    yield ""
    yield "| bits | feature | unit | offset | shift |"
    yield "|---|---|---|---|---|"
    for index, feature in enumerate(tensor.features):
        yield _feature(port, index, feature)


def _feature(port: RtlPort, index: int, feature: InputFeature) -> str:
    unit = feature.unit or "-"
    return (
        f"| {_bits(port, index)} | {feature.name} | {unit} | {feature.offset!r} | {feature.shift} |"
    )


def _output(port: RtlPort, network: QuantizedNetwork) -> Iterator[str]:
    precision = network.precision(port.tensor)
    yield f"## Output `{port.name}`: {port.bits} bits, {port.elements} x `{precision}`"
    yield ""
    yield f"Tensor `{port.tensor}` of shape {network.shape(port.tensor)}, row by row."
    yield f"A value is its hardware integer times 2^{-precision.fraction}."
    yield ""
    yield from _elements(port)


def _elements(port: RtlPort) -> Iterator[str]:
    kind = "two's complement" if port.signed else "unsigned"
    yield "| bits | element |"
    yield "|---|---|"
    yield f"| {_bits(port, 0)} | 0, {kind} |"
    if port.elements > 1:
        yield f"| {port.width}i+{port.width - 1}:{port.width}i | i, up to {port.elements - 1} |"


def _stream(design: RtlDesign) -> Iterator[str]:
    yield f"## AXI-stream: `{design.wrapper}`"
    yield ""
    yield "One beat an event; `tlast` of a result is that of its event. Unused bits are 0."
    yield ""
    yield "| stream | bits | port |"
    yield "|---|---|---|"
    for name, ports in (("s_axis_tdata", design.inputs), ("m_axis_tdata", design.outputs)):
        for port, at in stream_places(ports):
            bits = f"{at + port.bits - 1}:{at}"
            yield f"| `{name}`, {stream_bits(ports)} bits | {bits} | {port.name} |"


def _bits(port: RtlPort, index: int) -> str:
    return f"{(index + 1) * port.width - 1}:{index * port.width}"
