from dataclasses import replace

import numpy as np
import pytest

from codesign.errors import InvalidDataError
from codesign.metrics import auc, softmax


def test_curves_are_those_of_the_softmax_probability(scores):
    for index, curve in enumerate(scores.curves("csim")):
        expected = auc(softmax(scores.of("csim"))[:, index], scores.labels == index)
        assert curve.area == pytest.approx(expected.value)


def test_the_stage_nearest_to_the_firmware_is_drawn_with_float_and_qkeras(scores):
    assert scores.firmware_stage == "csim"
    assert scores.drawn_stages == ("float", "qkeras", "csim")
    without_csim = replace(scores, logits=scores.logits[:3])
    assert without_csim.drawn_stages == ("float", "qkeras", "emulator")
    float_only = replace(scores, logits=scores.logits[:1])
    assert (float_only.firmware_stage, float_only.drawn_stages) == ("float", ("float",))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"logits": ()}, "scores of 0 stages"),
        ({"labels": np.zeros((2, 2), dtype=int)}, r"labels of shape \(2, 2\)"),
        ({"labels": np.zeros(0, dtype=int)}, r"labels of shape \(0,\)"),
        ({"logits": (("csim", np.ones((400, 2))),)}, r"csim: logits have shape \(400, 2\)"),
        ({"logits": (("csim", np.full((400, 3), np.nan)),)}, "expected finite numbers"),
        ({"labels": np.zeros(400, dtype=int)}, r"hold \[400, 0, 0\] events"),
        ({"labels": np.arange(400) % 4}, r"hold \[100, 100, 100\] events"),
        ({"labels": np.arange(400) % 3 - 1}, r"hold \[133, 133, 0\] events"),
    ],
)
def test_scores_that_do_not_fit_are_refused(scores, change, message):
    with pytest.raises(InvalidDataError, match=message):
        replace(scores, **change)


def test_an_unknown_stage_is_refused_with_the_known_ones(scores):
    with pytest.raises(InvalidDataError, match="'rtl'; there are float, qkeras, emulator, csim"):
        scores.of("rtl")
