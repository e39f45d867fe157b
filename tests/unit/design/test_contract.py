import numpy as np
import pytest

from codesign.design.contract import InputFeature, NetworkInput
from codesign.design.precision import Precision
from codesign.errors import InvalidDataError, InvalidDesignError

read = Precision.from_text
FEATURES = (
    InputFeature(name="pt", unit="GeV", offset=100.0, shift=5),
    InputFeature(name="eta"),
    InputFeature(name="tau", offset=-0.5, shift=-3),
)
GRID = read("fixed<6,3,RND_CONV,SAT>")


@pytest.fixture
def contract():
    return NetworkInput(name="x", shape=(3,), precision=GRID, features=FEATURES)


def test_a_feature_is_shifted_and_scaled_by_a_power_of_two(contract):
    found = contract.standardize(np.array([[164.0, 1.5, 0.25]]))
    assert found.tolist() == [[2.0, 1.5, 6.0]]


def test_events_are_rounded_half_to_even_and_saturated_onto_the_grid(contract):
    events = np.array([[102.0, 0.1875, -0.5], [1e6, -1e6, -0.5]])
    assert contract.to_hardware(events).tolist() == [[0, 2, 0], [31, -32, 0]]


def test_integer_events_of_a_trigger_are_standardized_without_overflow(contract):
    events = np.array([[0, 3, 0]], dtype=np.uint8)
    assert contract.to_hardware(events).tolist() == [[-25, 24, 31]]


def test_an_input_without_features_takes_events_as_they_are():
    contract = NetworkInput(name="x", shape=(2, 2), precision=GRID)
    found = contract.to_hardware(np.array([[0.125, 1.0, -1.0, 0.0]], dtype=np.float32))
    assert found.tolist() == [[[1, 8], [-8, 0]]]
    assert found.dtype == np.int64


@pytest.mark.parametrize("shape", [(4, 2), (4, 4), (3,), (4, 3, 1)])
def test_events_of_another_width_are_refused_with_both_shapes(contract, shape):
    with pytest.raises(
        InvalidDataError, match=r"input x: events of shape .*expected \(events, 3\)"
    ):
        contract.to_hardware(np.zeros(shape))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_feature_that_is_no_number_is_refused_with_event_and_column(contract, value):
    events = np.zeros((5, 3))
    events[3, 1] = value
    with pytest.raises(InvalidDataError, match=rf"value {value} at index \(3, 1\)"):
        contract.to_hardware(events)


def test_a_contract_of_too_few_features_is_refused():
    with pytest.raises(InvalidDesignError, match=r"x: 3 features for an input of shape \(4,\)"):
        NetworkInput(name="x", shape=(4,), precision=GRID, features=FEATURES)


@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (-1, -3)])
def test_an_input_without_elements_is_refused(shape):
    with pytest.raises(InvalidDesignError, match=r"x: shape .* has no elements"):
        NetworkInput(name="x", shape=shape, precision=GRID)


def test_an_input_with_a_hostile_name_is_refused():
    with pytest.raises(InvalidDesignError, match="cannot name an input"):
        NetworkInput(name="../x", shape=(1,), precision=GRID)
