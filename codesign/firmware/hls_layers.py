"""A quantized network in hls4ml's words: plain dictionaries, every option of every layer written.

Nothing is left to a default: what a layer does not use is written out as well. The default
precision is one that no network can work with, so that a type that was forgotten is seen.
"""

from math import prod
from pathlib import Path
from typing import Any

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.hardware import Backend, HardwareConfig, Strategy
from codesign.design.layers import Activation, AnyLayer, Dense, Function, Softmax
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision

QUANTIZER = "CodesignQuantizer"
TABLE_SOFTMAX = "CodesignSoftmax"
CLASS_OF_FUNCTION = {
    Function.LINEAR: QUANTIZER,
    Function.RELU: "Activation",
    Function.HARD_SIGMOID: "HardActivation",
}
BACKEND_NAMES = {Backend.VITIS: "Vitis", Backend.VIVADO: "Vivado"}
_NEVER = Precision(width=1, integer=1)
_HALF = Precision(width=1, integer=0, signed=False)


def model_config(
    network: QuantizedNetwork, hardware: HardwareConfig, folder: Path
) -> dict[str, Any]:
    """Return the configuration of hls4ml's graph."""
    nodes = (*network.inputs, *network.layers)
    return {
        "Backend": BACKEND_NAMES[hardware.backend],
        "ProjectName": network.name,
        "ProjectDir": f"{network.name}_prj",
        "OutputDir": str(folder),
        "Part": hardware.part.part,
        "ClockPeriod": float(hardware.clock.period_ns),
        "ClockUncertainty": f"{float(hardware.clock.uncertainty_percent)}%",
        "Version": "1.0.0",
        "MaximumSize": 4096,
        "Stamp": "codesign",
        "IOType": str(hardware.io_type),
        "TraceOutput": True,
        "HLSConfig": {
            "Model": _defaults(network, hardware),
            "LayerName": {node.name: _node_config(node, network, hardware) for node in nodes},
        },
        "WriterConfig": {
            "Namespace": None,
            "WriteWeightsTxt": False,
            "WriteTar": False,
            "WriteEmulationConstants": False,
            "TBOutputStream": "both",
        },
    }


def pipeline(network: QuantizedNetwork, hardware: HardwareConfig) -> tuple[str, int | None]:
    """Return how the top function is scheduled: pragma and initiation interval.

    With strategy resource each layer is a process of its own with its own interval (dataflow);
    otherwise the whole function is one pipeline whose interval is the largest reuse factor.
    """
    dense = [hardware.layer(layer.name) for layer in network.layers if isinstance(layer, Dense)]
    if any(layer.strategy is Strategy.RESOURCE for layer in dense):
        return "dataflow", None
    return "pipeline", max((layer.reuse_factor or 1 for layer in dense), default=1)


def _defaults(network: QuantizedNetwork, hardware: HardwareConfig) -> dict[str, Any]:
    style, interval = pipeline(network, hardware)
    return {
        "Precision": {"default": _NEVER.to_ap_fixed(), "maximum": _NEVER.to_ap_fixed()},
        "ReuseFactor": 1,
        "Strategy": "Latency",
        "BramFactor": 1_000_000_000,
        "Compression": 0,
        "TargetCycles": None,
        "ConvImplementation": "LineBuffer",
        "PipelineStyle": style,
        "PipelineInterval": interval,
        "BitExact": False,
    }


def precisions(node: NetworkInput | AnyLayer, network: QuantizedNetwork) -> dict[str, Precision]:
    """Return every type of a layer under hls4ml's name for it."""
    result = {"result": node.precision}
    match node:
        case Dense():
            return result | {
                "accum": node.accumulator,
                "weight": node.kernel.precision,
                "bias": node.bias.precision,
            }
        case Softmax():
            return result | {
                "difference": node.difference,
                "exponentials": node.exponentials.precision,
                "sum": exact_sum(node.exponentials.precision, prod(node.shape)),
                "total": node.total,
                "inverses": node.inverses.precision,
            }
        case Activation(function=Function.HARD_SIGMOID):
            return result | {
                "table": network.precision(node.inputs[0]),
                "slope": _HALF,
                "shift": _HALF,
            }
        case Activation(function=Function.RELU):
            return result | {"table": network.precision(node.inputs[0])}
        case _:
            return result


def exact_sum(term: Precision, terms: int) -> Precision:
    """Return the format that holds the sum of any ``terms`` terms."""
    more = (terms - 1).bit_length()
    return Precision(width=term.width + more, integer=term.integer + more, signed=term.signed)


def _node_config(
    node: NetworkInput | AnyLayer, network: QuantizedNetwork, hardware: HardwareConfig
) -> dict[str, Any]:
    own = hardware.layer(node.name)
    dense = isinstance(node, Dense)
    types = {name: kind.to_ap_fixed() for name, kind in precisions(node, network).items()}
    config: dict[str, Any] = {
        "Precision": types,
        "ReuseFactor": own.reuse_factor if dense else 1,
        "Strategy": str(own.strategy if dense else Strategy.LATENCY),
        "Compression": 0,
        "Trace": True,
    }
    if "table" in types:
        config |= {"table_t": types["table"], "TableSize": 1}
    return config


def layer_list(network: QuantizedNetwork) -> list[dict[str, Any]]:
    """Return the inputs and layers of hls4ml's graph, in topological order."""
    return [_input(tensor) for tensor in network.inputs] + [
        _layer(layer, network) for layer in network.layers
    ]


def _input(tensor: NetworkInput) -> dict[str, Any]:
    return {
        "class_name": "InputLayer",
        "name": tensor.name,
        "input_shape": list(tensor.shape),
        "inputs": ["input"],
    }


def _layer(layer: AnyLayer, network: QuantizedNetwork) -> dict[str, Any]:
    common = {"name": layer.name, "inputs": list(layer.inputs), "n_in": prod(layer.shape)}
    match layer:
        case Dense():
            inputs, outputs = layer.kernel.values.shape
            return common | {
                "class_name": "Dense",
                "n_in": inputs,
                "n_out": outputs,
                "weight_data": _data(layer.kernel),
                "bias_data": _data(layer.bias),
            }
        case Softmax():
            return common | {
                "class_name": TABLE_SOFTMAX,
                "exponentials_data": _data(layer.exponentials),
                "inverses_data": _data(layer.inverses),
            }
        case Activation():
            return common | _activation(layer, network)


def _activation(layer: Activation, network: QuantizedNetwork) -> dict[str, Any]:
    options: dict[str, Any] = {
        "class_name": CLASS_OF_FUNCTION[layer.function],
        "activation": str(layer.function),
    }
    if layer.function is Function.HARD_SIGMOID:
        types = precisions(layer, network)
        options |= {
            "slope": 0.5,
            "shift": 0.5,
            "slope_prec": types["slope"].to_ap_fixed(),
            "shift_prec": types["shift"].to_ap_fixed(),
        }
    return options


def _data(constant: Constant) -> Any:
    """Return the real values of a constant, a copy since hls4ml changes arrays in place."""
    return constant.real.copy()
