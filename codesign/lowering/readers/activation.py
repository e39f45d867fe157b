"""Readers of activation layers."""

from math import log2

from codesign.lowering.activations import FinalSoftmax, Rectify, function
from codesign.lowering.builder import Operation
from codesign.lowering.graph import Node
from codesign.lowering.refusal import refusal


def read_quantized(node: Node) -> list[Operation]:
    """Read a QActivation."""
    return function(node.name, node.layer.quantizer)


def read_function(node: Node) -> list[Operation]:
    """Read an Activation of Keras."""
    return function(node.name, node.layer.activation)


def read_softmax(node: Node) -> list[Operation]:
    """Read a Softmax of Keras."""
    if node.layer.axis != -1:
        raise refusal(node.name, f"a softmax over axis {node.layer.axis}", "use axis=-1")
    return [FinalSoftmax(name=node.name)]


def read_relu(node: Node) -> list[Operation]:
    """Read a ReLU of Keras, leaky or with a bound."""
    layer = node.layer
    if float(layer.threshold) != 0.0:
        raise refusal(node.name, f"ReLU(threshold={float(layer.threshold):g})", "use threshold=0")
    slope, bound = float(layer.negative_slope or 0.0), layer.max_value
    _check_slope(node, f"ReLU(negative_slope={slope:g})", slope)
    return [Rectify(name=node.name, slope=slope, bound=None if bound is None else float(bound))]


def read_leaky_relu(node: Node) -> list[Operation]:
    """Read a LeakyReLU of Keras."""
    slope = float(node.layer.alpha)
    _check_slope(node, f"LeakyReLU(alpha={slope:g})", slope)
    return [Rectify(name=node.name, slope=slope)]


def _check_slope(node: Node, construct: str, slope: float) -> None:
    if slope and not (0 < slope <= 1 and log2(slope).is_integer()):
        raise refusal(node.name, construct, "choose a slope of 1/2, 1/4, 1/8, ...")
