"""Strides, paddings and formats that convolutions and poolings of Keras share."""

from typing import Any

from codesign.design.layers import Padding
from codesign.lowering.graph import Node
from codesign.lowering.refusal import refusal


def check_channels_last(node: Node) -> None:
    """Check that channels are the last dimension.

    Raises:
        UnsupportedLayerError: If they are the first.
    """
    if getattr(node.layer, "data_format", None) == "channels_first":
        raise refusal(node.name, 'data_format="channels_first"', "use channels_last")


def check_undilated(node: Node) -> None:
    """Check that a convolution has neither dilation nor groups.

    Raises:
        UnsupportedLayerError: If it has.
    """
    dilation = tuple(int(rate) for rate in tuple_of(node.layer.dilation_rate))
    if any(rate != 1 for rate in dilation):
        raise refusal(node.name, f"dilation_rate={dilation}", "use strides or pooling instead")
    if int(getattr(node.layer, "groups", 1)) != 1:
        raise refusal(
            node.name,
            f"groups={int(node.layer.groups)}",
            "use a depthwise convolution, or groups=1",
        )


def tuple_of(sizes: Any) -> tuple[int, ...]:
    """Return what Keras keeps as a number or a tuple as a tuple."""
    if isinstance(sizes, int):
        return (sizes,)
    return tuple(int(size) for size in sizes)


def padding_of(
    mode: str, shape: tuple[int, ...], *, size: tuple[int, ...], strides: tuple[int, ...]
) -> Padding:
    """Return the padding that Keras puts around data.

    Args:
        mode: ``"valid"``, ``"same"`` or ``"causal"``.
        shape: Of the data, channels last; further dimensions are not looked at.
        size: Of the window.
        strides: Of the window.

    Examples:
        >>> padding_of("same", (5, 8, 1), size=(2, 3), strides=(1, 2))
        ((0, 1), (0, 1))
    """
    if mode == "causal":
        return tuple((window - 1, 0) for window in size)
    if mode != "same":
        return tuple((0, 0) for _ in size)
    missing = (
        max((-(-length // stride) - 1) * stride + window - length, 0)
        for length, window, stride in zip(shape, size, strides, strict=False)
    )
    return tuple((total // 2, total - total // 2) for total in missing)
