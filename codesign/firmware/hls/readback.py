"""Read hls4ml's graph back after its passes and hold it against what was asked.

hls4ml deletes, merges, retypes and snaps, each with at most a print. Whatever it did that the
design did not ask for is an error here, before a file is written.
"""

from typing import Any

import numpy as np

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.hardware import IoType
from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError, ValidationError
from codesign.firmware.hls.design import HlsDesign
from codesign.firmware.hls.kernel import Kernel
from codesign.firmware.hls.layers import KERNEL, precisions


def check_graph(graph: Any, design: HlsDesign) -> None:
    """Raise if the graph differs from the design in a layer, a type, a weight or an option.

    Args:
        graph: hls4ml's ``ModelGraph`` after all its passes.
        design: What was asked for.

    Raises:
        ValidationError: Naming the layer, what was asked and what was found.
    """
    _expect(design.name, "layers", [node.name for node in design.nodes], list(graph.graph))
    _expect(design.name, "inputs", [node.name for node in design.inputs], list(graph.inputs))
    _expect(design.name, "outputs", list(design.outputs), list(graph.outputs))
    _expect(design.name, "pipeline style", design.pipeline, graph.config.pipeline_style)
    _expect(design.name, "initiation interval", design.interval, graph.config.pipeline_ii)
    for node in design.nodes:
        found = graph.graph[node.name]
        if isinstance(node, Kernel):
            _expect(node.name, "class", KERNEL, found.class_name)
            _check_kernel(found, node)
        else:
            _expect(node.name, "class", "Input", found.class_name)
        _check_types(found, node)
        _check_tensors(found, node, design.io_type)


def _check_kernel(found: Any, kernel: Kernel) -> None:
    """Compare what a node computes, of what, and with which options and constants."""
    _expect(kernel.name, "inputs", list(kernel.inputs), list(found.inputs))
    _expect(kernel.name, "outputs", list(kernel.tensors), list(found.outputs))
    call, configuration = found.get_attr("function_cpp"), found.get_attr("config_cpp")
    function = call.removeprefix("nnet::").partition("<")[0]
    _expect(kernel.name, "function", kernel.function, function)
    written = set(configuration.splitlines())
    types = {name: f"{kernel.name.lower()}_{name}_t" for name in kernel.precisions}
    del types["result"]
    for line in kernel.configuration(f"config{found.index}", types).splitlines():
        if line not in written:
            _expect(kernel.name, "its configuration", line, "none such")
    for name, constant in kernel.constants:
        _check_data(found, kernel.name, name, constant)


def _check_types(found: Any, node: NetworkInput | Kernel) -> None:
    """Compare the C++ type of every weight and intermediate value of a node."""
    constants = [name for name, _ in node.constants] if isinstance(node, Kernel) else []
    for name, asked in precisions(node).items():
        if name == "result":
            continue
        kind = found.get_weights(name).type if name in constants else found.get_attr(f"{name}_t")
        _expect(node.name, f"type {name}", str(asked), _precision_text(kind))


def _check_tensors(found: Any, node: NetworkInput | Kernel, io_type: IoType) -> None:
    """Compare shape, type and packing of every tensor that a node makes."""
    for name in node.tensors if isinstance(node, Kernel) else (node.name,):
        variable = found.get_output_variable(name)
        _expect(node.name, "type result", str(node.precision), _precision_text(variable.type))
        _expect(node.name, "shape", list(node.shape), list(variable.shape))
        if io_type is IoType.STREAM:
            packet = variable.type.n_elem * variable.type.n_pack
            _expect(node.name, "elements a packet", node.shape[-1], packet)


def _precision_text(kind: Any) -> str:
    """Return a type as it stands in C++, in our words."""
    text = kind.precision.definition_cpp()
    try:
        return str(Precision.from_text(text.replace(",0>", ">") if "AP_" in text else text))
    except InvalidDesignError:
        return str(text)


def _check_data(found: Any, layer: str, name: str, asked: Constant) -> None:
    data = np.asarray(found.get_weights(name).data)
    if data.shape != asked.real.shape or not np.array_equal(data, asked.real):
        _expect(layer, f"values of {name}", "those of the network", "others")


def _expect(layer: str, what: str, asked: object, found: object) -> None:
    if asked != found:
        msg = f"{layer}: hls4ml changed {what}: asked for {asked}, found {found}; do not build it"
        raise ValidationError(msg)
