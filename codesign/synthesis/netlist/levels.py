"""In which order gates can be computed: level by level, each reading levels before only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from codesign.errors import ReportError
from codesign.synthesis.netlist.nodes import UNCONNECTED, Node

_NAMED = 5


def levels(nodes: Sequence[Node], known: Iterable[int]) -> list[list[Node]]:
    """Return the nodes level by level.

    Args:
        nodes: To be put in order.
        known: Nets that are known at the start: constants, inputs, registers, and those that
            nothing drives.

    Raises:
        ReportError: If a net has two drivers, or gates read each other in a circle.
    """
    ready = {*known, UNCONNECTED}
    _refuse_two_drivers(nodes, ready)
    missing = [len(set(node.reads) - ready) for node in nodes]
    readers: dict[int, list[int]] = defaultdict(list)
    for index, node in enumerate(nodes):
        for net in set(node.reads) - ready:
            readers[net].append(index)
    found = []
    current = [index for index, count in enumerate(missing) if count == 0]
    while current:
        found.append([nodes[index] for index in current])
        written = (net for index in current for net in nodes[index].writes)
        current = _freed(written, readers, missing)
    _refuse_circles(nodes, missing)
    return found


def _freed(
    written: Iterable[int], readers: Mapping[int, Sequence[int]], missing: list[int]
) -> list[int]:
    """Return the nodes that were waiting for the last of the nets that are written now."""
    freed = []
    for net in written:
        for reader in readers.get(net, ()):
            missing[reader] -= 1
            if missing[reader] == 0:
                freed.append(reader)
    return freed


def _refuse_two_drivers(nodes: Sequence[Node], known: Iterable[int]) -> None:
    drivers = set(known) - {UNCONNECTED}
    for node in nodes:
        for net in node.writes:
            if net in drivers:
                msg = f"net {net} is driven twice, the second time by {node.name}"
                raise ReportError(msg)
            if net != UNCONNECTED:
                drivers.add(net)


def _refuse_circles(nodes: Sequence[Node], missing: Sequence[int]) -> None:
    stuck = [node.name for node, count in zip(nodes, missing, strict=True) if count > 0]
    if stuck:
        msg = (
            f"{len(stuck)} cells read each other in a circle, or what follows one; "
            f"among them {', '.join(stuck[:_NAMED])}"
        )
        raise ReportError(msg)
