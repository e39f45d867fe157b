"""Emulator, C simulation, RTL simulation and netlist agree bit for bit on random networks.

Compiling takes most of the time, so several independent networks share one project.
"""

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st
from joined_networks import drawn, joined, whole_range
from layered_networks import layered_networks
from quantized_networks import networks as chains
from rtl_tools import need

from codesign.design.hardware import Backend, Clock, HardwareConfig, RtlLanguage, RtlOptions
from codesign.emulator import emulate_tensors
from codesign.errors import CodesignError
from codesign.firmware import csim, generate, supports
from codesign.synthesis import check_gates, synthesize
from codesign.validation.rtl import Pattern, SimulationOptions, Simulator, certify_rtl, simulate

pytestmark = pytest.mark.rtl
EVENTS = 2000


def _hardware(backend: Backend, language: RtlLanguage = RtlLanguage.VERILOG) -> HardwareConfig:
    return HardwareConfig(
        device="vu13p",
        clock=Clock(period_ns=5.0),
        backend=backend,
        rtl=RtlOptions(language=language),
    )


def _random_network(*, networks: int, start: int, backends: tuple[Backend, ...]):
    """Return random networks as one, without those that a back end refuses by name."""
    kept = []
    either = st.one_of(layered_networks(depth=6), chains())
    for network in drawn(either, examples=6 * networks, start=start):
        with contextlib.suppress(CodesignError):
            for backend in backends:
                supports(joined([network]), _hardware(backend))
            kept.append(network)
    assert len(kept) >= networks
    return joined(kept[:networks])


@pytest.mark.parametrize(
    ("seed", "networks"),
    [(0, 5), *(pytest.param(seed, 20, marks=pytest.mark.slow) for seed in range(1, 6))],
)
def test_emulator_and_rtl_agree_on_every_tensor_that_can_be_seen(
    seed: int, networks: int, tmp_path: Path
) -> None:
    need(Simulator.VERILATOR)
    network = _random_network(networks=networks, start=seed, backends=(Backend.RTL,))
    inputs = whole_range(network, events=EVENTS)
    project = generate(network, _hardware(Backend.RTL), tmp_path / "project")

    expected = emulate_tensors(network, inputs)
    for pattern in Pattern:
        options = SimulationOptions(seed=seed, layers=True)
        found = simulate(project, network, inputs, pattern=pattern, options=options)
        for name, values in (found.layers | found.outputs).items():
            np.testing.assert_array_equal(values, expected[name][found.events], err_msg=name)


@pytest.mark.csim
@pytest.mark.parametrize(
    ("seed", "networks"), [(0, 3), *(pytest.param(n, 8, marks=pytest.mark.slow) for n in (1, 2))]
)
def test_emulator_csim_rtl_and_netlist_agree(seed: int, networks: int, tmp_path: Path) -> None:
    need(Simulator.VERILATOR)
    backends = (Backend.RTL, Backend.VITIS)
    network = _random_network(networks=networks, start=seed, backends=backends)
    inputs = whole_range(network, events=EVENTS)
    rtl, hls = (generate(network, _hardware(b), tmp_path / b) for b in backends)

    simulated = simulate(rtl, network, inputs).outputs
    compiled = csim(hls, network, inputs)
    synthesis = synthesize(rtl, _hardware(Backend.RTL).part)
    gates = check_gates(rtl, synthesis, network, inputs)

    expected = emulate_tensors(network, inputs)
    assert sorted(simulated) == sorted(compiled) == sorted(set(network.outputs))
    for name in network.outputs:
        np.testing.assert_array_equal(simulated[name], expected[name], err_msg=name)
        np.testing.assert_array_equal(compiled[name], expected[name], err_msg=name)
    assert (gates.events, gates.different) == (EVENTS, 0)
    assert synthesis.counts.lut > 0


def test_vhdl_says_the_same_as_verilog(tmp_path: Path) -> None:
    need(Simulator.GHDL)
    need(Simulator.VERILATOR)
    network = _random_network(networks=3, start=7, backends=(Backend.RTL,))
    inputs = {"overdriven": whole_range(network, events=300)}

    certificates = [
        certify_rtl(
            network,
            generate(network, _hardware(Backend.RTL, language), tmp_path / language),
            inputs=inputs,
        )
        for language in RtlLanguage
    ]

    for certificate in certificates:
        assert certificate.is_bit_exact, certificate.divergence
    one, other = certificates
    assert one.latency_cycles == other.latency_cycles
    assert [run.events for run in one.runs] == [run.events for run in other.runs]
