"""Models that are more than a chain: branches, skips, several inputs and outputs, shared layers."""

import numpy as np
import pytest
from qkeras_reference import assert_exact

from codesign.design.contract import InputFeature
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.lowering import lint, lower
from codesign.models.keras import keras, qkeras, quiet
from codesign.models.predict import predict_layers

pytestmark = pytest.mark.keras

BITS = {
    "kernel_quantizer": "quantized_bits(5,0,alpha=1)",
    "bias_quantizer": "quantized_bits(6,1,alpha=1)",
}


@pytest.fixture(autouse=True)
def _quiet():
    with quiet():
        yield


def source(name="x", shape=(5,)):
    return keras().layers.Input(shape, name=name)


def quantized(tensor, name="q", quantizer="quantized_bits(6,2,alpha=1)"):
    return qkeras().QActivation(quantizer, name=name)(tensor)


def dense(name, units=4):
    return qkeras().QDense(units, name=name, **BITS)


@pytest.mark.parametrize(
    "merge", ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"]
)
def test_two_branches_are_exact(merge):
    x = source()
    q = quantized(x)
    left = quantized(dense("left")(q), "ql", "quantized_relu(7,3)")
    right = quantized(dense("right")(q), "qr", "quantized_bits(4,1,alpha=1)")
    merged = getattr(keras().layers, merge)(name="merged")([left, right])

    assert_exact(keras().Model(x, dense("last")(merged)), events=1000)


@pytest.mark.parametrize("merge", ["Add", "Multiply", "Average", "Maximum", "Minimum"])
def test_four_branches_are_exact(merge):
    x = source()
    q = quantized(x)
    parts = [quantized(dense(f"d{i}")(q), f"q{i}") for i in range(2)]
    parts += [keras().layers.ReLU(name=f"r{i}")(part) for i, part in enumerate(parts)]
    merged = getattr(keras().layers, merge)(name="merged")(parts)

    assert_exact(keras().Model(x, quantized(merged, "last", "quantized_bits(7,4,alpha=1)")))


def test_unquantized_sums_meet_in_a_skip_connection():
    x = source(shape=(6, 6, 2))
    q = quantized(x)
    inner = qkeras().QConv2D(2, 3, padding="same", name="conv", **BITS)(q)
    total = keras().layers.Add(name="skip")([q, inner])
    out = quantized(total, "out", "quantized_relu(6,3)")

    assert_exact(keras().Model(x, out))


def test_concatenation_along_another_axis_is_exact():
    x = source(shape=(6, 6, 2))
    q = quantized(x)
    relu = quantized(q, "relu", "quantized_relu(5,1)")
    joined = keras().layers.Concatenate(axis=1, name="joined")([q, relu, q])

    network = assert_exact(keras().Model(x, joined))

    assert network.shape("joined") == (18, 6, 2)


def test_several_inputs_and_outputs_are_exact():
    tracks, image = source("tracks", (5,)), source("image", (6, 6, 1))
    conv = qkeras().QConv2D(2, 3, name="conv", **BITS)(quantized(image, "qi"))
    flat = keras().layers.Flatten(name="flat")(quantized(conv, "qc", "quantized_relu(5,2)"))
    both = keras().layers.Concatenate(name="both")([flat, quantized(tracks, "qt")])
    first, second = dense("first")(both), dense("second", 1)(both)
    model = keras().Model([tracks, image], [second, first, flat])

    network = assert_exact(model)

    assert [node.name for node in network.inputs] == ["tracks", "image"]
    assert network.outputs == ("second", "first", "flat")


def test_inputs_have_contracts_of_their_own():
    one, two = source("one", (1,)), source("two", (2,))
    both = keras().layers.Concatenate(name="both")([quantized(one, "q1"), quantized(two, "q2")])
    features = {"two": (InputFeature(name="eta"), InputFeature(name="phi"))}

    network = lower(keras().Model([one, two], dense("d")(both)), features=features)

    assert [len(node.features) for node in network.inputs] == [0, 2]


def test_a_shared_layer_is_lowered_once_for_each_use():
    one, two = source("one"), source("two")
    shared = dense("shared")
    outputs = [shared(quantized(one, "q1")), shared(quantized(two, "q2"))]
    model = keras().Model([one, two], keras().layers.Subtract(name="gap")(outputs))

    network = assert_exact(model)

    assert [layer.name for layer in network.layers] == ["shared", "shared_use2", "gap"]


