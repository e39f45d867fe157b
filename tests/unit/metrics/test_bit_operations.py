from itertools import pairwise

import numpy as np
import pytest

from codesign.design.hardware import Clock, HardwareConfig
from codesign.errors import InvalidDesignError
from codesign.metrics import (
    bops,
    ebops,
    network_bops,
    network_ebops,
    summarize_layers,
    unpruned_bops,
)

# Hawks et al., arXiv:2102.11289, Eq. 8 for 16-64-32-32-5 with the input at the same bits; "50x" is
# the reduction it publishes between the first number and the last.
PUBLISHED = [(32, 0.0, 4_652_832), (6, 0.0, 226_592), (6, 0.8, 104_019), (6, 0.9, 88_698)]
WIDTHS = (16, 64, 32, 32, 5)


@pytest.mark.parametrize(("bits", "pruned", "expected"), PUBLISHED)
def test_bops_of_the_jet_tagger_are_the_published_ones(bits, pruned, expected):
    found = sum(
        bops(inputs=n, outputs=m, weight_bits=bits, input_bits=bits, pruned=pruned)
        for n, m in pairwise(WIDTHS)
    )
    assert round(found) == expected


@pytest.mark.parametrize(("bits", "expected"), [(32, 4_652_832), (6, 226_592)])
def test_bops_of_a_network_are_those_of_its_layers(jet_tagger, bits, expected):
    assert network_bops(jet_tagger(bits=bits)) == expected


def test_bops_of_a_pruned_network_count_its_zeros(jet_tagger):
    # Whole weights only: 80 % of the kernels is 0.2 + 0.4 + 0.2 weights more than can be zero.
    expected = 104_019.2 + 0.8 * 6 * 6
    assert network_bops(jet_tagger(bits=6, pruned=0.8)) == pytest.approx(expected)


def test_the_unpruned_reference_depends_on_the_shapes_alone(jet_tagger):
    hardware = HardwareConfig(device="vu9p", clock=Clock(period_ns=5.0))
    layers = summarize_layers(jet_tagger(bits=6, pruned=0.8), hardware)
    assert unpruned_bops(layers) == 4_652_832
    assert unpruned_bops(layers, bits=6) == 226_592


def _span_by_text(value):
    return len(f"{abs(value):b}".strip("0"))


def test_ebops_count_from_the_highest_to_the_lowest_bit():
    values = np.array(
        [0, 1, -1, 2, -8, 3, 5, -6, 12, 20, 127, -128, 2**40 + 1, 2**61 - 1, -(2**62)]
    )
    for value in values:
        assert ebops(np.array([value]), input_bits=1) == _span_by_text(int(value)), value
    assert ebops(values, input_bits=7) == 7 * sum(_span_by_text(int(value)) for value in values)


def test_ebops_of_a_network_are_bounded_by_its_bits(jet_tagger):
    # Each of the 4,256 weights is one bit, each input 6.
    assert network_ebops(jet_tagger(bits=6)) == 4256 * 6
    assert network_ebops(jet_tagger(bits=6, pruned=1.0)) == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pruned": 1.5}, r"pruned fraction of 1\.5 is not in \[0, 1\]"),
        ({"inputs": 0}, "0 inputs"),
        ({"weight_bits": 0}, "0 bits a weight"),
    ],
)
def test_impossible_layers_are_refused(change, message):
    with pytest.raises(InvalidDesignError, match=message):
        bops(**{"inputs": 2, "outputs": 2, "weight_bits": 2, "input_bits": 2, **change})
