import pytest

from codesign.design.layers import Concatenate, Pool, PoolFunction, ZeroPad
from codesign.design.precision import Precision
from codesign.design.shapes import output_shape
from codesign.errors import InvalidDesignError

GRID = Precision(width=4, integer=4)
COMMON = {"name": "layer", "inputs": ("x",), "shape": (1,), "precision": GRID}


def pool(padding, size=(3,)):
    return Pool(**COMMON, function=PoolFunction.MAX, size=size, strides=(2,), padding=padding)


def test_windows_count_the_border():
    assert output_shape(pool(((1, 2),)), [(6, 2)]) == (4, 2)


@pytest.mark.parametrize("padding", [((3, 0),), ((0, 4),)])
def test_windows_of_padding_alone_are_refused(padding):
    with pytest.raises(InvalidDesignError, match=r"layer: padding .* windows of padding alone"):
        output_shape(pool(padding), [(6, 2)])


def test_negative_padding_is_refused():
    with pytest.raises(InvalidDesignError, match=r"padding \(\(-1, 0\),\) is negative; cut"):
        output_shape(pool(((-1, 0),)), [(6, 2)])
    with pytest.raises(InvalidDesignError, match=r"padding \(\(0, -2\),\) is negative; cut"):
        output_shape(ZeroPad(**COMMON, padding=((0, -2),)), [(6, 2)])


def test_tensors_of_different_ranks_do_not_join():
    layer = Concatenate(**COMMON | {"inputs": ("x", "y")}, axis=1)
    assert output_shape(layer, [(3, 4), (3, 1)]) == (3, 5)
    with pytest.raises(InvalidDesignError, match=r"shapes \(3, 4\) and \(3,\) do not join along 1"):
        output_shape(layer, [(3, 4), (3,)])
