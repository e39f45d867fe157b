"""QKeras = emulator = C simulation on random dense networks, in range and far outside."""

import numpy as np
import pytest
from dense_models import dense_models, random_weights
from hypothesis import HealthCheck, given, reject, settings

from codesign.design.fixed_point import dequantize, overflow_integers
from codesign.design.hardware import Clock, HardwareConfig
from codesign.design.intervals import largest_sum
from codesign.emulator import emulate
from codesign.errors import UnsupportedLayerError
from codesign.firmware import csim, generate
from codesign.lowering import lower
from codesign.models.predict import predict
from codesign.models.zoo import build_model
from codesign.training import snap_weights
from codesign.validation.compare import steps_of

EVENTS = 500
OVERDRIVE = 8
HARDWARE = HardwareConfig(device="vu9p", clock=Clock(period_ns=5.0))
DRAWN = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def lowered(drawn):
    model = build_model(drawn.plan, drawn.quantization, inputs=drawn.inputs, outputs=drawn.outputs)
    random_weights(model, drawn)
    snap_weights(model)
    return model, lower(model, name="random_network")


def driven_inputs(network, seed):
    """Return integers up to eight times as far out as the input's format reaches."""
    precision = network.inputs[0].precision
    reach = OVERDRIVE * precision.max_hw
    rng = np.random.default_rng(seed)
    return rng.integers(-reach, reach + 1, size=(EVENTS, *network.inputs[0].shape))


@pytest.mark.keras
@given(drawn=dense_models())
@settings(DRAWN, max_examples=60)
def test_the_emulator_gives_every_bit_that_qkeras_gives(drawn):
    model, network = lowered(drawn)
    precision = network.inputs[0].precision
    raw = driven_inputs(network, drawn.seed)

    double = largest_sum(network) > 2**24
    expected = predict(model, dequantize(raw, precision), double=double)
    found = emulate(network, overflow_integers(raw, precision))

    np.testing.assert_array_equal(steps_of(expected, network.precision(network.outputs[0])), found)


def check_csim(drawn, folder):
    _, network = lowered(drawn)
    inputs = overflow_integers(driven_inputs(network, drawn.seed), network.inputs[0].precision)
    try:
        project = generate(network, HARDWARE, folder)
    except UnsupportedLayerError as error:
        if "rounds away" not in str(error):  # ap_fixed aborts there: refused by name, never wrong
            raise
        reject()
    simulated = csim(project, network, inputs)[network.outputs[0]]
    np.testing.assert_array_equal(simulated, emulate(network, inputs))


@pytest.mark.keras
@pytest.mark.csim
@given(drawn=dense_models())
@settings(DRAWN, max_examples=4)
def test_the_c_simulation_gives_every_bit_that_the_emulator_gives(drawn, tmp_path_factory):
    check_csim(drawn, tmp_path_factory.mktemp("csim") / "firmware")


@pytest.mark.keras
@pytest.mark.csim
@pytest.mark.slow
@given(drawn=dense_models())
@settings(DRAWN, max_examples=60)
def test_the_c_simulation_agrees_on_the_whole_set(drawn, tmp_path_factory):
    check_csim(drawn, tmp_path_factory.mktemp("csim") / "firmware")
