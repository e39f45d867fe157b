import base64
from dataclasses import replace

import numpy as np
import pytest

from codesign.errors import InvalidDataError
from codesign.metrics.regression import Binning, resolution
from codesign.reporting.quality_figures import agreement_figure
from codesign.reporting.resolution_tables import performance_table, resolution_table
from codesign.reporting.response_figures import resolution_figure, response_figure
from codesign.reporting.responses import Responses

EVENTS = 600


@pytest.fixture
def responses():
    rng = np.random.default_rng(2)
    truth = rng.uniform(5, 150, EVENTS)
    estimates = {
        "calibrated sum": truth * rng.normal(1, 0.05, EVENTS),
        "float": truth * rng.normal(1, 0.02, EVENTS),
        "qkeras": truth,
        "csim": truth * 1.01,
    }
    return Responses(
        labels=np.zeros(EVENTS, int),
        label_names=("electron",),
        feature_names=("cell_0",),
        truth=truth,
        against=(("true_energy", "GeV", truth), ("pile_up", "", rng.uniform(0, 80, EVENTS))),
        estimates=tuple(estimates.items()),
        logits=(("qkeras", truth[:, None]),),
    )


@pytest.fixture
def resolutions(responses):
    binning = Binning(variable="true_energy", values=responses.truth, edges=(5.0, 50.0, 151.0))
    return [
        resolution(stage, responses.response(stage), [binning])
        for stage in ("calibrated sum", "float")
    ]


def test_a_response_is_estimate_over_truth(responses):
    np.testing.assert_allclose(responses.response("csim"), 1.01)


def test_drawn_are_baselines_float_and_the_stage_nearest_to_the_firmware(responses):
    assert responses.firmware_stage == "csim"
    assert responses.drawn_stages == ("calibrated sum", "float", "csim")


def test_the_table_has_percent_with_errors_and_the_bins(resolutions):
    table = performance_table(resolutions)

    assert table == resolution_table(resolutions)
    assert table.header == ("", "calibrated sum", "float")
    assert [row[0] for row in table.rows] == [
        "all",
        "median response",
        "true_energy 5 to 50",
        "true_energy 50 to 151",
    ]
    assert float(table.rows[0][1].split(" ± ")[0]) == pytest.approx(5, rel=0.15)
    assert float(table.rows[0][2].split(" ± ")[0]) == pytest.approx(2, rel=0.15)


def test_the_figures_say_what_they_show_and_how_many_events(responses, resolutions):
    against = resolution_figure(responses, resolutions)
    spread = response_figure(responses)

    assert "600 test events" in against.caption
    assert "calibrated sum, float against true_energy, pile_up" in against.alt
    assert "estimate over truth of calibrated sum, float, csim" in spread.alt


def test_estimates_of_other_events_are_refused(responses):
    with pytest.raises(
        InvalidDataError, match=r"estimates of shapes .*\(3,\).*expected \(events,\)"
    ):
        Responses(
            labels=responses.labels,
            label_names=responses.label_names,
            feature_names=(),
            truth=responses.truth,
            against=(),
            estimates=(("csim", np.ones(3)),),
            logits=(),
        )


def test_an_unknown_stage_is_refused_with_the_known_ones(responses):
    with pytest.raises(InvalidDataError, match="nothing of stage 'rtl'; there are calibrated sum"):
        responses.response("rtl")


def test_bins_name_their_unit(responses, resolutions):
    units = {name: unit for name, unit, _ in responses.against}
    rows = [row[0] for row in resolution_table(resolutions, units=units).rows]

    assert rows[2:] == ["true_energy 5 to 50 GeV", "true_energy 50 to 151 GeV"]


def test_the_outputs_of_a_regression_are_no_logits(responses):
    both = replace(
        responses, logits=(("qkeras", responses.truth[:, None]), ("csim", responses.truth[:, None]))
    )

    found = agreement_figure(both, lsb=0.5, meaning=", or 50 % of cluster_energy")

    assert "logit" not in found.caption + found.alt + _drawn(found)
    assert "Every output" in found.caption
    assert "one LSB is 0.5, or 50 % of cluster_energy" in found.caption
    assert "outputs a cell" in _drawn(found)


def _drawn(figure):
    return base64.b64decode(figure.uri.partition(",")[2]).decode()
