"""Anomaly scores in generated firmware: C simulation = emulator, behind a network and alone."""

from pathlib import Path

import numpy as np
import pytest

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.hardware import Clock, HardwareConfig
from codesign.design.layers import Dense
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Overflow, Precision, Rounding
from codesign.design.score import ScoreKind, ScorePlan
from codesign.emulator import emulate
from codesign.firmware import csim, generate
from codesign.lowering.score_heads import add_score

pytestmark = pytest.mark.csim
_LATENT = Precision(width=8, integer=4, rounding=Rounding.RND_CONV, overflow=Overflow.SAT)
_SIZE = 6


def encoder() -> QuantizedNetwork:
    """Return two dense layers side by side on one input: a mean and a log variance."""
    rng = np.random.default_rng(3)
    source = NetworkInput(
        name="x", shape=(_SIZE,), precision=Precision(width=8, integer=4, overflow=Overflow.SAT)
    )
    grid = Precision(width=4, integer=1)
    accumulator = Precision(width=20, integer=13)

    def dense(name: str) -> Dense:
        return Dense(
            name=name,
            inputs=("x",),
            shape=(_SIZE,),
            precision=_LATENT,
            kernel=Constant(values=rng.integers(-8, 8, (_SIZE, _SIZE)), precision=grid),
            bias=Constant(values=rng.integers(-8, 8, _SIZE), precision=grid),
            accumulator=accumulator,
        )

    layers = (dense("mu"), dense("lv"))
    return QuantizedNetwork(name="scored", inputs=(source,), layers=layers, outputs=("mu", "lv"))


@pytest.mark.parametrize(
    "plan",
    [
        ScorePlan(kind=ScoreKind.R_Z),
        ScorePlan(kind=ScoreKind.R_Z, bits=12),
        ScorePlan(kind=ScoreKind.KL),
        ScorePlan(kind=ScoreKind.MU_SQUARED, tensors=("mu",)),
        ScorePlan(
            kind=ScoreKind.MU_SQUARED,
            tensors=("mu",),
            format=Precision.from_text("ufixed<9,7,TRN,SAT>"),
        ),
        ScorePlan(kind=ScoreKind.RECONSTRUCTION, tensors=("x", "mu"), present=(0, 0, 0, 3, 3, 3)),
    ],
    ids=["r_z", "r_z_12_bits", "kl", "mu_squared", "mu_squared_cut", "masked"],
)
def test_c_simulation_computes_the_score_of_the_emulator(plan: ScorePlan, tmp_path: Path) -> None:
    network = add_score(encoder(), plan)
    hardware = HardwareConfig(device="vu13p", clock=Clock(period_ns=5.0))
    events = np.random.default_rng(1).integers(-128, 127, (2000, _SIZE), endpoint=True)
    expected = emulate(network, events)
    found = csim(generate(network, hardware, tmp_path / "project"), network, events)["score"]
    assert len(np.unique(expected)) > 100
    np.testing.assert_array_equal(found, expected)
