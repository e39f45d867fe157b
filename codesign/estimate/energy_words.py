"""Modelled power and energy in one line, for a table's foot."""

from codesign.design.report import Figure
from codesign.estimate.energy import EnergyEstimate

_LARGE = 999.5


def in_words(found: EnergyEstimate) -> str:
    """Return an estimate in one line; that it is modelled comes first."""
    return (
        f"MODELLED, not measured: {found.inferences_per_s / 1e6:g} M inferences/s take "
        f"{_text(found.total_w)} W, {_text(found.dynamic_w)} W of it by the design, the rest by "
        f"the powered {found.device}; {_text(found.per_inference_nj)} nJ an inference, "
        f"{_text(found.dynamic_nj)} nJ of it by the design"
    )


def _text(figure: Figure) -> str:
    value, low, high = map(_number, (figure.value, figure.low, figure.high))
    return f"{value} [{low} to {high}]"


def _number(value: float) -> str:
    return f"{value:.3g}" if value < _LARGE else f"{value:,.0f}"
