import exact_layers
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quantized_networks import network_inputs, networks, softmax_networks

from codesign.emulator import emulate, emulate_tensors

RANDOM = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


def check_every_tensor(network, inputs):
    found = emulate_tensors(network, inputs)
    expected = [exact_layers.tensors(network, event) for event in inputs.tolist()]
    assert set(found) == set(expected[0])
    for name, values in found.items():
        np.testing.assert_array_equal(values, [made[name] for made in expected], err_msg=name)


@given(data=st.data(), network=networks())
@RANDOM
def test_every_bit_of_every_tensor_is_that_of_exact_arithmetic(data, network):
    check_every_tensor(network, data.draw(network_inputs(network, events=6)))


@given(data=st.data(), network=networks(wide=True))
@RANDOM
def test_sums_past_the_reach_of_floating_point_are_exact_too(data, network):
    check_every_tensor(network, data.draw(network_inputs(network, events=5)))


@given(data=st.data(), network=softmax_networks())
@RANDOM
def test_every_bit_of_a_softmax_is_that_of_exact_arithmetic(data, network):
    check_every_tensor(network, data.draw(network_inputs(network, events=6)))


@given(data=st.data(), network=networks())
@settings(RANDOM, max_examples=25)
def test_the_output_is_that_of_all_tensors(data, network):
    inputs = data.draw(network_inputs(network))
    np.testing.assert_array_equal(
        emulate(network, inputs), emulate_tensors(network, inputs)[network.outputs[0]]
    )
