"""Pass: channels that nothing reads are not computed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.design.constant import Constant
from codesign.design.layers import (
    Activation,
    AnyLayer,
    Conv,
    Dense,
    Pool,
    Reshape,
    Scale,
    Steps,
    Table,
    UpSample,
    ZeroPad,
)
from codesign.design.network import QuantizedNetwork
from codesign.lowering.passes.graph import layer_named, only_reader, rewrite

Mask = NDArray[np.bool_]
_CARRIERS = (Activation, Steps, Table, Pool, ZeroPad, UpSample, Scale)


def drop_dead_neurons(network: QuantizedNetwork) -> QuantizedNetwork:
    """Leave out layers that nothing reads, and channels whose every later weight is 0.

    A channel is followed through layers that keep channels apart to the dense layer or convolution
    that reads it. One channel stays where all are dead: a layer has at least one.
    """
    network = drop_unread(network)
    for layer in reversed(network.layers):
        if isinstance(layer, Dense | Conv):
            network = _narrowed(network, layer.name)
    return network


def drop_unread(network: QuantizedNetwork) -> QuantizedNetwork:
    """Leave out layers that nothing reads."""
    wanted = set(network.outputs)
    kept = []
    for layer in reversed(network.layers):
        if layer.name in wanted:
            kept.append(layer)
            wanted.update(layer.inputs)
    return replace(network, layers=tuple(reversed(kept)))


def _narrowed(network: QuantizedNetwork, name: str) -> QuantizedNetwork:
    """Return a network in which a layer makes only the channels that are read."""
    path = _path(network, name)
    if path is None:
        return network
    producer, *carriers, reader = path
    kernel = reader.kernel.values
    used = (kernel != 0).any(axis=(*range(kernel.ndim - 2), kernel.ndim - 1))
    kept = used.reshape(-1, producer.shape[-1]).any(axis=0)
    if not kept.any():
        kept[0] = True
    if kept.all():
        return network
    changed = [_with_outputs(producer, kept), *(_with_channels(each, kept) for each in carriers)]
    rows = np.tile(kept, len(used) // len(kept))
    changed.append(replace(reader, kernel=_part(reader.kernel, rows, axis=kernel.ndim - 2)))
    return rewrite(network, {layer.name: layer for layer in changed})


def _path(network: QuantizedNetwork, name: str) -> list[Any] | None:
    """Return the layers from one that mixes channels to the next, if nothing else reads them."""
    path: list[AnyLayer] = [layer_named(network, name)]
    while True:
        reader = only_reader(network, path[-1].name)
        if reader is None:
            return None
        path.append(reader)
        if isinstance(reader, Dense | Conv):
            return path
        flattens = isinstance(reader, Reshape) and len(reader.shape) == 1
        if not (flattens or isinstance(reader, _CARRIERS)) or _is_flat_carrier(path[1:]):
            return None


def _is_flat_carrier(path: Sequence[AnyLayer]) -> bool:
    """Return whether channels pass a layer of their own constants after they were flattened."""
    flat = [index for index, layer in enumerate(path) if isinstance(layer, Reshape)]
    return bool(flat) and any(isinstance(layer, Scale) for layer in path[flat[0] :])


def _with_outputs(layer: Any, kept: Mask) -> Any:
    """Return a layer that makes some of its channels."""
    return replace(
        layer,
        shape=(*layer.shape[:-1], int(kept.sum())),
        kernel=_part(layer.kernel, kept, axis=layer.kernel.values.ndim - 1),
        bias=_part(layer.bias, kept, axis=0),
    )


def _with_channels(layer: Any, kept: Mask) -> Any:
    """Return a layer that keeps channels apart, for some of its channels."""
    if isinstance(layer, Scale):
        return _with_outputs(layer, kept)
    count = layer.shape[-1] * int(kept.sum()) // len(kept)
    return replace(layer, shape=(*layer.shape[:-1], count))


def _part(constant: Constant, kept: Mask, *, axis: int) -> Constant:
    return Constant(values=constant.values.compress(kept, axis=axis), precision=constant.precision)
