import numpy as np
import pytest

from codesign.data import EventSet
from codesign.data.input_contracts import fit_contracts
from codesign.design.precision import Precision
from codesign.design.regression import InputPlan
from codesign.errors import InvalidDataError, InvalidDesignError

GRID = Precision.from_text("fixed<10,3>")


@pytest.fixture
def events():
    rng = np.random.default_rng(1)
    names = (*(f"cell_{index}" for index in range(6)), "eta", "energy")
    features = rng.normal([0, 0, 0, 0, 0, 30, 100, 7], [1, 1, 1, 1, 1, 4, 16, 2], (500, 8))
    return EventSet(
        features=features,
        feature_names=names,
        units=("",) * 7 + ("GeV",),
        labels=np.zeros(500, int),
        label_names=("all",),
        sample="toy",
    )


def test_columns_scaled_together_keep_their_sums_and_fill_the_range(events):
    plan = InputPlan(name="image", columns=("cell_*",), shape=(3, 2, 1), together=True)

    contracts = fit_contracts(events, GRID, (plan,), name="features")

    (image,) = contracts.standardized(events)
    cells = events.features[:, :6]
    factor = image.reshape(-1, 6).sum(axis=1) / cells.sum(axis=1)
    assert image.shape == (500, 3, 2, 1)
    np.testing.assert_allclose(factor, factor[0], rtol=1e-5)
    assert 2 < np.abs(image).max() <= 4


def test_each_input_gets_its_columns_in_the_order_asked_for(events):
    plans = (
        InputPlan(name="scalars", columns=("energy", "eta")),
        InputPlan(name="image", columns=("cell_*",), shape=(6,), together=True),
    )

    contracts = fit_contracts(events, GRID, plans, name="features")

    hardware = contracts.to_hardware(events)
    grids = contracts.on_grid(events)
    assert contracts.feature_names[:3] == ("energy", "eta", "cell_0")
    assert set(contracts.features) == {"scalars", "image"}
    assert contracts.size == 8
    np.testing.assert_array_equal(grids[0], hardware["scalars"] * GRID.step)
    energy = contracts.inputs[0].features[0]
    back = np.ldexp(grids[0][:, 0], energy.shift) + energy.offset
    assert np.median(np.abs(back - events.column("energy"))) < np.ldexp(GRID.step, energy.shift)


def test_without_plans_one_input_reads_everything(events):
    contracts = fit_contracts(events, GRID, (), name="features")

    assert contracts.feature_names == events.feature_names
    assert contracts.to_hardware(events).shape == (500, 8)


def test_a_shape_that_columns_do_not_fill_is_refused(events):
    plan = InputPlan(name="image", columns=("cell_*",), shape=(2, 2))

    with pytest.raises(
        InvalidDesignError, match=r"6 columns match cell_\*, shape \(2, 2\) holds 4"
    ):
        fit_contracts(events, GRID, (plan,), name="features")


def test_an_unknown_column_is_refused_with_those_that_there_are(events):
    plan = InputPlan(name="scalars", columns=("mass",))

    with pytest.raises(InvalidDataError, match="scalars: no column 'mass'; the events have cell_0"):
        fit_contracts(events, GRID, (plan,), name="features")
