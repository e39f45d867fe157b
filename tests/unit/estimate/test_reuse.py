import pytest

from codesign.design.hardware import Strategy
from codesign.errors import InvalidDesignError
from codesign.estimate.reuse import check_factor, legal_factors, nearest_factor
from codesign.firmware.reuse import legal_reuse_factors


@pytest.mark.parametrize("strategy", Strategy)
@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (16, 5), (7, 3), (32, 64), (10, 4)])
def test_what_is_estimated_can_be_generated(inputs, outputs, strategy):
    sizes = {"inputs": inputs, "outputs": outputs, "strategy": strategy}
    assert legal_factors(**sizes) == legal_reuse_factors(**sizes)


def test_of_two_factors_as_near_the_smaller_is_taken():
    assert nearest_factor(inputs=16, outputs=5, factor=3, strategy=Strategy.RESOURCE) == 2


def test_a_factor_above_all_multiplications_is_refused():
    with pytest.raises(InvalidDesignError, match=r"reuse_factor 99 cannot share 4\*5 .* legal: 20"):
        check_factor("one", inputs=4, outputs=5, factor=99, strategy=Strategy.LATENCY)
