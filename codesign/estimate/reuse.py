"""Which reuse factors a matrix can be built with.

Source: hls4ml 1.3.0, ``backends/fpga/fpga_backend.py``, ``_validate_reuse_factor`` (strategy
resource) and ``backends/vivado/passes/core_templates.py`` (strategy latency).
"""

from codesign.design.hardware import Strategy
from codesign.design.reuse import is_legal_reuse, legal_reuse_factors, neighboring_factors
from codesign.errors import InvalidDesignError


def nearest_factor(*, inputs: int, outputs: int, factor: int, strategy: Strategy) -> int:
    """Return the legal reuse factor that is nearest to one, the smaller of two.

    Source: as above, ``get_closest_reuse_factor``.

    Examples:
        >>> nearest_factor(inputs=16, outputs=5, factor=12, strategy=Strategy.RESOURCE)
        8
    """
    legal = legal_reuse_factors(inputs=inputs, outputs=outputs, strategy=strategy)
    return min(legal, key=lambda other: (abs(other - factor), other))


def check_factor(name: str, *, inputs: int, outputs: int, factor: int, strategy: Strategy) -> None:
    """Refuse a reuse factor that a layer cannot have.

    Raises:
        InvalidDesignError: Naming the layer and the nearest legal factors.
    """
    if is_legal_reuse(inputs=inputs, outputs=outputs, factor=factor, strategy=strategy):
        return
    found = neighboring_factors(inputs=inputs, outputs=outputs, factor=factor, strategy=strategy)
    msg = (
        f"{name}: reuse_factor {factor} cannot share {inputs}*{outputs} multiplications in "
        f"strategy {strategy}; nearest legal: {' and '.join(map(str, found))}"
    )
    raise InvalidDesignError(msg)
