import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quantized_networks import dense_layers, network_inputs, networks, precisions

from codesign.design.contract import NetworkInput
from codesign.design.fixed_point import bits_for
from codesign.design.intervals import (
    Interval,
    aligned_weights,
    intervals,
    largest_partial_sum,
    largest_sum,
    weighted_sums,
)
from codesign.design.layers import Dense
from codesign.design.network import QuantizedNetwork
from codesign.emulator import emulate, emulate_tensors

RANDOM = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def single_layers(draw):
    """Draw a network of one dense layer whose output is its accumulator, wide enough."""
    data = draw(precisions(modes=False))
    source = NetworkInput(name="x", shape=(draw(st.integers(1, 6)),), precision=data)
    drawn = draw(dense_layers("dense", source))
    bounds = Interval.full(data, source.shape)
    accumulator = weighted_sums(drawn, data, bounds).precision(drawn.accumulator.fraction)
    layer = Dense(
        name="dense",
        inputs=("x",),
        shape=drawn.shape,
        precision=accumulator,
        kernel=drawn.kernel,
        bias=drawn.bias,
        accumulator=accumulator,
    )
    return QuantizedNetwork(name="single", inputs=(source,), layers=(layer,), outputs=("dense",))


@given(data=st.data(), network=networks())
@RANDOM
def test_every_tensor_stays_within_its_interval(data, network):
    bounds = intervals(network)
    for name, values in emulate_tensors(network, data.draw(network_inputs(network))).items():
        precision = network.precision(name)
        assert (values >= bounds[name].low).all(), name
        assert (values <= bounds[name].high).all(), name
        assert bounds[name].fits(precision), name


@given(network=single_layers())
@RANDOM
def test_the_bounds_of_a_dense_layer_are_attained(network):
    layer, bounds = network.layers[0], intervals(network)
    weights, _ = aligned_weights(layer, network.inputs[0].precision)
    source = bounds["x"]
    highest = np.where(weights.T > 0, source.high, source.low)
    lowest = np.where(weights.T > 0, source.low, source.high)
    np.testing.assert_array_equal(np.diag(emulate(network, highest)), bounds["dense"].high)
    np.testing.assert_array_equal(np.diag(emulate(network, lowest)), bounds["dense"].low)


@given(data=st.data(), network=single_layers())
@RANDOM
def test_an_accumulator_sized_by_its_interval_never_overflows(data, network):
    layer, precision = network.layers[0], network.inputs[0].precision
    inputs = data.draw(network_inputs(network))
    weights, bias = aligned_weights(layer, precision)
    np.testing.assert_array_equal(emulate(network, inputs), inputs @ weights + bias)


@given(network=single_layers())
@RANDOM
def test_an_accumulator_sized_by_its_interval_is_not_wider_than_needed(network):
    bounds = intervals(network)["dense"]
    width, signed = bits_for(int(bounds.low.min()), int(bounds.high.max()))
    assert (network.layers[0].accumulator.width, network.layers[0].accumulator.signed) == (
        width,
        signed,
    )


@given(data=st.data(), network=networks(wide=True))
@RANDOM
def test_no_partial_sum_in_any_order_exceeds_the_largest(data, network):
    bounds = intervals(network)
    tensors = emulate_tensors(network, data.draw(network_inputs(network)))
    shuffled = np.random.default_rng(data.draw(st.integers(0, 1000)))
    for layer in network.layers:
        if not isinstance(layer, Dense):
            continue
        source = layer.inputs[0]
        precision = network.precision(source)
        weights, bias = aligned_weights(layer, precision)
        largest = largest_partial_sum(layer, precision, bounds[source])
        order = shuffled.permutation(len(weights))
        terms = (tensors[source][:, :, None] * weights)[:, order]
        partial = np.cumsum(terms, axis=1)
        assert np.abs(partial).max() <= largest
        assert np.abs(partial + bias).max() <= largest
        assert np.abs(bias).max() <= largest
        assert largest <= largest_sum(network)
