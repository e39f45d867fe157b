import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layered_networks import layered_inputs, layered_networks
from prunable_networks import prunable_networks

from codesign.emulator import emulate_outputs
from codesign.lowering.passes import PASSES, explain, optimize

RANDOM = settings(
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def check_same_outputs(changed, network, inputs):
    assert changed.outputs == network.outputs
    found, expected = emulate_outputs(changed, inputs), emulate_outputs(network, inputs)
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)
        assert changed.precision(name) == network.precision(name)


@pytest.mark.parametrize("apply", PASSES, ids=lambda apply: apply.__name__)
@given(data=st.data())
@RANDOM
def test_a_pass_keeps_every_bit(apply, data):
    network = data.draw(layered_networks(depth=8) | prunable_networks())
    check_same_outputs(apply(network), network, data.draw(layered_inputs(network)))


@given(data=st.data())
@RANDOM
def test_all_passes_together_keep_every_bit(data):
    network = data.draw(layered_networks(depth=8) | prunable_networks())
    changed = optimize(network)
    check_same_outputs(changed, network, data.draw(layered_inputs(network)))
    assert (changed == network) == (not explain(network))


@given(data=st.data())
@RANDOM
def test_passes_never_add_layers_weights_or_bits(data):
    network = data.draw(prunable_networks())
    before = {layer.name: layer for layer in network.layers}
    for layer in optimize(network).layers:
        old = before[layer.name]
        assert np.prod(layer.shape) <= np.prod(old.shape)
        if hasattr(layer, "kernel"):
            assert layer.kernel.values.size <= old.kernel.values.size
            assert layer.accumulator.width <= old.accumulator.width
