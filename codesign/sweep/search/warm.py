"""Which candidate another one's training begins with: the next wider, or the next less sparse.

The chain follows from the space and the point alone, never from the order in which things happen:
the same sweep gives the same weights on any number of workers.
"""

from codesign.design.candidate import Candidate
from codesign.design.plan import Mode
from codesign.sweep.space.knob import Value
from codesign.sweep.space.space import Dimension, Values
from codesign.sweep.space.sweep import Sweep

_NARROWS = frozenset({"bits", "weight_bits", "bias_bits", "activation_bits"})


def chain_of(sweep: Sweep, values: Values, settings: Values) -> tuple[Candidate, ...]:
    """Return the candidates that training goes through first, the nearest first.

    Args:
        sweep: Whether to warm-start at all, and along which dimensions.
        values: Of the dimensions.
        settings: Further hyper-parameters.
    """
    if not sweep.search.warm_start:
        return ()
    if sweep.space.candidate(values, settings).training.mode is not Mode.QAT:
        return ()
    chain, point = [], dict(values)
    while (parent := _parent(sweep, point)) is not None:
        point = parent
        chain.append(sweep.space.candidate(point, settings))
    return tuple(chain)


def _parent(sweep: Sweep, values: dict[str, Value]) -> dict[str, Value] | None:
    """Return the point one step less sparse, else one step wider; None for the first of all."""
    for dimension in reversed(sweep.space.dimensions):
        if "sparsity" in dimension.knobs and (lower := _next(dimension, values, below=True)):
            return {**values, dimension.name: lower[0]}
    for dimension in reversed(sweep.space.dimensions):
        if _NARROWS.intersection(dimension.knobs):
            wider = _next(dimension, values, below=False)
            if wider:
                return {**values, dimension.name: wider[0]}
    return None


def _next(dimension: Dimension, values: dict[str, Value], *, below: bool) -> list[Value]:
    """Return the neighbor of a value of a dimension, empty where there is none."""
    if dimension.name not in values:
        return []
    own = float(str(values[dimension.name]))
    if below:
        found = [v for v in dimension.values if float(str(v)) < own]
        return [max(found, key=lambda v: float(str(v)))] if found else []
    found = [v for v in dimension.values if float(str(v)) > own]
    return [min(found, key=lambda v: float(str(v)))] if found else []
