import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.intervals import (
    Interval,
    hard_sigmoid_grid,
    intervals,
    largest_partial_sum,
    largest_sum,
    sums,
)
from codesign.design.layers import Activation, Dense, Function, Softmax
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError

read = Precision.from_text


def bounds(low, high):
    return Interval(low=np.array(low), high=np.array(high))


def chain(*layers, grid, size=1):
    source = NetworkInput(name="x", shape=(size,), precision=read(grid))
    return QuantizedNetwork(
        name="chain", inputs=(source,), layers=layers, outputs=(layers[-1].name if layers else "x",)
    )


def dense(kernel, bias, *, grid, accumulator, precision, name="dense", reads="x"):
    return Dense(
        name=name,
        inputs=(reads,),
        shape=(len(bias),),
        precision=read(precision),
        kernel=Constant.of(kernel, read(grid)),
        bias=Constant.of(bias, read(grid)),
        accumulator=read(accumulator),
    )


def activation(function, precision, reads="x", size=1):
    return Activation(
        name="activation",
        inputs=(reads,),
        shape=(size,),
        precision=read(precision),
        function=function,
    )


def of(network, name):
    found = intervals(network)[name]
    return found.low.tolist(), found.high.tolist()


def test_the_bounds_of_sums_take_each_input_at_its_worst_end():
    found = sums(bounds([-2, 0], [3, 5]), np.array([[1, -1], [-2, 0]]), np.array([10, 0]), name="d")
    assert (found.low.tolist(), found.high.tolist()) == ([-2, -3], [13, 2])


def test_bounds_follow_saturation_and_rounding():
    assert of(
        chain(activation(Function.LINEAR, "fixed<3,3,RND,SAT>"), grid="fixed<6,5>"), "activation"
    ) == ([-4], [3])
    assert of(
        chain(activation(Function.RELU, "ufixed<9,9,RND>"), grid="fixed<6,5>"), "activation"
    ) == ([0], [16])


@pytest.mark.parametrize("overflow", ["WRAP", "SAT_ZERO"])
def test_bounds_are_the_whole_format_where_values_may_jump(overflow):
    network = chain(activation(Function.LINEAR, f"fixed<3,3,TRN,{overflow}>"), grid="fixed<6,5>")
    assert of(network, "activation") == ([-4], [3])


def test_a_hard_sigmoid_lies_between_zero_and_one():
    network = chain(activation(Function.HARD_SIGMOID, "ufixed<9,1,TRN,SAT>"), grid="fixed<6,3>")
    assert of(network, "activation") == ([0], [256])


def test_a_narrow_hard_sigmoid_never_reaches_its_ends():
    network = chain(activation(Function.HARD_SIGMOID, "ufixed<5,1,TRN,SAT>"), grid="fixed<3,-1>")
    assert of(network, "activation") == ([6], [9])


def test_an_accumulator_too_narrow_can_hold_anything():
    layer = dense([[7]], [0], grid="fixed<4,4>", accumulator="fixed<5,5>", precision="fixed<5,5>")
    assert of(chain(layer, grid="fixed<4,4>"), "dense") == ([-16], [15])


def test_an_accumulator_that_wraps_leaves_the_bounds_of_its_sums():
    layer = dense([[7]], [1], grid="fixed<4,4>", accumulator="fixed<4,4>", precision="fixed<9,9>")
    assert of(chain(layer, grid="ufixed<2,2>"), "dense") == ([-8], [7])


def test_the_largest_sum_counts_terms_that_cancel():
    layer = dense(
        [[100], [-100]],
        [-90],
        grid="fixed<9,9>",
        accumulator="fixed<20,20>",
        precision="fixed<9,9>",
    )
    network = chain(layer, grid="ufixed<2,2>", size=2)
    assert largest_sum(network) == 390
    assert largest_partial_sum(layer, read("ufixed<2,2>"), bounds([3, 3], [3, 3])) == 390


def test_the_largest_sum_counts_products_before_the_bias_is_added():
    layer = dense(
        [[100]], [-200], grid="fixed<9,9>", accumulator="fixed<20,20>", precision="fixed<9,9>"
    )
    assert largest_sum(chain(layer, grid="ufixed<2,2>")) == 300


def test_the_largest_sum_of_a_network_without_sums_is_its_largest_input():
    assert largest_sum(chain(grid="fixed<4,4>")) == 8
    assert largest_sum(chain(activation(Function.RELU, "fixed<9,9>"), grid="fixed<4,4>")) == 8


def test_sums_between_61_and_62_bits_saturate_to_the_right_end():
    layer = dense(
        [[2**31], [2**31], [2**30]],
        [0],
        grid="fixed<33,33>",
        accumulator="fixed<63,63>",
        precision="fixed<9,9,TRN,SAT>",
    )
    assert of(chain(layer, grid="ufixed<29,29>", size=3), "dense") == ([0], [255])
    layer = dense(
        [[2**31]],
        [0],
        grid="fixed<33,33>",
        accumulator="fixed<63,63>",
        precision="fixed<9,9,TRN,SAT>",
    )
    network = chain(layer, grid="fixed<31,31>")
    assert of(network, "dense") == ([-256], [255])


def test_sums_past_62_bits_are_refused_with_the_layer():
    layer = dense(
        [[2**40]], [0], grid="fixed<42,42>", accumulator="fixed<80,80>", precision="fixed<9,9>"
    )
    with pytest.raises(InvalidDesignError, match=r"dense: sums of up to .* more than 62 bits"):
        intervals(chain(layer, grid="fixed<24,24>"))


def test_a_grid_too_fine_for_its_values_is_refused_with_the_layer():
    layer = activation(Function.LINEAR, "fixed<60,0,TRN,SAT>")
    with pytest.raises(InvalidDesignError, match=r"activation: integers up to 512 shifted left"):
        intervals(chain(layer, grid="fixed<10,10>"))


def test_an_input_past_62_bits_is_refused():
    with pytest.raises(InvalidDesignError, match=r"fixed<63,63> is wider than 62 bits"):
        intervals(chain(grid="fixed<63,63>"))


def test_a_hard_sigmoid_of_too_fine_a_grid_is_refused():
    with pytest.raises(InvalidDesignError, match=r"hard sigmoid of fixed<4,-60> has 65 fractional"):
        hard_sigmoid_grid(read("fixed<4,-60>"))


def test_a_hard_sigmoid_of_too_coarse_a_grid_is_refused():
    network = chain(activation(Function.HARD_SIGMOID, "fixed<4,1>"), grid="fixed<30,70>")
    with pytest.raises(
        InvalidDesignError, match=r"activation: integers up to .* shifted left by 40"
    ):
        intervals(network)


def test_a_softmax_whose_products_pass_62_bits_is_refused():
    address, wide = read("ufixed<1,1,TRN,SAT>"), read("ufixed<40,1>")
    layer = Softmax(
        name="softmax",
        inputs=("x",),
        shape=(1,),
        precision=read("ufixed<4,0>"),
        difference=address,
        exponentials=Constant.of([1, 1], wide),
        total=address,
        inverses=Constant.of([1, 1], wide),
    )
    with pytest.raises(
        InvalidDesignError, match=r"softmax: .* need 80 bits, more than 62; use nar"
    ):
        intervals(chain(layer, grid="fixed<4,4>"))


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(-8, 7, "fixed<4,1>"), (0, 8, "ufixed<4,1>"), (0, 0, "ufixed<1,-2>"), (-9, 3, "fixed<5,2>")],
)
def test_the_narrowest_format_of_bounds_is_found(low, high, text):
    assert bounds([low, 0], [0, high]).precision(3) == read(text)
