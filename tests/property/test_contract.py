"""Integers come onto the grid of an input as the same numbers in float64 do, only faster."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codesign.design.contract import InputFeature, NetworkInput
from codesign.design.precision import Overflow, Precision, Rounding

DTYPES = (np.int8, np.uint8, np.int16, np.uint16, np.int32)


@st.composite
def contracts(draw):
    width = draw(st.integers(2, 24))
    precision = Precision(
        width=width,
        integer=draw(st.integers(-6, width + 6)),
        signed=draw(st.booleans()),
        rounding=draw(st.sampled_from(Rounding)),
        overflow=draw(st.sampled_from(Overflow)),
    )
    features = tuple(
        InputFeature(
            name=f"x{number}",
            offset=draw(st.integers(-300, 300)) / draw(st.sampled_from([1, 1, 1, 2])),
            shift=draw(st.integers(-4, 20)),
        )
        for number in range(draw(st.integers(1, 3)))
    )
    return NetworkInput(name="x", shape=(len(features),), precision=precision, features=features)


@given(contracts(), st.sampled_from(DTYPES), st.integers(0, 2**32 - 1))
def test_small_integers_are_put_as_floats_are(contract, dtype, seed):
    limits = np.iinfo(dtype)
    generator = np.random.default_rng(seed)
    shape = (40, len(contract.features))
    events = generator.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True)
    events[0], events[1] = limits.min, limits.max
    events >>= seed % 16
    found = contract.to_hardware(events)
    assert found.dtype == np.int64
    np.testing.assert_array_equal(found, contract.to_hardware(events.astype(np.float64)))


def test_blocks_of_events_are_put_one_after_the_other():
    contract = NetworkInput(
        name="x", shape=(2,), precision=Precision.from_text("fixed<8,4,RND_CONV,SAT>")
    )
    events = np.random.default_rng(1).integers(-99, 99, (9_000, 2)).astype(np.int16)
    found = contract.to_hardware(events)
    np.testing.assert_array_equal(found, contract.to_hardware(events.astype(np.float64)))
