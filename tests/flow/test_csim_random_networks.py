"""Emulator and csim agree bit for bit on random networks.

Compiling takes most of the time, so several independent networks share one project.
"""

from pathlib import Path

import numpy as np
import pytest
from joined_networks import random_hardware, random_joined, whole_range

from codesign.design.hardware import IoType
from codesign.emulator import emulate_tensors
from codesign.firmware import csim, generate

pytestmark = pytest.mark.csim
EVENTS = 400


@pytest.mark.parametrize("io_type", list(IoType))
@pytest.mark.parametrize(
    ("seed", "networks"),
    [(0, 6), *(pytest.param(seed, 40, marks=pytest.mark.slow) for seed in range(1, 6))],
)
def test_emulator_and_csim_agree_on_every_tensor(
    seed: int, networks: int, io_type: IoType, tmp_path: Path
) -> None:
    rng = np.random.default_rng(seed)
    network = random_joined(networks=networks, start=seed)
    inputs = whole_range(network, events=EVENTS)
    hardware = random_hardware(rng, network, io_type=io_type)

    found = csim(generate(network, hardware, tmp_path / "project"), network, inputs, layers=True)

    expected = emulate_tensors(network, inputs)
    for name, values in found.items():
        np.testing.assert_array_equal(values, expected[name], err_msg=name)
