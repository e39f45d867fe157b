"""Energy correlators of a jet and the ratios built from them, in NumPy.

With momentum fractions z and pairwise angles R, the generalized correlator of three particles is
``v_e3(beta) = sum_{i<j<k} z_i z_j z_k (product of the v smallest of R_ij, R_ik, R_jk) ** beta``,
and ``e2(beta) = sum_{i<j} z_i z_j R_ij ** beta``.

Source: Larkoski, Salam, Thaler, arXiv:1305.0007 (C); Larkoski, Moult, Neill, arXiv:1409.6298 (D);
Moult, Necib, Thaler, arXiv:1609.07483 (v_e3, M, N).
"""

from dataclasses import dataclass
from functools import lru_cache
from math import comb

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_BLOCK = 1 << 13  # triplets at a time: the arrays stay in the cache of the processor


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlators:
    """The correlators of one jet at one angular exponent.

    Attributes:
        two: ``e2``.
        three: ``1_e3``, ``2_e3`` and ``3_e3``.
    """

    two: float
    three: tuple[float, float, float]


def angles(rapidity: Floats, phi: Floats) -> Floats:
    """Return the pairwise distances in rapidity and azimuth, shape (particles, particles)."""
    difference = (phi[:, None] - phi[None, :] + np.pi) % (2 * np.pi) - np.pi
    return np.hypot(rapidity[:, None] - rapidity[None, :], difference)


def correlators(fractions: Floats, distances: Floats) -> tuple[Correlators, Correlators]:
    """Return the correlators at the exponents beta = 1 and beta = 2.

    Args:
        fractions: Momentum fractions z, shape (particles,).
        distances: Pairwise angles R, shape (particles, particles).
    """
    second, first = np.tril_indices(len(fractions), k=-1)
    distance = distances[second, first]
    weight = fractions[second] * fractions[first]
    table = triplets(len(fractions))
    sums = np.zeros((2, 3))
    for start in range(0, table.shape[1], _BLOCK):
        sums += _triplet_sums(table[:, start : start + _BLOCK], fractions, weight, distance)
    one, two = (
        Correlators(two=float(weight @ distance**beta), three=(float(a), float(b), float(c)))
        for beta, (a, b, c) in zip((1, 2), sums, strict=True)
    )
    return one, two


def _triplet_sums(
    table: NDArray[np.int64], fractions: Floats, weight: Floats, distance: Floats
) -> Floats:
    """Return the sums over some triplets, shape (2, 3): by beta, then by v."""
    low, middle, high = (np.take(distance, pairs) for pairs in table[:3])
    weights = np.take(weight, table[0]) * np.take(fractions, table[3])
    smallest = np.minimum(np.minimum(low, middle), high)
    largest = np.maximum(np.maximum(low, middle), high)
    product = low * middle * high
    two_smallest = product / np.maximum(largest, np.finfo(np.float64).tiny)
    values = np.stack([smallest, two_smallest, product])
    return np.stack([values @ weights, np.square(values) @ weights])


def correlator_ratios(pt: Floats, rapidity: Floats, phi: Floats) -> tuple[float, ...]:
    """Return C1 (beta 0, 1, 2), C2, D2, D2 (alpha 1), M2 and N2 (beta 1, 2 each) of one jet.

    The order is that of `codesign.data.JET_FEATURES` from ``c1_b0_mmdt`` to ``n2_b2_mmdt``.

    Args:
        pt: Transverse momenta of the constituents in GeV, shape (particles,).
        rapidity: Their rapidities.
        phi: Their azimuths.

    Returns:
        Thirteen numbers; a ratio whose denominator vanishes is 0.
    """
    fractions = pt / pt.sum()
    one, two = correlators(fractions, angles(rapidity, phi))
    zeroth = 0.5 * (1.0 - float(fractions @ fractions))
    return (
        zeroth,
        one.two,
        two.two,
        _ratio(one.three[2], one.two**2),
        _ratio(two.three[2], two.two**2),
        _ratio(one.three[2], one.two**3),
        _ratio(two.three[2], two.two**3),
        _ratio(one.three[2], one.two**3),
        _ratio(one.three[2], two.two**1.5),
        _ratio(one.three[0], one.two),
        _ratio(two.three[0], two.two),
        _ratio(one.three[1], one.two**2),
        _ratio(two.three[1], two.two**2),
    )


def triplets(count: int) -> NDArray[np.int64]:
    """Return the three pairs of every i < j < k below ``count``, shape (4, triplets).

    Rows are the pairs (i, j), (i, k), (j, k), and k itself; pair (i, j) has the number
    ``j (j - 1) / 2 + i``. The triplets are ordered by k, then j, then i.
    """
    capacity = 1 << max(count - 1, 1).bit_length()
    return _triplets(capacity)[:, : comb(count, 3)]


@lru_cache(maxsize=8)
def _triplets(count: int) -> NDArray[np.int64]:
    """Return the triplets; those of a smaller count are the first ones."""
    second, first = np.tril_indices(count, k=-1)
    parts = []
    for third in range(count):
        pairs, start = comb(third, 2), third * (third - 1) // 2
        with_third = (start + first[:pairs], start + second[:pairs], np.full(pairs, third))
        parts.append(np.stack([np.arange(pairs), *with_third]))
    result = np.concatenate(parts, axis=1).astype(np.int64)
    result.setflags(write=False)
    return result


def _ratio(numerator: float, denominator: float) -> float:
    """Return the quotient, or 0 where there is nothing to divide by."""
    return numerator / denominator if denominator > 0 else 0.0
