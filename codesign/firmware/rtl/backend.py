"""From a quantized network to RTL, without an HLS tool."""

from math import prod
from pathlib import Path

from codesign.design.codec import to_json
from codesign.design.contract import NetworkInput
from codesign.design.digest import digest
from codesign.design.hardware import HardwareConfig, IoType
from codesign.design.layers import AnyLayer
from codesign.design.network import QuantizedNetwork
from codesign.design.rtl import RTL_FILE, RtlDesign, RtlModule, RtlPort
from codesign.firmware.rtl.checks import check_design
from codesign.firmware.rtl.cocotb_bench import write_bench
from codesign.firmware.rtl.compose import Schedule, compose, wrapper_name
from codesign.firmware.rtl.header import Header
from codesign.firmware.rtl.languages import LANGUAGES
from codesign.firmware.rtl.names import PORTS, Names
from codesign.firmware.rtl.ports_page import PORTS_FILE, ports_page
from codesign.firmware.rtl.project import VERSION_BITS, Placed, Project
from codesign.firmware.rtl.stream import StreamDesign, stream_design
from codesign.toolchain import package_versions

_SOURCES = "src"
_PACKAGES = ("codesign", "alkaid")


class RtlBackend:
    """Writes RTL: one module a group of layers, a top that aligns them, and their record."""

    def supports(self, network: QuantizedNetwork, hardware: HardwareConfig) -> None:
        """Raise if a design cannot be built exactly as it is written.

        Raises:
            UnsupportedLayerError: Naming the layer and why it has no exact counterpart.
            InvalidDesignError: Naming the option or name, and what is legal.
        """
        check_design(network, hardware)

    def write(self, network: QuantizedNetwork, hardware: HardwareConfig, folder: Path) -> None:
        """Write the sources, their record and the description of the ports."""
        project, language = _project(network, hardware), LANGUAGES[hardware.rtl.language]
        header = _header(network, hardware)
        texts = {placed.module.name: placed.module.text for placed in project.placed}
        texts[project.top] = language.top(project, header.of(()))
        if project.wrapper:
            texts[project.wrapper] = language.axis(project, header.of(()))
        (folder / _SOURCES).mkdir()
        for name, text in texts.items():
            (folder / _SOURCES / f"{name}{language.suffix}").write_text(text, encoding="utf-8")
        sources = tuple(f"{_SOURCES}/{name}{language.suffix}" for name in texts)
        design = _design(project, hardware, sources)
        (folder / RTL_FILE).write_text(to_json(design), encoding="utf-8")
        (folder / PORTS_FILE).write_text(ports_page(network, design), encoding="utf-8")
        write_bench(folder, design, network)


def _header(network: QuantizedNetwork, hardware: HardwareConfig) -> Header:
    return Header(
        network=network,
        network_digest=digest(network),
        versions=package_versions(_PACKAGES),
        comment=LANGUAGES[hardware.rtl.language].comment,
    )


def _project(network: QuantizedNetwork, hardware: HardwareConfig) -> Project:
    header = _header(network, hardware)
    streamed = hardware.io_type is IoType.STREAM
    schedule: Schedule | StreamDesign
    if streamed:
        schedule = stream_design(network, hardware, header)
        pace = schedule.pace
    else:
        schedule = compose(network, hardware, header)
        pace = schedule.initiation_interval
    inputs, outputs = _ports(network, streamed=streamed)
    one_beat = all(port.beats == 1 for port in inputs)
    return Project(
        top=network.name,
        wrapper=wrapper_name(network) if one_beat else "",
        version=int(header.network_digest[: VERSION_BITS // 4], 16),
        inputs=inputs,
        outputs=outputs,
        placed=schedule.placed,
        signals=tuple(signal for _, signal in schedule.outputs),
        latency_cycles=schedule.latency_cycles,
        initiation_interval=schedule.initiation_interval,
        pace=pace,
    )


def _design(project: Project, hardware: HardwareConfig, sources: tuple[str, ...]) -> RtlDesign:
    return RtlDesign(
        top=project.top,
        wrapper=project.wrapper,
        language=hardware.rtl.language,
        sources=sources,
        inputs=project.inputs,
        outputs=project.outputs,
        modules=tuple(map(_record, project.placed)),
        period_ns=hardware.clock.period_ns,
        latency_cycles=project.latency_cycles,
        initiation_interval=project.initiation_interval,
    )


def _ports(
    network: QuantizedNetwork, *, streamed: bool
) -> tuple[tuple[RtlPort, ...], tuple[RtlPort, ...]]:
    names = Names(*PORTS)
    inputs = tuple(
        _port(names.new(tensor.name), tensor, beats=prod(tensor.shape[:-1]) if streamed else 1)
        for tensor in network.inputs
    )
    known = {tensor.name for tensor in network.inputs}
    outputs = tuple(
        _port(names.new(f"{name}_out" if name in known else name), network.tensor(name), beats=1)
        for name in dict.fromkeys(network.outputs)
    )
    return inputs, outputs


def _port(name: str, node: NetworkInput | AnyLayer, *, beats: int) -> RtlPort:
    return RtlPort(
        name=name,
        tensor=node.name,
        width=node.precision.width,
        signed=node.precision.signed,
        elements=prod(node.shape) // beats,
        beats=beats,
    )


def _record(placed: Placed) -> RtlModule:
    module = placed.module
    return RtlModule(
        name=module.name,
        layers=module.layers,
        kind=module.kind,
        reuse_factor=module.reuse_factor,
        multiplications=module.multiplications,
        cost=module.cost,
        registers=module.registers,
        first_cycle=placed.first_cycle,
        latency_cycles=module.latency_cycles,
        initiation_interval=module.initiation_interval,
    )
