"""Every layer of a trigger network is exact, in range and past it, or refused by name."""

import numpy as np
import pytest
from qkeras_reference import assert_exact, randomize

from codesign.errors import UnsupportedLayerError
from codesign.lowering import lint, lower
from codesign.models import load_model, save_model
from codesign.models.keras import keras, qkeras, quiet
from codesign.models.predict import predict_outputs

pytestmark = pytest.mark.keras

LINE, IMAGE = (12, 3), (8, 6, 3)


def quantizers(**names):
    return {name: f"quantized_bits({bits},alpha=1)" for name, bits in names.items()}


WEIGHTS = quantizers(kernel_quantizer="5,0", bias_quantizer="6,1")
DEPTHWISE = quantizers(depthwise_quantizer="5,0", bias_quantizer="6,1")
SEPARABLE = quantizers(depthwise_quantizer="4,0", pointwise_quantizer="5,0", bias_quantizer="6,1")


def activation(name="activation", quantizer="quantized_relu(6,3)"):
    return qkeras().QActivation(quantizer, name=name)


def model_of(shape, *layers, first="quantized_bits(6,2,alpha=1)"):
    with quiet():
        tensor = source = keras().layers.Input(shape, name="x")
        for layer in ([activation("q", first)] if first else []) + list(layers):
            tensor = layer(tensor)
        return keras().Model(source, tensor, name="matrix")


