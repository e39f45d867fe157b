"""A netlist ready to run: nets as rows of words, gates in order, registers.

All lanes run the same cycles with data of their own, so a lane is a stream of events.
"""

from collections.abc import Mapping

import numpy as np

from codesign.errors import ReportError
from codesign.synthesis.netlist.arrange import Arrangement, arrange
from codesign.synthesis.netlist.build import build_flip_flops, build_gate
from codesign.synthesis.netlist.flatten import ONE, FlatNetlist
from codesign.synthesis.netlist.gates import EVERY, Gate, Words
from codesign.synthesis.netlist.nodes import Nodes, sort_cells
from codesign.synthesis.netlist.registers import Register

LANES_A_WORD = 64


class Machine:
    """A netlist that is run cycle by cycle, many lanes side by side.

    Args:
        netlist: Of primitives only.
        words: Lanes divided by 64.
        clock: The port that every register is clocked by.
        seed: Of what registers hold at power-up where the netlist leaves it open.

    Raises:
        ReportError: If a cell is not known, gates form a circle, or there are two clocks.
    """

    def __init__(
        self, netlist: FlatNetlist, *, words: int, clock: str = "clk", seed: int = 0
    ) -> None:
        nodes = sort_cells(netlist.cells)
        _check_clock(netlist, nodes, clock)
        arranged = arrange(netlist.nets, nodes, words=words)
        self._registers, self._gates = _build(arranged, nodes)
        self._nets: Words = np.zeros((arranged.rows, words), dtype=np.uint64)
        self._nets[arranged.row(ONE)] = EVERY
        random = np.random.default_rng(seed)
        for register in self._registers:
            register.start(self._nets, random)
        self._drives = {name: arranged.all(nets) for name, nets in netlist.inputs}
        self._outputs = {name: arranged.all(nets) for name, nets in netlist.outputs}

    def evaluate(self, inputs: Mapping[str, Words]) -> None:
        """Put signals on input ports and let the gates settle.

        Args:
            inputs: Rows of bits a port, the lowest first, shape (bits, words).

        Raises:
            ReportError: If there is no such port.
        """
        for name, rows in inputs.items():
            if name not in self._drives:
                msg = f"the netlist has no input {name}; it has {', '.join(self._drives)}"
                raise ReportError(msg)
            self._nets[self._drives[name]] = rows
        for gate in self._gates:
            gate.evaluate(self._nets)

    def output(self, name: str) -> Words:
        """Return the rows of an output port, the lowest bit first.

        Raises:
            ReportError: If there is no such port.
        """
        if name not in self._outputs:
            msg = f"the netlist has no output {name}; it has {', '.join(self._outputs)}"
            raise ReportError(msg)
        return self._nets[self._outputs[name]]

    def clock(self) -> None:
        """Let every register take in what is on its inputs."""
        for register in self._registers:
            register.sample(self._nets)
        for register in self._registers:
            register.show(self._nets)


def _build(arranged: Arrangement, nodes: Nodes) -> tuple[list[Register], list[Gate]]:
    registers: list[Register] = [
        build_flip_flops(group, first, arranged) for group, first in arranged.flip_flops
    ]
    gates = []
    for group in arranged.groups:
        gate, shift = build_gate(group, nodes.shifts, arranged)
        gates.append(gate)
        if shift is not None:
            registers.append(shift)
    return registers, gates


def _check_clock(netlist: FlatNetlist, nodes: Nodes, clock: str) -> None:
    ports = {net: name for name, nets in netlist.inputs for net in nets}
    others = sorted(str(ports.get(net, net)) for net in nodes.clocks if ports.get(net) != clock)
    if others:
        msg = f"{netlist.module}: registers are clocked by {', '.join(others)}, not by {clock} only"
        raise ReportError(msg)
