"""A design in hls4ml's words: plain dictionaries, every option of every layer written.

Nothing is left to a default: what a layer does not use is written out as well. The default
precision is one that no network can work with, so that a type that was forgotten is seen.
"""

from pathlib import Path
from typing import Any

from codesign.design.contract import NetworkInput
from codesign.design.hardware import Backend, HardwareConfig
from codesign.design.precision import Precision
from codesign.firmware.hls.design import HlsDesign
from codesign.firmware.hls.kernel import Kernel

KERNEL = "CodesignKernel"
BACKEND_NAMES = {Backend.VITIS: "Vitis", Backend.VIVADO: "Vivado"}
_NEVER = Precision(width=1, integer=1)


def model_config(design: HlsDesign, hardware: HardwareConfig, folder: Path) -> dict[str, Any]:
    """Return the configuration of hls4ml's graph."""
    return {
        "Backend": BACKEND_NAMES[hardware.backend],
        "ProjectName": design.name,
        "ProjectDir": f"{design.name}_prj",
        "OutputDir": str(folder),
        "Part": hardware.part.part,
        "ClockPeriod": float(hardware.clock.period_ns),
        "ClockUncertainty": f"{float(hardware.clock.uncertainty_percent)}%",
        "Version": "1.0.0",
        "MaximumSize": 4096,
        "Stamp": "codesign",
        "IOType": str(design.io_type),
        "TraceOutput": True,
        "HLSConfig": {
            "Model": _defaults(design),
            "LayerName": {node.name: _node_config(node) for node in design.nodes},
        },
        "WriterConfig": {
            "Namespace": None,
            "WriteWeightsTxt": False,
            "WriteTar": False,
            "WriteEmulationConstants": False,
            "TBOutputStream": "both",
        },
    }


def _defaults(design: HlsDesign) -> dict[str, Any]:
    return {
        "Precision": {"default": _NEVER.to_ap_fixed(), "maximum": _NEVER.to_ap_fixed()},
        "ReuseFactor": 1,
        "Strategy": "Latency",
        "BramFactor": 1_000_000_000,
        "Compression": 0,
        "TargetCycles": None,
        "ConvImplementation": "LineBuffer",
        "PipelineStyle": design.pipeline,
        "PipelineInterval": design.interval,
        "BitExact": False,
    }


def precisions(node: NetworkInput | Kernel) -> dict[str, Precision]:
    """Return every type of a node under its name."""
    return node.precisions if isinstance(node, Kernel) else {"result": node.precision}


def _node_config(node: NetworkInput | Kernel) -> dict[str, Any]:
    return {
        "Precision": {name: kind.to_ap_fixed() for name, kind in precisions(node).items()},
        "ReuseFactor": 1,
        "Strategy": "latency",
        "Compression": 0,
        "Trace": not isinstance(node, Kernel) or node.is_traced,
    }


def layer_list(design: HlsDesign) -> list[dict[str, Any]]:
    """Return the inputs and kernels of hls4ml's graph, in topological order."""
    return [_input(tensor) for tensor in design.inputs] + [
        _layer(kernel) for kernel in design.kernels
    ]


def _input(tensor: NetworkInput) -> dict[str, Any]:
    return {
        "class_name": "InputLayer",
        "name": tensor.name,
        "input_shape": list(tensor.shape),
        "inputs": ["input"],
    }


def _layer(kernel: Kernel) -> dict[str, Any]:
    # The values are copies, since hls4ml changes arrays in place.
    return {
        "class_name": KERNEL,
        "name": kernel.name,
        "inputs": list(kernel.inputs),
        "outputs": list(kernel.tensors),
        "kernel": kernel,
    } | {f"{name}_data": constant.real.copy() for name, constant in kernel.constants}
