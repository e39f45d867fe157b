"""An existing hls4ml_config.yml is honoured, or each choice that cannot be is named."""

import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.hardware import Backend, IoType, LayerHardware, Strategy
from codesign.design.layers import Activation, Dense, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.errors import InvalidDataError, InvalidDesignError
from codesign.lowering.hls4ml_config import read_hls4ml_config

pytest.importorskip("yaml")

HEAD = """
Backend: Vivado
ClockPeriod: 4
ClockUncertainty: 10%
IOType: io_stream
Part: xcvu9p-flga2104-2L-e
OutputDir: anywhere
ProjectName: myproject
"""


def precision(text):
    return Precision.from_text(text)


def network():
    weights = Constant.of(np.array([[1], [-2]]), precision("fixed<4,1>"))
    bias = Constant.of(np.array([3]), precision("fixed<4,2>"))
    dense = Dense(
        name="dense_1",
        inputs=("x",),
        shape=(1,),
        precision=precision("fixed<14,6>"),
        kernel=weights,
        bias=bias,
        accumulator=precision("fixed<14,6>"),
    )
    relu = Activation(
        name="relu_1",
        inputs=("dense_1",),
        shape=(1,),
        precision=precision("ufixed<6,2,RND_CONV,SAT>"),
        function=Function.RELU,
    )
    source = NetworkInput(name="x", shape=(2,), precision=precision("fixed<8,3,RND_CONV,SAT>"))
    return QuantizedNetwork(name="net", inputs=(source,), layers=(dense, relu), outputs=("relu_1",))


def read(tmp_path, text, **options):
    file = tmp_path / "hls4ml_config.yml"
    file.write_text(HEAD + text, encoding="utf-8")
    return read_hls4ml_config(file, network(), **options)


def test_every_choice_that_can_be_honoured_is(tmp_path):
    hardware = read(
        tmp_path,
        """
KerasModel: !keras_model model.keras
HLSConfig:
  Model: {Precision: {default: "fixed<32,16>"}, ReuseFactor: 1, Strategy: Latency}
  LayerName:
    x: {Precision: {result: "fixed<16,6>"}, Trace: false}
    q: {Precision: {result: "fixed<2,1>"}}
    dense_1:
      Precision: {weight: "fixed<4,1>", bias: auto, accum: "fixed<14,6>", result: auto}
      ReuseFactor: 2
      Strategy: Resource
    dense_1_linear: {Precision: {result: auto}}
    relu_1: {Precision: {result: "ufixed<8,4>"}}
""",
        left_out=("q",),
    )

    assert (hardware.part.name, hardware.clock.period_ns) == ("vu9p", 4.0)
    assert hardware.clock.uncertainty_percent == 10.0
    assert (hardware.backend, hardware.io_type) == (Backend.VIVADO, IoType.STREAM)
    assert hardware.layers == (
        LayerHardware(name="dense_1", reuse_factor=2, strategy=Strategy.RESOURCE),
    )


def test_a_type_is_shadowed_by_a_name_and_shadows_the_model(tmp_path):
    hardware = read(
        tmp_path,
        "HLSConfig: {Model: {ReuseFactor: 4}, LayerType: {Dense: {ReuseFactor: 2}}}",
    )

    assert hardware.reuse_factor == 4
    assert hardware.layer("dense_1").reuse_factor == 2


REFUSED = {
    "a narrower result": (
        "HLSConfig: {LayerName: {dense_1: {Precision: {result: 'fixed<8,3>'}}}}",
        r"dense_1: result = fixed<8,3> would narrow the fixed<14,6> of the bit-exact network",
    ),
    "a narrower default": (
        "HLSConfig: {Model: {Precision: 'ap_fixed<8,4>'}}",
        r"dense_1: accum = ap_fixed<8,4> would narrow",
    ),
    "a narrower input": (
        "HLSConfig: {LayerName: {x: {Precision: {result: 'fixed<8,4>'}}}}",
        "x: result = fixed<8,4> would narrow",
    ),
    "no precision": (
        "HLSConfig: {LayerName: {relu_1: {Precision: {result: 'double'}}}}",
        "relu_1: result: 'double' is not a precision",
    ),
    "a precision that does not exist": (
        "HLSConfig: {LayerName: {relu_1: {Precision: {table: 'fixed<8,4>'}}}}",
        "relu_1: a precision of table cannot be honoured; it has result",
    ),
    "another strategy": (
        "HLSConfig: {Model: {Strategy: Unrolled}}",
        "Model.Strategy = 'Unrolled' cannot be honoured; choose latency, resource",
    ),
    "no reuse factor": ("HLSConfig: {Model: {ReuseFactor: 0}}", "Model.ReuseFactor = 0"),
    "a reuse factor of an activation": (
        "HLSConfig: {LayerName: {relu_1: {ReuseFactor: 2}}}",
        "relu_1: ReuseFactor or Strategy of a activation layer",
    ),
    "another implementation": (
        "HLSConfig: {LayerName: {dense_1: {ConvImplementation: Encoded}}}",
        "LayerName.dense_1.ConvImplementation = 'Encoded' cannot be honoured",
    ),
    "an unknown layer": (
        "HLSConfig: {LayerName: {dense_7: {ReuseFactor: 2}}}",
        "LayerName.dense_7 is no layer of the network; its tensors are x, dense_1, relu_1",
    ),
    "an unknown type": (
        "HLSConfig: {LayerType: {GarNet: {ReuseFactor: 2}}}",
        "LayerType.garnet cannot be honoured",
    ),
    "optimizers": ("HLSConfig: {SkipOptimizers: [a]}", "HLSConfig.SkipOptimizers"),
    "an unknown key": ("Turbo: 1", "unknown key 'Turbo'; known keys are Backend"),
    "another back end": ("Backend: Quartus", "'quartus' is not a valid Backend"),
    "another part": ("Part: xc2064", "unknown device 'xc2064'"),
    "an uncertainty in nanoseconds": ("ClockUncertainty: 0.5", "write 12.5%"),
}


@pytest.mark.parametrize("choice", REFUSED)
def test_what_cannot_be_honoured_is_refused(choice, tmp_path):
    text, message = REFUSED[choice]

    with pytest.raises(InvalidDesignError, match=message):
        read(tmp_path, text)


def test_every_complaint_is_made_at_once(tmp_path):
    with pytest.raises(InvalidDesignError) as caught:
        read(tmp_path, "Turbo: 1\nHLSConfig: {Model: {Strategy: Unrolled, ReuseFactor: 0}}")

    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize(
    "text",
    [
        "HLSConfig: !!python/object/apply:os.system [echo]",
        "HLSConfig: !loader {a: 1}",
        "HLSConfig: [1, 2",
    ],
)
def test_tags_and_damage_are_refused(text, tmp_path):
    with pytest.raises(InvalidDataError, match="not a configuration of hls4ml"):
        read(tmp_path, text)


def test_a_tag_that_hls4ml_registered_does_nothing(tmp_path, monkeypatch):
    import yaml

    monkeypatch.setitem(yaml.SafeLoader.yaml_constructors, "!keras_model", None)

    read(tmp_path, "KerasModel: !keras_model model.keras")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InvalidDataError, match=r"missing\.yml"):
        read_hls4ml_config(tmp_path / "missing.yml", network())
