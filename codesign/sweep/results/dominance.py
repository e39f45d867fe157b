"""Which designs others beat, and how much a front covers."""

from collections.abc import Iterable, Sequence
from operator import le

from codesign.sweep.outcome import Measure

Costs = tuple[float, ...]


def dominates(first: Costs, second: Costs) -> bool:
    """Return whether the first is nowhere worse and somewhere better."""
    pairs = list(zip(first, second, strict=True))
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def non_dominated(points: Sequence[Costs]) -> list[int]:
    """Return the indices of the points that no other dominates, equal points once.

    Sorted by the first cost each point needs to be compared with the front so far only.
    """
    front: list[int] = []
    seen: set[Costs] = set()
    for index in sorted(range(len(points)), key=points.__getitem__):
        point = points[index]  # none of the front is equal, so nowhere worse is better somewhere
        if point not in seen and not any(all(map(le, points[o], point)) for o in front):
            front.append(index)
            seen.add(point)
    return sorted(front)


def certainly_worse(
    first: Sequence[Measure], second: Sequence[Measure], *, smaller: Iterable[str]
) -> bool:
    """Return whether the first is dominated by the second whatever the true figures are.

    Args:
        first: The figures of a design.
        second: Those of another with the same network, so that everything else is equal.
        smaller: The figures that count, the smaller the better.
    """
    ours, theirs = ({m.figure: m for m in figures} for figures in (first, second))
    names = list(smaller)
    if not names or any(name not in ours or name not in theirs for name in names):
        return False
    nowhere_better = all(theirs[name].high <= ours[name].low for name in names)
    return nowhere_better and any(theirs[name].high < ours[name].low for name in names)


def hypervolume(points: Iterable[Costs], reference: Costs) -> float:
    """Return the volume that points dominate, up to a reference.

    Args:
        points: Costs; those that are not below the reference everywhere count for nothing.
        reference: Costs that everything of interest is below.

    Source:
        Zitzler and Thiele, IEEE Transactions on Evolutionary Computation 3 (1999) 257; computed by
        slicing along the last objective (While et al., ibid. 10 (2006) 29).

    Examples:
        >>> hypervolume([(1.0, 2.0), (2.0, 1.0)], (3.0, 3.0))
        3.0
    """
    inside = [p for p in points if all(a < b for a, b in zip(p, reference, strict=True))]
    inside = [inside[index] for index in non_dominated(inside)]
    if not inside:
        return 0.0
    if len(reference) == 1:
        return reference[0] - min(point[0] for point in inside)
    inside.sort(key=lambda point: point[-1])
    volume = 0.0
    for index, point in enumerate(inside):
        upper = inside[index + 1][-1] if index + 1 < len(inside) else reference[-1]
        if upper > point[-1]:
            below = [other[:-1] for other in inside[: index + 1]]
            volume += (upper - point[-1]) * hypervolume(below, reference[:-1])
    return volume