def test_layer_outputs_are_named_as_the_network_names_them():
    x = source()
    shared = dense("shared", 5)
    model = keras().Model(x, shared(shared(quantized(x))))

    found = predict_layers(model, np.ones((3, 5)), double=False)

    assert list(found) == ["q", "shared", "shared_use2"]
    np.testing.assert_array_equal(found["shared_use2"], model.predict(np.ones((3, 5)), verbose=0))


def test_a_sequential_model_is_exact():
    layers = [
        keras().layers.InputLayer((5,), name="x"),
        qkeras().QActivation("quantized_bits(6,2,alpha=1)", name="q"),
        dense("d"),
    ]

    network = assert_exact(keras().Sequential(layers, name="chain"))

    assert [node.name for node in network.inputs] == ["x"]


def test_equal_quantizers_of_one_input_share_its_grid():
    x = source()
    total = keras().layers.Add(name="total")([quantized(x, "q1"), quantized(x, "q2")])

    assert_exact(keras().Model(x, total))


def test_different_quantizers_of_one_input_are_refused():
    x = source()
    other = quantized(x, "q2", "quantized_bits(4,1,alpha=1)")
    model = keras().Model(x, keras().layers.Add(name="total")([quantized(x, "q1"), other]))

    with pytest.raises(UnsupportedLayerError, match="q2: puts input x on .* quantize it once"):
        lower(model)


def test_every_input_needs_a_quantizer():
    one, two = source("one"), source("two")
    model = keras().Model([one, two], keras().layers.Add(name="total")([quantized(one, "q"), two]))

    with pytest.raises(UnsupportedLayerError, match="total: the first layer is Add.*QActivation"):
        lower(model)


def test_a_nested_model_is_refused():
    x, y = source(), source("y", (4,))
    inner = keras().Model(y, dense("inner")(y), name="block")
    model = keras().Model(x, inner(dense("d")(quantized(x))))

    with pytest.raises(UnsupportedLayerError, match="block: a Functional layer .*one by one"):
        lower(model)


def test_an_operator_on_tensors_is_refused():
    x = source()
    q = quantized(x)
    model = keras().Model(x, dense("a")(q) + dense("b")(q))

    with pytest.raises(UnsupportedLayerError, match="a TFOpLambda layer .*use the layers Add"):
        lower(model)


def test_a_dropout_that_always_drops_is_refused():
    x = source()
    dropped = keras().layers.Dropout(0.5, name="d")(dense("a")(quantized(x)), training=True)
    model = keras().Model(x, dropped)

    with pytest.raises(UnsupportedLayerError, match="d: a call with training"):
        lower(model)


def test_merged_shapes_must_be_equal():
    x = source(shape=(4, 3))
    q = quantized(x)
    row = keras().layers.MaxPooling1D(4, name="row")(q)
    model = keras().Model(x, keras().layers.Multiply(name="gate")([q, row]))

    with pytest.raises(
        UnsupportedLayerError, match=r"gate: multiply of shapes \(4, 3\) and \(1, 3"
    ):
        lower(model)


def test_an_average_of_three_is_refused():
    x = source()
    q = quantized(x)
    parts = [dense(name)(q) for name in "abc"]
    model = keras().Model(x, keras().layers.Average(name="mean")(parts))

    with pytest.raises(UnsupportedLayerError, match="mean: an average of 3 tensors"):
        lower(model)


def test_a_model_that_computes_nothing_is_refused():
    x = source()

    with pytest.raises(UnsupportedLayerError, match="no layer to lower"):
        lower(keras().Model(x, quantized(x)))


def test_a_subclassed_model_is_refused():
    class Own(keras().Model):
        def call(self, inputs):
            return inputs

    assert "a Own without a graph of layers" in lint(Own())[0]


def test_a_name_that_is_no_identifier_is_refused():
    x = source()
    model = keras().Model(x, dense("layer/1")(quantized(x)))

    with pytest.raises((UnsupportedLayerError, InvalidDesignError), match="'layer/1' cannot name"):
        lower(model)
