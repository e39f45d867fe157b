"""Which reuse factors a matrix of multiplications can be built with.

Source: hls4ml 1.3.0, ``backends/fpga/fpga_backend.py``, ``_validate_reuse_factor`` (strategy
resource) and ``backends/vivado/passes/core_templates.py`` (strategy latency, where the reuse
factor bounds the number of multipliers).
"""

from functools import cache

from codesign.design.hardware import Strategy


def is_legal_reuse(*, inputs: int, outputs: int, factor: int, strategy: Strategy) -> bool:
    """Return whether a matrix can share each of its multipliers ``factor`` times."""
    multiplications = inputs * outputs
    if strategy is Strategy.LATENCY:
        return factor <= multiplications
    if multiplications % factor:
        return False
    if factor >= inputs:
        return factor % inputs == 0
    return -(-multiplications // factor) % outputs == 0


@cache
def legal_reuse_factors(*, inputs: int, outputs: int, strategy: Strategy) -> tuple[int, ...]:
    """Return the reuse factors that a layer can have, in ascending order.

    Args:
        inputs: Inputs of its matrix: of a convolution the window size times the channels.
        outputs: Outputs of its matrix: of a convolution the filters.
        strategy: How its multipliers are shared.

    Examples:
        >>> legal_reuse_factors(inputs=16, outputs=5, strategy=Strategy.RESOURCE)
        (1, 2, 4, 8, 16, 80)
    """
    return tuple(
        factor
        for factor in range(1, inputs * outputs + 1)
        if is_legal_reuse(inputs=inputs, outputs=outputs, factor=factor, strategy=strategy)
    )


def neighboring_factors(
    *, inputs: int, outputs: int, factor: int, strategy: Strategy
) -> tuple[int, ...]:
    """Return the nearest legal factors below and above one that is not, where there are any."""
    legal = legal_reuse_factors(inputs=inputs, outputs=outputs, strategy=strategy)
    below = [other for other in legal if other < factor][-1:]
    above = [other for other in legal if other > factor][:1]
    return (*below, *above)
