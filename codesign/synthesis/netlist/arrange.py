"""Where each net lies and which gates are computed together.

Outputs of a group lie next to each other, so that they are written in one piece.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from codesign.synthesis.netlist.flatten import ONE, ZERO
from codesign.synthesis.netlist.gates import Numbers
from codesign.synthesis.netlist.levels import levels
from codesign.synthesis.netlist.nodes import FlipFlop, Node, Nodes

_CACHED_WORDS = 2**15
"""Words of a group that are computed at once, so that they stay in a core's cache."""
_NUMBER_WORDS = 2**12
"""The same for gates of numbers, whose bits are spread over 64 times the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Gates of one kind on one level.

    Attributes:
        kind: Of all nodes.
        nodes: In the order of their outputs.
        first: The row of the first output.
    """

    kind: tuple[str, int]
    nodes: tuple[Node, ...]
    first: int


class Arrangement:
    """Rows of nets, and the groups in the order in which they are computed.

    Attributes:
        groups: Of gates.
        flip_flops: Groups of flip-flops and the row of the first output of each.
    """

    def __init__(self, nets: int) -> None:
        self._rows = np.full(nets, -1, dtype=np.intp)
        self._count = 0
        self.groups: list[Group] = []
        self.flip_flops: list[tuple[tuple[FlipFlop, ...], int]] = []

    @property
    def rows(self) -> int:
        """How many there are."""
        return self._count

    def row(self, net: int) -> int:
        """Return the row of a net."""
        return int(self._rows[net])

    def all(self, nets: Sequence[int]) -> Numbers:
        """Return the rows of nets; of an input that is not connected (-1), the row of 0."""
        return self._rows[[max(net, ZERO) for net in nets]]

    def place(self, nets: Iterable[int]) -> int:
        """Give the next rows to nets and return the first; -1 takes a row that nobody reads."""
        first = self._count
        for net in nets:
            if net >= 0:
                self._rows[net] = self._count
            self._count += 1
        return first


def arrange(nets: int, nodes: Nodes, *, words: int) -> Arrangement:
    """Return where nets lie and in which order gates are computed.

    Args:
        nets: How many there are.
        nodes: Gates and registers.
        words: Of a row.

    Raises:
        ReportError: As :func:`codesign.synthesis.netlist.levels.levels`.
    """
    found = Arrangement(nets)
    remembered = {flip_flop.output for flip_flop in nodes.flip_flops}
    computed = {net for node in nodes.computed for net in node.writes}
    known = [net for net in range(nets) if net not in computed]
    ordered = levels(nodes.computed, known)
    found.place(net for net in known if net not in remembered)
    for group in _alike(nodes.flip_flops):
        found.flip_flops.append((group, found.place(each.output for each in group)))
    for level in ordered:
        kinds: dict[tuple[str, int], list[Node]] = defaultdict(list)
        for node in level:
            kinds[node.kind].append(node)
        for kind, members in kinds.items():
            budget = _NUMBER_WORDS if kind[0] == "product" else _CACHED_WORDS
            size = max(1, budget // words)
            for start in range(0, len(members), size):
                part = tuple(members[start : start + size])
                # output by output: rows of the same output of all cells are neighbors
                outputs = zip(*(node.writes for node in part), strict=True)
                first = found.place(net for output in outputs for net in output)
                found.groups.append(Group(kind=kind, nodes=part, first=first))
    return found


def _alike(flip_flops: Sequence[FlipFlop]) -> list[tuple[FlipFlop, ...]]:
    """Return those that only take in data, and the others: the former need no look at pins."""
    plain = tuple(one for one in flip_flops if one.enable == ONE and one.clear == ZERO)
    others = tuple(one for one in flip_flops if not (one.enable == ONE and one.clear == ZERO))
    return [group for group in (plain, others) if group]
