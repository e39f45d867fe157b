"""What every back end of the table promises when it generates a project."""

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from joined_networks import joined
from kind_networks import KINDS

from codesign.design.codec import from_json
from codesign.design.constant import Constant
from codesign.design.hardware import (
    Backend,
    Clock,
    HardwareConfig,
    IoType,
    LayerHardware,
    Strategy,
)
from codesign.design.layers import Activation, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.design.rtl import RTL_FILE, RtlDesign
from codesign.errors import (
    InvalidDesignError,
    ToolNotFoundError,
    UnsupportedLayerError,
)
from codesign.firmware import generate, read_project, supports

pytestmark = pytest.mark.csim
read = Precision.from_text


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _vitis() -> HardwareConfig:
    return HardwareConfig(device="vu13p", clock=Clock(period_ns=5.0))


def _with_layer(network: QuantizedNetwork, name: str, **changes: Any) -> QuantizedNetwork:
    layers = tuple(
        replace(layer, **changes) if layer.name == name else layer for layer in network.layers
    )
    return replace(network, layers=layers)


def test_equal_designs_give_equal_bytes_wherever_they_are(
    dense_network: QuantizedNetwork, hardware: HardwareConfig, tmp_path: Path
) -> None:
    one = generate(dense_network, hardware, tmp_path / "one")
    two = generate(dense_network, hardware, tmp_path / "elsewhere" / "two")

    assert _contents(Path(one.path)) == _contents(Path(two.path))
    assert replace(one, path="") == replace(two, path="")
    assert not any(str(tmp_path).encode() in text for text in _contents(Path(one.path)).values())


@pytest.mark.parametrize("io_type", list(IoType))
def test_every_kind_of_layer_is_written_as_equal_bytes(
    softmax_network: QuantizedNetwork, hls_backend: Backend, io_type: IoType, tmp_path: Path
) -> None:
    network = joined([softmax_network, *(kind() for kind in KINDS)])
    hardware = replace(_vitis(), backend=hls_backend, io_type=io_type)

    one = generate(network, hardware, tmp_path / "one")
    two = generate(network, hardware, tmp_path / "two")

    assert one.digest == two.digest
    code = (tmp_path / "one" / "firmware" / "joined.cpp").read_text(encoding="utf-8")
    for layer in network.layers:
        assert f"// {layer.name}\n" in code


def test_every_kind_of_layer_is_written_as_equal_rtl(
    softmax_network: QuantizedNetwork, tmp_path: Path
) -> None:
    network = joined([softmax_network, *(kind() for kind in KINDS)])
    hardware = replace(_vitis(), backend=Backend.RTL)

    one = generate(network, hardware, tmp_path / "one")
    two = generate(network, hardware, tmp_path / "two")

    assert one.digest == two.digest
    record = (tmp_path / "one" / RTL_FILE).read_text(encoding="utf-8")
    modules = from_json(RtlDesign, record, place=RTL_FILE).modules
    assert {name for module in modules for name in module.layers} == {
        layer.name for layer in network.layers
    }


def test_another_process_gives_the_same_digest_and_imports_no_keras(
    backend: Backend, tmp_path: Path
) -> None:
    script = (
        "import sys, pathlib\n"
        "from codesign.design.constant import Constant\n"
        "from codesign.design.contract import NetworkInput\n"
        "from codesign.design.hardware import Backend, Clock, HardwareConfig\n"
        "from codesign.design.layers import Dense\n"
        "from codesign.design.network import QuantizedNetwork\n"
        "from codesign.design.precision import Precision\n"
        "from codesign.firmware import generate\n"
        "p = Precision(width=8, integer=4)\n"
        "acc = Precision(width=20, integer=12)\n"
        "dense = Dense(name='d', inputs=('x',), shape=(2,), precision=p, accumulator=acc,\n"
        "              kernel=Constant.of([[1, 2], [3, 4]], p), bias=Constant.of([0, 1], p))\n"
        "x = NetworkInput(name='x', shape=(2,), precision=p)\n"
        "net = QuantizedNetwork(name='n', inputs=(x,), layers=(dense,), outputs=('d',))\n"
        "backend, clock = Backend(sys.argv[2]), Clock(period_ns=5.0)\n"
        "hw = HardwareConfig(device='vu13p', clock=clock, backend=backend)\n"
        "print(generate(net, hw, pathlib.Path(sys.argv[1])).digest)\n"
        "print([m for m in ('keras', 'tf_keras', 'tensorflow') if m in sys.modules])\n"
    )
    lines = [
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / seed), backend],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        ).stdout.splitlines()
        for seed in ("1", "2")
    ]

    assert lines[0] == lines[1]
    assert lines[0][1] == "[]"


