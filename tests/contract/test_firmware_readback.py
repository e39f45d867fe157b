"""What hls4ml changes in silence is found before a file is written."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codesign.design.hardware import Clock, HardwareConfig, IoType
from codesign.design.network import QuantizedNetwork
from codesign.errors import ValidationError
from codesign.firmware.hls.design import hls_design
from codesign.firmware.hls.readback import check_graph

pytestmark = pytest.mark.csim


def _drop_layer(graph: Any) -> None:
    graph.remove_node(graph.graph["relu_1"])


def _retype(graph: Any) -> None:
    graph.graph["dense_1"].get_output_variable().type.precision.width -= 1


def _cut_accumulator(graph: Any) -> None:
    graph.graph["dense_2"].get_attr("accum_t").precision.width -= 1


def _snap_reuse_factor(graph: Any) -> None:
    _rewrite(graph.graph["dense_2"], "config_cpp", "reuse_factor = 1;", "reuse_factor = 8;")


def _swap_strategy(graph: Any) -> None:
    _rewrite(graph.graph["dense_1"], "config_cpp", "nnet::latency", "nnet::resource")


def _flip_weight(graph: Any) -> None:
    graph.graph["dense_2"].get_weights("weight").data[0, 0] += 0.5


def _replace_function(graph: Any) -> None:
    _rewrite(graph.graph["relu_1"], "config_cpp", "nnet::Relu", "nnet::Linear")


def _replace_call(graph: Any) -> None:
    _rewrite(graph.graph["relu_1"], "function_cpp", "activation_layer", "relu")


def _repack(graph: Any) -> None:
    graph.graph["relu_1"].get_output_variable().type.n_pack = 2


def _rewrite(node: Any, attribute: str, old: str, new: str) -> None:
    assert old in node.get_attr(attribute)
    node.set_attr(attribute, node.get_attr(attribute).replace(old, new))


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (_drop_layer, "modes: hls4ml changed layers"),
        (_retype, r"dense_1: .* type result: asked for fixed<7,4,.* found fixed<6,4"),
        (_cut_accumulator, r"dense_2: .* type accum"),
        (_snap_reuse_factor, r"dense_2: .* its configuration: .* reuse_factor = 1;"),
        (_swap_strategy, r"dense_1: .* its configuration: .* nnet::latency"),
        (_flip_weight, r"dense_2: .* values of weight"),
        (_replace_function, r"relu_1: .* its configuration: .* nnet::ReluElement"),
        (_replace_call, r"relu_1: .* function: asked for activation_layer, found relu"),
        (_repack, r"relu_1: .* elements a packet: asked for 8, found 16"),
    ],
)
def test_what_hls4ml_changes_is_found_when_it_is_read_back(
    dense_network: QuantizedNetwork, tmp_path: Path, harm: Callable[[Any], None], message: str
) -> None:
    from codesign.firmware.hls import backend as hls

    clock = Clock(period_ns=5.0)
    hardware = HardwareConfig(device="vu13p", clock=clock, io_type=IoType.STREAM)
    design = hls_design(dense_network, hardware)
    hls._register()
    with contextlib.redirect_stdout(None):
        graph = hls._build(design, hardware, tmp_path)
    check_graph(graph, design)

    harm(graph)

    with pytest.raises(ValidationError, match=message):
        check_graph(graph, design)


@pytest.mark.parametrize(
    ("warned", "printed"), [(["Overriding attribute"], ""), ([], "x\nWARNING: Invalid ReuseFactor")]
)
def test_what_hls4ml_only_prints_is_an_error(warned: list[str], printed: str) -> None:
    from codesign.firmware.hls import backend as hls

    hls._check_silence([], "Creating project")
    with pytest.raises(ValidationError, match=r"would not build .* (Overriding|Invalid)"):
        hls._check_silence(warned, printed)
