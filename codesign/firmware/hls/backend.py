"""The gate to hls4ml: from a quantized network to an HLS project, nothing changed on the way.

hls4ml's graph is built from the network directly; no Keras model is involved and neither Keras
nor TensorFlow is imported. Each node is a call of an HLS function, hls4ml's own or one of
``headers``, with its configuration written out here, so that no pass of hls4ml knows the node.
After hls4ml's passes have run, the graph is read back and compared with what was asked. The
project is written by the single steps of hls4ml's writers, without those that import Keras, write
absolute paths, or serve builds through a shell.
"""

import contextlib
import io
import shutil
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from hls4ml.backends import get_backend
from hls4ml.backends.template import FunctionCallTemplate, LayerConfigTemplate
from hls4ml.model import ModelGraph
from hls4ml.model.layers import Layer, register_layer
from hls4ml.model.types import NamedType

from codesign.design.hardware import Backend, HardwareConfig
from codesign.design.network import QuantizedNetwork
from codesign.errors import ValidationError
from codesign.firmware.hls.checks import check_design
from codesign.firmware.hls.csim_source import MAIN, Port, csim_source
from codesign.firmware.hls.design import HlsDesign, hls_design
from codesign.firmware.hls.kernel import Kernel
from codesign.firmware.hls.layers import KERNEL, layer_list, model_config
from codesign.firmware.hls.readback import check_graph
from codesign.firmware.hls.weights import weight_header

_HEADERS = Path(__file__).with_name("headers")
_SHORT = {"weight": "w", "bias": "b"}
_STEPS = (
    "write_project_dir",
    "write_project_cpp",
    "write_project_header",
    "write_defines",
    "write_parameters",
    "write_test_bench",
    "write_build_script",
    "write_nnet_utils",
    "write_generated_code",
)
_VITIS_STEPS = (
    "write_nnet_utils_overrides",
    "write_board_script_override",
    "write_build_prj_override",
    "write_build_opts",
)


class CodesignKernel(Layer):  # type: ignore[misc] # hls4ml is untyped
    """The node of a kernel: hls4ml's passes do not know it and leave it alone."""

    def initialize(self) -> None:
        """Make the output variables, the types of intermediate values, and the constants."""
        kernel = _kernel(self)
        for number, name in enumerate(kernel.tensors):
            suffix = "" if number == 0 else str(number + 1)
            variable = f"layer{{index}}_out{suffix}"
            self.add_output_variable(list(kernel.shape), out_name=name, var_name=variable)
        for name, _ in kernel.types:
            precision, type_name = self.model.config.get_precision(self, name)
            self.set_attr(f"{name}_t", NamedType(type_name, precision))
        for name, _ in kernel.constants:
            self.add_weights_variable(name=name, var_name=f"{_SHORT.get(name, name)}{{index}}")


class KernelConfig(LayerConfigTemplate):  # type: ignore[misc] # hls4ml is untyped
    """The configuration of a kernel in C++."""

    def __init__(self) -> None:
        super().__init__(CodesignKernel)

    def format(self, node: Any) -> str:
        """Return the C++ structure."""
        kernel = _kernel(node)
        names = [name for name, _ in (*kernel.types, *kernel.constants)]
        types = {name: str(node.get_attr(f"{name}_t").name) for name in names}
        return kernel.configuration(f"config{node.index}", types)


class KernelCall(FunctionCallTemplate):  # type: ignore[misc] # hls4ml is untyped
    """The call of a kernel in C++."""

    def __init__(self) -> None:
        super().__init__(CodesignKernel)

    def transform(self, model: Any, node: Any) -> Any:
        """Write the call and the headers it needs."""
        self.include_header = [f"nnet_utils/{name}" for name in _kernel(node).headers]
        return super().transform(model, node)

    def format(self, node: Any) -> str:
        """Return the C++ statement."""
        kernel = _kernel(node)
        inputs = [node.get_input_variable(name) for name in kernel.inputs]
        outputs = [node.get_output_variable(name) for name in kernel.tensors]
        types = [variable.type.name for variable in (*inputs, outputs[0])]
        constants = [node.get_weights(name) for name, _ in kernel.constants]
        arguments = [variable.name for variable in (*inputs, *outputs, *constants)]
        template = ", ".join([*types, f"config{node.index}"])
        return f"nnet::{kernel.function}<{template}>({', '.join(arguments)});"


