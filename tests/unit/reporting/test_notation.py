import math

import pytest

from codesign.design.results import Measurement
from codesign.reporting import notation


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.70123, 0.00321, "0.7012 ± 0.0032"),
        (0.5, 0.25, "0.50 ± 0.25"),
        (12345.6, 1234.0, "12,346 ± 1,234"),
        (1.0, 0.0, "1.0000 ± 0.0000"),
        (0.999, 0.00098, "0.99900 ± 0.00098"),
        (math.inf, math.inf, "∞"),
    ],
)
def test_a_measurement_has_the_digits_of_its_error(value, error, text):
    assert notation.measurement(Measurement(value=value, error=error)) == text


def test_only_all_is_written_as_100_percent_and_only_nothing_as_0():
    assert notation.share(10**6, 10**6) == "100 %"
    assert notation.share(10**6 - 1, 10**6) == "99.9999 %"
    assert notation.share(1, 10**6) == "0.0001 %"
    assert notation.share(0, 10**6) == "0 %"
    assert notation.percent(1 - 1e-15) == "almost 100 %"
    assert notation.percent(1e-15) == "almost 0 %"


def test_nothing_compared_is_not_a_hundred_percent():
    assert notation.share(0, 0) == "none"
