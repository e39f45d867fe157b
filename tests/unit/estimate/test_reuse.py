import pytest

from codesign.design.hardware import Strategy
from codesign.errors import InvalidDesignError
from codesign.estimate.reuse import check_factor, nearest_factor


def test_of_two_factors_as_near_the_smaller_is_taken():
    assert nearest_factor(inputs=16, outputs=5, factor=3, strategy=Strategy.RESOURCE) == 2


def test_a_factor_above_all_multiplications_is_refused():
    with pytest.raises(InvalidDesignError, match=r"reuse_factor 99 cannot share 4\*5 .* legal: 20"):
        check_factor("one", inputs=4, outputs=5, factor=99, strategy=Strategy.LATENCY)
