"""Tensors that leave the firmware more than once, or are read as well."""

from pathlib import Path

import numpy as np
import pytest
from joined_networks import whole_range

from codesign.design.contract import NetworkInput
from codesign.design.hardware import Clock, HardwareConfig, IoType
from codesign.design.layers import Activation, Function
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.emulator import emulate_outputs
from codesign.firmware import csim, generate

pytestmark = pytest.mark.csim
GRID = Precision.from_text("fixed<6,3,RND_CONV,SAT>")


def network(*outputs: str) -> QuantizedNetwork:
    """Return two activations in a row."""
    fields = {"shape": (3,), "precision": GRID}
    first = Activation(name="first", inputs=("x",), function=Function.RELU, **fields)
    last = Activation(name="last", inputs=("first",), function=Function.LINEAR, **fields)
    source = NetworkInput(name="x", **fields)
    return QuantizedNetwork(name="twice", inputs=(source,), layers=(first, last), outputs=outputs)


@pytest.mark.parametrize("io_type", list(IoType))
@pytest.mark.parametrize("outputs", [("last", "last"), ("first", "last", "first")])
def test_a_tensor_may_leave_through_two_ports(
    outputs: tuple[str, ...], io_type: IoType, tmp_path: Path
) -> None:
    twice = network(*outputs)
    inputs = whole_range(twice, events=50)
    hardware = HardwareConfig(device="vu9p", clock=Clock(period_ns=5.0), io_type=io_type)

    found = csim(generate(twice, hardware, tmp_path / "project"), twice, inputs)

    for name, values in emulate_outputs(twice, inputs).items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)
