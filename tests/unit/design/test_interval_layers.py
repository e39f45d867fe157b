"""Bounds of the layers of branched and convolutional networks, by hand."""

import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.intervals import intervals, largest_sum
from codesign.design.layers import (
    Activation,
    Concatenate,
    Conv,
    Function,
    Merge,
    MergeFunction,
    Pool,
    PoolFunction,
    Steps,
    Table,
)
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError

read = Precision.from_text
WIDE = read("fixed<40,40>")


def network(layer, *grids, shape=(2,)):
    names = ("a", "b", "c")
    inputs = tuple(
        NetworkInput(name=name, shape=shape, precision=read(grid))
        for name, grid in zip(names, grids, strict=False)
    )
    return QuantizedNetwork(name="n", inputs=inputs, layers=(layer,), outputs=(layer.name,))


def of(layer, *grids, shape=(2,)):
    found = intervals(network(layer, *grids, shape=shape))[layer.name]
    return int(found.low.min()), int(found.high.max())


def merge(function, count=2, precision=WIDE):
    return Merge(
        name="merge",
        inputs=("a", "b", "c")[:count],
        shape=(2,),
        precision=precision,
        function=function,
    )


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (MergeFunction.ADD, (-8, 18)),
        (MergeFunction.SUBTRACT, (-23, 3)),
        (MergeFunction.MULTIPLY, (-120, 45)),
        (MergeFunction.MAXIMUM, (0, 15)),
        (MergeFunction.MINIMUM, (-8, 3)),
    ],
)
def test_merges_take_the_worst_ends(function, expected):
    # a in [-8, 3] by way of its bias; b in [0, 15]
    limited = Activation(
        name="limited",
        inputs=("a",),
        shape=(2,),
        precision=read("fixed<4,4,TRN,SAT>"),
        function=Function.LINEAR,
        ceiling=3,
    )
    inputs = tuple(
        NetworkInput(name=name, shape=(2,), precision=read(grid))
        for name, grid in (("a", "fixed<4,4>"), ("b", "ufixed<4,4>"))
    )
    layer = Merge(
        name="merge", inputs=("limited", "b"), shape=(2,), precision=WIDE, function=function
    )
    made = QuantizedNetwork(name="n", inputs=inputs, layers=(limited, layer), outputs=("merge",))
    found = intervals(made)["merge"]
    assert (int(found.low.min()), int(found.high.max())) == expected


def test_merges_meet_on_the_finest_grid():
    layer = merge(MergeFunction.ADD, precision=read("fixed<20,18>"))
    assert of(layer, "fixed<4,4>", "fixed<4,2>") == (-32 - 8, 28 + 7)
    assert largest_sum(network(layer, "fixed<4,4>", "fixed<4,2>")) == 40


def test_the_largest_sum_counts_products_of_tensors():
    layer = merge(MergeFunction.MULTIPLY, precision=read("fixed<3,3,TRN,SAT>"))
    assert largest_sum(network(layer, "fixed<10,10>", "fixed<10,10>")) == 2**18


def test_products_past_62_bits_are_refused_with_the_layer():
    layer = merge(MergeFunction.MULTIPLY, 3)
    with pytest.raises(InvalidDesignError, match=r"merge: values of up to .* more than 62 bits"):
        intervals(network(layer, *["fixed<24,24>"] * 3))


def test_a_border_of_zeros_loosens_no_bound_but_its_own():
    conv = Conv(
        name="conv",
        inputs=("a",),
        shape=(3, 1),
        precision=WIDE,
        kernel=Constant.of(np.array([1, 2, 4]).reshape(3, 1, 1), read("fixed<4,4>")),
        bias=Constant.of([1], read("fixed<4,4>")),
        accumulator=WIDE,
        strides=(1,),
        padding=((1, 1),),
    )
    found = intervals(network(conv, "ufixed<2,2>", shape=(3, 1)))["conv"]
    assert found.low.ravel().tolist() == [1, 1, 1]
    assert found.high.ravel().tolist() == [1 + 18, 1 + 21, 1 + 9]


def test_an_average_sums_before_it_divides():
    pool = Pool(
        name="pool",
        inputs=("a",),
        shape=(1, 1),
        precision=read("fixed<3,3,RND,SAT>"),
        function=PoolFunction.AVERAGE,
        size=(4,),
        strides=(4,),
        padding=((0, 0),),
    )
    assert of(pool, "fixed<4,4>", shape=(4, 1)) == (-4, 3)
    assert largest_sum(network(pool, "fixed<4,4>", shape=(4, 1))) == 32


def test_a_leaky_relu_is_floored_before_its_slope():
    leaky = Activation(
        name="leaky",
        inputs=("a",),
        shape=(2,),
        precision=read("fixed<6,4,TRN,SAT>"),
        function=Function.LEAKY_RELU,
        slope_log2=-2,
    )
    # below 0: max(x, -8) / 4 = -2, which is -8 steps; above: 31 steps, the end of the format
    assert of(leaky, "fixed<8,8>") == (-8, 31)


def test_tables_and_steps_are_bounded_by_what_is_reached():
    grid, entries = read("fixed<3,3>"), read("fixed<6,6>")
    table = Table(
        name="table",
        inputs=("a",),
        shape=(2,),
        precision=entries,
        values=Constant.of([9, -9, 1, 2, 3, 4, 5, 6], entries),
    )
    assert of(table, "fixed<3,3>") == (-9, 9)
    steps = Steps(
        name="steps",
        inputs=("a",),
        shape=(2,),
        precision=entries,
        thresholds=Constant.of([-3, 2], grid),
        levels=Constant.of([7, -1, 5], entries),
    )
    assert of(steps, "fixed<3,3>") == (-1, 7)
    assert of(steps, "ufixed<2,2>") == (-1, 5)


def test_a_table_of_another_length_is_refused():
    entries = read("fixed<6,6>")
    table = Table(
        name="table",
        inputs=("a",),
        shape=(2,),
        precision=entries,
        values=Constant.of([1, 2, 3, 4], entries),
    )
    with pytest.raises(InvalidDesignError, match=r"table: a table of shape \(4,\) addressed by fi"):
        intervals(network(table, "fixed<3,3>"))


def test_joined_tensors_are_bounded_part_by_part():
    layer = Concatenate(
        name="joined",
        inputs=("a", "b"),
        shape=(4,),
        precision=read("fixed<5,5,TRN,SAT>"),
        axis=0,
    )
    found = intervals(network(layer, "fixed<8,8>", "ufixed<2,2>"))["joined"]
    assert found.low.tolist() == [-16, -16, 0, 0]
    assert found.high.tolist() == [15, 15, 3, 3]
