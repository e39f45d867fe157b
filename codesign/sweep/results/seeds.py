"""Means over the trials of a design that differ in their seed alone."""

import math
from collections.abc import Iterable, Sequence

from codesign.errors import InvalidDesignError
from codesign.sweep.outcome import Measure


def averages(trials: Sequence[Iterable[Measure]]) -> dict[str, Measure]:
    """Return each figure as the mean over trials; a single trial's figures as they are.

    A figure that not every trial has, or whose evidence differs, is left out.
    """
    found: dict[str, list[Measure]] = {}
    for figures in trials:
        for figure in figures:
            found.setdefault(figure.figure, []).append(figure)
    return {
        name: averaged(figures) if len(figures) > 1 else figures[0]
        for name, figures in found.items()
        if len(figures) == len(trials) and len({figure.evidence for figure in figures}) == 1
    }


def averaged(figures: Sequence[Measure]) -> Measure:
    """Return the mean of a figure over seeds; its error is that of the mean.

    The larger of the scatter between the seeds and the error of one measurement, by the root of
    their number: what is common to all seeds (the test events) does not average out.

    Raises:
        InvalidDesignError: If there are none, or their evidence differs.
    """
    kinds = {figure.evidence for figure in figures}
    if len(kinds) != 1:
        msg = f"a mean needs figures of one evidence, got {', '.join(sorted(kinds)) or 'none'}"
        raise InvalidDesignError(msg)
    count = len(figures)
    mean = sum(figure.value for figure in figures) / count
    own = sum((figure.high - figure.low) / 2 for figure in figures) / count
    scatter = math.sqrt(sum((f.value - mean) ** 2 for f in figures) / max(1, count - 1))
    error = max(own, scatter / math.sqrt(count))
    first = figures[0]
    return Measure(
        figure=first.figure,
        value=mean,
        low=mean - error,
        high=mean + error,
        evidence=first.evidence,
    )
