"""Every construct that is known to diverge silently elsewhere is exact here, or refused by name."""

import numpy as np
import pytest

from codesign.design.fixed_point import dequantize, overflow_integers
from codesign.emulator import emulate
from codesign.errors import UnsupportedLayerError
from codesign.lowering import lint, lower
from codesign.lowering.softmax import SoftmaxTables
from codesign.models.keras import keras, qkeras, quiet
from codesign.models.predict import predict
from codesign.training import snap_weights
from codesign.validation.compare import steps_of

pytestmark = pytest.mark.keras


def dense(name="dense", **options):
    bits = qkeras().quantized_bits
    options.setdefault("kernel_quantizer", bits(6, 0, alpha=1))
    options.setdefault("bias_quantizer", bits(6, 0, alpha=1))
    return qkeras().QDense(4, name=name, **options)


def activation(quantizer, name="activation"):
    return qkeras().QActivation(quantizer, name=name)


def model_of(*layers, first="quantized_bits(8,2,alpha=1)"):
    start = [] if first is None else [activation(first, "input_quantizer")]
    with quiet():
        tensor = source = keras().layers.Input((4,), name="x")
        for layer in (*start, *layers):
            tensor = layer(tensor)
        return keras().Model(source, tensor, name="matrix")


EXACT = {
    "kernel quantized_bits(6, 0, alpha=1)": lambda q: [dense()],
    "kernel quantized_bits(12, 3, alpha=1)": lambda q: [
        dense(kernel_quantizer=q.quantized_bits(12, 3, alpha=1))
    ],
    "kernel symmetric": lambda q: [dense(kernel_quantizer=q.quantized_bits(5, 1, 1, alpha=1))],
    "kernel keep_negative=0": lambda q: [
        dense(kernel_quantizer=q.quantized_bits(5, 1, keep_negative=0, alpha=1))
    ],
    "kernel ternary(alpha=1)": lambda q: [dense(kernel_quantizer=q.ternary(alpha=1))],
    "kernel binary(alpha=1)": lambda q: [dense(kernel_quantizer=q.binary(alpha=1))],
    "no bias": lambda q: [dense(use_bias=False)],
    "quantized_bits after a QDense": lambda q: [dense(), activation("quantized_bits(5,1,alpha=1)")],
    "quantized_relu": lambda q: [dense(), activation("quantized_relu(5,2)")],
    "quantized_relu inside a QDense": lambda q: [dense(activation="quantized_relu(5,2)")],
    "quantized_tanh": lambda q: [dense(), activation("quantized_tanh(5)")],
    "quantized_tanh symmetric": lambda q: [dense(), activation("quantized_tanh(5,0,1)")],
    "hard quantized_sigmoid": lambda q: [dense(), activation("quantized_sigmoid(5)")],
    "two activations in a row": lambda q: [
        dense(),
        activation("quantized_relu(7,3)", "relu"),
        activation("quantized_bits(4,2,alpha=1)", "again"),
    ],
    "plain ReLU": lambda q: [dense(), keras().layers.ReLU(name="relu"), dense("last")],
    "Dropout": lambda q: [dense(), keras().layers.Dropout(0.5), activation("quantized_relu(5,2)")],
}


@pytest.mark.parametrize("construct", EXACT)
def test_is_exact_in_range_and_past_it(construct):
    model = model_of(*EXACT[construct](qkeras()))
    rng = np.random.default_rng(len(construct))
    for layer in model.layers:
        layer.set_weights([rng.normal(0, 1, w.shape) for w in layer.get_weights()])
    snap_weights(model)
    raw = rng.integers(-1024, 1025, (2000, 4))

    network = lower(model)
    found = emulate(network, overflow_integers(raw, network.inputs[0].precision))

    expected = predict(model, dequantize(raw, network.inputs[0].precision), double=False)
    np.testing.assert_array_equal(steps_of(expected, network.precision(network.outputs[0])), found)


