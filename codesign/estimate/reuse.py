"""Which reuse factors a matrix can be built with.

Source: hls4ml 1.3.0, ``backends/fpga/fpga_backend.py``, ``_validate_reuse_factor`` (strategy
resource) and ``backends/vivado/passes/core_templates.py`` (strategy latency).
"""

from functools import cache

from codesign.design.hardware import Strategy
from codesign.errors import InvalidDesignError


@cache
def legal_factors(*, inputs: int, outputs: int, strategy: Strategy) -> tuple[int, ...]:
    """Return the reuse factors that a matrix can have, in ascending order.

    Examples:
        >>> legal_factors(inputs=16, outputs=5, strategy=Strategy.RESOURCE)
        (1, 2, 4, 8, 16, 80)
    """
    factors = range(1, inputs * outputs + 1)
    return tuple(factor for factor in factors if _is_legal(inputs, outputs, factor, strategy))


def nearest_factor(*, inputs: int, outputs: int, factor: int, strategy: Strategy) -> int:
    """Return the legal reuse factor that is nearest to one, the smaller of two.

    Source: as above, ``get_closest_reuse_factor``.

    Examples:
        >>> nearest_factor(inputs=16, outputs=5, factor=12, strategy=Strategy.RESOURCE)
        8
    """
    legal = legal_factors(inputs=inputs, outputs=outputs, strategy=strategy)
    return min(legal, key=lambda other: (abs(other - factor), other))


def check_factor(name: str, *, inputs: int, outputs: int, factor: int, strategy: Strategy) -> None:
    """Refuse a reuse factor that a layer cannot have.

    Raises:
        InvalidDesignError: Naming the layer and the nearest legal factors.
    """
    if _is_legal(inputs, outputs, factor, strategy):
        return
    legal = legal_factors(inputs=inputs, outputs=outputs, strategy=strategy)
    below = [str(other) for other in legal if other < factor][-1:]
    above = [str(other) for other in legal if other > factor][:1]
    msg = (
        f"{name}: reuse_factor {factor} cannot share {inputs}*{outputs} multiplications in "
        f"strategy {strategy}; nearest legal: {' and '.join(below + above)}"
    )
    raise InvalidDesignError(msg)


def _is_legal(inputs: int, outputs: int, factor: int, strategy: Strategy) -> bool:
    multiplications = inputs * outputs
    if strategy is Strategy.LATENCY:
        return factor <= multiplications
    if multiplications % factor:
        return False
    if factor >= inputs:
        return factor % inputs == 0
    return -(-multiplications // factor) % outputs == 0
