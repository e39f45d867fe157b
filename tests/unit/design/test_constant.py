import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError

read = Precision.from_text
GRID = read("fixed<4,2>")


def test_constants_of_equal_content_are_equal_and_hash_alike():
    first, second = Constant.of([[1, 2]], GRID), Constant.of(np.array([[1, 2]], np.int8), GRID)
    assert first == second
    assert hash(first) == hash(second)
    assert first.sha256 == second.sha256


@pytest.mark.parametrize(
    "other",
    [
        Constant.of([[1, 3]], GRID),
        Constant.of([1, 2], GRID),
        Constant.of([[1], [2]], GRID),
        Constant.of([[1, 2]], read("fixed<4,3>")),
        "a string",
    ],
)
def test_constants_of_other_content_differ(other):
    assert Constant.of([[1, 2]], GRID) != other


def test_the_digest_tells_values_and_shapes_apart():
    digests = {Constant.of(v, GRID).sha256 for v in ([1, 2], [2, 1], [[1, 2]], [[1], [2]], [1])}
    assert len(digests) == 5


def test_the_values_are_a_copy_that_nobody_can_write():
    source = np.array([1, 2])
    constant = Constant(values=source, precision=GRID)
    source[0] = 5
    assert constant.values.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        constant.values[0] = 5


def test_the_real_values_are_the_integers_times_the_step():
    assert Constant.of([-8, 7], GRID).real.tolist() == [-2.0, 1.75]


def test_the_sparsity_is_the_share_of_zeros():
    assert Constant.of([0, 0, 0, 1], GRID).sparsity == 0.75
    assert Constant.of(np.zeros((0, 2)), GRID).sparsity == 0.0


@pytest.mark.parametrize(("text", "value"), [("fixed<4,2>", 8), ("ufixed<4,2>", -1)])
def test_a_value_out_of_range_is_refused_with_the_range(text, value):
    with pytest.raises(InvalidDesignError, match=rf"\[.*{value}.*\] do not fit {text}, which hold"):
        Constant.of([0, value], read(text))


def test_the_most_negative_value_does_not_fit_a_symmetric_range():
    with pytest.raises(InvalidDesignError, match=r"which holds \[-7, 7\]"):
        Constant.of([-8], read("fixed<4,2,TRN,SAT_SYM>"))


@pytest.mark.parametrize("value", [1.5, np.nan, "1", None])
def test_what_is_no_integer_is_refused_and_never_cut_off(value):
    with pytest.raises(InvalidDesignError, match="constants are integers, got"):
        Constant.of([0, value], GRID)


def test_integers_past_63_bits_are_refused_and_never_wrapped():
    with pytest.raises(InvalidDesignError, match=r"18446744073709551615\] do not fit fixed<4,2>"):
        Constant.of(np.array([0, 2**64 - 1], dtype=np.uint64), GRID)


def test_a_format_past_63_bits_is_refused():
    with pytest.raises(InvalidDesignError, match=r"at most 63 bits wide, got fixed<64,64>"):
        Constant.of([0], read("fixed<64,64>"))
