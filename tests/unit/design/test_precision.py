import pytest
from hypothesis import given
from hypothesis import strategies as st
from quantized_networks import precisions

from codesign.design.precision import Overflow, Precision, Rounding
from codesign.errors import InvalidDesignError

read = Precision.from_text


@pytest.mark.parametrize(
    ("text", "smallest", "largest", "step"),
    [
        ("fixed<6,1>", -1.0, 0.96875, 0.03125),
        ("ufixed<6,0>", 0.0, 0.984375, 0.015625),
        ("fixed<8,8>", -128.0, 127.0, 1.0),
        ("fixed<3,5>", -16.0, 12.0, 4.0),
        ("fixed<3,-1>", -0.25, 0.1875, 0.0625),
        ("ufixed<1,1>", 0.0, 1.0, 1.0),
        ("fixed<1,1>", -1.0, 0.0, 1.0),
        ("fixed<6,1,TRN,SAT_SYM>", -0.96875, 0.96875, 0.03125),
        ("ufixed<6,0,TRN,SAT_SYM>", 0.0, 0.984375, 0.015625),
    ],
)
def test_the_range_and_step_are_those_of_the_data_sheet(text, smallest, largest, step):
    precision = read(text)
    assert (precision.smallest, precision.largest, precision.step) == (smallest, largest, step)


@given(precisions(max_width=64, integer_outside=80))
def test_a_precision_written_as_text_is_read_back(precision):
    assert read(str(precision)) == precision


@given(precisions(max_width=64, integer_outside=80))
def test_a_precision_written_as_a_c_type_is_read_back(precision):
    assert read(precision.to_ap_fixed()) == precision


def test_the_c_type_has_every_parameter_written_out():
    assert read("fixed<6,1>").to_ap_fixed() == "ap_fixed<6,1,AP_TRN,AP_WRAP,0>"
    assert read("ufixed<8,6,RND_CONV,SAT>").to_ap_fixed() == "ap_ufixed<8,6,AP_RND_CONV,AP_SAT,0>"


@given(bits=st.integers(1, 32), integer=st.integers(-4, 32), keep_negative=st.booleans())
def test_qkeras_counts_the_sign_out_of_the_integer_bits(bits, integer, keep_negative):
    precision = Precision.from_qkeras(bits=bits, integer=integer, keep_negative=keep_negative)
    assert precision.width == bits
    assert precision.integer == integer + keep_negative
    assert precision.signed == keep_negative
    assert precision.max_hw - precision.min_hw == 2**bits - 1
    assert precision.max_hw * precision.step == 2.0**integer - precision.step


def test_a_symmetric_quantizer_leaves_out_the_most_negative_value():
    precision = Precision.from_qkeras(bits=6, integer=0, keep_negative=True, symmetric=True)
    assert precision.overflow is Overflow.SAT_SYM
    assert precision.min_hw == -precision.max_hw == -31


def test_a_symmetric_quantizer_without_sign_has_nothing_to_leave_out():
    precision = Precision.from_qkeras(bits=6, integer=0, keep_negative=False, symmetric=True)
    assert precision.overflow is Overflow.WRAP


@given(precisions(modes=True))
def test_a_quantizer_rounds_half_to_even_and_saturates(precision):
    quantizer = precision.as_quantizer()
    kept = precision.overflow is Overflow.SAT_SYM
    assert quantizer.rounding is Rounding.RND_CONV
    assert quantizer.overflow is (Overflow.SAT_SYM if kept else Overflow.SAT)
    assert (quantizer.width, quantizer.integer, quantizer.signed) == (
        precision.width,
        precision.integer,
        precision.signed,
    )


@given(precisions(modes=True))
def test_storage_costs_no_rounding_and_no_saturation(precision):
    storage = precision.as_storage()
    assert storage.rounding is Rounding.TRN
    assert storage.overflow is Overflow.WRAP
    assert storage.step == precision.step


@given(precisions(max_width=500))
def test_every_value_of_a_precision_is_a_finite_number(precision):
    assert 0 < precision.step < float("inf")
    assert -float("inf") < precision.smallest <= precision.largest < float("inf")


@pytest.mark.parametrize("width", [0, -1, 513])
def test_a_width_that_no_format_has_is_refused(width):
    with pytest.raises(InvalidDesignError, match=rf"1 to 512 bits, got width={width}"):
        Precision(width=width, integer=1)


@pytest.mark.parametrize("integer", [-513, 513])
def test_a_binary_point_out_of_reach_is_refused(integer):
    with pytest.raises(InvalidDesignError, match=rf"-512 to 512, got {integer}"):
        Precision(width=8, integer=integer)


def test_qkeras_bits_below_one_are_refused():
    with pytest.raises(InvalidDesignError, match="got width=0"):
        Precision.from_qkeras(bits=0, integer=0, keep_negative=True)


def test_one_signed_bit_has_no_symmetric_range():
    with pytest.raises(InvalidDesignError, match=r"fixed<1,1,TRN,SAT_SYM>: .* at least 2 bits"):
        read("fixed<1,1,TRN,SAT_SYM>")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "6,1",
        "fixed<6>",
        "fixed<6,1",
        "float<6,1>",
        "fixed<6.0,1>",
        "fixed<-6,1>",
        "fixed<6,1,RND,SAT,1>",
        "fixed<6,1>x",
        "fixed<\N{FULLWIDTH DIGIT SIX},1>",
        f"fixed<{'9' * 5000},1>",
    ],
)
def test_text_that_is_no_precision_is_refused_with_an_example(text):
    with pytest.raises(InvalidDesignError, match=r"is not a precision; write fixed<width,integer>"):
        read(text)


@pytest.mark.parametrize(("modes", "wrong"), [("ROUND", "ROUND"), ("RND,CLIP", "CLIP")])
def test_an_unknown_mode_is_refused_with_the_known_ones(modes, wrong):
    with pytest.raises(InvalidDesignError, match=rf"{wrong}.*TRN, TRN_ZERO.*WRAP, SAT, SAT_SYM"):
        read(f"fixed<6,1,{modes}>")


def test_spaces_and_vendor_prefixes_do_not_matter():
    assert read(" ap_ufixed< 8 , -2 , AP_RND , AP_SAT > ") == read("ufixed<8,-2,RND,SAT>")
