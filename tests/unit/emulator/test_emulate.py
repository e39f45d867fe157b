from dataclasses import replace

import exact_layers
import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.layers import Activation, Dense, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.emulator import emulate, emulate_tensors
from codesign.emulator.arithmetic import exact_dtype
from codesign.errors import InvalidDataError, InvalidDesignError

read = Precision.from_text


def dense(kernel, bias, *, weight, accumulator, precision, name="dense", reads="x"):
    return Dense(
        name=name,
        inputs=(reads,),
        shape=(len(bias),),
        precision=read(precision),
        kernel=Constant.of(kernel, read(weight)),
        bias=Constant.of(bias, read(weight)),
        accumulator=read(accumulator),
    )


def chain(*layers, grid, size):
    source = NetworkInput(name="x", shape=(size,), precision=read(grid))
    return QuantizedNetwork(
        name="chain", inputs=(source,), layers=layers, outputs=(layers[-1].name,)
    )


def activation(function, precision, size=1, name="activation"):
    return Activation(
        name=name, inputs=("x",), shape=(size,), precision=precision, function=function
    )


@pytest.fixture
def tiny():
    """Two inputs, one output: ``relu(3 a - 2 b + 1)`` in 4 bits that saturate."""
    layer = dense(
        [[3], [-2]], [1], weight="fixed<4,4>", accumulator="fixed<8,8>", precision="fixed<8,8>"
    )
    relu = Activation(
        name="relu",
        inputs=("dense",),
        shape=(1,),
        precision=read("ufixed<4,4,RND_CONV,SAT>"),
        function=Function.RELU,
    )
    return chain(layer, relu, grid="fixed<4,4>", size=2)


def test_a_network_small_enough_to_compute_by_hand(tiny):
    inputs = np.array([[0, 0], [1, 1], [-1, 0], [7, -8], [2, 3]])
    tensors = emulate_tensors(tiny, inputs)
    assert tensors["dense"].tolist() == [[1], [2], [-2], [38], [1]]
    assert tensors["relu"].tolist() == [[1], [2], [0], [15], [1]]
    np.testing.assert_array_equal(tensors["x"], inputs)


@pytest.mark.parametrize("function", [Function.LINEAR, Function.RELU, Function.HARD_SIGMOID])
@pytest.mark.parametrize("rounding", Rounding)
@pytest.mark.parametrize("overflow", Overflow)
@pytest.mark.parametrize("text", ["fixed<3,2>", "fixed<4,1>", "ufixed<3,1>", "fixed<9,4>"])
def test_every_input_gives_the_exact_activation(function, rounding, overflow, text):
    precision = replace(read(text), rounding=rounding, overflow=overflow)
    network = chain(activation(function, precision), grid="fixed<6,3>", size=1)
    inputs = np.arange(-32, 32)[:, None]
    expected = [exact_layers.tensors(network, event)["activation"] for event in inputs.tolist()]
    np.testing.assert_array_equal(emulate(network, inputs), expected)


@pytest.mark.parametrize("rounding", Rounding)
def test_a_coarse_output_is_exact_however_far_its_step_is(rounding):
    precision = Precision(width=4, integer=204, rounding=rounding, overflow=Overflow.SAT)
    network = chain(activation(Function.LINEAR, precision), grid="fixed<4,4>", size=1)
    inputs = np.arange(-8, 8)[:, None]
    expected = [exact_layers.tensors(network, event)["activation"] for event in inputs.tolist()]
    np.testing.assert_array_equal(emulate(network, inputs), expected)


def test_an_accumulator_that_is_too_narrow_wraps():
    layer = dense(
        [[7], [7]], [0], weight="fixed<4,4>", accumulator="fixed<6,6>", precision="fixed<6,6>"
    )
    network = chain(layer, grid="fixed<4,4>", size=2)
    assert emulate(network, np.array([[7, 7], [-8, -8], [1, 1]])).tolist() == [[-30], [16], [14]]


def test_a_relu_of_a_neuron_that_is_always_negative_is_zero():
    layer = dense(
        [[1]], [-6], weight="fixed<4,4>", accumulator="fixed<5,5>", precision="fixed<5,5>"
    )
    relu = replace(activation(Function.RELU, read("ufixed<4,4>")), inputs=("dense",))
    network = chain(layer, relu, grid="ufixed<2,2>", size=1)
    assert emulate(network, np.arange(4)[:, None]).tolist() == [[0], [0], [0], [0]]


def test_terms_that_cancel_are_summed_exactly():
    constant = dense(
        [[1, 0]],
        [8190, 8190],
        name="constant",
        weight="fixed<16,16>",
        accumulator="fixed<20,20>",
        precision="fixed<20,20>",
    )
    cancel = dense(
        [[5001], [-5000]],
        [-8190],
        reads="constant",
        weight="fixed<16,16>",
        accumulator="fixed<40,40>",
        precision="fixed<40,40>",
    )
    network = chain(constant, cancel, grid="ufixed<1,1>", size=1)
    assert emulate(network, np.array([[0], [1]])).tolist() == [[0], [5001]]


