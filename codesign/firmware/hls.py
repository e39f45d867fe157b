"""The gate to hls4ml: from a quantized network to an HLS project, nothing changed on the way.

hls4ml's graph is built from the network directly; no Keras model is involved and neither Keras
nor TensorFlow is imported. After hls4ml's passes have run, the graph is read back and compared
with what was asked. The project is written by the single steps of hls4ml's writers, without those
that import Keras, write absolute paths, or serve builds through a shell.
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
from hls4ml.model.attributes import Attribute, TypeAttribute, WeightAttribute
from hls4ml.model.layers import Layer, register_layer

from codesign.design.hardware import Backend, HardwareConfig
from codesign.design.network import QuantizedNetwork
from codesign.errors import ValidationError
from codesign.firmware.csim_source import MAIN, Port, csim_source
from codesign.firmware.hls_checks import check_design
from codesign.firmware.hls_layers import QUANTIZER, TABLE_SOFTMAX, layer_list, model_config
from codesign.firmware.hls_readback import check_graph

_SOFTMAX_HEADER = "codesign_softmax.h"
_STEPS = (
    "write_project_dir",
    "write_project_cpp",
    "write_project_header",
    "write_weights",
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


class CodesignQuantizer(Layer):  # type: ignore[misc] # hls4ml is untyped
    """The identity, then rounding and overflow: hls4ml's passes leave it alone."""

    _expected_attributes = [Attribute("n_in")]  # noqa: RUF012 - hls4ml's protocol

    def initialize(self) -> None:
        """Make the output variable."""
        self.add_output_variable(self.get_input_variable().shape)


class CodesignSoftmax(Layer):  # type: ignore[misc] # hls4ml is untyped
    """Softmax by the network's own tables."""

    _expected_attributes = [  # noqa: RUF012 - hls4ml's protocol
        Attribute("n_in"),
        TypeAttribute("difference"),
        TypeAttribute("sum"),
        TypeAttribute("total"),
        TypeAttribute("exponentials"),
        TypeAttribute("inverses"),
        WeightAttribute("exponentials"),
        WeightAttribute("inverses"),
    ]

    def initialize(self) -> None:
        """Make the output variable, the types of the addresses, and the tables."""
        self.add_output_variable(self.get_input_variable().shape)
        for name in ("difference", "sum", "total"):
            self._set_type_t(name)
        self.add_weights_variable(name="exponentials", var_name="e{index}")
        self.add_weights_variable(name="inverses", var_name="v{index}")


class QuantizerConfig(LayerConfigTemplate):  # type: ignore[misc] # hls4ml is untyped
    """The configuration of a quantizer in C++."""

    def __init__(self) -> None:
        super().__init__(CodesignQuantizer)

    def format(self, node: Any) -> str:
        """Return the C++ structure."""
        return (
            f"struct config{node.index} : nnet::activ_config {{\n"
            f"    static const unsigned n_in = {node.get_attr('n_in')};\n"
            f"    static const unsigned io_type = nnet::io_parallel;\n"
            f"    static const unsigned reuse_factor = 1;\n"
            "};\n"
        )


class QuantizerCall(FunctionCallTemplate):  # type: ignore[misc] # hls4ml is untyped
    """The call of a quantizer in C++."""

    def __init__(self) -> None:
        super().__init__(CodesignQuantizer, include_header=["nnet_utils/nnet_activation.h"])

    def format(self, node: Any) -> str:
        """Return the C++ statement."""
        names = self._default_function_params(node)
        call = "nnet::linear<{input_t}, {output_t}, {config}>({input}, {output});"
        return call.format(**names)


