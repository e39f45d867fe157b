"""What cannot be built exactly is refused with the layer's name, the reason and the remedy."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from kind_networks import Maker, constant, read, weighted

from codesign.design.constant import Constant
from codesign.design.hardware import Backend, Clock, HardwareConfig, LayerHardware, Strategy
from codesign.design.layers import (
    Activation,
    Conv,
    DepthwiseConv,
    Function,
    Merge,
    MergeFunction,
    Steps,
    Table,
    Transpose,
    UpSample,
)
from codesign.design.network import QuantizedNetwork
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.firmware import supports

pytestmark = pytest.mark.csim


def _hardware(backend: Backend, *layers: LayerHardware) -> HardwareConfig:
    clock = Clock(period_ns=5.0)
    return HardwareConfig(device="vu13p", clock=clock, backend=backend, layers=layers)


def _one(kind: type, shape: tuple[int, ...], data: str = "fixed<6,3>", **options: Any) -> Any:
    made = Maker(shape, data)
    made.add(kind, "layer", **options)
    return made.network("one")


def _steps(count: int) -> QuantizedNetwork:
    thresholds = Constant.of(np.arange(count), read("fixed<14,14>"))
    levels = constant((count + 1,), "fixed<4,2>")
    return _one(Steps, (3,), precision="fixed<4,2>", thresholds=thresholds, levels=levels)


def _wide_kernel() -> QuantizedNetwork:
    made = Maker((4, 2))
    zeros = Constant.of(np.zeros((2, 2, 3)), read("fixed<60,57>"))
    options = {"kernel": zeros, "bias": constant((3,), "fixed<4,2>"), "bias_shape": (3,)}
    made.add(Conv, "layer", strides=(1,), padding=((0, 0),), **options)
    return made.network("one")


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (_steps(0), r"layer: 0 thresholds, .* 1 to 4096 are built"),
        (_steps(4097), r"layer: 4097 thresholds, .*; use a table"),
        (
            _one(Table, (2,), "fixed<17,9>", values=constant((2**17,), "fixed<6,3,RND_CONV,SAT>")),
            r"layer: the table has 17 address bits, at most 16 are built",
        ),
        (
            _one(UpSample, (2, 2, 2, 1), factors=(1, 1, 2)),
            r"layer: up_sample in 3 dimensions; only 1 and 2 are built",
        ),
        (
            _one(Transpose, (1, 2, 1, 2, 1), axes=(4, 3, 2, 1, 0)),
            r"layer: transpose of 5 dimensions; at most 4 are built",
        ),
        (_wide_kernel(), r"layer: the kernel of fixed<60,57> is wider than 53 bits"),
        (
            _one(
                Merge,
                (2,),
                "ufixed<2,-6>",
                inputs=("x", "x"),
                function=MergeFunction.MULTIPLY,
                precision="fixed<4,2,RND>",
            ),
            r"layer: fixed<4,2,RND> rounds away 14 bits of ufixed<4,-12>",
        ),
        (
            _one(
                Activation,
                (2,),
                "fixed<3,0>",
                function=Function.LEAKY_RELU,
                slope_log2=-3,
                precision="fixed<4,4,RND>",
            ),
            r"layer: fixed<4,4,RND> rounds away 6 bits of fixed<4,-2>",
        ),
    ],
)
def test_layers_that_have_no_exact_counterpart(
    network: QuantizedNetwork, message: str, hls_backend: Backend
) -> None:
    with pytest.raises(UnsupportedLayerError, match=message):
        supports(network, _hardware(hls_backend))


def test_a_table_that_is_too_large(backend: Backend) -> None:
    values = constant((2**17,), "fixed<6,3,RND_CONV,SAT>")

    with pytest.raises(
        UnsupportedLayerError, match=r"layer: the table has 17 address bits, at most 16 are built"
    ):
        supports(_one(Table, (2,), "fixed<17,9>", values=values), _hardware(backend))


def test_a_depthwise_convolution_with_strategy_resource(backend: Backend) -> None:
    own = LayerHardware(name="depth", strategy=Strategy.RESOURCE)

    with pytest.raises(UnsupportedLayerError, match="depth: .* give this layer strategy latency"):
        supports(weighted(), _hardware(backend, own))


@pytest.mark.parametrize(
    ("own", "message"),
    [
        (
            LayerHardware(name="uneven", reuse_factor=5, strategy=Strategy.RESOURCE),
            r"uneven: reuse_factor 5 does not divide 18\*2 multiplications; .* 3 and 6",
        ),
        (
            LayerHardware(name="depth", reuse_factor=25),
            r"depth: reuse_factor 25 is above the 6\*4 multiplications; nearest .* 24",
        ),
        (LayerHardware(name="scale", reuse_factor=2), "'scale' has no multipliers to share"),
    ],
)
def test_reuse_factors_that_a_layer_cannot_have(
    own: LayerHardware, message: str, backend: Backend
) -> None:
    with pytest.raises(InvalidDesignError, match=message):
        supports(weighted(), _hardware(backend, own))


def test_an_input_named_like_a_variable_of_the_firmware(hls_backend: Backend) -> None:
    network = _one(Activation, (2,), function=Function.RELU)
    tensor = replace(network.inputs[0], name="w2")
    layer = replace(network.layers[0], inputs=("w2",))

    with pytest.raises(InvalidDesignError, match="input 'w2' is named like a variable"):
        supports(replace(network, inputs=(tensor,), layers=(layer,)), _hardware(hls_backend))


def test_a_depthwise_convolution_keeps_its_reuse_factor(hls_backend: Backend) -> None:
    assert isinstance(weighted().tensor("depth"), DepthwiseConv)
    supports(weighted(), _hardware(hls_backend, LayerHardware(name="depth", reuse_factor=24)))