EXACT = {
    "QDense of rank 2": (LINE, lambda q, k: [q.QDense(4, **WEIGHTS), activation()]),
    "TimeDistributed QDense": (
        LINE,
        lambda q, k: [k.TimeDistributed(q.QDense(4, **WEIGHTS), name="td"), activation()],
    ),
    "TimeDistributed QActivation": (
        LINE,
        lambda q, k: [k.TimeDistributed(activation("inner"), name="td")],
    ),
    "QConv1D": (LINE, lambda q, k: [q.QConv1D(4, 3, **WEIGHTS), activation()]),
    "QConv1D same, strides 2": (
        LINE,
        lambda q, k: [q.QConv1D(4, 4, strides=2, padding="same", **WEIGHTS), activation()],
    ),
    "QConv1D causal": (LINE, lambda q, k: [q.QConv1D(4, 3, padding="causal", **WEIGHTS)]),
    "QConv2D": (IMAGE, lambda q, k: [q.QConv2D(4, 3, **WEIGHTS), activation()]),
    "QConv2D same, strides 2 and 3": (
        IMAGE,
        lambda q, k: [q.QConv2D(4, (3, 2), strides=(2, 3), padding="same", **WEIGHTS)],
    ),
    "QConv2D pointwise without bias": (
        IMAGE,
        lambda q, k: [
            q.QConv2D(5, 1, use_bias=False, kernel_quantizer="quantized_bits(4,0,alpha=1)")
        ],
    ),
    "QConv2D with an activation inside": (
        IMAGE,
        lambda q, k: [q.QConv2D(4, 3, activation="quantized_relu(5,2)", **WEIGHTS)],
    ),
    "QDepthwiseConv2D": (
        IMAGE,
        lambda q, k: [q.QDepthwiseConv2D(3, strides=2, padding="same", **DEPTHWISE), activation()],
    ),
    "QDepthwiseConv2D with a multiplier": (
        IMAGE,
        lambda q, k: [q.QDepthwiseConv2D((2, 3), depth_multiplier=2, **DEPTHWISE)],
    ),
    "QDepthwiseConv2D without bias": (
        IMAGE,
        lambda q, k: [
            q.QDepthwiseConv2D(2, use_bias=False, depthwise_quantizer="quantized_bits(4,0,alpha=1)")
        ],
    ),
    "QSeparableConv1D": (LINE, lambda q, k: [q.QSeparableConv1D(4, 3, **SEPARABLE), activation()]),
    "QSeparableConv2D": (
        IMAGE,
        lambda q, k: [
            q.QSeparableConv2D(4, 3, depth_multiplier=2, padding="same", **SEPARABLE),
            activation(),
        ],
    ),
    "QConv2DBatchnorm": (IMAGE, lambda q, k: [q.QConv2DBatchnorm(4, 3, **WEIGHTS), activation()]),
    "QConv2DBatchnorm without bias": (
        IMAGE,
        lambda q, k: [q.QConv2DBatchnorm(4, 2, use_bias=False, padding="same", **WEIGHTS)],
    ),
    "QDepthwiseConv2DBatchnorm": (
        IMAGE,
        lambda q, k: [q.QDepthwiseConv2DBatchnorm(3, **DEPTHWISE), activation()],
    ),
    "QConv2DBatchnorm of sums that float32 cannot hold": (
        IMAGE,
        lambda q, k: [
            q.QConv2D(2, 2, name="wide", **quantizers(kernel_quantizer="18,1"), use_bias=False),
            q.QConv2DBatchnorm(4, 3, **WEIGHTS),
            activation(),
        ],
    ),
    "QDepthwiseConv2DBatchnorm with a multiplier": (
        IMAGE,
        lambda q, k: [q.QDepthwiseConv2DBatchnorm(2, depth_multiplier=2, **DEPTHWISE)],
    ),
    "MaxPooling1D": (LINE, lambda q, k: [k.MaxPooling1D(3)]),
    "MaxPooling2D same": (IMAGE, lambda q, k: [k.MaxPooling2D((3, 4), 2, padding="same")]),
    "MaxPooling2D overlapping": (IMAGE, lambda q, k: [k.MaxPooling2D(3, 1), activation()]),
    "AveragePooling1D": (LINE, lambda q, k: [k.AveragePooling1D(4), activation()]),
    "AveragePooling2D": (IMAGE, lambda q, k: [k.AveragePooling2D((4, 2))]),
    "AveragePooling2D same that fits": (
        IMAGE,
        lambda q, k: [k.AveragePooling2D(2, padding="same"), activation()],
    ),
    "QAveragePooling2D": (
        IMAGE,
        lambda q, k: [
            q.QAveragePooling2D(
                2,
                average_quantizer=q.quantized_bits(8, 0, alpha=1),
                activation=q.quantized_bits(6, 1, alpha=1),
            )
        ],
    ),
    "QAveragePooling2D without quantizers": (IMAGE, lambda q, k: [q.QAveragePooling2D(2)]),
    "GlobalMaxPooling1D": (LINE, lambda q, k: [k.GlobalMaxPooling1D()]),
    "GlobalMaxPooling2D kept": (IMAGE, lambda q, k: [k.GlobalMaxPooling2D(keepdims=True)]),
    "GlobalAveragePooling1D": ((16, 3), lambda q, k: [k.GlobalAveragePooling1D(), activation()]),
    "GlobalAveragePooling2D": ((8, 4, 3), lambda q, k: [k.GlobalAveragePooling2D()]),
    "QGlobalAveragePooling2D": (
        (4, 4, 3),
        lambda q, k: [
            q.QGlobalAveragePooling2D(
                average_quantizer=q.quantized_bits(8, 0, alpha=1),
                activation=q.quantized_relu(6, 2),
            )
        ],
    ),
    "ZeroPadding1D": (LINE, lambda q, k: [k.ZeroPadding1D((1, 2)), q.QConv1D(4, 3, **WEIGHTS)]),
    "ZeroPadding2D": (
        IMAGE,
        lambda q, k: [k.ZeroPadding2D(((0, 1), (2, 0))), q.QConv2D(4, 3, **WEIGHTS)],
    ),
    "UpSampling1D": (LINE, lambda q, k: [k.UpSampling1D(3)]),
    "UpSampling2D": (IMAGE, lambda q, k: [k.UpSampling2D((2, 3))]),
    "Flatten": (IMAGE, lambda q, k: [k.Flatten(), q.QDense(3, **WEIGHTS)]),
    "Reshape": (IMAGE, lambda q, k: [k.Reshape((6, -1)), q.QConv1D(4, 3, **WEIGHTS)]),
    "Permute": (IMAGE, lambda q, k: [k.Permute((3, 1, 2)), q.QDense(3, **WEIGHTS)]),
    "Dropout and noise": (
        LINE,
        lambda q, k: [
            k.Dropout(0.5),
            k.SpatialDropout1D(0.5),
            q.QConv1D(4, 3, **WEIGHTS),
            k.GaussianNoise(0.1),
            activation(),
        ],
    ),
}


def built(construct):
    shape, layers = EXACT[construct]
    with quiet():
        return model_of(shape, *layers(qkeras(), keras().layers))


@pytest.mark.parametrize("construct", EXACT)
def test_is_exact_in_range_and_past_it(construct):
    assert_exact(built(construct), seed=len(construct))


@pytest.mark.parametrize("construct", EXACT)
def test_survives_saving_and_loading(construct, tmp_path):
    model = built(construct)
    rng = np.random.default_rng(1)
    randomize(model, rng)
    inputs = [rng.normal(0, 2, (10, *model.input_shape[1:]))]

    loaded = load_model(save_model(model, tmp_path / "model"))

    expected = predict_outputs(model, inputs, double=False)
    np.testing.assert_array_equal(predict_outputs(loaded, inputs, double=False), expected)