class SoftmaxConfig(LayerConfigTemplate):  # type: ignore[misc] # hls4ml is untyped
    """The configuration of a table softmax in C++."""

    def __init__(self) -> None:
        super().__init__(CodesignSoftmax)

    def format(self, node: Any) -> str:
        """Return the C++ structure."""
        types = ("difference", "sum", "total", "exponentials", "inverses")
        typedefs = [f"    typedef {node.get_attr(f'{name}_t').name} {name}_t;" for name in types]
        sizes = [
            f"    static const unsigned n_{name} = {node.get_weights(name).data_length};"
            for name in ("exponentials", "inverses")
        ]
        lines = [
            f"struct config{node.index} {{",
            f"    static const unsigned n_in = {node.get_attr('n_in')};",
            *sizes,
            *typedefs,
            "};\n",
        ]
        return "\n".join(lines)


class SoftmaxCall(FunctionCallTemplate):  # type: ignore[misc] # hls4ml is untyped
    """The call of a table softmax in C++."""

    def __init__(self) -> None:
        super().__init__(CodesignSoftmax, include_header=[f"nnet_utils/{_SOFTMAX_HEADER}"])

    def format(self, node: Any) -> str:
        """Return the C++ statement."""
        names = self._default_function_params(node)
        tables = ", ".join(node.get_weights(name).name for name in ("exponentials", "inverses"))
        call = "nnet::table_softmax<{input_t}, {output_t}, {config}>({input}, {output}, {tables});"
        return call.format(tables=tables, **names)


@cache
def _register() -> None:
    """Tell hls4ml about our layers; Vitis uses the templates of Vivado."""
    register_layer(QUANTIZER, CodesignQuantizer)
    register_layer(TABLE_SOFTMAX, CodesignSoftmax)
    vivado = get_backend("Vivado")
    for template in (QuantizerConfig, QuantizerCall, SoftmaxConfig, SoftmaxCall):
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
        printed = io.StringIO()
        with (
            warnings.catch_warnings(record=True) as warned,
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
        ):
            warnings.simplefilter("always")
            graph = _build(network, hardware, folder)
            _check_silence(warned, printed.getvalue())
            check_graph(graph, network, hardware)
            _write(graph, hardware.backend, folder)
        _write_csim(graph, network, folder)


def _build(network: QuantizedNetwork, hardware: HardwareConfig, folder: Path) -> Any:
    """Return hls4ml's graph after all its passes."""
    config = model_config(network, hardware, folder)
    convert = get_backend(config["Backend"]).convert_precision_string
    layers = layer_list(network)
    for layer in layers:
        for key in ("slope_prec", "shift_prec"):
            if key in layer:
                layer[key] = convert(layer[key])
    inputs = [tensor.name for tensor in network.inputs]
    return ModelGraph.from_layer_list(config, layers, inputs, list(network.outputs))


def _check_silence(warned: list[warnings.WarningMessage], printed: str) -> None:
    """Refuse what hls4ml only prints: each of its warnings says that it changed the design."""
    told = [str(warning.message) for warning in warned]
    told += [line for line in printed.splitlines() if "WARN" in line.upper()]
    if told:
        msg = f"hls4ml would not build what was asked: {'; '.join(told)}"
        raise ValidationError(msg)


def _write(graph: Any, backend: Backend, folder: Path) -> None:
    """Write hls4ml's files; none depends on the place, the time or what else is installed."""
    writer = graph.config.backend.writer
    for step in _STEPS + (_VITIS_STEPS if backend is Backend.VITIS else ()):
        getattr(writer, step)(graph)
    (folder / "build_lib.sh").unlink()
    header = Path(__file__).with_name(_SOFTMAX_HEADER)
    shutil.copyfile(header, folder / "firmware" / "nnet_utils" / _SOFTMAX_HEADER)


def _write_csim(graph: Any, network: QuantizedNetwork, folder: Path) -> None:
    """Write the program of the C simulation."""
    text = csim_source(
        network.name,
        inputs=[_port(name, graph) for name in (tensor.name for tensor in network.inputs)],
        outputs=[_port(name, graph) for name in network.outputs],
        layers=[_port(layer.name, graph) for layer in network.layers],
    )
    (folder / MAIN).write_text(text, encoding="utf-8")


def _port(name: str, graph: Any) -> Port:
    variable = graph.graph[name].get_output_variable()
    return Port(name=name, type_name=str(variable.type.name), size=int(variable.size()))
