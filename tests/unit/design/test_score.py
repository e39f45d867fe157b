import pytest

from codesign.design.precision import Precision
from codesign.design.score import ScoreKind, ScorePlan
from codesign.errors import InvalidDesignError


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"format": "ufixed<18,14>"}, "call the rarest events usual; write ufixed<18,14,TRN,SAT>"),
        ({"format": "fixed<18,14,TRN,SAT>"}, "scores are not negative"),
        ({"format": "ufixed<18,14,TRN,SAT>", "bits": 8}, "bits = 8 and format = .*give one"),
        ({"bits": 0}, "a score of 0 bits"),
        ({"tensors": ("mu", "lv")}, "mu_squared reads mu, got mu, lv"),
        ({"present": (0,)}, "no features to mask"),
    ],
)
def test_refusals(given, message: str) -> None:
    if "format" in given:
        given = {**given, "format": Precision.from_text(given["format"])}
    with pytest.raises(InvalidDesignError, match=message):
        ScorePlan(kind=ScoreKind.MU_SQUARED, **given)
