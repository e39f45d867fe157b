"""The generator makes what is shipped (needs the extra gen; half a minute)."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

from codesign.data import JET_CLASSES, JET_FEATURES, load_sample

pytestmark = pytest.mark.gen

SIGNIFICANCE = 1e-3


@pytest.fixture(scope="module", autouse=True)
def _packages():
    for package in ("pythia8mc", "fastjet", "vector"):
        pytest.importorskip(package, reason=f"{package} is not installed (extra gen)")


@pytest.fixture(scope="module")
def generated():
    from codesign.data.jets import generate_jets

    return generate_jets(jets=1500, seed=20_261_122)


def test_the_generated_jets_are_distributed_as_the_shipped_ones(generated):
    """Two-sample Kolmogorov-Smirnov tests of every column and class, Bonferroni-corrected."""
    shipped = load_sample("jets")
    assert (generated.num_events, generated.label_names) == (1500, JET_CLASSES)
    worst = {}
    for label, jet_class in enumerate(JET_CLASSES):
        for name in JET_FEATURES:
            new, old = (one.column(name)[one.labels == label] for one in (generated, shipped))
            worst[f"{jet_class} {name}"] = float(ks_2samp(new, old).pvalue)
    where = min(worst, key=worst.__getitem__)
    assert worst[where] > SIGNIFICANCE / len(worst), f"{where}: p = {worst[where]:.1e}"


def test_the_test_sees_a_class_that_is_mixed_up(generated):
    shipped = load_sample("jets")
    new = generated.column("mass_mmdt")[generated.labels == JET_CLASSES.index("w")]
    old = shipped.column("mass_mmdt")[shipped.labels == JET_CLASSES.index("z")]
    assert ks_2samp(new, old).pvalue < SIGNIFICANCE / (len(JET_CLASSES) * len(JET_FEATURES))


def test_the_jets_do_not_depend_on_the_number_of_processes():
    from codesign.data.jets import generate_jets

    one, two = (generate_jets(jets=20, seed=5, processes=processes) for processes in (1, 2))
    assert one == two


def test_the_shipped_jets_are_those_of_the_documented_command():
    from codesign.data.jets.generate import Unit, generate_unit, plan_units

    shipped = load_sample("jets")
    unit = plan_units(jets=25_000, seed=1, classes=JET_CLASSES)[0]
    few = generate_unit(Unit(jet_class=unit.jet_class, number=0, jets=unit.jets, seed=unit.seed))
    rows = {row.tobytes() for row in shipped.features}
    found = sum(row.tobytes() in rows for row in few.astype(np.float32))
    assert found == unit.jets


def test_a_broken_four_momentum_does_not_reach_fastjet():
    from codesign.data.jets.clustering import find_jets
    from codesign.data.particles import Particles

    momenta = np.array([[1000.0, 0.0, 0.0, 1000.0], [np.nan, 0.0, 0.0, 1.0]])
    found = find_jets(
        Particles(
            event=np.zeros(2, dtype=np.int64), pdg_id=np.zeros(2, dtype=np.int64), momenta=momenta
        ),
        num_events=1,
    )
    assert found.multiplicity.tolist() == [1]
    assert found.zlogz.tolist() == [0.0]


def test_generation_prints_nothing(capfd):
    from codesign.data.jets import generate_jets

    generate_jets(jets=5, seed=2)
    assert capfd.readouterr() == ("", "")