REFUSED = {
    "kernel alpha auto": (
        [lambda q: dense(kernel_quantizer=q.quantized_bits(6, 0, 1, alpha="auto"))],
        "dense: .*alpha='auto'.*write quantized_bits",
    ),
    "kernel alpha auto_po2": (
        [lambda q: dense(kernel_quantizer=q.quantized_bits(6, 0, 1, alpha="auto_po2"))],
        "alpha='auto_po2'",
    ),
    "kernel alpha left out, which QDense makes auto_po2": (
        [lambda q: dense(kernel_quantizer=q.quantized_bits(6, 0))],
        "alpha='auto_po2'",
    ),
    "kernel alpha 0.5": (
        [lambda q: dense(kernel_quantizer=q.quantized_bits(6, 0, alpha=0.5))],
        "alpha=0.5",
    ),
    "kernel ternary without alpha": (
        [lambda q: dense(kernel_quantizer=q.ternary())],
        r"ternary\(alpha=.*write ternary\(alpha=1\)",
    ),
    "kernel quantized_po2": (
        [lambda q: dense(kernel_quantizer=q.quantized_po2(4))],
        "weights quantized by quantized_po2",
    ),
    "kernel without quantizer": (
        [lambda q: dense(kernel_quantizer=None)],
        "dense: weights without a quantizer",
    ),
    "bias without quantizer": (
        [lambda q: dense(bias_quantizer=None)],
        r"dense \(bias\): weights without a quantizer",
    ),
    "kernel of a sign bit": (
        [lambda q: dense(kernel_quantizer=q.quantized_bits(1, 0, alpha=1))],
        "sign bit alone",
    ),
    "quantized_relu with a negative slope": (
        [lambda q: dense(), lambda q: activation(q.quantized_relu(6, 2, negative_slope=0.25))],
        "activation: quantized_relu.negative_slope=0.25",
    ),
    "quantized_relu with an upper bound": (
        [lambda q: dense(), lambda q: activation(q.quantized_relu(6, 2, relu_upper_bound=3))],
        "relu_upper_bound=3",
    ),
    "quantized_relu with sigmoid": (
        [lambda q: dense(), lambda q: activation(q.quantized_relu(6, 2, use_sigmoid=1))],
        "use_sigmoid=1",
    ),
    "quantized_relu_po2": (
        [lambda q: dense(), lambda q: activation(q.quantized_relu_po2(4))],
        "the activation quantized_relu_po2",
    ),
    "real tanh": (
        [lambda q: dense(), lambda q: activation(q.quantized_tanh(6, use_real_tanh=True))],
        "use_real_tanh",
    ),
    "real sigmoid": (
        [lambda q: dense(), lambda q: activation(q.quantized_sigmoid(6, use_real_sigmoid=True))],
        "use_real_sigmoid",
    ),
    "symmetric sigmoid": (
        [lambda q: dense(), lambda q: activation(q.quantized_sigmoid(6, symmetric=True))],
        "symmetric",
    ),
    "quantization noise": (
        [lambda q: dense(), lambda q: activation(q.quantized_relu(6, 2, qnoise_factor=0.5))],
        "qnoise_factor=0.5",
    ),
    "ReLU with a maximum": (
        [lambda q: dense(), lambda q: keras().layers.ReLU(6.0, name="relu6")],
        r"relu6: ReLU\(max_value=6.0\)",
    ),
    "LeakyReLU": (
        [lambda q: dense(), lambda q: keras().layers.LeakyReLU(name="leaky")],
        "leaky: a LeakyReLU layer",
    ),
    "float sigmoid": (
        [lambda q: dense(), lambda q: keras().layers.Activation("sigmoid", name="s")],
        "s: sigmoid on floating-point",
    ),
    "softmax inside": (
        [lambda q: dense(), lambda q: keras().layers.Softmax(name="s"), lambda q: dense("last")],
        "s: a softmax inside",
    ),
    "BatchNormalization": (
        [lambda q: dense(), lambda q: keras().layers.BatchNormalization(name="norm")],
        "norm: a BatchNormalization layer.*fold_batch_norm",
    ),
    "QBatchNormalization": (
        [lambda q: dense(), lambda q: q.QBatchNormalization(name="norm")],
        "norm: a QBatchNormalization layer",
    ),
    "float Dense": (
        [lambda q: keras().layers.Dense(3, name="float")],
        "float: a Dense layer.*QDense",
    ),
    "convolution": (
        [lambda q: keras().layers.Reshape((4, 1), name="r")],
        "r: a Reshape layer",
    ),
    "Lambda": ([lambda q: keras().layers.Lambda(lambda x: x, name="code")], "code: a Lambda layer"),
}


@pytest.mark.parametrize("construct", REFUSED)
def test_is_refused_by_name_with_the_remedy(construct):
    layers, message = REFUSED[construct]
    model = model_of(*(layer(qkeras()) for layer in layers))

    with pytest.raises(UnsupportedLayerError, match=message):
        lower(model)


def test_a_float_input_is_refused():
    model = model_of(dense(), first=None)

    with pytest.raises(
        UnsupportedLayerError, match="dense: the first layer is QDense.*QActivation"
    ):
        lower(model)


def test_every_complaint_is_made_at_once():
    relu = qkeras().quantized_relu(6, 2, negative_slope=0.25)
    model = model_of(
        dense(kernel_quantizer=None), activation(relu), keras().layers.BatchNormalization(name="n")
    )

    complaints = lint(model)

    assert [complaint.partition(":")[0] for complaint in complaints] == ["dense", "activation", "n"]


def test_a_branch_is_refused():
    with quiet():
        source = keras().layers.Input((4,))
        tensor = activation("quantized_bits(8,2,alpha=1)", "q")(source)
        sum_of = keras().layers.Add(name="sum")([dense("a")(tensor), dense("b")(tensor)])
        model = keras().Model(source, sum_of)

    with pytest.raises(UnsupportedLayerError, match="b: fed by q instead of a alone; only chains"):
        lower(model)


def test_a_softmax_at_the_end_leaves_the_logits():
    model = model_of(dense(), keras().layers.Softmax(name="s"))

    network = lower(model)

    assert network.outputs == ("dense",)


def test_a_softmax_with_tables_is_within_its_stated_error_of_the_float_softmax():
    model = model_of(dense(), keras().layers.Softmax(name="s"))
    rng = np.random.default_rng(3)
    inputs = rng.integers(-128, 128, (1000, 4))

    network = lower(model, softmax=SoftmaxTables())
    found = dequantize(emulate(network, inputs), network.layers[-1].precision)

    real = predict(model, dequantize(inputs, network.inputs[0].precision), double=False)
    assert np.abs(found - real).max() < 0.02
    # 1024 entries a table: the address of the inverse cuts the sum to 1/64
    assert (found.argmax(axis=1) == real.argmax(axis=1)).mean() > 0.97
