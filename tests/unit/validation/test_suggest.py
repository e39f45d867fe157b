"""Narrower formats: what is unused is found, and what a change does is measured."""

import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.layers import Activation, Dense, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.emulator import emulate_tensors
from codesign.validation import profile_tensors, suggest
from codesign.validation.suggest import narrowed, wasted_bits

TEXT = Precision.from_text


@pytest.fixture
def network():
    """Return a network that adds its two inputs and keeps the positive sums."""
    wide = TEXT("fixed<10,6>")
    return QuantizedNetwork(
        name="net",
        inputs=(NetworkInput(name="x", shape=(2,), precision=TEXT("fixed<8,4,RND_CONV,SAT>")),),
        layers=(
            Dense(
                name="sums",
                inputs=("x",),
                shape=(2,),
                precision=wide,
                accumulator=wide,
                kernel=Constant.of([[1, -1], [1, 1]], TEXT("fixed<2,2>")),
                bias=Constant.of([0, 0], TEXT("fixed<2,2>")),
            ),
            Activation(
                name="relu",
                inputs=("sums",),
                shape=(2,),
                precision=TEXT("ufixed<9,5,RND_CONV,SAT>"),
                function=Function.RELU,
            ),
            Activation(
                name="out",
                inputs=("relu",),
                shape=(2,),
                precision=TEXT("ufixed<9,5,RND_CONV,SAT>"),
                function=Function.LINEAR,
            ),
        ),
        outputs=("out",),
    )


def profiled(network, inputs):
    return profile_tensors(network, emulate_tensors(network, inputs))


def test_bits_that_no_value_uses_are_counted(network):
    inputs = np.array([[16, 3], [-5, 15]])  # values up to 1 and sums up to 19/16

    found = {p.name: wasted_bits(p) for p in profiled(network, inputs)}

    assert found["x"] == 2  # 1 + 1/16 needs fixed<6,2>
    assert found["relu"] == 4  # 20/16 + 1/16 needs ufixed<5,1>


def test_unused_bits_cost_nothing_and_used_bits_do(network):
    inputs = np.array([[16, 3], [-5, 15], [7, 8]])

    tried = suggest(network, profiled(network, inputs), inputs, labels=np.array([0, 1, 0]))

    by_format = {(t.tensor, str(t.narrower.as_storage())): t for t in tried}
    assert by_format["relu", "ufixed<5,1>"].same_events == 3
    assert by_format["relu", "ufixed<5,1>"].accuracy_change == 0
    assert by_format["x", "fixed<6,2>"].same_events == 3
    assert by_format["x", "fixed<5,2>"].same_events < 3
    assert {t.tensor for t in tried} == {"x", "relu"}


def test_a_narrower_input_is_rounded_as_its_format_says(network):
    changed, inputs = narrowed(
        network, "x", TEXT("fixed<7,4,RND_CONV,SAT>"), np.array([[3, 5], [127, -128]])
    )

    np.testing.assert_array_equal(inputs, [[2, 2], [63, -64]])
    assert changed.inputs[0].precision.width == 7
