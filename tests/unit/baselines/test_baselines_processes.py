import os
from dataclasses import replace
from pathlib import Path

import pytest
import strange_runtimes
from timed_networks import QUICK, write_job

from codesign.baselines.processes import measured_by
from codesign.design.baseline_results import Absence


@pytest.fixture
def strange(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let children find the strange runtimes."""
    monkeypatch.setenv("PYTHONPATH", str(Path(strange_runtimes.__file__).parent))


@pytest.mark.usefixtures("strange")
def test_a_slowed_runtime_is_measured_as_slow_as_it_is(tmp_path):
    (tmp_path / "slow").mkdir()
    (tmp_path / "honest").mkdir()

    slow = measured_by(write_job(tmp_path / "slow", "strange_runtimes:SLOW"))
    honest = measured_by(write_job(tmp_path / "honest", "strange_runtimes:HONEST"))

    assert [each.batch for each in slow.measured] == [1, 8]
    assert slow.missing == honest.missing == ()
    least = 1e6 * strange_runtimes.SLOW_S
    for late, quick in zip(slow.measured, honest.measured, strict=True):
        assert late.latency.p50_us >= least
        assert late.latency.low_us >= least
        assert quick.latency.p50_us < least
        assert late.events_per_s <= late.batch / strange_runtimes.SLOW_S
        assert late.cpu_us < late.latency.p50_us  # it sleeps
    assert slow.measured[1].events_per_s > 4 * slow.measured[0].events_per_s


@pytest.mark.usefixtures("strange")
def test_a_runtime_that_stutters_is_noisy(tmp_path):
    protocol = replace(QUICK, batches=(1,))
    (found,) = measured_by(
        write_job(tmp_path, "strange_runtimes:STUTTERING", protocol=protocol)
    ).measured

    assert found.latency.spread > 3
    assert found.is_noisy


@pytest.mark.usefixtures("strange")
def test_a_runtime_with_other_outputs_is_refused_with_the_difference(tmp_path):
    found = measured_by(write_job(tmp_path, "strange_runtimes:WRONG"))

    assert found.measured == ()
    assert [each.why for each in found.missing] == [Absence.REFUSED] * 2
    assert "does not compute what Keras computes" in found.missing[0].reason
    assert "tolerated is 0.0001" in found.missing[0].reason


@pytest.mark.usefixtures("strange")
def test_outputs_that_are_no_numbers_are_refused(tmp_path):
    found = measured_by(write_job(tmp_path, "strange_runtimes:NOT_A_NUMBER"))

    assert found.measured == ()
    assert "an output that is no number" in found.missing[0].reason


@pytest.mark.usefixtures("strange")
def test_a_runtime_of_few_bits_is_held_to_less(tmp_path):
    found = measured_by(write_job(tmp_path, "strange_runtimes:ROUGH"))

    assert len(found.measured) == 2
    assert 1e-4 < found.measured[0].agreement.difference < 0.1
    assert found.measured[0].agreement.measure.startswith("rms")


@pytest.mark.usefixtures("strange")
def test_a_runtime_that_crashes_leaves_what_it_measured(tmp_path):
    found = measured_by(write_job(tmp_path, "strange_runtimes:CRASHING"))

    assert [each.batch for each in found.measured] == [1]
    (lost,) = found.missing
    assert (lost.batches, lost.why) == ((8,), Absence.FAILED)
    assert "SIGABRT" in lost.reason


@pytest.mark.usefixtures("strange")
def test_a_runtime_that_hangs_is_ended_and_leaves_what_it_measured(tmp_path):
    protocol = replace(QUICK, runtime_s=15.0)
    found = measured_by(write_job(tmp_path, "strange_runtimes:HANGING", protocol=protocol))

    assert [each.batch for each in found.measured] == [1]
    assert found.missing[0].batches == (8,)
    assert "time limit of 15 s" in found.missing[0].reason


@pytest.mark.usefixtures("strange")
def test_a_device_that_vanishes_costs_its_batch_alone(tmp_path):
    protocol = replace(QUICK, batches=(8, 1))
    found = measured_by(write_job(tmp_path, "strange_runtimes:RAISING", protocol=protocol))

    assert [each.batch for each in found.measured] == [1]
    assert "CUDA error 700" in found.missing[0].reason
    assert found.missing[0].batches == (8,)


@pytest.mark.parametrize("runtime", ["numpy", "onnxruntime", "openvino"])
def test_a_runtime_computes_what_the_reference_computes(tmp_path, runtime):
    found = measured_by(write_job(tmp_path, runtime))

    assert found.missing == ()
    for each in found.measured:
        assert each.agreement.holds
        assert each.agreement.difference < 1e-5
        assert 0 < each.calls <= QUICK.calls
        assert each.cpus == tuple(sorted(os.sched_getaffinity(0)))[-1:]
        assert each.version
    assert {each.agreement.events for each in found.measured} == {64}
