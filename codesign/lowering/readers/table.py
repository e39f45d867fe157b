"""Which reader reads which Keras layer."""

from collections.abc import Callable
from dataclasses import replace

from codesign.errors import UnsupportedLayerError
from codesign.lowering.builder import Operation
from codesign.lowering.graph import Node
from codesign.lowering.readers.activation import (
    read_function,
    read_leaky_relu,
    read_quantized,
    read_relu,
    read_softmax,
)
from codesign.lowering.readers.merging import MERGES, read_merge
from codesign.lowering.readers.movement import (
    read_concatenate,
    read_flatten,
    read_nothing,
    read_permute,
    read_reshape,
    read_up_sampling,
    read_zero_padding,
)
from codesign.lowering.readers.pooling import read_global_pooling, read_pooling
from codesign.lowering.readers.recurrent import read_gru, read_lstm, read_simple_rnn
from codesign.lowering.readers.weighted import (
    read_conv,
    read_dense,
    read_depthwise,
    read_folded_conv,
    read_folded_depthwise,
    read_separable,
)
from codesign.lowering.refusal import refusal

Reader = Callable[[Node], list[Operation]]

TRAINING_ONLY = frozenset(
    {
        "ActivityRegularization",
        "AlphaDropout",
        "Dropout",
        "GaussianDropout",
        "GaussianNoise",
        "SpatialDropout1D",
        "SpatialDropout2D",
    }
)
_POSITION_BY_POSITION = frozenset({"QDense", "QActivation", "Activation", "ReLU"}) | TRAINING_ONLY


def read(node: Node) -> list[Operation]:
    """Return what a layer computes, as operations of which each reads the one before.

    Raises:
        CodesignError: If it cannot be lowered exactly.
    """
    if node.kind not in READERS:
        raise UnsupportedLayerError(_unsupported(node))
    if node.arguments:
        given = ", ".join(node.arguments)
        raise refusal(node.name, f"a call with {given}", "call the layer on its inputs alone")
    return READERS[node.kind](node)


def _read_time_distributed(node: Node) -> list[Operation]:
    inner = node.layer.layer
    if type(inner).__name__ not in _POSITION_BY_POSITION:
        raise refusal(
            node.name,
            f"TimeDistributed({type(inner).__name__})",
            "only dense and activation layers are applied position by position",
        )
    return read(replace(node, layer=inner))


READERS: dict[str, Reader] = {
    "Activation": read_function,
    "AveragePooling1D": read_pooling,
    "AveragePooling2D": read_pooling,
    "Concatenate": read_concatenate,
    "Flatten": read_flatten,
    "GlobalAveragePooling1D": read_global_pooling,
    "GlobalAveragePooling2D": read_global_pooling,
    "GlobalMaxPooling1D": read_global_pooling,
    "GlobalMaxPooling2D": read_global_pooling,
    "LeakyReLU": read_leaky_relu,
    "MaxPooling1D": read_pooling,
    "MaxPooling2D": read_pooling,
    "Permute": read_permute,
    "QActivation": read_quantized,
    "QAveragePooling2D": read_pooling,
    "QConv1D": read_conv,
    "QConv2D": read_conv,
    "QConv2DBatchnorm": read_folded_conv,
    "QDense": read_dense,
    "QDepthwiseConv2D": read_depthwise,
    "QDepthwiseConv2DBatchnorm": read_folded_depthwise,
    "QGRU": read_gru,
    "QGlobalAveragePooling2D": read_global_pooling,
    "QLSTM": read_lstm,
    "QSeparableConv1D": read_separable,
    "QSeparableConv2D": read_separable,
    "QSimpleRNN": read_simple_rnn,
    "ReLU": read_relu,
    "Reshape": read_reshape,
    "Softmax": read_softmax,
    "TimeDistributed": _read_time_distributed,
    "UpSampling1D": read_up_sampling,
    "UpSampling2D": read_up_sampling,
    "ZeroPadding1D": read_zero_padding,
    "ZeroPadding2D": read_zero_padding,
    **dict.fromkeys(MERGES, read_merge),
    **dict.fromkeys(TRAINING_ONLY, read_nothing),
}

_QUANTIZED_TWINS = frozenset(
    {"Conv1D", "Conv2D", "Dense", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"}
)
_REMEDIES = {
    "BatchNormalization": (
        "fold it: codesign.training.fold_batch_norm(model), or use QConv2DBatchnorm"
    ),
    "Functional": "call its layers one by one: nested models are not lowered",
    "Lambda": "express it in layers: code in a model is never executed",
    "Model": "call its layers one by one: nested models are not lowered",
    "PruneLowMagnitude": "strip it: codesign.training does, or tfmot's strip_pruning",
    "QBatchNormalization": "use BatchNormalization and codesign.training.fold_batch_norm",
    "QConv2DTranspose": "use UpSampling2D and QConv2D",
    "Sequential": "call its layers one by one: nested models are not lowered",
    "SlicingOpLambda": "express it in layers",
    "TFOpLambda": "use the layers Add, Subtract, Multiply, Concatenate and Reshape",
}


def _unsupported(node: Node) -> str:
    remedy = _REMEDIES.get(node.kind, "build the model of QKeras layers and QActivation")
    if node.kind in _QUANTIZED_TWINS:
        remedy = f"use Q{node.kind} with quantizers, or QKeras' model_quantize"
    return f"{node.name}: a {node.kind} layer cannot be lowered exactly; {remedy}"
