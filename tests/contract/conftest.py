"""Networks and hardware that every back end must build."""

import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.hardware import Backend, Clock, HardwareConfig, IoType, Strategy
from codesign.design.layers import Activation, Dense, Function, Softmax
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow, Precision, Rounding

read = Precision.from_text


def _dense(name: str, source: str, shape: tuple[int, int], seed: int, **types: str) -> Dense:
    rng = np.random.default_rng(seed)
    weight, bias = read(types["weight"]), read(types["bias"])
    kernel = rng.integers(weight.min_hw, weight.max_hw + 1, shape)
    kernel[rng.random(shape) < 0.3] = 0
    return Dense(
        name=name,
        inputs=(source,),
        shape=(shape[1],),
        precision=read(types["result"]),
        kernel=Constant.of(kernel, weight),
        bias=Constant.of(rng.integers(bias.min_hw, bias.max_hw + 1, shape[1]), bias),
        accumulator=read(types["accumulator"]),
    )


def _activation(name: str, source: str, size: int, function: Function, text: str) -> Activation:
    return Activation(
        name=name, inputs=(source,), shape=(size,), precision=read(text), function=function
    )


@pytest.fixture
def dense_network() -> QuantizedNetwork:
    """Dense, RELU, dense, and a LINEAR for every rounding and overflow, too narrow on purpose."""
    first = _dense(
        "dense_1",
        "x",
        (6, 8),
        1,
        weight="fixed<4,1>",
        bias="fixed<5,2>",
        accumulator="fixed<16,9>",
        result="fixed<7,4,RND,SAT_SYM>",
    )
    second = _dense(
        "dense_2",
        "relu_1",
        (8, 4),
        2,
        weight="fixed<3,2>",
        bias="fixed<4,2>",
        accumulator="fixed<10,6>",
        result="fixed<9,6,TRN,WRAP>",
    )
    outputs = [
        _activation(
            f"out_{rounding}_{overflow}".lower(),
            "dense_2",
            4,
            Function.LINEAR,
            f"fixed<4,3,{rounding},{overflow}>",
        )
        for rounding in Rounding
        for overflow in Overflow
    ]
    outputs += [
        _activation(
            f"out_unsigned_{overflow}".lower(),
            "dense_2",
            4,
            Function.LINEAR,
            f"ufixed<3,2,RND,{overflow}>",
        )
        for overflow in Overflow
    ]
    same = _activation("out_same", "dense_2", 4, Function.LINEAR, "fixed<9,6,TRN,WRAP>")
    return QuantizedNetwork(
        name="modes",
        inputs=(NetworkInput(name="x", shape=(6,), precision=read("fixed<6,3,RND_CONV,SAT>")),),
        layers=(
            first,
            _activation("relu_1", "dense_1", 8, Function.RELU, "ufixed<4,2,RND_CONV,SAT>"),
            second,
            *outputs,
            same,
        ),
        outputs=(*(layer.name for layer in outputs), "out_same"),
    )


@pytest.fixture
def softmax_network() -> QuantizedNetwork:
    """A table softmax and hard sigmoids; the tables hold arbitrary numbers, as only ours do."""
    rng = np.random.default_rng(3)
    exponentials, inverses = read("ufixed<9,1>"), read("ufixed<11,1>")
    softmax = Softmax(
        name="softmax",
        inputs=("scores",),
        shape=(5,),
        precision=read("ufixed<8,0,RND_CONV,SAT>"),
        difference=read("ufixed<6,3,TRN,SAT>"),
        exponentials=Constant.of(rng.integers(0, 512, 64), exponentials),
        total=read("ufixed<7,3,TRN,SAT>"),
        inverses=Constant.of(rng.integers(0, 2048, 128), inverses),
    )
    sigmoids = (
        _activation("sigmoid_a", "scores", 5, Function.HARD_SIGMOID, "ufixed<4,0,RND_CONV,SAT>"),
        _activation("sigmoid_b", "scores", 5, Function.HARD_SIGMOID, "fixed<5,2,TRN,WRAP>"),
        _activation("sigmoid_c", "small", 3, Function.HARD_SIGMOID, "fixed<3,1,RND,SAT>"),
    )
    return QuantizedNetwork(
        name="tables",
        inputs=(
            NetworkInput(name="scores", shape=(5,), precision=read("fixed<8,4,RND_CONV,SAT>")),
            NetworkInput(name="small", shape=(3,), precision=read("fixed<5,-1>")),
        ),
        layers=(softmax, *sigmoids),
        outputs=("softmax", "sigmoid_a", "sigmoid_b", "sigmoid_c"),
    )


@pytest.fixture(params=list(Backend))
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each back end of the table."""
    return Backend(request.param)


@pytest.fixture(params=[Backend.VITIS, Backend.VIVADO])
def hls_backend(request: pytest.FixtureRequest) -> Backend:
    """Each back end that writes HLS."""
    return Backend(request.param)


_HLS = [
    (Backend.VITIS, IoType.PARALLEL, Strategy.LATENCY, 1),
    (Backend.VIVADO, IoType.STREAM, Strategy.RESOURCE, 2),
    pytest.param((Backend.VIVADO, IoType.PARALLEL, Strategy.RESOURCE, 2), marks=pytest.mark.slow),
]
_RTL = [
    (Backend.RTL, IoType.PARALLEL, Strategy.LATENCY, 1),
    (Backend.RTL, IoType.PARALLEL, Strategy.RESOURCE, 2),
]


def _name(parameters: tuple[object, ...]) -> str:
    return "-".join(map(str, parameters[:3]))


@pytest.fixture(params=_HLS, ids=_name)
def hls_hardware(request: pytest.FixtureRequest) -> HardwareConfig:
    """Each HLS back end, io type and strategy, not in all combinations."""
    return _hardware(*request.param)


@pytest.fixture(params=[*_HLS, *_RTL], ids=_name)
def hardware(request: pytest.FixtureRequest) -> HardwareConfig:
    """Each back end, io type and strategy, not in all combinations."""
    return _hardware(*request.param)


def _hardware(backend: Backend, io_type: IoType, strategy: Strategy, factor: int) -> HardwareConfig:
    return HardwareConfig(
        device="vu13p",
        clock=Clock(period_ns=5.0),
        backend=backend,
        io_type=io_type,
        strategy=strategy,
        reuse_factor=factor,
    )
