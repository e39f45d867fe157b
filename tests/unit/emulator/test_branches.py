from dataclasses import replace

import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.layers import (
    Activation,
    Conv,
    Function,
    Merge,
    MergeFunction,
    Pool,
    PoolFunction,
    Reshape,
)
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.emulator import (
    Emulator,
    emulate,
    emulate_chunks,
    emulate_outputs,
    emulate_tensors,
)
from codesign.errors import InvalidDataError, InvalidDesignError

read = Precision.from_text
GRID = read("fixed<6,6>")


@pytest.fixture
def pair():
    """Return ``a + b`` and ``a * b`` of two inputs."""
    inputs = tuple(NetworkInput(name=name, shape=(2,), precision=GRID) for name in ("a", "b"))
    layers = tuple(
        Merge(
            name=name,
            inputs=("a", "b"),
            shape=(2,),
            precision=read("fixed<12,12>"),
            function=function,
        )
        for name, function in (("sums", MergeFunction.ADD), ("products", MergeFunction.MULTIPLY))
    )
    return QuantizedNetwork(name="pair", inputs=inputs, layers=layers, outputs=("sums", "products"))


A, B = np.array([[1, -32], [5, 31]]), np.array([[-4, -32], [0, 7]])


def test_several_inputs_and_outputs_go_by_name(pair):
    found = emulate_outputs(pair, {"b": B, "a": A})
    assert list(found) == ["sums", "products"]
    np.testing.assert_array_equal(found["sums"], A + B)
    np.testing.assert_array_equal(found["products"], A * B)


def test_one_output_of_several_inputs_is_an_array(pair):
    found = emulate(replace(pair, outputs=("products",)), {"a": A, "b": B})
    np.testing.assert_array_equal(found, A * B)


def test_every_tensor_is_there_inputs_too(pair):
    found = emulate_tensors(pair, {"a": A, "b": B})
    assert set(found) == {"a", "b", "sums", "products"}
    np.testing.assert_array_equal(found["a"], A)


def test_an_input_may_be_an_output(pair):
    found = emulate_outputs(replace(pair, outputs=("a",)), {"a": A, "b": B})
    np.testing.assert_array_equal(found["a"], A)


def test_chunks_are_emulated_as_they_come(pair):
    def chunks():
        yield {"a": A, "b": B}
        yield {"a": A[:1], "b": B[:1]}
        msg = "the third chunk was asked for too early"
        raise AssertionError(msg)

    stream = emulate_chunks(pair, chunks())
    np.testing.assert_array_equal(next(stream)["sums"], A + B)
    np.testing.assert_array_equal(next(stream)["sums"], (A + B)[:1])


def test_the_number_of_threads_does_not_matter(pair):
    rng = np.random.default_rng(0)
    events = {name: rng.integers(-32, 32, (50_001, 2)) for name in ("a", "b")}
    for threads in (1, 2, 5):
        found = Emulator(pair, threads=threads)(events)
        np.testing.assert_array_equal(found["products"], events["a"] * events["b"])


def test_an_error_in_a_thread_reaches_the_caller(pair):
    events = {name: np.zeros((50_000, 2), dtype=np.int8) for name in ("a", "b")}
    events["b"][-1] = 32
    with pytest.raises(InvalidDataError, match=r"input b: hardware integers in \[0, 32\] leave"):
        emulate_outputs(pair, events)


def test_an_emulator_is_used_again_after_an_error(pair):
    emulator = Emulator(pair, threads=1)
    with pytest.raises(InvalidDataError, match="leave the range"):
        emulator({"a": A + 1, "b": B})
    np.testing.assert_array_equal(emulator({"a": A, "b": B})["sums"], A + B)


def test_an_array_for_two_inputs_is_refused(pair):
    with pytest.raises(InvalidDataError, match=r"pair has inputs a, b; give a mapping from name"):
        emulate_outputs(pair, A)


def test_other_names_are_refused_with_both(pair):
    with pytest.raises(InvalidDataError, match=r"pair: inputs a, c given, expected a, b"):
        emulate_outputs(pair, {"a": A, "c": B})


def test_inputs_of_different_lengths_are_refused(pair):
    with pytest.raises(InvalidDataError, match=r"inputs of {'a': 2, 'b': 1} events"):
        emulate_outputs(pair, {"a": A, "b": B[:1]})


def test_two_outputs_are_refused_as_one_array(pair):
    with pytest.raises(InvalidDesignError, match=r"outputs .* use emulate_tensors or emulate_outp"):
        emulate(pair, {"a": A, "b": B})


