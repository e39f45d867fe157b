"""How well energies are measured: the width and the middle of the response.

The response is estimate over truth. Its width is the relative interquartile range: the distance of
the quartiles over 1.349, which is the standard deviation of a normal distribution, over the median.

Source: Faye, DeepCalo, and ATLAS, arXiv:1908.00005, section 5 (the interquartile range of
E / E_true as energy resolution: robust against the tails of lost energy).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.design.results import Measurement, Resolution, ResolutionBin
from codesign.errors import InvalidDataError

NORMAL_QUARTILES = 1.3489795003921634
"""The distance of the quartiles of a normal distribution of standard deviation 1."""
_FEWEST = 20
_QUARTILE_VARIANCE = 0.25 * 0.75
_CORRELATION = 1 / 3
"""Of the two quartiles of a sample: p (1 - q) / sqrt(p (1 - p) q (1 - q)) of p = 1/4, q = 3/4."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Binning:
    """What the resolution is shown against.

    Attributes:
        variable: Its name.
        values: Of each event, shape (events,).
        edges: Of the bins, rising.
    """

    variable: str
    values: NDArray[np.floating]
    edges: tuple[float, ...]


def relative_iqr(response: NDArray[np.floating]) -> Measurement:
    """Return the relative interquartile range of a response, with its statistical error.

    The error follows from the order statistics around the quartiles, without an assumption about
    the distribution; the error of the median is small beside it and left out.

    Args:
        response: Estimate over truth, shape (events,), at least 20 of them.

    Raises:
        InvalidDataError: If there are fewer, or one is not finite, or the median is not above 0.

    Source:
        Errors of quantiles: David and Nagaraja, Order Statistics, section 7.1 and 10.2.
    """
    values = np.asarray(response, dtype=np.float64)
    if values.ndim != 1 or len(values) < _FEWEST or not np.isfinite(values).all():
        msg = (
            f"a response of shape {values.shape}; expected (events,), at least {_FEWEST} of them, "
            "all finite"
        )
        raise InvalidDataError(msg)
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    if middle <= 0:
        msg = f"the median response is {middle:g}; estimates of energies are above 0: train longer"
        raise InvalidDataError(msg)
    reach = np.sqrt(_QUARTILE_VARIANCE / len(values))
    errors = [np.diff(np.quantile(values, (p - reach, p + reach)))[0] / 2 for p in (0.25, 0.75)]
    variance = errors[0] ** 2 + errors[1] ** 2 - 2 * _CORRELATION * errors[0] * errors[1]
    scale = NORMAL_QUARTILES * middle
    return Measurement(value=float((high - low) / scale), error=float(np.sqrt(variance) / scale))


def resolution(
    stage: str, response: NDArray[np.floating], binnings: Sequence[Binning] = ()
) -> Resolution:
    """Return the resolution of one stage, over all events and in bins; thin bins are left out.

    Args:
        stage: What measured: ``"float"``, ``"qkeras"``, ``"emulator"``, ``"csim"`` or a baseline.
        response: Estimate over truth, shape (events,).
        binnings: What it is shown against.

    Raises:
        InvalidDataError: If the response is not as :func:`relative_iqr` wants it.
    """
    return Resolution(
        stage=stage,
        events=len(response),
        resolution=relative_iqr(response),
        median=float(np.median(response)),
        bins=tuple(
            ResolutionBin(
                variable=binning.variable,
                low=low,
                high=high,
                events=int(inside.sum()),
                resolution=relative_iqr(response[inside]),
                median=float(np.median(response[inside])),
            )
            for binning in binnings
            for low, high in zip(binning.edges, binning.edges[1:], strict=False)
            if (inside := (binning.values >= low) & (binning.values < high)).sum() >= _FEWEST
        ),
    )


def equal_edges(values: NDArray[np.floating], bins: int) -> tuple[float, ...]:
    """Return the edges of bins of equal numbers of events; the last holds the largest value."""
    edges = np.quantile(values, np.linspace(0, 1, bins + 1))
    edges[-1] = np.nextafter(edges[-1], np.inf)
    return tuple(float(edge) for edge in np.unique(edges))
