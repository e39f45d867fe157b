import exact_layers
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layered_networks import layered_inputs, layered_networks

from codesign.design.intervals import intervals
from codesign.emulator import emulate_outputs, emulate_tensors

RANDOM = settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def rows(inputs):
    count = len(next(iter(inputs.values())))
    return [{name: values[row].tolist() for name, values in inputs.items()} for row in range(count)]


@pytest.mark.parametrize("wide", [False, True])
@given(data=st.data())
@RANDOM
def test_every_bit_of_every_tensor_is_that_of_exact_arithmetic(wide, data):
    network = data.draw(layered_networks(wide=wide))
    inputs = data.draw(layered_inputs(network, events=4))
    found, bounds = emulate_tensors(network, inputs), intervals(network)
    expected = [exact_layers.tensors(network, row) for row in rows(inputs)]
    assert set(found) == set(expected[0])
    for name, values in found.items():
        np.testing.assert_array_equal(values, [made[name] for made in expected], err_msg=name)
        assert (values >= bounds[name].low).all(), name
        assert (values <= bounds[name].high).all(), name
        assert bounds[name].fits(network.precision(name)), name


@pytest.mark.parametrize("wide", [False, True])
@given(data=st.data())
@RANDOM
def test_outputs_alone_are_those_of_all_tensors(wide, data):
    network = data.draw(layered_networks(wide=wide, depth=9))
    inputs = data.draw(layered_inputs(network))
    tensors = emulate_tensors(network, inputs)
    found = emulate_outputs(network, inputs)
    assert tuple(found) == network.outputs
    for name, values in found.items():
        np.testing.assert_array_equal(values, tensors[name], err_msg=name)
