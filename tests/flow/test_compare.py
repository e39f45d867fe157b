"""From a network to a comparison: real runtimes, each in a process of its own, Keras the judge."""

from dataclasses import replace

import pytest
import strange_runtimes
from kind_networks import Maker
from timed_networks import QUICK, small_events, small_network

from codesign.baselines.comparison import compare, firmware_of
from codesign.baselines.measure import Options, measure
from codesign.design.baseline_results import Absence
from codesign.design.digest import digest
from codesign.design.layers import Concatenate, Conv, Dense, Reshape

pytestmark = pytest.mark.keras


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Return what the runtimes of this host take for a small network of two inputs."""
    from pathlib import Path

    network = small_network()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(strange_runtimes.__file__).parent))
        return measure(
            network,
            small_events(network),
            folder=tmp_path_factory.mktemp("measured"),
            options=Options(
                runtimes=(
                    *("numpy", "tf-function", "litert", "litert-int8", "onnxruntime"),
                    *("strange_runtimes:WRONG", "strange_runtimes:CRASHING", "tensorrt", "triton"),
                ),
                protocol=QUICK,
                tdp_w=10.0,
            ),
        )


def test_every_runtime_answers_as_keras_does_before_it_is_timed(found):
    names = {each.runtime for each in found.measured}

    assert {"numpy", "tf-function", "litert", "onnxruntime"} <= names
    for each in found.measured:
        assert each.agreement.holds
        assert each.agreement.reference == "Keras"
        if each.runtime != "litert-int8":
            assert each.agreement.difference < 1e-5


def test_integers_of_eight_bits_are_further_off_than_float(found):
    rough = [each for each in found.measured if each.runtime == "litert-int8"]

    assert rough
    assert all(1e-3 < each.agreement.difference < 0.1 for each in rough)


def test_one_pinned_thread_and_all_cores_are_measured_at_each_batch(found):
    modes = {(each.threads, each.batch) for each in found.measured if each.runtime == "numpy"}
    cores = found.host.cores

    assert modes == {(threads, batch) for threads in {1, cores} for batch in QUICK.batches}


def test_a_runtime_without_interpreter_overhead_is_faster_than_tensorflow(found):
    fastest = {each.runtime: each.latency.p50_us for each in reversed(found.of(batch=1, threads=1))}

    assert fastest["litert"] < fastest["tf-function"]


def test_what_failed_was_refused_or_is_not_here_is_listed_and_the_report_is_partial(found):
    why = {each.runtime: each.why for each in found.missing}

    assert why["wrong"] is Absence.REFUSED
    assert why["crashing"] is Absence.FAILED
    assert why["triton"] is Absence.NOT_ASKED
    assert why["tensorrt"] in (Absence.NOT_THERE, Absence.NOT_INSTALLED)
    assert found.is_partial


def test_the_report_says_how_far_the_twin_is_from_the_firmware(found):
    network = small_network()

    assert found.network_digest == digest(network)
    assert found.twin.events == 64
    assert 0 < found.twin.rms < 0.05
    assert {"python", "numpy", "tensorflow"} <= {name for name, _ in found.host.versions}


def test_the_speed_up_is_against_the_fastest_runtime_that_was_measured(found):
    from baseline_reports import hardware

    ratios = compare(found, [firmware_of(hardware(), source="x")], accept_noise=True).speedups

    for each in ratios:
        best = found.of(batch=each.batch)[0]
        assert (each.runtime, each.threads) == (best.runtime, best.threads)


def test_each_input_is_calibrated_with_its_own_events(tmp_path):
    made = Maker((5, 4, 2))
    made.input("scalars", (7,), "fixed<8,4>")
    made.input("tracks", (2, 4), "fixed<8,4>")
    made.weighted(Conv, "conv", (2, 2, 2, 3), 3, strides=(1, 1), padding=((0, 0), (0, 0)))
    made.add(Reshape, "pixels", "conv", shape=(36,))
    made.add(Reshape, "momenta", "tracks", precision="fixed<8,4>", shape=(8,))
    made.add(Concatenate, "all", ("pixels", "scalars", "momenta"), "fixed<12,8>", axis=0)
    made.weighted(Dense, "logits", (51, 3), 3, inputs="all", precision="fixed<16,8,RND_CONV,SAT>")
    network = made.network("three_inputs")

    found = measure(
        network,
        small_events(network),
        folder=tmp_path,
        options=Options(runtimes=("litert-int8",), protocol=replace(QUICK, batches=(1,))),
    )

    assert found.missing == ()
    assert all(each.agreement.holds for each in found.measured)
