"""What each pass takes out of a network made for it; that outputs stay is tests/property."""

from dataclasses import replace

import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.layers import Activation, Conv, Dense, Function, Pool, PoolFunction, Reshape
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.lowering.passes import explain, optimize
from codesign.lowering.passes.drop_dead_neurons import drop_dead_neurons
from codesign.lowering.passes.fold_constants import fold_constants
from codesign.lowering.passes.fuse_quantizers import fuse_quantizers
from codesign.lowering.passes.narrow_formats import narrow_formats
from codesign.lowering.passes.remove_identities import remove_identities

read = Precision.from_text
X = NetworkInput(name="x", shape=(2,), precision=read("fixed<4,4>"))


def dense(name, reads, kernel, bias, accumulator="fixed<12,12>", precision="fixed<12,12>"):
    return Dense(
        name=name,
        inputs=(reads,),
        shape=(len(bias),),
        precision=read(precision),
        kernel=Constant.of(kernel, read("fixed<6,6>")),
        bias=Constant.of(bias, read("fixed<6,6>")),
        accumulator=read(accumulator),
    )


def activation(name, reads, shape, precision, function=Function.LINEAR):
    return Activation(
        name=name, inputs=(reads,), shape=shape, precision=read(precision), function=function
    )


def network(*layers, source=X):
    return QuantizedNetwork(name="n", inputs=(source,), layers=layers, outputs=(layers[-1].name,))


@pytest.fixture
def wasteful():
    """Return a hidden layer of four neurons: used, constant, unread, used; and a needless cast."""
    return network(
        dense("hidden", "x", [[1, 0, 3, 2], [4, 0, 5, 0]], [1, 7, 0, -3]),
        activation("relu", "hidden", (4,), "ufixed<8,8,TRN,SAT>", Function.RELU),
        activation("cast", "relu", (4,), "ufixed<10,10>"),
        dense("last", "cast", [[1], [2], [0], [3]], [5]),
    )


def test_a_constant_input_moves_into_the_bias(wasteful):
    last = fold_constants(wasteful).layers[-1]
    assert last.kernel.values.ravel().tolist() == [1, 0, 0, 3]
    assert last.bias.real.tolist() == [5 + 2 * 7]


def test_a_constant_channel_stays_where_a_border_of_zeros_lies_around():
    source = NetworkInput(name="x", shape=(3, 1), precision=read("fixed<4,4>"))
    constant = Dense(
        name="constant",
        inputs=("x",),
        shape=(3, 1),
        precision=read("fixed<6,6>"),
        kernel=Constant.of([[0]], read("fixed<2,2>")),
        bias=Constant.of([3], read("fixed<4,4>")),
        accumulator=read("fixed<6,6>"),
    )
    conv = Conv(
        name="conv",
        inputs=("constant",),
        shape=(3, 1),
        precision=read("fixed<9,9>"),
        kernel=Constant.of(np.ones((3, 1, 1), dtype=int), read("fixed<2,2>")),
        bias=Constant.of([0], read("fixed<2,2>")),
        accumulator=read("fixed<9,9>"),
        strides=(1,),
        padding=((1, 1),),
    )
    bordered = network(constant, conv, source=source)
    assert fold_constants(bordered) == bordered
    bare = network(constant, replace(conv, shape=(1, 1), padding=((0, 0),)), source=source)
    assert fold_constants(bare).layers[-1].bias.real.tolist() == [9]


def test_a_neuron_without_readers_is_not_computed(wasteful):
    hidden, relu, cast, last = drop_dead_neurons(wasteful).layers
    assert [layer.shape for layer in (hidden, relu, cast, last)] == [(3,), (3,), (3,), (1,)]
    assert hidden.kernel.values.tolist() == [[1, 0, 2], [4, 0, 0]]
    assert last.kernel.values.ravel().tolist() == [1, 2, 3]


def test_one_neuron_stays_where_none_is_read():
    idle = network(
        dense("hidden", "x", [[1, 2], [3, 4]], [0, 0]), dense("last", "hidden", [[0], [0]], [5])
    )
    assert [layer.shape for layer in drop_dead_neurons(idle).layers] == [(1,), (1,)]


def test_a_layer_that_nothing_reads_is_left_out(wasteful):
    extra = activation("extra", "relu", (4,), "fixed<3,3>")
    with_extra = replace(wasteful, layers=(*wasteful.layers[:2], extra, *wasteful.layers[2:]))
    assert "extra" not in [layer.name for layer in drop_dead_neurons(with_extra).layers]


