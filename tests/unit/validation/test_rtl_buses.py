import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codesign.design.rtl import RtlPort
from codesign.errors import InvalidDesignError
from codesign.validation.rtl.buses import check_elements, pack, unpack


@st.composite
def ports(draw):
    return RtlPort(
        name="x",
        width=draw(st.integers(1, 63)),
        signed=draw(st.booleans()),
        elements=draw(st.integers(1, 70)),
        beats=draw(st.integers(1, 3)),
    )


@given(ports(), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_what_is_packed_is_unpacked(port: RtlPort, events: int, seed: int) -> None:
    low = -(2 ** (port.width - 1)) if port.signed else 0
    high = 2 ** (port.width - port.signed) - 1
    shape = (port.beats * port.elements,)
    values = np.random.default_rng(seed).integers(low, high, (events, *shape), endpoint=True)

    words = pack(values, port)

    assert words.shape == (events * port.beats, -(-port.bits // 32))
    np.testing.assert_array_equal(unpack(words, port, shape), values)


def test_the_first_element_takes_the_lowest_bits() -> None:
    port = RtlPort(name="x", width=20, signed=True, elements=3)

    words = pack(np.array([[1, -1, 5]]), port)

    number = int(words[0, 0]) + (int(words[0, 1]) << 32)
    assert number == 1 + (0xFFFFF << 20) + (5 << 40)


def test_elements_of_64_bits_are_refused() -> None:
    with pytest.raises(InvalidDesignError, match="port x: elements of 64 bits; .* up to 63"):
        check_elements(RtlPort(name="x", width=64, signed=True, elements=1))
