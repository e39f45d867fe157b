import pytest
from estimated_networks import hardware, mlp

from codesign.design.codec import from_json, to_json
from codesign.design.report import Evidence, Figure, HardwareReport, Usage
from codesign.errors import InvalidDesignError
from codesign.estimate import estimate


def test_a_report_survives_json():
    report = estimate(mlp((16, 8)), hardware())
    assert from_json(HardwareReport, to_json(report), place="test") == report


def test_evidence_has_an_order():
    ranks = [evidence.rank for evidence in Evidence]
    assert Evidence.ESTIMATED.rank < Evidence.CSYNTH.rank < Evidence.LOGIC_SYNTH.rank
    assert ranks == sorted(ranks)
    assert max(Evidence, key=lambda evidence: evidence.rank) is Evidence.PLACED


def test_a_figure_outside_of_its_range_is_refused():
    with pytest.raises(InvalidDesignError, match=r"low <= value <= high, got 2, 1, 3"):
        Figure(value=1, low=2, high=3)


def test_measured_numbers_are_of_the_stage_that_measured_them():
    with pytest.raises(InvalidDesignError, match=r"evidence csynth of the stage placed"):
        HardwareReport(
            design="net",
            evidence=Evidence.CSYNTH,
            target=Evidence.PLACED,
            device="u250",
            period_ns=5.0,
            tool="Vitis HLS 2023.1",
            layers=(),
            usage=Usage(),
            latency_cycles=Figure.exact(3),
            initiation_interval=Figure.exact(1),
        )
