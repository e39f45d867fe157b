"""How a generated sample is cut into units, and what is refused before any event is made."""

import numpy as np
import pytest

from codesign.data.jet_features import JET_CLASSES
from codesign.data.jets import generate_jets
from codesign.data.jets.clustering import Jets
from codesign.data.jets.generate import UNIT_JETS, jet_features, plan_units
from codesign.data.jets.process import SETTINGS
from codesign.errors import InvalidDesignError


@pytest.mark.parametrize("jets", [5, 7, 2500, 2503, 7777])
def test_units_add_up_to_exactly_the_jets_asked_for_and_are_balanced(jets):
    units = plan_units(jets=jets, seed=1, classes=JET_CLASSES)
    counts = [sum(unit.jets for unit in units if unit.jet_class == name) for name in JET_CLASSES]
    assert sum(counts) == jets
    assert max(counts) - min(counts) <= 1
    assert all(1 <= unit.jets <= UNIT_JETS for unit in units)


def test_no_two_units_share_a_seed_and_pythia_takes_each():
    units = plan_units(jets=50_000, seed=1, classes=JET_CLASSES)
    seeds = [unit.seeds for unit in units]
    assert len({pythia for pythia, _ in seeds}) == len(units)
    assert all(1 <= pythia <= 900_000_000 for pythia, _ in seeds)


def test_the_seed_of_a_class_does_not_depend_on_the_others():
    alone = plan_units(jets=600, seed=3, classes=("t",))
    among = [
        unit for unit in plan_units(jets=3000, seed=3, classes=JET_CLASSES) if unit.jet_class == "t"
    ]
    assert [unit.seeds for unit in alone] == [unit.seeds for unit in among]


def test_every_class_has_a_process():
    assert tuple(SETTINGS) == JET_CLASSES


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classes": ("g", "b")}, "classes are 'g', 'b'; name some of g, q, t, w, z"),
        ({"classes": ("g", "g")}, "each once"),
        ({"classes": ()}, "classes are none"),
        ({"jets": 4}, "4 jets cannot be shared by 5 classes"),
        ({"processes": 0}, "processes=0, seed=1; expected at least 1 process"),
        ({"seed": -1}, "seed >= 0"),
    ],
)
def test_what_cannot_be_generated_is_refused_before_anything_starts(changes, message):
    with pytest.raises(InvalidDesignError, match=message):
        generate_jets(**({"jets": 10, "seed": 1} | changes))


def test_features_stand_in_the_order_of_their_names():
    groomed = np.array([[3.0, 0.0, 0.0, 3.0], [0.0, 1.0, 0.0, 1.0]])
    jets = Jets(
        zlogz=np.array([-0.5]),
        multiplicity=np.array([9]),
        mass=np.array([80.0]),
        groomed=groomed,
        offsets=np.array([0, 2]),
    )
    (row,) = jet_features(jets)
    assert (row[0], row[-2], row[-1]) == (-0.5, 80.0, 9.0)
    assert row[1] == pytest.approx(0.75 * 0.25)
    assert row[2] == pytest.approx(0.75 * 0.25 * np.pi / 2)
    assert len(row) == 16
