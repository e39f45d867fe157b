import re
from dataclasses import replace
from pathlib import Path

import pytest
from rtl_designs import INPUT, chain_project, linear_events, linear_project
from rtl_tools import need

from codesign.design.codec import from_json, to_json
from codesign.design.digest import digest
from codesign.design.rtl_results import RtlCertificate
from codesign.errors import InvalidDesignError
from codesign.validation import overdriven
from codesign.validation.rtl import (
    Pattern,
    SimulationOptions,
    Simulator,
    certify_rtl,
    holds_for,
)

pytestmark = pytest.mark.rtl
ICARUS = SimulationOptions(simulator=Simulator.ICARUS)


def _inputs(count=2000):
    events = linear_events(count)
    wild = overdriven(events, INPUT, factor=4.0, events_wanted=count, seed=1)
    return {"events": events, "overdriven": wild}


@pytest.fixture(scope="module")
def certified(tmp_path_factory):
    need(Simulator.ICARUS)
    network, project = linear_project(tmp_path_factory.mktemp("right"))
    return network, project, certify_rtl(network, project, inputs=_inputs(), options=ICARUS)


def test_a_right_design_gets_its_certificate(certified) -> None:
    network, project, certificate = certified

    assert certificate.is_bit_exact
    assert certificate.divergence is None
    assert (certificate.latency_cycles, certificate.initiation_interval) == (3, 1)
    assert certificate.network_digest == digest(network)
    assert certificate.firmware_digest == project.digest
    assert dict(certificate.tool_versions)["icarus"].startswith("Icarus Verilog")
    assert [(run.inputs, run.pattern) for run in certificate.runs] == [
        (kind, str(pattern)) for kind in ("events", "overdriven") for pattern in Pattern
    ]
    for run in certificate.runs:
        lost = run.pattern == Pattern.RESET_IN_FLIGHT
        assert run.sent == 2000
        assert run.exact_events == run.events
        assert (run.events < 2000) == lost
        assert run.exact_share == 1.0
        assert run.latency_cycles == 3


def test_a_certificate_survives_its_file(certified) -> None:
    _, _, certificate = certified

    assert from_json(RtlCertificate, to_json(certificate), place="test") == certificate


def test_the_same_seed_gives_the_same_certificate(certified) -> None:
    network, project, certificate = certified

    assert certify_rtl(network, project, inputs=_inputs(), options=ICARUS) == certificate


def test_a_certificate_holds_for_its_own_case_only(certified, tmp_path: Path) -> None:
    network, project, certificate = certified
    _, other = linear_project(tmp_path, latency=4)

    assert holds_for(certificate, network, project, inputs=_inputs())
    assert not holds_for(certificate, network, project, inputs=_inputs(1999))
    assert not holds_for(certificate, network, other, inputs=_inputs())
    newer = replace(project, tool_versions=(("codesign", "1"),))
    assert not holds_for(certificate, network, newer, inputs=_inputs())


def test_a_certificate_of_other_cycles_than_scheduled_does_not_exist(certified) -> None:
    _, _, certificate = certified

    with pytest.raises(InvalidDesignError, match=r"\(3, 1\) measured, \(2, 1\) scheduled"):
        replace(certificate, latency_cycles=2)


def test_no_run_is_no_proof(certified) -> None:
    _, _, certificate = certified

    assert not replace(certificate, runs=()).is_bit_exact


@pytest.mark.parametrize(
    ("change", "place", "cause"),
    [
        ({"out": "stage[2] ^ 28'd4"}, ("y", 0, 0), r"bit 2 is inverted in 100.0% of the events"),
        ({"out": "stage[2] ^ {stage[2][0], 27'd0}"}, ("y", 1, 1), r"bit 13 is inverted in \d\d"),
        ({"out": "stage[1]"}, ("y", 0, 0), r"each answer is that to 1 event after it"),
        ({"y1": "x0 * 3"}, ("y", 0, 1), r"another value: a weight, a bias or the arithmetic"),
    ],
)
def test_wrong_bits_are_named(change, place, cause: str, tmp_path: Path) -> None:
    need(Simulator.ICARUS)
    network, project = linear_project(tmp_path, **change)

    certificate = certify_rtl(
        network, project, inputs=_inputs(), patterns=(Pattern.BACK_TO_BACK,), options=ICARUS
    )

    found = certificate.divergence
    assert not certificate.is_bit_exact
    assert found is not None
    assert (found.layer, found.event, found.element) == place
    assert found.expected != found.found
    assert re.search(cause, found.cause)
    assert certificate.runs[0].exact_share < 1


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_the_first_wrong_layer_is_named(wrong: int, tmp_path: Path) -> None:
    need(Simulator.ICARUS)
    network, project = chain_project(tmp_path, wrong=wrong)

    certificate = certify_rtl(
        network, project, inputs={"events": linear_events(300)}, options=ICARUS
    )

    for run in certificate.runs:
        assert run.divergence is not None
        assert run.divergence.layer == "abc"[wrong]
        assert run.divergence.element == 1
