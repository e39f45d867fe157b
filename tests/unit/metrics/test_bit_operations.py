from itertools import pairwise

import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.hardware import Clock, HardwareConfig
from codesign.design.layers import Conv, DepthwiseConv, Scale
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError
from codesign.metrics import (
    bops,
    ebops,
    network_bops,
    network_ebops,
    summarize_layers,
    unpruned_bops,
)
from codesign.metrics.bit_operations import layer_bops, layer_ebops, layer_multiplications

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


@pytest.fixture
def image_network():
    """Return 3x4x2 -> convolution 2x2 to 3 channels -> depthwise 2x3, 2 filters each -> scale."""
    grid = Precision(width=5, integer=2)
    shapes = {
        "conv": ((2, 2, 2, 3), (2, 3, 3)),
        "depthwise": ((2, 3, 3, 2), (1, 1, 6)),
        "scale": ((6,), (1, 1, 6)),
    }
    kinds = {"conv": Conv, "depthwise": DepthwiseConv, "scale": Scale}
    layers, source = [], "x"
    for name, (kernel, shape) in shapes.items():
        moves = {} if name == "scale" else {"strides": (1, 1), "padding": ((0, 0), (0, 0))}
        layers.append(
            kinds[name](
                name=name,
                inputs=(source,),
                shape=shape,
                precision=grid,
                kernel=Constant.of(np.ones(kernel, dtype=int), Precision(width=4, integer=2)),
                bias=Constant.of(np.zeros(shape[-1], dtype=int), grid),
                accumulator=Precision(width=30, integer=15),
                **moves,
            )
        )
        source = name
    return QuantizedNetwork(
        name="image",
        inputs=(NetworkInput(name="x", shape=(3, 4, 2), precision=grid),),
        layers=tuple(layers),
        outputs=("scale",),
    )


def test_a_convolution_counts_at_each_position(image_network):
    conv, depthwise, scale = image_network.layers
    bits = {"weight_bits": 4, "input_bits": 5}
    assert layer_bops(image_network, conv) == 6 * bops(inputs=8, outputs=3, **bits)
    assert layer_bops(image_network, depthwise) == pytest.approx(bops(inputs=6, outputs=6, **bits))
    assert layer_bops(image_network, scale) == bops(inputs=1, outputs=6, **bits)
    # every weight is one bit, every input five
    assert layer_ebops(image_network, conv) == 6 * 24 * 5
    assert layer_ebops(image_network, depthwise) == 36 * 5
    assert layer_multiplications(conv) == 6 * 24