def test_the_hardware_reaches_the_project(
    dense_network: QuantizedNetwork, hls_backend: Backend, tmp_path: Path
) -> None:
    hardware = HardwareConfig(
        device="ku115",
        clock=Clock(period_ns=2.5, uncertainty_percent=27.0),
        backend=hls_backend,
        layers=(
            LayerHardware(name="dense_1", reuse_factor=3),
            LayerHardware(name="dense_2", reuse_factor=16, strategy=Strategy.RESOURCE),
        ),
    )

    generate(dense_network, hardware, tmp_path / "project")

    settings = (tmp_path / "project" / "project.tcl").read_text(encoding="utf-8")
    config = (tmp_path / "project" / "firmware" / "parameters.h").read_text(encoding="utf-8")
    code = (tmp_path / "project" / "firmware" / "modes.cpp").read_text(encoding="utf-8")
    assert f'set backend "{hls_backend}"' in settings
    assert 'set part "xcku115-flvb2104-2-i"' in settings
    assert "set clock_period 2.5" in settings
    assert "set clock_uncertainty 27.0%" in settings
    assert "reuse_factor = 3;" in config
    assert "reuse_factor = 16;" in config
    assert "nnet::DenseLatency" in config
    assert "nnet::DenseResource" in config
    assert "#pragma HLS DATAFLOW" in code


def test_the_pipeline_takes_the_largest_reuse_factor(
    dense_network: QuantizedNetwork, backend: Backend, tmp_path: Path
) -> None:
    own = LayerHardware(name="dense_2", reuse_factor=4)

    generate(dense_network, replace(_vitis(), backend=backend, layers=(own,)), tmp_path / "p")

    if backend is Backend.RTL:
        record = (tmp_path / "p" / RTL_FILE).read_text(encoding="utf-8")
        assert from_json(RtlDesign, record, place=RTL_FILE).initiation_interval == 4
        return
    code = (tmp_path / "p" / "firmware" / "modes.cpp").read_text(encoding="utf-8")
    assert "#pragma HLS PIPELINE II=4" in code


def test_every_rounding_and_overflow_reaches_the_types(
    dense_network: QuantizedNetwork, hls_backend: Backend, tmp_path: Path
) -> None:
    generate(dense_network, replace(_vitis(), backend=hls_backend), tmp_path / "p")

    types = (tmp_path / "p" / "firmware" / "defines.h").read_text(encoding="utf-8")
    for layer in dense_network.layers:
        text = layer.precision.to_ap_fixed()
        assert text in types or text.replace(",AP_TRN,AP_WRAP,0", "") in types