REFUSED = {
    "dilation": (
        IMAGE,
        lambda q, k: [q.QConv2D(4, 3, dilation_rate=2, name="conv", **WEIGHTS)],
        r"conv: dilation_rate=\(2, 2\) cannot be lowered exactly; use strides",
    ),
    "dilation in one dimension": (
        LINE,
        lambda q, k: [q.QConv1D(4, 3, dilation_rate=2, name="conv", **WEIGHTS)],
        r"conv: dilation_rate=\(2,\)",
    ),
    "depthwise dilation": (
        IMAGE,
        lambda q, k: [q.QDepthwiseConv2D(2, dilation_rate=(2, 2), name="conv", **DEPTHWISE)],
        "conv: dilation_rate",
    ),
    "an average of nine": (
        IMAGE,
        lambda q, k: [k.AveragePooling2D(3, name="pool")],
        "pool: an average over 9 values .*choose a window of 2, 4, 8",
    ),
    "a padded average": (
        LINE,
        lambda q, k: [k.AveragePooling1D(8, padding="same", name="pool")],
        'pool: padding="same" of averages .*padding="valid"',
    ),
    "a global average of 48": (
        IMAGE,
        lambda q, k: [k.GlobalAveragePooling2D(name="pool")],
        "pool: an average over 48 values",
    ),
    "an average_quantizer that is too narrow": (
        IMAGE,
        lambda q, k: [
            q.QAveragePooling2D(4, average_quantizer=q.quantized_bits(3, 0, alpha=1), name="pool")
        ],
        "pool: an average_quantizer that makes 0 of 1/16 .*bits to hold it",
    ),
    "bilinear up-sampling": (
        IMAGE,
        lambda q, k: [k.UpSampling2D(2, interpolation="bilinear", name="up")],
        "up: interpolation='bilinear'",
    ),
    "a float convolution": (
        IMAGE,
        lambda q, k: [k.Conv2D(3, 2, name="conv")],
        "conv: a Conv2D layer .*use QConv2D",
    ),
    "a kernel without a quantizer": (
        IMAGE,
        lambda q, k: [q.QSeparableConv2D(3, 2, name="conv")],
        r"conv \(depthwise kernel\): weights without a quantizer",
    ),
    "TimeDistributed convolution": (
        (4, 8, 3),
        lambda q, k: [k.TimeDistributed(q.QConv1D(2, 3, **WEIGHTS), name="td")],
        r"td: TimeDistributed\(QConv1D\)",
    ),
    "LayerNormalization": (
        LINE,
        lambda q, k: [k.LayerNormalization(name="norm")],
        "norm: a LayerNormalization layer",
    ),
    "BatchNormalization after a convolution": (
        IMAGE,
        lambda q, k: [q.QConv2D(3, 2, **WEIGHTS), k.BatchNormalization(name="norm")],
        "norm: a BatchNormalization layer .*QConv2DBatchnorm",
    ),
    "QBatchNormalization": (
        IMAGE,
        lambda q, k: [q.QConv2D(3, 2, **WEIGHTS), q.QBatchNormalization(name="norm")],
        "norm: a QBatchNormalization layer",
    ),
    "Cropping": (
        IMAGE,
        lambda q, k: [k.Cropping2D(1, name="crop")],
        "crop: a Cropping2D layer",
    ),
}


@pytest.mark.parametrize("construct", REFUSED)
def test_is_refused_by_name_with_the_remedy(construct):
    shape, layers, message = REFUSED[construct]
    with quiet():
        model = model_of(shape, *layers(qkeras(), keras().layers))

    with pytest.raises(UnsupportedLayerError, match=message):
        lower(model)


def test_every_complaint_is_made_at_once():
    with quiet():
        model = model_of(
            IMAGE,
            qkeras().QConv2D(3, 2, name="a", dilation_rate=2, **WEIGHTS),
            keras().layers.AveragePooling2D(3, name="b"),
            keras().layers.Lambda(lambda x: x, name="c"),
        )

    complaints = lint(model)

    assert [complaint.partition(":")[0] for complaint in complaints] == ["a", "b", "c"]


def test_an_input_of_open_length_is_refused():
    with quiet():
        model = model_of((None, 3), keras().layers.UpSampling1D(2))

    with pytest.raises(UnsupportedLayerError, match=r"x: an input of shape \(None, 3\)"):
        lower(model)
