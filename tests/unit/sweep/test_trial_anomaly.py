"""What a sweep measures of an anomaly trigger."""

import numpy as np
import pytest

from codesign.data.l1 import FEATURE_NAMES
from codesign.errors import InvalidDataError, InvalidDesignError
from codesign.sweep.execution.trial_anomaly import anomaly_figures
from codesign.sweep.goals import Constraint, Objective
from codesign.trigger.scored import Scored


def scored(float_scores, firmware_scores, labels) -> Scored:
    return Scored(
        objects=np.zeros((len(labels), len(FEATURE_NAMES)), np.int16),
        labels=np.asarray(labels),
        label_names=("zero_bias", "top"),
        versions=("float", "firmware"),
        scores=np.stack([float_scores, firmware_scores], axis=1).astype(np.float64),
    )


def toy() -> Scored:
    """Return 1,000 crossings with scores 0 to 999; the firmware loses one of four signal events."""
    background = np.arange(1000)
    return scored(
        [*background, 999, 995, 991, 5], [*background, 999, 995, 3, 5], [0] * 1000 + [1] * 4
    )


def test_efficiencies_at_a_share_of_background_are_those_counted_by_hand() -> None:
    wanted = ("tpr.top@0.01", "relative_tpr.top@1e-2")
    found = {one.figure: one for one in anomaly_figures(toy(), wanted)}
    assert found["tpr.top@0.01"].value == 2 / 4
    assert found["relative_tpr.top@1e-2"].value == pytest.approx(2 / 3)
    assert found["zero_bias_events"].value == 1000
    assert found["relative_tpr.top@1e-2"].low < 2 / 3 < found["relative_tpr.top@1e-2"].high
    assert {one.evidence for one in found.values()} == {"emulator", "exact"}


@pytest.mark.parametrize("figure", ["accuracy", "tpr.bottom@0.01"])
def test_figures_of_other_networks_are_refused(figure: str) -> None:
    with pytest.raises(InvalidDesignError, match=r"write tpr\.<signal>@<fpr>.*one of top"):
        anomaly_figures(toy(), (figure,))


def test_a_share_that_the_background_does_not_support_is_refused() -> None:
    with pytest.raises(InvalidDataError, match="needs at least 100000 background events"):
        anomaly_figures(toy(), ("tpr.top@1e-5",))


def test_objectives_and_constraints_can_name_them() -> None:
    assert str(Objective.from_text("relative_tpr.ttbar@1e-5")) == "max relative_tpr.ttbar@1e-5"
    constraint = Constraint.from_text("tpr.ttbar@1e-5 > 0.2")
    assert (constraint.figure, constraint.number) == ("tpr.ttbar@1e-5", 0.2)
