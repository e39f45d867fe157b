"""Coefficients from measured layers, and their error on layers that were held out.

Errors are relative, so that small layers count as much as large ones. No coefficient is negative:
hardware costs. Where the reports cannot tell two terms apart, a weak pull to what one adder bit
costs physically decides.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codesign.estimate.facts import Fact
from codesign.estimate.features import Features

_PULL = 0.1
_FOLDS = 10

Vector = NDArray[np.float64]
Fit = Callable[[Sequence[Fact]], Callable[[Fact], float]]
"""From layers to a function that predicts a layer's quantity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """A sum of features whose coefficients are to be found.

    Attributes:
        features: Of a layer.
        target: What was measured; above 0.
        free: The names of the features in the sum.
        prior: For each what it is pulled to, 0 for no pull.
        fixed: Names and coefficients that are not fitted.
    """

    features: Callable[[Fact], Features]
    target: Callable[[Fact], float]
    free: tuple[str, ...]
    prior: tuple[float, ...]
    fixed: tuple[tuple[str, float], ...] = ()

    def coefficients(self, facts: Sequence[Fact]) -> tuple[tuple[str, float], ...]:
        """Return names and coefficients, those that are fixed among them."""
        seen = [self.features(fact) for fact in facts]
        measured = np.array([self.target(fact) for fact in facts])
        known = np.array([self._fixed(features) for features in seen])
        columns = np.array([[features[name] for name in self.free] for features in seen])
        found = _solve(columns / measured[:, None], (measured - known) / measured, self.prior)
        return (*zip(self.free, found, strict=True), *self.fixed)

    def fit(self, facts: Sequence[Fact]) -> Callable[[Fact], float]:
        """Return the prediction that these layers teach."""
        terms = self.coefficients(facts)

        def predict(fact: Fact) -> float:
            features = self.features(fact)
            return float(sum(coefficient * features[name] for name, coefficient in terms))

        return predict

    def _fixed(self, features: Features) -> float:
        return sum(coefficient * features[name] for name, coefficient in self.fixed)


def relative_least_squares(
    columns: Vector, target: Vector, prior: Sequence[float] = ()
) -> tuple[float, ...]:
    """Return coefficients, none negative, that make the squares of relative errors least.

    Args:
        columns: One a feature, shape (rows, features).
        target: What was measured, above 0, shape (rows,).
        prior: What each is pulled to, as in :class:`Linear`; nothing where empty.
    """
    share = target[:, None]
    return _solve(columns / share, np.ones(len(target)), prior or [0.0] * columns.shape[1])


def _solve(columns: Vector, target: Vector, prior: Sequence[float]) -> tuple[float, ...]:
    """Return least squares with a pull to the prior and no negative coefficient."""
    active = list(range(columns.shape[1]))
    found = np.zeros(columns.shape[1])
    while active:
        pulled = [index for index in active if prior[index] > 0]
        pull = np.zeros((len(pulled), len(active)))
        for row, index in enumerate(pulled):
            pull[row, active.index(index)] = np.sqrt(_PULL) / prior[index]
        matrix = np.vstack([columns[:, active], pull])
        wanted = np.concatenate([target, np.full(len(pulled), np.sqrt(_PULL))])
        solved = np.linalg.lstsq(matrix, wanted, rcond=None)[0]
        if (solved >= 0).all():
            found[active] = solved
            break
        active = [index for index, value in zip(active, solved, strict=True) if value >= 0]
    return tuple(float(value) for value in found)


@dataclass(frozen=True, eq=False)
class HeldOutPrediction:
    """What was predicted of layers that had no part in the fit.

    Attributes:
        facts: The layers.
        predicted: For each.
    """

    facts: tuple[Fact, ...]
    predicted: Vector


def hold_out(
    facts: Sequence[Fact], fit: Fit, *, key: Callable[[Fact], str], seed: int
) -> HeldOutPrediction:
    """Predict each layer from a fit to the layers of other keys.

    Args:
        facts: The layers.
        fit: Learns from layers.
        key: What is never split between fit and judgement; of many keys, a tenth is held out at a
            time.
        seed: Of the split into tenths.
    """
    keys = sorted({key(fact) for fact in facts})
    order = np.random.default_rng(seed).permutation(len(keys))
    fold = {keys[index]: place % _FOLDS for place, index in enumerate(order)}
    predicted = np.full(len(facts), np.nan)
    for number in sorted(set(fold.values())):
        held = [fold[key(fact)] == number for fact in facts]
        if all(held):
            continue
        predict = fit([fact for fact, out in zip(facts, held, strict=True) if not out])
        for place, (fact, out) in enumerate(zip(facts, held, strict=True)):
            if out:
                predicted[place] = predict(fact)
    judged = ~np.isnan(predicted)
    kept = tuple(fact for fact, ok in zip(facts, judged, strict=True) if ok)
    return HeldOutPrediction(facts=kept, predicted=predicted[judged])


_STARTS = np.array([0.5, 1.0, 2.0])
_ADDER_NS = np.arange(0.0, 3.05, 0.1)
_BIT_NS = np.arange(0.0, 0.101, 0.005)


def path_coefficients(paths: Vector, cycles: Vector, period_ns: Vector) -> tuple[float, ...]:
    """Return start, time of an adder and time of a bit of it, in nanoseconds.

    Found on a grid: a number of cycles is the path in whole clock periods, which is not smooth.

    Args:
        paths: Start (1), depth, and depth times width of each layer, shape (layers, 3).
        cycles: The measured latency of each.
        period_ns: The clock of each.
    """
    grid = np.stack(np.meshgrid(_STARTS, _ADDER_NS, _BIT_NS, indexing="ij"), axis=-1).reshape(-1, 3)
    predicted = np.floor(grid @ paths.T / period_ns)
    worst = np.abs(predicted - cycles).mean(axis=1)
    best = np.flatnonzero(worst <= worst.min() + 1e-9)
    return tuple(float(value) for value in grid[best[len(best) // 2]])