def test_channels_are_followed_through_pooling_and_flattening():
    source = NetworkInput(name="x", shape=(4, 1), precision=read("fixed<4,4>"))
    conv = Conv(
        name="conv",
        inputs=("x",),
        shape=(4, 3),
        precision=read("fixed<9,9>"),
        kernel=Constant.of(np.ones((1, 1, 3), dtype=int), read("fixed<2,2>")),
        bias=Constant.of([0, 0, 0], read("fixed<2,2>")),
        accumulator=read("fixed<9,9>"),
        strides=(1,),
        padding=((0, 0),),
    )
    pool = Pool(
        name="pool",
        inputs=("conv",),
        shape=(2, 3),
        precision=read("fixed<9,9>"),
        function=PoolFunction.MAX,
        size=(2,),
        strides=(2,),
        padding=((0, 0),),
    )
    flat = Reshape(name="flat", inputs=("pool",), shape=(6,), precision=read("fixed<9,9>"))
    # the second channel is read at neither place, the third at the second only
    last = dense("last", "flat", [[1], [0], [0], [2], [0], [3]], [0])
    found = drop_dead_neurons(network(conv, pool, flat, last, source=source)).layers
    assert [layer.shape for layer in found] == [(4, 2), (2, 2), (4,), (1,)]
    assert found[-1].kernel.values.ravel().tolist() == [1, 0, 2, 3]


def test_what_an_output_shows_is_not_narrowed(wasteful):
    shown = replace(wasteful, outputs=("relu", "last"))
    assert drop_dead_neurons(shown) == shown


def test_a_cast_to_a_roomier_format_is_removed(wasteful):
    found = remove_identities(wasteful)
    assert [layer.name for layer in found.layers] == ["hidden", "relu", "last"]
    assert found.layers[-1].inputs == ("relu",)


@pytest.mark.parametrize("text", ["ufixed<5,5>", "ufixed<8,9>", "fixed<6,6>"])
def test_a_cast_that_loses_something_stays(wasteful, text):
    cast = replace(wasteful.layers[2], precision=read(text))
    losing = replace(wasteful, layers=(*wasteful.layers[:2], cast, wasteful.layers[3]))
    assert remove_identities(losing) == losing


def test_a_relu_of_what_is_never_negative_is_removed():
    source = NetworkInput(name="x", shape=(1,), precision=read("ufixed<4,4>"))
    relu = activation("relu", "x", (1,), "ufixed<4,4>", Function.RELU)
    found = remove_identities(network(relu, dense("last", "relu", [[1]], [0]), source=source))
    assert [layer.name for layer in found.layers] == ["last"]


def test_a_quantizer_becomes_the_output_of_the_sums():
    rounded = network(
        dense("hidden", "x", [[1], [1]], [0]),
        activation("quantizer", "hidden", (1,), "fixed<3,4,RND_CONV,SAT>"),
        dense("last", "quantizer", [[1]], [0]),
    )
    found = fuse_quantizers(rounded)
    assert [layer.name for layer in found.layers] == ["hidden", "last"]
    assert found.layers[0].precision == read("fixed<3,4,RND_CONV,SAT>")


def test_a_quantizer_behind_another_rounding_stays():
    twice = network(
        dense("hidden", "x", [[1], [1]], [0], precision="fixed<8,9>"),
        activation("quantizer", "hidden", (1,), "fixed<3,4,RND_CONV,SAT>"),
        dense("last", "quantizer", [[1]], [0]),
    )
    assert fuse_quantizers(twice) == twice


def test_formats_lose_the_bits_that_are_never_used(wasteful):
    hidden, relu, cast, last = narrow_formats(wasteful).layers
    # |x| <= 8: hidden in [-64, 56], relu in [0, 56]
    assert (str(hidden.accumulator), str(hidden.precision)) == ("fixed<7,7>", "fixed<7,7>")
    assert str(relu.precision) == "ufixed<6,6,TRN,SAT>"
    assert str(cast.precision) == "ufixed<6,6>"
    assert str(last.precision) == "fixed<12,12>"  # an output keeps its format
    assert last.accumulator.width < 12


def test_what_saturates_keeps_its_format():
    clipped = network(
        activation("clip", "x", (2,), "fixed<3,3,TRN,SAT>"),
        dense("last", "clip", [[1], [1]], [0]),
    )
    assert narrow_formats(clipped).layers[0] == clipped.layers[0]


def test_the_explanation_names_pass_layer_and_change(wasteful):
    rows = {(row.applied, row.layer): row.what for row in explain(wasteful)}
    assert (
        rows["fold_constants", "last"]
        == "1 weights of constant inputs are 0 now, the bias holds them"
    )
    assert rows["drop_dead_neurons", "relu"] == "shape (4,) -> (2,)"
    assert rows["remove_identities", "cast"] == "left out"
    assert rows["narrow_formats", "hidden"] == "output fixed<12,12> -> fixed<7,7>"


def test_optimizing_twice_changes_nothing_more(wasteful):
    once = optimize(wasteful)
    assert optimize(once) == once
    assert explain(once) == ()
