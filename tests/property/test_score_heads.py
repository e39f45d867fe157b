"""Anomaly scores in firmware: exact, monotone, finite, clamped where they say so."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codesign.design.contract import NetworkInput
from codesign.design.fixed_point import dequantize, quantize
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.design.score import ScoreKind, ScorePlan
from codesign.emulator import emulate
from codesign.errors import InvalidDesignError
from codesign.lowering.score_heads import add_score, float_score, table_score

PAIRS = [kind for kind in ScoreKind if kind is not ScoreKind.MU_SQUARED]


@st.composite
def grids(draw):
    width = draw(st.integers(2, 12))
    return Precision(width=width, integer=draw(st.integers(1, min(5, width))))


@st.composite
def tables(draw):
    width = draw(st.integers(2, 18))
    return Precision(
        width=width,
        integer=draw(st.integers(0, width)),
        signed=False,
        rounding=draw(st.sampled_from((Rounding.RND_CONV, Rounding.RND, Rounding.TRN))),
        overflow=Overflow.SAT,
    )


def latent(*precisions, size=3):
    """Return a network that only has inputs, which are its outputs."""
    inputs = tuple(
        NetworkInput(name=f"in{number}", shape=(size,), precision=precision)
        for number, precision in enumerate(precisions)
    )
    return QuantizedNetwork(
        name="latent", inputs=inputs, layers=(), outputs=tuple(tensor.name for tensor in inputs)
    )


def drawn(network, *, events=200, seed=0):
    rng = np.random.default_rng(seed)
    arrays = []
    for tensor in network.inputs:
        low, high = tensor.precision.min_hw, tensor.precision.max_hw
        rows = rng.integers(low, high, (events, *tensor.shape), endpoint=True)
        rows[0], rows[1] = low, high
        arrays.append(rows)
    return arrays


def scored(network, plan, arrays):
    """Return the score in reals."""
    whole = add_score(network, plan)
    given_by_name = dict(zip((tensor.name for tensor in network.inputs), arrays, strict=True))
    hardware = emulate(whole, given_by_name if len(arrays) > 1 else arrays[0])
    return dequantize(hardware[:, 0], whole.precision("score"))


@given(grids(), st.integers(0, 9))
def test_sum_of_squares_is_exact(grid: Precision, seed: int) -> None:
    network, plan = latent(grid), ScorePlan(kind=ScoreKind.MU_SQUARED)
    arrays = drawn(network, seed=seed)
    assert np.array_equal(
        scored(network, plan, arrays), float_score(plan, dequantize(arrays[0], grid))
    )


@given(grids(), grids(), st.sampled_from((ScoreKind.EMBEDDING, ScoreKind.RECONSTRUCTION)))
def test_squared_differences_are_exact(one: Precision, other: Precision, kind: ScoreKind) -> None:
    network, plan = latent(one, other), ScorePlan(kind=kind)
    arrays = drawn(network)
    real = [dequantize(rows, grid) for rows, grid in zip(arrays, (one, other), strict=True)]
    assert np.array_equal(scored(network, plan, arrays), float_score(plan, *real))


@given(grids(), grids(), tables(), st.sampled_from((ScoreKind.R_Z, ScoreKind.KL)))
def test_scores_with_a_table_are_off_by_its_rounding_and_clamp(
    mean: Precision, logvar: Precision, table: Precision, kind: ScoreKind
) -> None:
    network, plan = latent(mean, logvar), ScorePlan(kind=kind, table=table)
    arrays = drawn(network)
    mu, lv = dequantize(arrays[0], mean), dequantize(arrays[1], logvar)
    entry = np.exp(-lv) if kind is ScoreKind.R_Z else np.exp(lv) - 1 - lv
    clamped = np.minimum(entry, table.largest)
    exact = mu**2 * clamped if kind is ScoreKind.R_Z else 0.5 * (mu**2 + clamped)
    allowed = mu**2 * table.step if kind is ScoreKind.R_Z else np.full_like(mu, table.step / 2)
    found = scored(network, plan, arrays)
    assert np.isfinite(found).all()
    assert (np.abs(found - exact.sum(axis=1)) <= allowed.sum(axis=1) * (1 + 1e-9) + 1e-12).all()


@given(grids(), grids(), tables())
def test_r_z_rises_with_mu_and_falls_with_sigma(
    mean: Precision, logvar: Precision, table: Precision
) -> None:
    network = latent(mean, logvar, size=1)
    plan = ScorePlan(kind=ScoreKind.R_Z, table=table)
    means = np.arange(0, mean.max_hw + 1)[:, None]
    rising = scored(network, plan, [means, np.zeros_like(means)])
    assert (np.diff(rising) >= 0).all()
    sigmas = np.arange(logvar.min_hw, logvar.max_hw + 1)[:, None]
    falling = scored(network, plan, [np.full_like(sigmas, mean.max_hw), sigmas])
    assert (np.diff(falling) <= 0).all()


@given(grids(), grids(), st.integers(1, 40))
def test_fewer_bits_round_the_exact_score_once(
    mean: Precision, logvar: Precision, bits: int
) -> None:
    network = latent(mean, logvar)
    arrays = drawn(network)
    exact = scored(network, ScorePlan(kind=ScoreKind.R_Z), arrays)
    plan = ScorePlan(kind=ScoreKind.R_Z, bits=bits)
    grid = add_score(network, plan).precision("score")
    assert grid.width <= bits
    rounded = np.minimum(np.rint(exact / grid.step), grid.max_hw) * grid.step
    assert np.array_equal(scored(network, plan, arrays), rounded)


@given(
    grids(), st.integers(2, 20), st.integers(1, 16), st.sampled_from((Rounding.TRN, Rounding.RND))
)
def test_a_given_format_cuts_the_exact_score_once_and_saturates(
    mean: Precision, width: int, integer: int, rounding: Rounding
) -> None:
    network = latent(mean)
    arrays = drawn(network)
    grid = Precision(
        width=width, integer=integer, signed=False, rounding=rounding, overflow=Overflow.SAT
    )
    exact = scored(network, ScorePlan(kind=ScoreKind.MU_SQUARED), arrays)
    plan = ScorePlan(kind=ScoreKind.MU_SQUARED, format=grid)
    found = scored(network, plan, arrays)
    assert np.array_equal(found, dequantize(quantize(exact, grid), grid))
    assert np.array_equal(
        found[:, None], table_score(add_score(network, plan), plan, dequantize(arrays[0], mean))
    )


def test_absent_objects_do_not_count() -> None:
    grid = Precision(width=8, integer=8)
    network = latent(grid, grid, size=4)
    plan = ScorePlan(kind=ScoreKind.RECONSTRUCTION, present=(0, 0, 2, 2))
    seen = np.array([[5, -3, 0, 7]])
    guessed = np.array([[4, -1, 9, 9]])
    assert scored(network, plan, [seen, guessed]).tolist() == [1 + 4]
    assert float_score(plan, seen, guessed).tolist() == [1 + 4]


def test_an_infinite_precision_is_clamped_and_stays_finite() -> None:
    network = latent(Precision(width=8, integer=4), Precision(width=10, integer=9), size=1)
    plan = ScorePlan(kind=ScoreKind.R_Z)
    smallest_sigma = [np.array([[127]]), np.array([[-512]])]
    mu = 127 / 16
    assert scored(network, plan, smallest_sigma).tolist() == [mu**2 * plan.table.largest]


class TestRefusals:
    def test_tensors_of_other_shapes(self) -> None:
        grid = Precision(width=8, integer=4)
        one = NetworkInput(name="mu", shape=(3,), precision=grid)
        other = NetworkInput(name="lv", shape=(2,), precision=grid)
        network = QuantizedNetwork(
            name="latent", inputs=(one, other), layers=(), outputs=("mu", "lv")
        )
        with pytest.raises(InvalidDesignError, match=r"equal shape, got mu \(3,\), lv \(2,\)"):
            add_score(network, ScorePlan(kind=ScoreKind.R_Z))

    def test_too_many_bits_for_a_table(self) -> None:
        network = latent(Precision(width=8, integer=4), Precision(width=17, integer=4))
        with pytest.raises(InvalidDesignError, match=r"2\*\*17 entries; quantize the log variance"):
            add_score(network, ScorePlan(kind=ScoreKind.R_Z))

    def test_a_missing_tensor(self) -> None:
        plan = ScorePlan(kind=ScoreKind.MU_SQUARED, tensors=("latent_mean",))
        with pytest.raises(InvalidDesignError, match="reads mu, got latent_mean; .* known are in0"):
            add_score(latent(Precision(width=8, integer=4)), plan)

    @pytest.mark.parametrize(
        ("plan", "message"),
        [
            ({"kind": ScoreKind.R_Z, "tensors": ("mu",)}, "r_z reads mu, lv, got mu"),
            ({"kind": ScoreKind.R_Z, "present": (0,)}, "no features to mask"),
            ({"kind": ScoreKind.R_Z, "bits": 0}, "needs at least one"),
            (
                {"kind": ScoreKind.R_Z, "table": Precision(width=8, integer=4)},
                "unsigned and saturate",
            ),
        ],
    )
    def test_plans_that_do_not_fit(self, plan, message: str) -> None:
        with pytest.raises(InvalidDesignError, match=message):
            ScorePlan(**plan)