class TestTheFolder:
    """A folder holds a whole project or is left alone."""

    def test_an_untouched_project_is_kept(
        self, dense_network: QuantizedNetwork, backend: Backend, tmp_path: Path
    ) -> None:
        hardware = replace(_vitis(), backend=backend)
        first = generate(dense_network, hardware, tmp_path / "p")
        (tmp_path / "p" / "build").mkdir()

        again = generate(dense_network, hardware, tmp_path / "p")

        assert again == first == read_project(tmp_path / "p")
        assert (tmp_path / "p" / "build").is_dir()

    @pytest.mark.parametrize(
        ("backend", "name"),
        [
            (Backend.VITIS, "firmware/weights/w2.h"),
            (Backend.VITIS, "codesign.json"),
            (Backend.VITIS, "csim_main.cpp"),
            (Backend.RTL, "src/modes.v"),
            (Backend.RTL, "rtl.json"),
            (Backend.RTL, "PORTS.md"),
        ],
    )
    def test_a_changed_byte_is_mended(
        self, dense_network: QuantizedNetwork, tmp_path: Path, backend: Backend, name: str
    ) -> None:
        hardware = replace(_vitis(), backend=backend)
        first = generate(dense_network, hardware, tmp_path / "p")
        before = _contents(tmp_path / "p")
        content = bytearray(before[name])
        content[len(content) // 2] ^= 1
        (tmp_path / "p" / name).write_bytes(bytes(content))

        again = generate(dense_network, hardware, tmp_path / "p")

        assert again == first
        assert _contents(tmp_path / "p") == before
        assert [path.name for path in tmp_path.iterdir()] == ["p"]

    def test_another_design_replaces_the_project(
        self, dense_network: QuantizedNetwork, tmp_path: Path
    ) -> None:
        first = generate(dense_network, _vitis(), tmp_path / "p")
        faster = replace(_vitis(), clock=Clock(period_ns=2.0))

        second = generate(dense_network, faster, tmp_path / "p")

        assert second.digest != first.digest
        assert second == read_project(tmp_path / "p")

    def test_a_folder_of_something_else_is_not_replaced(
        self, dense_network: QuantizedNetwork, tmp_path: Path
    ) -> None:
        (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

        with pytest.raises(InvalidDesignError, match=r"holds no codesign\.json"):
            generate(dense_network, _vitis(), tmp_path)

        assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"

    def test_a_refused_design_leaves_nothing(
        self, dense_network: QuantizedNetwork, tmp_path: Path
    ) -> None:
        with pytest.raises(InvalidDesignError):
            generate(replace(dense_network, name="defines"), _vitis(), tmp_path / "p")

        assert list(tmp_path.iterdir()) == []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recurrent(Activation):
    kind: ClassVar[str] = "recurrent"


class TestRefusals:
    """Each refusal names the layer or option and the remedy."""

    def test_an_unknown_layer(self, dense_network: QuantizedNetwork, backend: Backend) -> None:
        layer = _Recurrent(
            name="rnn_1",
            inputs=("x",),
            shape=(6,),
            precision=read("fixed<6,3>"),
            function=Function.LINEAR,
        )
        network = replace(dense_network, layers=(layer,), outputs=("rnn_1",))

        with pytest.raises(UnsupportedLayerError, match=r"rnn_1: .* 'recurrent' is not built"):
            supports(network, replace(_vitis(), backend=backend))

    def test_a_stream_that_nobody_reads(
        self, dense_network: QuantizedNetwork, hls_backend: Backend
    ) -> None:
        network = replace(dense_network, outputs=("out_same",))
        hardware = replace(_vitis(), backend=hls_backend)

        supports(network, hardware)
        with pytest.raises(UnsupportedLayerError, match="out_trn_wrap: nothing reads it"):
            supports(network, replace(hardware, io_type=IoType.STREAM))

    def test_an_illegal_reuse_factor(
        self, dense_network: QuantizedNetwork, backend: Backend
    ) -> None:
        hardware = replace(_vitis(), backend=backend, strategy=Strategy.RESOURCE, reuse_factor=5)

        with pytest.raises(InvalidDesignError, match=r"dense_1: reuse_factor 5 .* 3 and 6"):
            supports(dense_network, hardware)

    def test_weights_beyond_double_precision(self, dense_network: QuantizedNetwork) -> None:
        wide = Constant.of(np.zeros((6, 8)), read("fixed<60,58>"))
        network = _with_layer(dense_network, "dense_1", kernel=wide)

        with pytest.raises(UnsupportedLayerError, match=r"dense_1: the kernel .* wider than 53"):
            supports(network, _vitis())

    def test_a_table_that_is_too_large(self, softmax_network: QuantizedNetwork) -> None:
        large = Constant.of(np.zeros(2**17), read("ufixed<4,0>"))
        network = _with_layer(
            softmax_network, "softmax", total=read("ufixed<17,9,TRN,SAT>"), inverses=large
        )

        with pytest.raises(UnsupportedLayerError, match=r"softmax: .* 17 address bits"):
            supports(network, _vitis())

    def test_a_step_that_rounds_away_more_bits_than_there_are(
        self, dense_network: QuantizedNetwork
    ) -> None:
        coarse = read("fixed<6,8,RND_CONV>")
        network = _with_layer(dense_network, "relu_1", precision=coarse)
        narrow = _with_layer(network, "dense_1", precision=read("fixed<2,0,RND_CONV,SAT>"))

        supports(network, _vitis())
        with pytest.raises(UnsupportedLayerError, match=r"relu_1: .* away 4 bits of fixed<2,0"):
            supports(narrow, _vitis())

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("relu_1", "DENSE_1", "differ in case alone"),
            ("relu_1", "input", "cannot be named 'input'"),
        ],
    )
    def test_names_that_hls4ml_cannot_tell_apart(
        self, dense_network: QuantizedNetwork, old: str, new: str, message: str
    ) -> None:
        layers = tuple(
            replace(
                layer,
                name=new if layer.name == old else layer.name,
                inputs=tuple(new if name == old else name for name in layer.inputs),
            )
            for layer in dense_network.layers
        )

        with pytest.raises(InvalidDesignError, match=message):
            supports(replace(dense_network, layers=layers), _vitis())

    def test_a_network_named_after_a_file(self, dense_network: QuantizedNetwork) -> None:
        with pytest.raises(InvalidDesignError, match="cannot be named 'defines'"):
            supports(replace(dense_network, name="defines"), _vitis())


def test_a_missing_package_names_the_remedy(
    dense_network: QuantizedNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "codesign.firmware.hls.backend", raising=False)
    monkeypatch.setitem(sys.modules, "hls4ml.backends", None)

    with pytest.raises(ToolNotFoundError, match=r"vitis needs hls4ml.*codesign\[hls\]"):
        supports(dense_network, _vitis())


def test_a_missing_adder_graph_compiler_names_the_remedy(
    dense_network: QuantizedNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("codesign.firmware.rtl")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "alkaid.trace", None)

    with pytest.raises(ToolNotFoundError, match=r"rtl needs alkaid.*codesign\[rtl\]"):
        supports(dense_network, replace(_vitis(), backend=Backend.RTL))
