"""QKeras as the reference: random weights, inputs past their range, every bit of every output."""

import numpy as np

from codesign.design.fixed_point import dequantize, overflow_integers
from codesign.design.intervals import largest_sum
from codesign.emulator import emulate_outputs
from codesign.lowering import lower
from codesign.models.predict import predict_outputs
from codesign.training import snap_weights
from codesign.validation.compare import steps_of

OVERDRIVE = 8
EXACT_FLOAT32 = 2**24


def randomize(model, rng, *, spread=1.0, pruned=0.0):
    """Give a model random weights, a share of them zero; variances and counters stay positive."""
    for layer in model.layers:
        values = []
        for variable in layer.weights:
            drawn = rng.normal(0, spread, variable.shape)
            drawn = drawn * (rng.random(variable.shape) >= pruned)
            if "variance" in variable.name or "iteration" in variable.name:
                drawn = np.abs(drawn) + 0.25
            values.append(drawn)
        layer.set_weights(values)


def raw_inputs(network, rng, events):
    """Return integers for each input, half of them in range, the others up to eight times past."""
    found = {}
    for source in network.inputs:
        reach = source.precision.max_hw
        shape = (events, *source.shape)
        near = rng.integers(-reach - 1, reach + 1, shape)
        far = rng.integers(-OVERDRIVE * reach, OVERDRIVE * reach + 1, shape)
        found[source.name] = np.where(
            rng.random((events, *[1] * len(source.shape))) < 0.5, near, far
        )
    return found


def assert_exact(model, *, seed=0, events=300, spread=1.0, pruned=0.0, weights=True):
    """Check that QKeras and the emulator agree in every bit, and return the network."""
    rng = np.random.default_rng(seed)
    if weights:
        randomize(model, rng, spread=spread, pruned=pruned)
        snap_weights(model)
    network = lower(model, name="lowered")
    assert_agrees(model, network, rng, events)
    return network


def assert_agrees(model, network, rng, events):
    raw = raw_inputs(network, rng, events)
    reals = [dequantize(raw[node.name], node.precision) for node in network.inputs]
    integers = {
        node.name: overflow_integers(raw[node.name], node.precision) for node in network.inputs
    }

    double = largest_sum(network) > EXACT_FLOAT32
    expected = predict_outputs(model, reals, double=double)
    found = emulate_outputs(network, integers)

    for name, values in zip(network.outputs, expected, strict=True):
        steps = steps_of(values, network.precision(name))
        np.testing.assert_array_equal(steps, found[name], err_msg=name)
