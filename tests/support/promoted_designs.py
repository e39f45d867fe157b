"""A small certified RTL design, ready to be promoted."""

import numpy as np

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.digest import digest
from codesign.design.hardware import Backend, Clock, HardwareConfig
from codesign.design.layers import Activation, Dense, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.design.results import Certificate, ValidationReport
from codesign.firmware import generate
from codesign.pipeline.promote import Certified
from codesign.validation.rtl import Pattern, SimulationOptions, Simulator, certify_rtl

read = Precision.from_text
HARDWARE = HardwareConfig(device="vu9p", clock=Clock(period_ns=5.0), backend=Backend.RTL)


def small_network(*, seed=1):
    """Return four features, one dense layer of three, and a ReLU."""
    rng = np.random.default_rng(seed)
    weight, bias = read("fixed<4,1>"), read("fixed<5,2>")
    dense = Dense(
        name="dense",
        inputs=("x",),
        shape=(3,),
        precision=read("fixed<14,7>"),
        kernel=Constant.of(rng.integers(weight.min_hw, weight.max_hw + 1, (4, 3)), weight),
        bias=Constant.of(rng.integers(bias.min_hw, bias.max_hw + 1, 3), bias),
        accumulator=read("fixed<14,7>"),
    )
    relu = Activation(
        name="relu",
        inputs=("dense",),
        shape=(3,),
        precision=read("ufixed<6,3,RND_CONV,SAT>"),
        function=Function.RELU,
    )
    return QuantizedNetwork(
        name="tiny",
        inputs=(NetworkInput(name="x", shape=(4,), precision=read("fixed<6,3,RND_CONV,SAT>")),),
        layers=(dense, relu),
        outputs=("relu",),
    )


def events(network, *, count=400, seed=2):
    """Return hardware integers by kind, those of the second kind past the input's range."""
    rng = np.random.default_rng(seed)
    shape = (count, *network.inputs[0].shape)
    return {
        "events": rng.integers(-32, 32, shape),
        "overdriven": rng.integers(-256, 256, shape),
    }


def certified_design(folder, *, network=None):
    """Generate, simulate and certify the small network; return it with its events."""
    network = network or small_network()
    inputs = events(network)
    project = generate(network, HARDWARE, folder)
    simulator = SimulationOptions(simulator=Simulator.ICARUS)
    rtl = certify_rtl(
        network, project, inputs=inputs, patterns=(Pattern.BACK_TO_BACK,), options=simulator
    )
    exact = ValidationReport(
        reference="qkeras",
        candidate="emulator",
        inputs="events",
        events=400,
        outputs=1200,
        exact_outputs=1200,
        exact_events=400,
        max_error_lsb=0.0,
        same_argmax=400,
        arithmetic="float32",
    )
    certificate = Certificate(
        design=network.name,
        network_digest=digest(network),
        model_digest="0" * 64,
        firmware_digest=project.digest,
        inputs_digest="0" * 64,
        comparisons=(exact,),
        layers=(),
        overflows=(),
        tool_versions=(("numpy", np.__version__),),
    )
    made = Certified(
        project=project,
        network=network,
        certificate=certificate,
        rtl_certificate=rtl,
        reports={"yosys.json": "{}\n"},
    )
    return made, inputs
