"""Turn a network into groups of the fastest arithmetic that is exact for it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from codesign.design.intervals import Interval, intervals
from codesign.design.layers import Activation, AnyLayer, Concatenate, Steps, Table
from codesign.design.network import QuantizedNetwork
from codesign.emulator.arithmetic import Fit, Operation, Round, Shift, exact_dtype
from codesign.emulator.elementwise import Compute, compile_operation, simplify
from codesign.emulator.heads import Head
from codesign.emulator.plan import Plan, plan_layer, plan_part


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One operation on each element.

    Attributes:
        compute: The function; it may write into its argument.
        fit: The format whose overflow it is, None for any other operation.
    """

    compute: Compute
    fit: Fit | None


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Layers computed in one go: a head, then steps on each element of its result.

    Attributes:
        layer: The layer that it begins with.
        sources: The tensors it reads.
        output: The tensor it makes.
        dtype: The type of its arithmetic.
        head: What comes first.
        steps: What follows.
    """

    layer: str
    sources: tuple[str, ...]
    output: str
    dtype: type[Any]
    head: Head
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A network, compiled.

    Attributes:
        network: The network.
        groups: In order.
        input_dtypes: The type in which each input enters, by name.
    """

    network: QuantizedNetwork
    groups: tuple[Group, ...]
    input_dtypes: Mapping[str, type[Any]]


def compile_network(network: QuantizedNetwork, *, kept: Collection[str], fuse: bool) -> Program:
    """Return the groups of a network.

    Args:
        network: The network.
        kept: The tensors that are wanted in the end; they are the outputs of groups.
        fuse: Whether functions of one element join the layer before, and steps are simplified.
    """
    bounds = intervals(network)
    inputs = {node.name: exact_dtype(bounds[node.name].magnitude) for node in network.inputs}
    drafts = _join(_drafts(network, bounds), kept) if fuse else _drafts(network, bounds)
    groups = tuple(_finish(draft, simplified=fuse) for draft in drafts)
    return Program(network=network, groups=groups, input_dtypes=inputs)


@dataclass(frozen=True, slots=True, eq=False)
class _Draft:
    """A group before its type is chosen."""

    layer: str
    sources: tuple[str, ...]
    output: str
    plan: Plan
    joins: bool
    operations: tuple[Operation, ...]
    largest: int

    @classmethod
    def of(cls, layer: AnyLayer, sources: Sequence[str], output: str, plan: Plan) -> "_Draft":
        return cls(
            layer=layer.name,
            sources=tuple(sources),
            output=output,
            plan=plan,
            joins=isinstance(layer, Activation | Steps | Table),
            operations=tuple(plan.chain.operations),
            largest=plan.chain.largest,
        )


def _drafts(network: QuantizedNetwork, bounds: Mapping[str, Interval]) -> list[_Draft]:
    found = []
    for layer in network.layers:
        formats = [network.precision(name) for name in layer.inputs]
        read = [bounds[name] for name in layer.inputs]
        sources = list(layer.inputs)
        if isinstance(layer, Concatenate):
            for index, (data, part) in enumerate(zip(formats, read, strict=True)):
                plan = plan_part(layer, data, part)
                if plan.chain.operations:
                    output = f"{layer.name}[{index}]"
                    found.append(_Draft.of(layer, [sources[index]], output, plan))
                    sources[index] = output
        found.append(_Draft.of(layer, sources, layer.name, plan_layer(layer, formats, read)))
    return found


def _join(drafts: Sequence[_Draft], kept: Collection[str]) -> list[_Draft]:
    """Return drafts with functions of one element joined to the only layer that feeds them."""
    readers = Counter(name for draft in drafts for name in draft.sources)
    found: dict[str, _Draft] = {}
    for draft in drafts:
        before = found.get(draft.sources[0])
        alone = readers[draft.sources[0]] == 1 and draft.sources[0] not in kept
        if before is None or not draft.joins or not alone or not _can_grow(before, draft):
            found[draft.output] = draft
            continue
        del found[before.output]
        found[draft.output] = _Draft(
            layer=before.layer,
            sources=before.sources,
            output=draft.output,
            plan=before.plan,
            joins=before.joins,
            operations=before.operations + draft.operations,
            largest=max(before.largest, draft.largest),
        )
    return list(found.values())


def _can_grow(before: _Draft, draft: _Draft) -> bool:
    if before.plan.views:
        return False
    return exact_dtype(before.largest) is exact_dtype(max(before.largest, draft.largest))


def _finish(draft: _Draft, *, simplified: bool) -> Group:
    dtype = exact_dtype(draft.largest)
    operations: list[Operation] = list(draft.operations)
    if simplified:
        operations = simplify(operations)
    exponent = 0
    first = operations[0] if operations else None
    if draft.plan.scales and isinstance(first, Shift) and dtype is not np.int64:
        exponent = first.by
        operations[:1] = [Round(first.rounding)] if exponent < 0 else []
    return Group(
        layer=draft.layer,
        sources=draft.sources,
        output=draft.output,
        dtype=dtype,
        head=draft.plan.head(dtype, exponent),
        steps=tuple(
            Step(compile_operation(each, dtype), each if isinstance(each, Fit) else None)
            for each in operations
        ),
    )
