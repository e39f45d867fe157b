import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.hardware import Clock, HardwareConfig, LayerHardware, Strategy
from codesign.design.layers import Activation, Dense, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.design.reuse import legal_reuse_factors
from codesign.errors import InvalidDesignError
from codesign.firmware import check_reuse_factors

GRID = Precision(width=8, integer=4)
WIDE = Precision(width=24, integer=14)


def _network(inputs: int, outputs: int) -> QuantizedNetwork:
    dense = Dense(
        name="dense_2",
        inputs=("x",),
        shape=(outputs,),
        precision=GRID,
        kernel=Constant.of(np.ones((inputs, outputs)), GRID),
        bias=Constant.of(np.zeros(outputs), GRID),
        accumulator=WIDE,
    )
    relu = Activation(
        name="relu_2",
        inputs=("dense_2",),
        shape=(outputs,),
        precision=GRID,
        function=Function.RELU,
    )
    return QuantizedNetwork(
        name="net",
        inputs=(NetworkInput(name="x", shape=(inputs,), precision=GRID),),
        layers=(dense, relu),
        outputs=("relu_2",),
    )


def _hardware(
    *layers: LayerHardware, factor: int = 1, strategy: Strategy = Strategy.RESOURCE
) -> HardwareConfig:
    return HardwareConfig(
        device="vu13p",
        clock=Clock(period_ns=5.0),
        strategy=strategy,
        reuse_factor=factor,
        layers=layers,
    )


@pytest.mark.parametrize(
    ("inputs", "outputs", "legal"),
    [
        (16, 5, (1, 2, 4, 8, 16, 80)),
        (64, 32, (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048)),
        (3, 4, (1, 3, 6, 12)),
        (1, 1, (1,)),
    ],
)
def test_the_legal_factors_of_strategy_resource_are_those_of_hls4ml(
    inputs: int, outputs: int, legal: tuple[int, ...]
) -> None:
    found = legal_reuse_factors(inputs=inputs, outputs=outputs, strategy=Strategy.RESOURCE)

    assert found == legal


def test_strategy_latency_takes_every_factor_up_to_the_multiplications() -> None:
    found = legal_reuse_factors(inputs=3, outputs=2, strategy=Strategy.LATENCY)

    assert found == (1, 2, 3, 4, 5, 6)


def test_an_illegal_factor_names_the_layer_and_the_nearest_legal_values() -> None:
    with pytest.raises(
        InvalidDesignError,
        match=(
            r"^dense_2: reuse_factor 7 does not divide 64\*32 multiplications; "
            r"nearest legal values are 4 and 8$"
        ),
    ):
        check_reuse_factors(_network(64, 32), _hardware(factor=7))


def test_a_factor_above_the_multiplications_names_the_one_below() -> None:
    with pytest.raises(InvalidDesignError, match=r"above the 3\*4 .* nearest legal value is 12"):
        check_reuse_factors(_network(3, 4), _hardware(factor=13))


def test_a_divisor_that_leaves_neurons_incomplete_is_illegal() -> None:
    with pytest.raises(InvalidDesignError, match=r"dense_2: reuse_factor 5 .* 4 and 8"):
        check_reuse_factors(_network(16, 5), _hardware(factor=5))


def test_a_factor_of_strategy_resource_may_be_legal_for_latency() -> None:
    check_reuse_factors(_network(64, 32), _hardware(factor=7, strategy=Strategy.LATENCY))


def test_a_layer_of_its_own_counts_before_the_design() -> None:
    own = LayerHardware(name="dense_2", reuse_factor=3, strategy=Strategy.RESOURCE)

    with pytest.raises(InvalidDesignError, match="reuse_factor 3"):
        check_reuse_factors(_network(64, 32), _hardware(own, factor=1, strategy=Strategy.LATENCY))


def test_an_unknown_layer_lists_the_known_ones() -> None:
    with pytest.raises(
        InvalidDesignError, match=r"'dense_9' is not a layer of the network; .* are dense_2"
    ):
        check_reuse_factors(_network(4, 4), _hardware(LayerHardware(name="dense_9")))


def test_a_layer_without_multipliers_cannot_be_configured() -> None:
    with pytest.raises(InvalidDesignError, match=r"'relu_2' has no multipliers to share"):
        check_reuse_factors(_network(4, 4), _hardware(LayerHardware(name="relu_2")))
