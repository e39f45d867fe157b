"""Every pass in its order, and what each saves."""

from dataclasses import dataclass

from codesign.design.layers import AnyLayer, Weighted
from codesign.design.network import QuantizedNetwork
from codesign.lowering.passes.drop_dead_neurons import drop_dead_neurons
from codesign.lowering.passes.fold_constants import fold_constants
from codesign.lowering.passes.fuse_quantizers import fuse_quantizers
from codesign.lowering.passes.graph import Pass
from codesign.lowering.passes.narrow_formats import narrow_formats
from codesign.lowering.passes.remove_identities import remove_identities

PASSES: tuple[Pass, ...] = (
    fold_constants,
    drop_dead_neurons,
    remove_identities,
    fuse_quantizers,
    narrow_formats,
)
"""In order; each keeps every output bit for bit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """What a pass did to a layer.

    Attributes:
        applied: The name of the pass.
        layer: The name of the layer.
        what: What changed, in words.
    """

    applied: str
    layer: str
    what: str


def optimize(network: QuantizedNetwork) -> QuantizedNetwork:
    """Apply every pass in order; the outputs stay the same bit for bit."""
    for apply in PASSES:
        network = apply(network)
    return network


def explain(network: QuantizedNetwork) -> tuple[Saving, ...]:
    """Return what each pass of :func:`optimize` changes, layer by layer."""
    found: list[Saving] = []
    for apply in PASSES:
        after = apply(network)
        kept = {layer.name: layer for layer in after.layers}
        for layer in network.layers:
            changes = _changes(layer, kept[layer.name]) if layer.name in kept else ["left out"]
            found += [
                Saving(applied=apply.__name__, layer=layer.name, what=what) for what in changes
            ]
        network = after
    return tuple(found)


def _changes(before: AnyLayer, after: AnyLayer) -> list[str]:
    """Return what is different about a layer, in words."""
    found = []
    if before.shape != after.shape:
        found.append(f"shape {before.shape} -> {after.shape}")
    if isinstance(before, Weighted) and isinstance(after, Weighted):
        old, new = before.kernel.values, after.kernel.values
        if old.size != new.size:
            found.append(f"{old.size} -> {new.size} weights")
        zeros = int((new == 0).sum()) - int((old == 0).sum())
        if old.size == new.size and zeros:
            found.append(f"{zeros} weights of constant inputs are 0 now, the bias holds them")
        if before.accumulator != after.accumulator:
            found.append(f"accumulator {before.accumulator} -> {after.accumulator}")
    if before.precision != after.precision:
        found.append(f"output {before.precision} -> {after.precision}")
    return found