def test_products_past_24_bits_are_exact_though_the_bias_brings_the_sum_back():
    weights = np.full((4, 1), 4097)
    layer = dense(
        weights,
        [-(2**24)],
        weight="fixed<26,26>",
        accumulator="fixed<40,40>",
        precision="fixed<40,40>",
    )
    network = chain(layer, grid="ufixed<11,11>", size=4)
    inputs = np.random.default_rng(1).integers(1500, 2048, (200, 4))
    np.testing.assert_array_equal(emulate(network, inputs), inputs @ weights - 2**24)


@pytest.mark.parametrize("bits", [8, 12, 20, 28])
def test_sums_are_exact_past_24_and_past_53_bits(bits):
    rng = np.random.default_rng(bits)
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    weights = rng.integers(low, high, (16, 3), endpoint=True)
    layer = dense(
        weights,
        rng.integers(low, high, 3, endpoint=True),
        weight=f"fixed<{bits},{bits}>",
        accumulator="fixed<62,62>",
        precision="fixed<62,62>",
    )
    network = chain(layer, grid=f"fixed<{bits},{bits}>", size=16)
    inputs = rng.integers(low, high, (50, 16), endpoint=True)
    inputs[0] = low
    expected = inputs @ weights + layer.bias.values
    np.testing.assert_array_equal(emulate(network, inputs), expected)


def test_the_fastest_exact_type_is_chosen():
    assert exact_dtype(2**24) is np.float32
    assert exact_dtype(2**24 + 1) is np.float64
    assert exact_dtype(2**53) is np.float64
    assert exact_dtype(2**53 + 1) is np.int64


def test_how_events_are_grouped_does_not_matter(tiny):
    inputs = np.random.default_rng(0).integers(-8, 8, (10_001, 2))
    apart = np.concatenate([emulate(tiny, part) for part in np.array_split(inputs, 7)])
    np.testing.assert_array_equal(emulate(tiny, inputs), apart)
    np.testing.assert_array_equal(emulate_tensors(tiny, inputs)["relu"], apart)


def test_progress_ends_with_every_event(tiny):
    told = []
    emulate(
        tiny,
        np.zeros((10_000, 2), dtype=np.int64),
        progress=lambda done, total, what: told.append((done, total, what)),
    )
    assert told[-1] == (10_000, 10_000, "events emulated")
    assert len(told) > 1
    assert [done for done, _, _ in told] == sorted({done for done, _, _ in told})


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.int64])
def test_any_integer_type_carries_the_inputs(tiny, dtype):
    inputs = np.array([[7, -8], [-8, 7]], dtype=dtype)
    found = emulate(tiny, inputs)
    assert found.tolist() == [[15], [0]]
    assert found.dtype == np.int64


def test_an_input_type_too_narrow_for_the_output_does_not_overflow():
    network = chain(
        activation(Function.RELU, read("fixed<16,12,TRN,WRAP>")), grid="fixed<8,8>", size=1
    )
    assert emulate(network, np.array([[100]], dtype=np.int8)).tolist() == [[1600]]


def test_the_inputs_are_left_as_they_were(tiny):
    inputs = np.array([[7, -8]])
    inputs.flags.writeable = False
    emulate_tensors(tiny, inputs)["x"][0, 0] = 3
    assert inputs.tolist() == [[7, -8]]


@pytest.mark.parametrize("shape", [(4,), (4, 3), (4, 2, 1), (2,)])
def test_inputs_of_another_shape_are_refused_with_both_shapes(tiny, shape):
    with pytest.raises(InvalidDataError, match=r"input x: int64 of shape .*of shape \(events, 2\)"):
        emulate(tiny, np.zeros(shape, dtype=np.int64))


def test_real_numbers_are_refused_with_the_remedy(tiny):
    with pytest.raises(InvalidDataError, match=r"float64 of shape .* NetworkInput.to_hardware mak"):
        emulate(tiny, np.zeros((4, 2)))


def test_no_events_are_refused(tiny):
    with pytest.raises(InvalidDataError, match="input x: no events"):
        emulate(tiny, np.zeros((0, 2), dtype=np.int64))


@pytest.mark.parametrize("value", [8, -9])
def test_inputs_out_of_range_are_refused_with_the_range(tiny, value):
    with pytest.raises(InvalidDataError, match=rf"\[.*{value}.*\] leave the range \[-8, 7\] of fi"):
        emulate(tiny, np.array([[0, value]]))


def test_a_network_of_two_outputs_is_refused_with_the_remedy(tiny):
    network = replace(tiny, outputs=("dense", "relu"))
    with pytest.raises(InvalidDesignError, match=r"outputs \('dense', 'relu'\); use emulate_tenso"):
        emulate(network, np.zeros((1, 2), dtype=np.int64))
    assert set(emulate_tensors(network, np.zeros((1, 2), dtype=np.int64))) == {"x", "dense", "relu"}


def test_a_network_of_two_inputs_is_refused(tiny):
    other = NetworkInput(name="y", shape=(1,), precision=read("fixed<4,4>"))
    network = replace(tiny, inputs=(*tiny.inputs, other))
    with pytest.raises(InvalidDataError, match=r"chain has inputs x, y; give a mapping"):
        emulate(network, np.zeros((1, 2), dtype=np.int64))