@pytest.mark.parametrize("side", [3, 4])
@pytest.mark.parametrize("strides", [(1, 1), (2, 1)])
def test_a_convolution_is_a_correlation_of_zero_padded_data(side, strides):
    rng = np.random.default_rng(side)
    kernel, bias = rng.integers(-8, 8, (2, 3, 2, 4)), rng.integers(-8, 8, 4)
    padding = ((1, 0), (1, 1))
    outer = (side + 1, side + 2)
    shape = ((outer[0] - 2) // strides[0] + 1, (outer[1] - 3) // strides[1] + 1, 4)
    layer = Conv(
        name="conv",
        inputs=("x",),
        shape=shape,
        precision=read("fixed<20,20>"),
        kernel=Constant.of(kernel, read("fixed<4,4>")),
        bias=Constant.of(bias, read("fixed<4,4>")),
        accumulator=read("fixed<20,20>"),
        strides=strides,
        padding=padding,
    )
    source = NetworkInput(name="x", shape=(side, side, 2), precision=GRID)
    network = QuantizedNetwork(name="c", inputs=(source,), layers=(layer,), outputs=("conv",))
    events = rng.integers(-32, 32, (7, side, side, 2))
    padded = np.pad(events, ((0, 0), *padding, (0, 0)))
    expected = np.empty((7, *shape), dtype=np.int64)
    for row, column in np.ndindex(*shape[:2]):
        top, left = row * strides[0], column * strides[1]
        window = padded[:, top : top + 2, left : left + 3]
        expected[:, row, column] = np.einsum("nijc,ijcf->nf", window, kernel) + bias
    np.testing.assert_array_equal(emulate(network, events), expected)


def test_large_images_go_through_a_convolution_in_blocks():
    kernel = np.arange(-4, 5).reshape(3, 3, 1, 1)
    layer = Conv(
        name="conv",
        inputs=("x",),
        shape=(58, 58, 1),
        precision=read("fixed<14,14>"),
        kernel=Constant.of(kernel, read("fixed<4,4>")),
        bias=Constant.of([3], read("fixed<4,4>")),
        accumulator=read("fixed<14,14>"),
        strides=(1, 1),
        padding=((0, 0), (0, 0)),
    )
    source = NetworkInput(name="x", shape=(60, 60, 1), precision=GRID)
    network = QuantizedNetwork(name="c", inputs=(source,), layers=(layer,), outputs=("conv",))
    events = np.random.default_rng(0).integers(-32, 32, (130, 60, 60, 1))
    views = np.lib.stride_tricks.sliding_window_view(events[..., 0], (3, 3), axis=(1, 2))
    expected = np.einsum("nxyij,ij->nxy", views, kernel[:, :, 0, 0]) + 3
    np.testing.assert_array_equal(emulate(network, events)[..., 0], expected)


def test_padding_never_is_the_largest_of_a_window():
    layer = Pool(
        name="pool",
        inputs=("x",),
        shape=(2, 1),
        precision=GRID,
        function=PoolFunction.MAX,
        size=(2,),
        strides=(2,),
        padding=((1, 0),),
    )
    source = NetworkInput(name="x", shape=(3, 1), precision=GRID)
    network = QuantizedNetwork(name="p", inputs=(source,), layers=(layer,), outputs=("pool",))
    events = np.array([[[-5], [-7], [-3]]])
    assert emulate(network, events).tolist() == [[[-5], [-3]]]


def test_a_function_after_layers_that_only_look_is_computed_and_leaves_their_data_alone():
    source = NetworkInput(name="x", shape=(2, 2), precision=GRID)
    flat = Reshape(name="flat", inputs=("x",), shape=(4,), precision=GRID)
    relu = Activation(
        name="relu",
        inputs=("flat",),
        shape=(4,),
        precision=read("ufixed<3,3,TRN,SAT>"),
        function=Function.RELU,
    )
    both = Merge(
        name="both",
        inputs=("relu", "again"),
        shape=(4,),
        precision=read("fixed<9,9>"),
        function=MergeFunction.SUBTRACT,
    )
    again = Reshape(name="again", inputs=("x",), shape=(4,), precision=GRID)
    network = QuantizedNetwork(
        name="n", inputs=(source,), layers=(flat, relu, again, both), outputs=("both",)
    )
    events = np.array([[[-5, 3], [12, -32]]])
    assert emulate(network, events).tolist() == [[5, 0, -5, 32]]
