from dataclasses import replace

import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.layers import Activation, Concatenate, Dense, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.emulator import Overflows, count_overflows
from codesign.errors import InvalidDataError

read = Precision.from_text
X = NetworkInput(name="x", shape=(2,), precision=read("fixed<5,5>"))
EVENTS = np.array([[-16, 15], [8, 7], [0, -9]])


def network(*layers):
    return QuantizedNetwork(name="n", inputs=(X,), layers=layers, outputs=(layers[-1].name,))


def quantizer(text, function=Function.LINEAR, **more):
    return Activation(
        name="q", inputs=("x",), shape=(2,), precision=read(text), function=function, **more
    )


@pytest.mark.parametrize("overflow", ["SAT", "SAT_SYM", "SAT_ZERO"])
def test_saturated_values_are_counted(overflow):
    found = count_overflows(network(quantizer(f"fixed<4,4,TRN,{overflow}>")), EVENTS)
    assert found == {"q": Overflows(saturated=4, wrapped=0, values=6)}


def test_wrapped_values_are_counted():
    found = count_overflows(network(quantizer("fixed<4,4>")), EVENTS)
    assert found == {"q": Overflows(saturated=0, wrapped=4, values=6)}


def test_values_that_round_into_the_range_do_not_count():
    found = count_overflows(network(quantizer("fixed<3,5,TRN,SAT>")), EVENTS)
    assert found["q"] == Overflows(saturated=0, wrapped=0, values=6)


def test_the_zero_of_a_relu_and_its_ceiling_are_its_function():
    relu = quantizer("ufixed<4,4,TRN,SAT>", Function.RELU, ceiling=5)
    assert count_overflows(network(relu), EVENTS)["q"].saturated == 0


def test_an_accumulator_that_wraps_is_counted():
    layer = Dense(
        name="dense",
        inputs=("x",),
        shape=(1,),
        precision=read("fixed<6,6>"),
        kernel=Constant.of([[3], [0]], read("fixed<3,3>")),
        bias=Constant.of([0], read("fixed<3,3>")),
        accumulator=read("fixed<6,6>"),
    )
    found = count_overflows(network(layer), EVENTS)
    assert found["dense"] == Overflows(saturated=0, wrapped=1, values=3)


def test_each_part_of_a_concatenation_counts():
    joined = Concatenate(
        name="both",
        inputs=("x", "x"),
        shape=(4,),
        precision=read("fixed<4,4,TRN,SAT>"),
        axis=0,
    )
    assert count_overflows(network(joined), EVENTS)["both"] == Overflows(
        saturated=8, wrapped=0, values=12
    )


def test_counting_goes_through_events_in_chunks():
    many = np.tile(EVENTS, (5000, 1))
    found = count_overflows(network(quantizer("fixed<4,4,TRN,SAT>")), many)
    assert found["q"] == Overflows(saturated=20_000, wrapped=0, values=30_000)


def test_inputs_out_of_range_are_refused():
    with pytest.raises(InvalidDataError, match=r"input x: hardware integers in \[16, 16\] leave"):
        count_overflows(network(quantizer("fixed<4,4>")), np.full((1, 2), 16))


def test_one_layer_does_not_count_for_another():
    first = quantizer("fixed<4,4,TRN,SAT>")
    second = replace(first, name="again", inputs=("q",))
    found = count_overflows(network(first, second), EVENTS)
    assert (found["q"].saturated, found["again"].saturated) == (4, 0)
