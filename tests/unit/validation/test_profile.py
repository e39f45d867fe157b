import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.layers import Dense
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.validation import profile_tensors
from codesign.validation.profile import profile

read = Precision.from_text


def test_the_numbers_are_those_found_by_hand():
    values = np.array([0, 0, -8, 7, 4, 2, -2, 0])
    found = profile("tensor", values, read("fixed<4,2>"))
    assert (found.smallest, found.largest) == (-2.0, 1.75)
    assert found.zeros == 3 / 8
    assert found.saturated == 2 / 8
    # magnitudes without zeros, sorted: 0.5, 0.5, 1, 1.75, 2; quantiles by linear interpolation
    assert found.quantiles == pytest.approx((0.5, 0.5, 1.0, 1.75, 1.99))


def test_zero_is_no_edge_of_an_unsigned_format():
    found = profile("tensor", np.array([0, 0, 15, 3]), read("ufixed<4,2>"))
    assert found.saturated == 1 / 4


def test_the_edge_of_a_symmetric_format_is_its_own():
    found = profile("tensor", np.array([-7, 0, 7, 3]), read("fixed<4,2,TRN,SAT_SYM>"))
    assert found.saturated == 2 / 4


def test_a_tensor_of_zeros_has_quantiles_of_zero():
    found = profile("tensor", np.zeros((3, 2), dtype=np.int64), read("fixed<4,2>"))
    assert found.quantiles == (0.0,) * 5
    assert (found.zeros, found.saturated, found.smallest, found.largest) == (1.0, 0.0, 0.0, 0.0)


def test_every_constant_and_tensor_of_a_network_is_profiled():
    grid = read("fixed<4,4>")
    layer = Dense(
        name="dense",
        inputs=("x",),
        shape=(1,),
        precision=read("fixed<9,9>"),
        kernel=Constant.of([[3], [0]], grid),
        bias=Constant.of([-8], grid),
        accumulator=read("fixed<9,9>"),
    )
    source = NetworkInput(name="x", shape=(2,), precision=grid)
    network = QuantizedNetwork(name="net", inputs=(source,), layers=(layer,), outputs=("dense",))
    tensors = {"x": np.array([[1, 2]]), "dense": np.array([[-5]])}
    found = {each.name: each for each in profile_tensors(network, tensors)}
    assert set(found) == {"dense.kernel", "dense.bias", "x", "dense"}
    assert found["dense.kernel"].zeros == 0.5
    assert found["dense.bias"].saturated == 1.0
    assert found["dense"].smallest == -5.0
