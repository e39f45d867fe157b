"""What a network that measures energies is compared with: a calibrated sum, and boosted trees."""

from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codesign.errors import ToolNotFoundError

Reals = NDArray[np.float64]
_TREES, _RATE, _LEAVES = 400, 0.05, 31
_PATIENCE = 20


def calibrated(scale: Reals, truth: Reals, of: Reals) -> Reals:
    """Return energies in proportion to what was measured: the median of the truth over it.

    Args:
        scale: What was measured of the training events, shape (events,).
        truth: Their energies.
        of: What was measured of the events to return energies of.
    """
    energies: Reals = of * np.median(truth / scale)
    return energies


def boosted(
    inputs: NDArray[np.generic], corrections: Reals, of: NDArray[np.generic], *, seed: int
) -> Reals:
    """Return the corrections that gradient-boosted regression trees find, shape (events,).

    They learn the logarithm of truth over measurement, with absolute errors, as calibrations of
    experiments do.

    Args:
        inputs: Of the training events, shape (events, columns).
        corrections: Truth over measurement of the training events.
        of: Inputs of the events to return corrections of.
        seed: Of the share of events that stops the training.

    Raises:
        ToolNotFoundError: If scikit-learn is not installed (extra ``train``).

    Source: scikit-learn, ``HistGradientBoostingRegressor``; ATLAS, arXiv:1908.00005, section 5
    (calibration by boosted decision trees).
    """
    try:
        ensemble: Any = import_module("sklearn.ensemble")
    except ImportError as error:
        msg = "scikit-learn is not installed: pip install codesign[train], or leave out baseline"
        raise ToolNotFoundError(msg) from error
    trees = ensemble.HistGradientBoostingRegressor(
        loss="absolute_error",
        learning_rate=_RATE,
        max_iter=_TREES,
        max_leaf_nodes=_LEAVES,
        early_stopping=True,
        n_iter_no_change=_PATIENCE,
        random_state=seed,
    )
    trees.fit(inputs, np.log(corrections))
    found: Reals = np.exp(trees.predict(of))
    return found
