"""Where the tensors of a network are inside of its RTL, to find the first layer that is wrong."""

from math import prod

from codesign.design.hardware import RtlLanguage
from codesign.design.network import QuantizedNetwork
from codesign.design.rtl import RtlDesign, RtlModule, RtlPort
from codesign.validation.rtl.bench import Probe

_OUTPUT = "y"


def find_probes(design: RtlDesign, network: QuantizedNetwork) -> tuple[Probe, ...]:
    """Return a probe for the last layer of each module.

    A module stands in the top module as ``u_<its name>`` and drives ``y``. Streams have none: their
    beats come out when they are ready, not at a cycle of the schedule. Nor has VHDL, in which no
    signal is seen from outside.
    """
    streams = any(port.beats > 1 for port in (*design.inputs, *design.outputs))
    if streams or design.language is not RtlLanguage.VERILOG:
        return ()
    return tuple(
        _probe(module, network, design.latency_cycles)
        for module in design.modules
        if module.layers and module.first_cycle + module.latency_cycles <= design.latency_cycles
    )


def _probe(module: RtlModule, network: QuantizedNetwork, latency_cycles: int) -> Probe:
    layer = network.tensor(module.layers[-1])
    port = RtlPort(
        name=layer.name,
        width=layer.precision.width,
        signed=layer.precision.signed,
        elements=prod(layer.shape),
    )
    ready = module.first_cycle + module.latency_cycles
    return Probe(
        signal=f"u_{module.name}.{_OUTPUT}", port=port, delay_cycles=latency_cycles - ready
    )
