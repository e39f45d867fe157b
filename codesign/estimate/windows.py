"""Where the windows of a convolution or pooling lie, and what they are stored in.

One dimension is an image of height 1; a dense layer over the last of several dimensions has
windows of one pixel.

Source: ``codesign_window.h``, the C++ that the hls4ml back ends generate.
"""

from dataclasses import dataclass
from math import prod

from codesign.design.layers import Conv, Dense, DepthwiseConv, Padding, Pool

_SHIFT_LENGTH = 32
"""Bits of a shift register in one look-up table. Source: AMD UG574, "Shift Registers"; the line
buffers of the stock designs of hftsoi/sparse-pixels@4a81ebf by logic synthesis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """The windows of a layer, always in two dimensions.

    Attributes:
        data: Height, width and channels of what it reads.
        size: Height and width of a window.
        strides: Vertical and horizontal.
        padding: Top and bottom, left and right.
        pixels: Number of windows.
        dimensions: Of the layer, 1 or 2.
    """

    data: tuple[int, ...]
    size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Padding
    pixels: int
    dimensions: int

    @property
    def elements(self) -> int:
        """Numbers in a window."""
        return prod(self.size) * self.data[-1]

    @property
    def padded_width(self) -> int:
        """Pixels of a row with its padding."""
        return self.data[1] + sum(self.padding[1])

    @property
    def steps(self) -> int:
        """Pixels of the image with its padding."""
        return (self.data[0] + sum(self.padding[0])) * self.padded_width

    @property
    def first(self) -> int:
        """Pixels that must be in before the first window is complete."""
        return (self.size[0] - 1) * self.padded_width + self.size[1]

    @property
    def last(self) -> int:
        """Pixels of padding behind the last one of the data."""
        return self.padding[0][1] * self.padded_width + self.padding[1][1]

    @property
    def line_buffer_luts(self) -> int:
        """Look-up tables of the rows above the current one, for each bit of a number."""
        lines = (self.size[0] - 1) * self.data[-1]
        return lines * -(-self.padded_width // _SHIFT_LENGTH)

    @property
    def inside(self) -> float:
        """The share of the numbers of all windows that are data and not padding."""
        shares = [
            _inside(self.data[axis], self.size[axis], self.strides[axis], self.padding[axis])
            for axis in (0, 1)
        ]
        return shares[0] * shares[1]


def windows_of(layer: Dense | Conv | DepthwiseConv | Pool, data: tuple[int, ...]) -> Windows:
    """Return the windows of a layer.

    Args:
        layer: Convolution, pooling, or dense over the last of several dimensions.
        data: The shape of what it reads.
    """
    pixels = prod(layer.shape[:-1])
    if isinstance(layer, Dense):
        return _flat((pixels, data[-1]), (1,), (1,), ((0, 0),), pixels)
    size = layer.size if isinstance(layer, Pool) else layer.kernel.values.shape[:-2]
    if len(size) == 1:
        return _flat(data, size, layer.strides, layer.padding, pixels)
    return Windows(
        data=data,
        size=size,
        strides=layer.strides,
        padding=layer.padding,
        pixels=pixels,
        dimensions=2,
    )


def _flat(
    data: tuple[int, ...],
    size: tuple[int, ...],
    strides: tuple[int, ...],
    padding: Padding,
    pixels: int,
) -> Windows:
    return Windows(
        data=(1, *data),
        size=(1, *size),
        strides=(1, *strides),
        padding=((0, 0), *padding),
        pixels=pixels,
        dimensions=1,
    )


def _inside(length: int, size: int, stride: int, padding: tuple[int, int]) -> float:
    """Return the share along one dimension."""
    starts = range(-padding[0], length + padding[1] - size + 1, stride)
    seen = sum(min(start + size, length) - max(start, 0) for start in starts)
    return seen / (size * len(starts))
