"""Narrower formats that the events would allow, each with its effect measured by the emulator."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from codesign.design.fixed_point import Integers, requantize
from codesign.design.layers import Activation
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.design.results import Suggestion, TensorProfile
from codesign.emulator import emulate

_MIN_WIDTH = 2


def wasted_bits(profile: TensorProfile) -> int:
    """Return the bits at the top of a format that no value of a profile uses."""
    largest = max(profile.largest + profile.precision.step, -profile.smallest)
    if largest <= 0:
        return 0
    needed = math.ceil(math.log2(largest)) + profile.precision.signed
    return max(0, min(profile.precision.integer - needed, profile.precision.width - _MIN_WIDTH))


def suggest(
    network: QuantizedNetwork,
    profiles: tuple[TensorProfile, ...],
    inputs: Integers,
    *,
    labels: NDArray[np.int64],
) -> tuple[Suggestion, ...]:
    """Return what narrower inputs and hidden activations would do to the outputs.

    For each, its unused bits at the top are left out, and one bit more at the bottom.

    Args:
        network: With one input and one output, its largest output naming the class.
        profiles: Of its tensors, by the same events.
        inputs: Hardware integers of events, shape (events, ...).
        labels: Their classes, shape (events,).
    """
    names = {node.name for node in network.inputs}
    names |= {layer.name for layer in network.layers if isinstance(layer, Activation)}
    names -= set(network.outputs)
    reference = emulate(network, inputs)
    return tuple(
        _measure(network, profile, narrower, inputs, reference=reference, labels=labels)
        for profile in profiles
        if profile.name in names
        for narrower in _candidates(profile)
    )


def _candidates(profile: TensorProfile) -> tuple[Precision, ...]:
    precision, unused = profile.precision, wasted_bits(profile)
    top = replace(precision, width=precision.width - unused, integer=precision.integer - unused)
    found = [top] if unused else []
    if top.width > _MIN_WIDTH:
        found.append(replace(top, width=top.width - 1))
    return tuple(found)


def _measure(
    network: QuantizedNetwork,
    profile: TensorProfile,
    narrower: Precision,
    inputs: Integers,
    *,
    reference: Integers,
    labels: NDArray[np.int64],
) -> Suggestion:
    changed, fed = narrowed(network, profile.name, narrower, inputs)
    found = emulate(changed, fed)
    before, after = (out.reshape(len(out), -1).argmax(axis=1) for out in (reference, found))
    same = (found == reference).reshape(len(found), -1).all(axis=1)
    return Suggestion(
        tensor=profile.name,
        precision=profile.precision,
        narrower=narrower,
        events=len(labels),
        same_events=int(same.sum()),
        accuracy_change=float((after == labels).mean() - (before == labels).mean()),
    )


def narrowed(
    network: QuantizedNetwork, name: str, precision: Precision, inputs: Integers
) -> tuple[QuantizedNetwork, Integers]:
    """Return a network with one format changed, and its inputs on their grid.

    The outputs keep their format and what follows keeps its accumulators, which are wide enough.
    """
    grid = network.inputs[0].precision
    sources = tuple(
        replace(node, precision=precision) if node.name == name else node for node in network.inputs
    )
    layers = tuple(
        replace(layer, precision=precision) if layer.name == name else layer
        for layer in network.layers
    )
    changed = replace(network, inputs=sources, layers=layers)
    if sources[0].precision == grid:
        return changed, inputs
    return changed, requantize(inputs, grid.fraction, precision)
