"""Does the synthesized netlist compute the network?"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.design.project import FirmwareProject
from codesign.emulator import Emulator
from codesign.synthesis.netlist.drive import run_events
from codesign.synthesis.netlist.flatten import FlatNetlist, flatten
from codesign.synthesis.netlist.read import read_netlist
from codesign.synthesis.project import read_rtl
from codesign.synthesis.record import Synthesis

_FEWEST_LANES = 256
_MOST_EVENTS_A_LANE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCheck:
    """A netlist compared with the emulator, integer by integer.

    Attributes:
        events: That were compared.
        values: Integers that were compared.
        different: Integers that differ.
        first_different: The event of the first, -1 if there is none.
        latency_cycles: From the last beat in to the first beat out, measured on the gates.
        initiation_interval: Cycles between two events, measured; 0 for a single event.
        cells: Primitives that were simulated.
        cycles: That were simulated.
        duration_s: Wall time of the simulation in seconds.
    """

    events: int
    values: int
    different: int
    first_different: int
    latency_cycles: int
    initiation_interval: int
    cells: int
    cycles: int
    duration_s: float

    @property
    def is_bit_exact(self) -> bool:
        """Whether every integer is the emulator's."""
        return self.different == 0


def check_gates(
    project: FirmwareProject,
    synthesis: Synthesis,
    network: QuantizedNetwork,
    events: Mapping[str, NDArray[np.int64]],
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> GateCheck:
    """Simulate a synthesized netlist, registers included, and compare it with the emulator.

    Args:
        project: That was synthesized.
        synthesis: Of it; its netlists must still be there.
        network: That the project was generated from.
        events: Hardware integers of each input by its name, shape (events, ...).
        seed: Of what registers hold at power-up where the netlist leaves it open.
        progress: Told how many cycles have passed.

    Raises:
        ReportError: If a netlist cannot be read, or holds what the simulator does not know.
        ValidationError: If the handshake depends on data, or results do not come.
    """
    design = read_rtl(project)
    netlist = whole_netlist(synthesis)
    given = [np.asarray(events[port.tensor]) for port in design.inputs]
    lanes = max(1, len(given[0]) // _FEWEST_LANES)
    in_flight = -(-design.latency_cycles // design.initiation_interval) + 1
    begun = time.monotonic()
    run = run_events(
        netlist,
        design,
        given,
        events_a_lane=max(1, min(in_flight, lanes, _MOST_EVENTS_A_LANE)),
        seed=seed,
        progress=progress,
    )
    duration_s = time.monotonic() - begun
    found = Emulator(network)(events)
    wrong = np.concatenate(
        [
            values != found[port.tensor].reshape(values.shape)
            for port, values in zip(design.outputs, run.outputs, strict=True)
        ],
        axis=1,
    )
    bad_events = np.flatnonzero(wrong.any(axis=1))
    return GateCheck(
        events=len(wrong),
        values=wrong.size,
        different=int(wrong.sum()),
        first_different=int(bad_events[0]) if len(bad_events) else -1,
        latency_cycles=run.latency_cycles,
        initiation_interval=run.initiation_interval,
        cells=len(netlist.cells),
        cycles=run.cycles,
        duration_s=duration_s,
    )


def whole_netlist(synthesis: Synthesis) -> FlatNetlist:
    """Return the netlist of a design, its modules put into the top.

    Raises:
        ReportError: If a file is missing or cut off.
    """
    *modules, top = synthesis.units
    netlists = {
        unit.module: read_netlist(Path(unit.netlist), module=unit.module) for unit in modules
    }
    return flatten(read_netlist(Path(top.netlist), module=top.module), netlists)