def _kernel(node: Any) -> Kernel:
    kernel: Kernel = node.get_attr("kernel")
    return kernel


@cache
def _register() -> None:
    """Tell hls4ml about our node; Vitis uses the templates of Vivado."""
    register_layer(KERNEL, CodesignKernel)
    vivado = get_backend("Vivado")
    for template in (KernelConfig, KernelCall):
        vivado.register_template(template)


class HlsBackend:
    """hls4ml for Vitis HLS and Vivado HLS."""

    def supports(self, network: QuantizedNetwork, hardware: HardwareConfig) -> None:
        """Raise if the design cannot be built exactly as it is written.

        Raises:
            UnsupportedLayerError: If a layer has no exact counterpart.
            InvalidDesignError: If an option does not fit.
        """
        check_design(network, hardware)

    def write(self, network: QuantizedNetwork, hardware: HardwareConfig, folder: Path) -> None:
        """Write the HLS project and the program of its C simulation.

        Raises:
            ValidationError: If hls4ml changed, dropped or added anything.
        """
        _register()
        design = hls_design(network, hardware)
        printed = io.StringIO()
        with (
            warnings.catch_warnings(record=True) as warned,
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
        ):
            warnings.simplefilter("always")
            graph = _build(design, hardware, folder)
            _check_silence([str(warning.message) for warning in warned], printed.getvalue())
            check_graph(graph, design)
            _write(graph, hardware.backend, folder)
        _write_csim(graph, design, network, folder)


def _build(design: HlsDesign, hardware: HardwareConfig, folder: Path) -> Any:
    """Return hls4ml's graph after all its passes."""
    config = model_config(design, hardware, folder)
    inputs = [tensor.name for tensor in design.inputs]
    return ModelGraph.from_layer_list(config, layer_list(design), inputs, list(design.outputs))


def _check_silence(warned: list[str], printed: str) -> None:
    """Refuse what hls4ml only prints: each of its warnings says that it changed the design."""
    told = warned + [line for line in printed.splitlines() if "WARN" in line.upper()]
    if told:
        msg = f"hls4ml would not build what was asked: {'; '.join(told)}"
        raise ValidationError(msg)


def _write(graph: Any, backend: Backend, folder: Path) -> None:
    """Write hls4ml's files; none depends on the place, the time or what else is installed."""
    writer = graph.config.backend.writer
    for step in _STEPS + (_VITIS_STEPS if backend is Backend.VITIS else ()):
        getattr(writer, step)(graph)
    (folder / "build_lib.sh").unlink()
    for weight in graph.get_weight_variables():
        text = weight_header(weight.name, weight.type.name, weight.shape, list(weight))
        path = folder / "firmware" / "weights" / f"{weight.name}.h"
        path.write_text(text, encoding="utf-8")
    for header in sorted(_HEADERS.glob("*.h")):
        shutil.copyfile(header, folder / "firmware" / "nnet_utils" / header.name)


def _write_csim(graph: Any, design: HlsDesign, network: QuantizedNetwork, folder: Path) -> None:
    """Write the program of the C simulation."""
    text = csim_source(
        network.name,
        inputs=[_port(tensor.name, graph) for tensor in design.inputs],
        outputs=[_port(name, graph) for name in design.outputs],
        layers=[_port(layer.name, graph) for layer in network.layers],
        io_type=design.io_type,
    )
    (folder / MAIN).write_text(text, encoding="utf-8")


def _port(name: str, graph: Any) -> Port:
    variable = graph.graph[name].get_output_variable()
    return Port(name=name, type_name=str(variable.type.name), size=int(variable.size()))
