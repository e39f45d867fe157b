"""Firmware broken on purpose is caught, and the certificate names the layer."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.fixed_point import dequantize, overflow_integers
from codesign.design.hardware import Clock, HardwareConfig
from codesign.design.layers import Activation, Dense, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.emulator import emulate, emulate_tensors
from codesign.firmware import files_digest, generate
from codesign.validation import Answers, certify, overdriven

pytestmark = pytest.mark.csim
HARDWARE = HardwareConfig(device="vu9p", clock=Clock(period_ns=5.0))
EVENTS = 400


def precision(text):
    return Precision.from_text(text)


def dense(name, source, inputs, outputs, accumulator):
    rng = np.random.default_rng(len(name) + inputs)
    return Dense(
        name=name,
        inputs=(source,),
        shape=(outputs,),
        precision=precision(accumulator),
        accumulator=precision(accumulator),
        kernel=Constant.of(rng.integers(-31, 32, (inputs, outputs)), precision("fixed<6,1>")),
        bias=Constant.of(rng.integers(-31, 32, outputs), precision("fixed<6,1>")),
    )


@pytest.fixture(scope="module")
def network():
    relu = precision("ufixed<6,2,RND_CONV,SAT>")
    return QuantizedNetwork(
        name="broken",
        inputs=(
            NetworkInput(name="x", shape=(4,), precision=precision("fixed<8,3,RND_CONV,SAT>")),
        ),
        layers=(
            dense("first", "x", 4, 6, "fixed<16,6>"),
            Activation(
                name="relu", inputs=("first",), shape=(6,), precision=relu, function=Function.RELU
            ),
            dense("second", "relu", 6, 3, "fixed<15,6>"),
        ),
        outputs=("second",),
    )


def certificate_of(network, project):
    rng = np.random.default_rng(1)
    source = network.inputs[0].precision
    events = rng.integers(source.min_hw, source.max_hw + 1, (EVENTS, 4))
    driven = overdriven(events, source, factor=8.0, events_wanted=EVENTS, seed=1)
    inputs = {"events": events, "overdriven": driven}
    output = network.precision(network.outputs[0])
    answers = Answers(
        outputs={
            kind: {
                "second": dequantize(emulate(network, overflow_integers(values, source)), output)
            }
            for kind, values in inputs.items()
        },
        arithmetic="float64",
        model_digest="none",
        first_layers={
            kind: {
                name: dequantize(tensor, network.precision(name))
                for name, tensor in emulate_tensors(
                    network, overflow_integers(values[:50], source)
                ).items()
                if name != "x"
            }
            for kind, values in inputs.items()
        },
        layers=lambda _: {},
    )
    return certify(network, project, inputs=inputs, answers=answers).certificate


def broken(project, name, pattern, replacement):
    """Change a generated file behind the manifest's back: a change that nobody announced."""
    path = Path(project.path) / name
    text, changes = re.subn(pattern, replacement, path.read_text("utf-8"), count=1)
    assert changes == 1, f"{name} does not hold {pattern}"
    path.write_text(text, "utf-8")
    return replace(project, digest=files_digest(Path(project.path)))


def divergences(certificate):
    return [c.divergence for c in certificate.comparisons if c.divergence is not None]


def test_untouched_firmware_is_certified(network, tmp_path):
    project = generate(network, HARDWARE, tmp_path / "firmware")

    certificate = certificate_of(network, project)

    assert certificate.is_bit_exact
    assert {(a.layer, a.candidate) for a in certificate.layers} == {
        (layer.name, candidate) for layer in network.layers for candidate in ("emulator", "csim")
    }
    assert [(c.reference, c.candidate, c.inputs) for c in certificate.comparisons] == [
        ("qkeras", "emulator", "events"),
        ("emulator", "csim", "events"),
        ("qkeras", "emulator", "overdriven"),
        ("emulator", "csim", "overdriven"),
    ]


def test_one_flipped_weight_bit_is_caught(network, tmp_path):
    project = generate(network, HARDWARE, tmp_path / "firmware")
    weight = network.layers[2].kernel
    flipped = (int(weight.values[0, 0]) ^ 1) * weight.precision.step
    project = broken(project, "firmware/weights/w4.h", r"\{-?[\d.]+", "{" + format(flipped, ".10f"))

    certificate = certificate_of(network, project)

    assert not certificate.is_bit_exact
    assert {d.layer for d in divergences(certificate)} == {"second"}


def test_one_narrowed_accumulator_is_caught(network, tmp_path):
    project = generate(network, HARDWARE, tmp_path / "firmware")
    project = broken(
        project,
        "firmware/defines.h",
        r"ap_fixed<16,6> first_accum_t",
        "ap_fixed<13,3> first_accum_t",
    )

    certificate = certificate_of(network, project)

    assert not certificate.is_bit_exact
    assert {d.layer for d in divergences(certificate)} == {"first"}
    assert "accumulator" in divergences(certificate)[0].cause


def test_one_dropped_activation_is_caught(network, tmp_path):
    project = generate(network, HARDWARE, tmp_path / "firmware")
    project = broken(
        project,
        "firmware/broken.cpp",
        r"nnet::activation_layer<(\w+), (\w+), \w+>\((\w+), (\w+)\);",
        r"for (int i = 0; i < 6; i++) \4[i] = \3[i] < 0 ? (\2)(-\3[i]) : (\2)\3[i];",
    )

    certificate = certificate_of(network, project)

    assert not certificate.is_bit_exact
    assert {d.layer for d in divergences(certificate)} == {"relu"}
