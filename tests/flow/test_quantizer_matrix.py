"""Every construct that is known to diverge silently elsewhere is exact here, or refused by name."""

import numpy as np
import pytest
from qkeras_reference import assert_exact, randomize

from codesign.design.fixed_point import dequantize
from codesign.design.intervals import largest_sum
from codesign.emulator import emulate
from codesign.errors import UnsupportedLayerError
from codesign.lowering import lint, lower
from codesign.lowering.softmax import SoftmaxTables
from codesign.models.keras import keras, qkeras, quiet
from codesign.models.predict import predict
from codesign.training import snap_weights

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


def kernel(quantizer):
    return lambda q: [dense(kernel_quantizer=quantizer(q))]


def after(quantizer):
    """Return a dense layer, the quantizer, and a layer that reads what it makes."""
    return lambda q: [dense(), activation(quantizer(q)), dense("last")]


def between(function):
    """Return a float function between two quantizers."""
    return lambda q: [
        dense(),
        activation("quantized_bits(10,4,alpha=1)", "before"),
        keras().layers.Activation(function, name="smooth"),
        activation("quantized_bits(7,3,alpha=1)", "behind"),
    ]


EXACT = {
    "kernel quantized_bits(6, 0, alpha=1)": lambda q: [dense()],
    "kernel quantized_bits(12, 3, alpha=1)": kernel(lambda q: q.quantized_bits(12, 3, alpha=1)),
    "kernel symmetric": kernel(lambda q: q.quantized_bits(5, 1, 1, alpha=1)),
    "kernel keep_negative=0": kernel(lambda q: q.quantized_bits(5, 1, keep_negative=0, alpha=1)),
    "kernel with more integer bits than bits": kernel(lambda q: q.quantized_bits(3, 5, alpha=1)),
    "kernel alpha 0.5": kernel(lambda q: q.quantized_bits(6, 0, alpha=0.5)),
    "kernel alpha one power of two a channel": kernel(
        lambda q: q.quantized_bits(6, 0, alpha=np.array([[0.25, 1.0, 2.0, 0.5]], dtype=np.float32))
    ),
    "kernel alpha auto_po2": kernel(lambda q: q.quantized_bits(6, 0, 1, alpha="auto_po2")),
    "kernel alpha auto_po2, keep_negative=0": kernel(
        lambda q: q.quantized_bits(6, 0, 1, keep_negative=0, alpha="auto_po2")
    ),
    "kernel alpha left out, which QDense makes auto_po2": kernel(lambda q: q.quantized_bits(6, 0)),
    "kernel of a sign bit": kernel(lambda q: q.quantized_bits(1, 0, alpha=1)),
    "kernel ternary(alpha=1)": kernel(lambda q: q.ternary(alpha=1)),
    "kernel ternary without alpha, which QDense makes auto_po2": kernel(lambda q: q.ternary()),
    "kernel binary(alpha=1)": kernel(lambda q: q.binary(alpha=1)),
    "kernel binary(alpha=0.25)": kernel(lambda q: q.binary(alpha=0.25)),
    "kernel binary auto_po2": kernel(lambda q: q.binary(alpha="auto_po2")),
    "kernel binary of 0 and 1": kernel(lambda q: q.binary(use_01=True, alpha=1)),
    "kernel quantized_po2": kernel(lambda q: q.quantized_po2(4)),
    "kernel quantized_po2 with a maximum": kernel(lambda q: q.quantized_po2(4, max_value=1)),
    "kernel quantized_po2, even exponents": kernel(
        lambda q: q.quantized_po2(4, quadratic_approximation=True)
    ),
    "kernel quantized_relu_po2": kernel(lambda q: q.quantized_relu_po2(3)),
    "bias auto_po2": lambda q: [dense(bias_quantizer=q.quantized_bits(6, 0, 1, alpha="auto_po2"))],
    "bias without alpha": lambda q: [dense(bias_quantizer=q.quantized_bits(6, 0))],
    "no bias": lambda q: [dense(use_bias=False)],
    "quantized_bits after a QDense": after(lambda q: "quantized_bits(5,1,alpha=1)"),
    "quantized_bits without alpha": after(lambda q: "quantized_bits(5,1)"),
    "quantized_bits keep_negative=0": after(
        lambda q: "quantized_bits(5,2,keep_negative=0,alpha=1)"
    ),
    "quantized_bits symmetric": after(lambda q: "quantized_bits(5,2,1,alpha=1)"),
    "quantized_bits of a sign bit": after(lambda q: "quantized_bits(1,0,alpha=1)"),
    "quantized_bits of bit 0 or 1": after(lambda q: "quantized_bits(1,0,keep_negative=0,alpha=1)"),
    "quantized_bits of large steps": after(lambda q: "quantized_bits(3,4,alpha=1)"),
    "quantized_relu": after(lambda q: "quantized_relu(5,2)"),
    "quantized_relu inside a QDense": lambda q: [dense(activation="quantized_relu(5,2)")],
    "quantized_relu with a negative slope": after(
        lambda q: q.quantized_relu(6, 2, negative_slope=0.25)
    ),
    "quantized_relu with the least negative slope": after(
        lambda q: q.quantized_relu(5, 1, negative_slope=0.0625)
    ),
    "quantized_relu with an upper bound that QKeras overrides": after(
        lambda q: q.quantized_relu(6, 2, relu_upper_bound=3)
    ),
    "quantized_relu with an upper bound": after(
        lambda q: q.quantized_relu(6, 2, relu_upper_bound=3, is_quantized_clip=False)
    ),
    "quantized_relu with sigmoid": after(lambda q: q.quantized_relu(6, 2, use_sigmoid=1)),
    "quantized_relu_po2": after(lambda q: q.quantized_relu_po2(4)),
    "quantized_relu_po2 with a maximum": after(lambda q: q.quantized_relu_po2(4, max_value=2)),
    "quantized_relu_po2 with a negative slope": after(
        lambda q: q.quantized_relu_po2(3, negative_slope=0.25)
    ),
    "quantized_po2": after(lambda q: q.quantized_po2(4)),
    "quantized_po2 downwards": after(lambda q: q.quantized_po2(4, log2_rounding="floor")),
    "quantized_hswish": after(lambda q: q.quantized_hswish(6, 2, alpha=1)),
    "ternary": after(lambda q: "ternary(alpha=1)"),
    "ternary without alpha": after(lambda q: "ternary()"),
    "ternary with a threshold": after(lambda q: "ternary(alpha=0.5,threshold=0.75)"),
    "binary": after(lambda q: "binary(alpha=1)"),
    "binary without alpha": after(lambda q: "binary()"),
    "binary of 0 and 1": after(lambda q: "binary(use_01=True,alpha=1)"),
    "binary_tanh": after(lambda q: "binary_tanh"),
    "quantized_tanh": after(lambda q: "quantized_tanh(5)"),
    "quantized_tanh symmetric": after(lambda q: "quantized_tanh(5,0,1)"),
    "real tanh": after(lambda q: q.quantized_tanh(6, use_real_tanh=True)),
    "real tanh symmetric": after(lambda q: q.quantized_tanh(6, symmetric=True, use_real_tanh=True)),
    "hard quantized_sigmoid": after(lambda q: "quantized_sigmoid(5)"),
    "real sigmoid": after(lambda q: q.quantized_sigmoid(6, use_real_sigmoid=True)),
    "symmetric sigmoid": after(lambda q: q.quantized_sigmoid(6, symmetric=True)),
    "two activations in a row": lambda q: [
        dense(),
        activation("quantized_relu(7,3)", "relu"),
        activation("quantized_bits(4,2,alpha=1)", "again"),
    ],
    "plain ReLU": lambda q: [dense(), keras().layers.ReLU(name="relu"), dense("last")],
    "ReLU with a maximum": lambda q: [dense(), keras().layers.ReLU(6.0, name="relu6")],
    "ReLU with a negative slope and a maximum": lambda q: [
        dense(),
        keras().layers.ReLU(2.5, negative_slope=0.125, name="relu"),
        dense("last"),
    ],
    "LeakyReLU with a power of two": lambda q: [
        dense(),
        keras().layers.LeakyReLU(0.25, name="leaky"),
        dense("last"),
    ],
    "Dropout": lambda q: [dense(), keras().layers.Dropout(0.5), activation("quantized_relu(5,2)")],
    **{
        f"float {function} between quantizers": between(function)
        for function in ("tanh", "sigmoid", "exponential", "softplus", "elu", "gelu", "swish")
    },
    "float tanh inside a QDense": lambda q: [
        dense(activation=keras().activations.tanh),
        activation("quantized_bits(6,0,alpha=1)"),
    ],
}


