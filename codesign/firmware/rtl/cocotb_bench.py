"""The test bench for the firmware engineer: vectors, cocotb tests, and what runs them."""

import json
from pathlib import Path

import numpy as np

from codesign.design.fixed_point import Integers
from codesign.design.network import QuantizedNetwork
from codesign.design.rtl import RtlDesign, RtlPort
from codesign.emulator import emulate_outputs
from codesign.firmware.rtl.cocotb_text import README, RUN, TEST

FOLDER = "tb"
_EVENTS = 256
_FEWEST = 4
_LARGEST_BITS = 2**20
_SEED = 2024


def write_bench(folder: Path, design: RtlDesign, network: QuantizedNetwork) -> None:
    """Write ``tb/`` into a project: ``test_<top>.py``, ``vectors.json``, ``run.py``, ``README.md``.

    The vectors are random over the whole range of each input, its two ends first; what is expected
    is the emulator's answer. There are 256 events, fewer where an event has many bits. The same
    design gives the same bytes.

    Args:
        folder: The project, which holds ``rtl.json``.
        design: Its record.
        network: What it computes.
    """
    ports = (*design.inputs, *design.outputs)
    bits = sum(port.bits * port.beats for port in ports)
    events = max(_FEWEST, min(_EVENTS, _LARGEST_BITS // bits))
    inputs = _random_events(network, events)
    outputs = emulate_outputs(network, inputs)
    vectors = {
        "events": events,
        "inputs": {port.name: _words(inputs[port.tensor], port) for port in design.inputs},
        "outputs": {port.name: _words(outputs[port.tensor], port) for port in design.outputs},
    }
    bench = folder / FOLDER
    bench.mkdir()
    texts = {
        f"test_{design.top}.py": TEST.format(top=design.top),
        "run.py": RUN.format(top=design.top),
        "README.md": README.format(top=design.top, events=events),
        "vectors.json": json.dumps(vectors, indent=0) + "\n",
    }
    for name, text in texts.items():
        (bench / name).write_text(text, encoding="utf-8")


def _random_events(network: QuantizedNetwork, events: int) -> dict[str, Integers]:
    """Return hardware integers of each input: all smallest, all largest, then random."""
    random = np.random.default_rng(_SEED)
    made = {}
    for tensor in network.inputs:
        low, high = tensor.precision.min_hw, tensor.precision.max_hw
        values = random.integers(low, high, (events, *tensor.shape), dtype=np.int64, endpoint=True)
        values[0], values[1] = low, high
        made[tensor.name] = values
    return made


def _words(values: Integers, port: RtlPort) -> list[str]:
    """Return each beat in hexadecimal, the first element in the lowest bits."""
    mask = (1 << port.width) - 1
    rows = values.reshape(-1, port.elements).tolist()
    return [
        format(sum((value & mask) << (port.width * i) for i, value in enumerate(row)), "x")
        for row in rows
    ]
