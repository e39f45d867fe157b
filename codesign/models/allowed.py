"""What a model file may contain, checked on its configuration before Keras sees it.

A Keras file can carry code: a Lambda layer is Python bytecode that runs when the file is loaded,
and legacy Keras runs it even in safe mode; QKeras looks names up among everything its module
imports. So the configuration is read as plain data and held against lists of known names.
"""

import re
from typing import Any

from codesign.errors import UnsupportedLayerError

CONTAINERS = frozenset({"Functional", "Model", "Sequential"})
QKERAS_LAYERS = frozenset(
    """
    QActivation QAveragePooling2D QBatchNormalization QConv1D QConv2D QConv2DBatchnorm QDense
    QDepthwiseConv2D QDepthwiseConv2DBatchnorm QGRU QGlobalAveragePooling2D QLSTM QSeparableConv1D
    QSeparableConv2D QSimpleRNN
    """.split()  # noqa: SIM905
)
LAYERS = QKERAS_LAYERS | frozenset(
    """
    Activation ActivityRegularization Add AlphaDropout Average AveragePooling1D AveragePooling2D
    BatchNormalization Concatenate Conv1D Conv2D Dense DepthwiseConv2D Dropout Flatten
    GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D GlobalMaxPooling1D
    GlobalMaxPooling2D InputLayer LeakyReLU MaxPooling1D MaxPooling2D Maximum Minimum Multiply
    Permute ReLU Reshape SeparableConv1D SeparableConv2D Softmax SpatialDropout1D SpatialDropout2D
    Subtract TimeDistributed UpSampling1D UpSampling2D ZeroPadding1D ZeroPadding2D
    """.split()  # noqa: SIM905
)
QUANTIZERS = frozenset(
    {
        "bernoulli",
        "binary",
        "quantized_bits",
        "quantized_hswish",
        "quantized_linear",
        "quantized_po2",
        "quantized_relu",
        "quantized_relu_po2",
        "quantized_sigmoid",
        "quantized_tanh",
        "quantized_ulaw",
        "stochastic_binary",
        "stochastic_ternary",
        "ternary",
    }
)
ARRAY = "__numpy__"
"""What Keras calls an array written as numbers, e.g. scales of a quantizer."""
_OTHERS = frozenset({ARRAY}) | frozenset(
    """
    Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity LecunNormal LecunUniform Ones
    Orthogonal QInitializer RandomNormal RandomUniform TruncatedNormal VarianceScaling Zeros
    L1 L1L2 L2 l1 l1_l2 l2 Clip MaxNorm MinMaxNorm NonNeg UnitNorm DTypePolicy Policy
    """.split()  # noqa: SIM905
)
_NAMED_FUNCTION = re.compile(r"[a-z_0-9]+")
_QUANTIZER_CALL = re.compile(r"(?P<name>[a-z_0-9]+)\([\w\s.,=+\-'\"]*\)")


def check_config(config: object, *, place: str) -> None:
    """Check a model's configuration against the lists of known names; nothing is executed.

    Args:
        config: Plain data: what ``json.loads`` made of the configuration.
        place: The file, for the message.

    Raises:
        UnsupportedLayerError: At the first name outside the lists.
    """
    _check(config, place, "the model", "")


def _check(node: object, place: str, layer: str, key: str) -> None:
    if isinstance(node, dict):
        layer = _layer_name(node, layer)
        if "class_name" in node:
            _check_class(node, place, layer)
        for name, value in node.items():
            _check(value, place, layer, str(name))
    elif isinstance(node, list):
        for value in node:
            _check(value, place, layer, key)
    elif isinstance(node, str) and (key == "activation" or key.endswith("quantizer")):
        _check_function(node, place, layer)


def _layer_name(node: dict[str, Any], outer: str) -> str:
    config = node.get("config")
    if isinstance(config, dict) and isinstance(config.get("name"), str):
        return str(config["name"])
    return outer


def _check_class(node: dict[str, Any], place: str, layer: str) -> None:
    found = node["class_name"]
    if found in CONTAINERS | LAYERS | QUANTIZERS | _OTHERS:
        return
    if found == "function":
        _check_function(str(node.get("config")), place, layer)
        return
    why = "; it carries code, which is never executed" if found == "Lambda" else ""
    msg = (
        f"{place}: {layer}: {found!r} is not a construct that codesign reads{why}; "
        f"build the model of {', '.join(sorted(LAYERS))}"
    )
    raise UnsupportedLayerError(msg)


def _check_function(text: str, place: str, layer: str) -> None:
    call = _QUANTIZER_CALL.fullmatch(text.strip())
    if _NAMED_FUNCTION.fullmatch(text.strip()) or (call and call["name"] in QUANTIZERS):
        return
    msg = f"{place}: {layer}: {text!r} is neither a named function nor a quantizer of QKeras"
    raise UnsupportedLayerError(msg)
