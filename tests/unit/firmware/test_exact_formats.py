from itertools import product

import pytest

from codesign.design.precision import Precision
from codesign.firmware.hls.exact_formats import (
    common,
    exact_difference,
    exact_pair_sum,
    exact_product,
    exact_sum,
)

FORMATS = [
    Precision.from_text(text)
    for text in ("fixed<4,2>", "ufixed<3,1>", "ufixed<2,5>", "fixed<2,-3>", "ufixed<1,0>")
]


def _ends(precision):
    return precision.smallest, precision.largest


def _holds(precision, values):
    return all(
        precision.smallest <= value <= precision.largest and (value / precision.step).is_integer()
        for value in values
    )


@pytest.mark.parametrize(("one", "other"), list(product(FORMATS, FORMATS)), ids=str)
def test_the_formats_hold_every_result(one, other):
    pairs = list(product((*_ends(one), one.step), (*_ends(other), other.step)))

    assert _holds(common(one, other), [value for pair in pairs for value in pair])
    assert _holds(exact_pair_sum(one, other), [a + b for a, b in pairs])
    assert _holds(exact_difference(one, other), [a - b for a, b in pairs])
    assert _holds(exact_product(one, other), [a * b for a, b in pairs])


@pytest.mark.parametrize("terms", [1, 2, 3, 8, 9])
def test_a_sum_of_many_terms_fits(terms):
    for term in FORMATS:
        assert _holds(exact_sum(term, terms), [terms * end for end in _ends(term)])