@pytest.mark.parametrize("construct", EXACT)
def test_is_exact_in_range_and_past_it(construct):
    assert_exact(model_of(*EXACT[construct](qkeras())), seed=len(construct), events=2000)


def wide(q):
    """Return a layer whose sums exceed the 24 bits of float32."""
    return dense("wide", kernel_quantizer=q.quantized_bits(18, 1, alpha=1))


WIDE = {
    "quantized_relu with an upper bound": lambda q: activation(
        q.quantized_relu(6, 2, relu_upper_bound=3, is_quantized_clip=False)
    ),
    "quantized_relu with a negative slope": lambda q: activation(
        q.quantized_relu(6, 2, negative_slope=0.25)
    ),
    "quantized_relu_po2": lambda q: activation(q.quantized_relu_po2(4)),
    "quantized_po2": lambda q: activation(q.quantized_po2(4)),
    "ternary": lambda q: activation("ternary()"),
    "binary": lambda q: activation("binary()"),
    "real tanh": lambda q: activation(q.quantized_tanh(6, use_real_tanh=True)),
    "real sigmoid": lambda q: activation(q.quantized_sigmoid(5, use_real_sigmoid=True)),
    "kernel auto_po2": lambda q: dense(kernel_quantizer=q.quantized_bits(5, 0, alpha="auto_po2")),
    "kernel ternary auto_po2": lambda q: dense(kernel_quantizer=q.ternary()),
    "kernel quantized_po2": lambda q: dense(kernel_quantizer=q.quantized_po2(4)),
}


@pytest.mark.parametrize("construct", WIDE)
def test_is_exact_behind_sums_that_float32_cannot_hold(construct):
    network = assert_exact(model_of(wide(qkeras()), WIDE[construct](qkeras()), dense("last")))

    assert largest_sum(network) > 2**24


def test_snapped_weights_keep_the_outputs_and_their_scale():
    model = model_of(dense(kernel_quantizer=qkeras().quantized_bits(4, 0, 1, alpha="auto_po2")))
    inputs = np.random.default_rng(1).normal(0, 2, (500, 4))
    for seed in range(20):
        randomize(model, np.random.default_rng(seed))
        before = predict(model, inputs, double=False)

        snap_weights(model)

        np.testing.assert_array_equal(predict(model, inputs, double=False), before)


REFUSED = {
    "kernel alpha auto": (
        [lambda q: dense(kernel_quantizer=q.quantized_bits(6, 0, 1, alpha="auto"))],
        "dense: .*alpha='auto'.*write quantized_bits.*auto_po2",
    ),
    "kernel alpha 0.3": (
        [lambda q: dense(kernel_quantizer=q.quantized_bits(6, 0, alpha=0.3))],
        "alpha=0.3.*no power of two",
    ),
    "kernel ternary auto": (
        [lambda q: dense(kernel_quantizer=q.ternary(alpha="auto"))],
        r"ternary\(alpha='auto'\)",
    ),
    "kernel quantized_po2 of 8 bits": (
        [lambda q: dense(kernel_quantizer=q.quantized_po2(8), kernel_initializer="zeros")],
        "dense: integers .* shifted left by 64 do not fit.*fewer bits",
    ),
    "kernel stochastic": (
        [lambda q: dense(kernel_quantizer=q.stochastic_ternary(alpha=1))],
        "weights quantized by stochastic_ternary",
    ),
    "kernel with negative integer bits": (
        [lambda q: dense(kernel_quantizer=q.quantized_bits(6, -1, alpha=1))],
        r"quantized_bits\(integer=-1\)",
    ),
    "kernel without quantizer": (
        [lambda q: dense(kernel_quantizer=None)],
        "dense: weights without a quantizer",
    ),
    "bias without quantizer": (
        [lambda q: dense(bias_quantizer=None)],
        r"dense \(bias\): weights without a quantizer",
    ),
    "activation alpha auto": (
        [lambda q: dense(), lambda q: activation(q.quantized_bits(6, 0, 1, alpha="auto"))],
        "activation: quantized_bits.alpha='auto'.*a scale that the data decide",
    ),
    "activation alpha 0.5": (
        [lambda q: dense(), lambda q: activation(q.quantized_bits(6, 0, alpha=0.5))],
        "activation: quantized_bits.alpha=0.5",
    ),
    "activation with negative integer bits": (
        [lambda q: dense(), lambda q: activation(q.quantized_relu(6, -2))],
        r"activation: quantized_relu\(integer=-2\).*write integer=0",
    ),
    "activation binary auto": (
        [lambda q: dense(), lambda q: activation(q.binary(alpha="auto_po2"))],
        r"activation: binary\(alpha='auto_po2'\)",
    ),
    "quantized_relu with a slope below its steps": (
        [lambda q: dense(), lambda q: activation(q.quantized_relu(4, 2, negative_slope=1 / 64))],
        "activation: quantized_relu.negative_slope=0.015625. of 4 bits.*a slope from 0.125 to 1",
    ),
    "quantized_relu with an upper bound off the grid": (
        [
            lambda q: dense(),
            lambda q: activation(
                q.quantized_relu(4, 2, relu_upper_bound=1.3, is_quantized_clip=False)
            ),
        ],
        "relu_upper_bound=1.3.*multiple of 0.25",
    ),
    "quantized_relu_po2 of 8 bits": (
        [lambda q: dense(), lambda q: activation(q.quantized_relu_po2(8))],
        "activation: quantized_relu_po2.8., whose smallest value is 2..-128",
    ),
    "quantized_ulaw": (
        [lambda q: dense(), lambda q: activation(q.quantized_ulaw(6))],
        "activation: the activation quantized_ulaw",
    ),
    "bernoulli": (
        [lambda q: dense(), lambda q: activation(q.bernoulli(alpha=1))],
        "activation: the activation bernoulli",
    ),
    "quantization noise": (
        [lambda q: dense(), lambda q: activation(q.quantized_relu(6, 2, qnoise_factor=0.5))],
        "qnoise_factor=0.5",
    ),
    "ReLU with a maximum off the grid": (
        [lambda q: dense(), lambda q: keras().layers.ReLU(1.3, name="relu")],
        r"relu: ReLU\(max_value=1.3\), off the grid",
    ),
    "ReLU with a threshold": (
        [lambda q: dense(), lambda q: keras().layers.ReLU(threshold=1.0, name="relu")],
        r"relu: ReLU\(threshold=1\)",
    ),
    "LeakyReLU": (
        [lambda q: dense(), lambda q: keras().layers.LeakyReLU(name="leaky")],
        r"leaky: LeakyReLU\(alpha=0.3\).*1/2, 1/4",
    ),
    "float sigmoid": (
        [lambda q: dense(), lambda q: keras().layers.Activation("sigmoid", name="s")],
        "s: sigmoid on floating-point",
    ),
    "float tanh before a layer": (
        [
            lambda q: dense(),
            lambda q: keras().layers.Activation("tanh", name="t"),
            lambda q: dense("last"),
        ],
        "t: tanh on floating-point numbers.*put a quantizer behind it",
    ),
    "a wide table": (
        [
            lambda q: dense(),
            lambda q: activation("quantized_bits(16,4,alpha=1)", "wide"),
            lambda q: activation(q.quantized_tanh(12, use_real_tanh=True)),
        ],
        "activation: a function of .* steps of wide in .*at most 14 bits before it",
    ),
    "softmax inside": (
        [lambda q: dense(), lambda q: keras().layers.Softmax(name="s"), lambda q: dense("last")],
        "s: a softmax inside",
    ),
    "softmax over another axis": (
        [lambda q: dense(), lambda q: keras().layers.Softmax(axis=1, name="s")],
        "s: a softmax over axis 1",
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
        [lambda q: keras().layers.Dense(3, name="plain")],
        "plain: a Dense layer.*QDense",
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
    bernoulli = qkeras().bernoulli(alpha=1)
    model = model_of(
        dense(kernel_quantizer=None),
        activation(bernoulli),
        keras().layers.BatchNormalization(name="n"),
    )

    complaints = lint(model)

    assert [complaint.partition(":")[0] for complaint in complaints] == ["dense", "activation", "n"]


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
