"""Generate jets of the LHC jet-tagging benchmark: collisions, detector, clustering, features.

The sample is cut into units of `UNIT_JETS` jets of one class, each with its own seed, so the
result depends neither on the number of processes nor on which other classes are asked for.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from codesign.data.event_set import EventSet
from codesign.data.jet_features import JET_CLASSES, JET_FEATURES, JET_UNITS
from codesign.data.jets.clustering import Jets, find_jets
from codesign.data.jets.detector import detect
from codesign.data.jets.process import jet_collisions
from codesign.data.jets.substructure import correlator_ratios
from codesign.data.optional import optional_module
from codesign.data.pythia import MAX_SEED
from codesign.design.progress import Progress, silent
from codesign.errors import InvalidDesignError, ToolFailedError

UNIT_JETS = 500
"""Jets of one class that are made with one seed."""

_BATCH_EVENTS = 200
_MAX_BARREN_BATCHES = 20
_ORDER_KEY = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Jets that are made together.

    Attributes:
        jet_class: One of `JET_CLASSES`.
        number: Counts the units of the class from 0.
        jets: How many jets.
        seed: The seed of the whole sample.
    """

    jet_class: str
    number: int
    jets: int
    seed: int

    @property
    def seeds(self) -> tuple[int, int]:
        """The seeds of Pythia and of the detector."""
        key = (JET_CLASSES.index(self.jet_class), self.number)
        state = np.random.SeedSequence(self.seed, spawn_key=key).generate_state(2)
        return int(state[0]) % MAX_SEED + 1, int(state[1])


def generate_jets(
    *,
    jets: int,
    seed: int,
    classes: Sequence[str] = JET_CLASSES,
    processes: int = 1,
    progress: Progress = silent,
) -> EventSet:
    """Generate simulated jets with the sixteen features, the classes balanced and mixed.

    Args:
        jets: How many jets in total; the first classes get one more where it does not divide.
        seed: The same seed gives the same jets, for any number of processes.
        classes: Which classes, in the order of the labels.
        processes: How many processes work at it; with more than one, a script that calls this
            needs the usual ``if __name__ == "__main__":``.
        progress: Told the number of jets made.

    Raises:
        InvalidDesignError: If a class is unknown or twice there, or there are fewer jets than
            classes, or no process, or the seed is negative.
        ToolNotFoundError: If Pythia 8 or FastJet is not installed (extra ``gen``).
        ToolFailedError: If Pythia fails.
    """
    _check(jets, seed, classes, processes)
    for package in ("pythia8mc", "fastjet", "vector"):
        optional_module(package, extra="gen")
    units = plan_units(jets=jets, seed=seed, classes=classes)
    made: dict[Unit, NDArray[np.float64]] = {}
    for unit, features in _run(units, processes):
        made[unit] = features
        progress(sum(map(len, made.values())), jets, "jets")
    key = np.random.SeedSequence(seed, spawn_key=(_ORDER_KEY,))
    order = np.random.default_rng(key).permutation(jets)
    labels = np.repeat([classes.index(unit.jet_class) for unit in units], [u.jets for u in units])
    return EventSet(
        features=np.concatenate([made[unit] for unit in units])[order],
        feature_names=JET_FEATURES,
        units=JET_UNITS,
        labels=labels[order],
        label_names=tuple(classes),
        sample="LHC jets, generated",
        provenance=_provenance(jets, seed, classes),
    )


def plan_units(*, jets: int, seed: int, classes: Sequence[str]) -> list[Unit]:
    """Return the units that make up a sample, class by class."""
    units = []
    for index, jet_class in enumerate(classes):
        wanted = jets // len(classes) + (index < jets % len(classes))
        for number, start in enumerate(range(0, wanted, UNIT_JETS)):
            size = min(UNIT_JETS, wanted - start)
            units.append(Unit(jet_class=jet_class, number=number, jets=size, seed=seed))
    return units


def generate_unit(unit: Unit) -> NDArray[np.float64]:
    """Return the features of one unit, shape (jets, 16).

    Raises:
        ToolFailedError: If collision after collision gives no jet.
    """
    pythia_seed, detector_seed = unit.seeds
    collisions = jet_collisions(unit.jet_class, seed=pythia_seed)
    generator = np.random.default_rng(detector_seed)
    rows: list[tuple[float, ...]] = []
    barren = 0
    while len(rows) < unit.jets:
        num_events = min(_BATCH_EVENTS, (unit.jets - len(rows)) // 2 + 5)
        particles, _ = collisions.next(num_events)
        found = find_jets(detect(particles, generator), num_events=num_events)
        rows.extend(jet_features(found))
        barren = 0 if len(found.mass) else barren + 1
        if barren == _MAX_BARREN_BATCHES:
            msg = f"{barren} batches of {unit.jet_class!r} events in a row gave no jet"
            raise ToolFailedError(msg)
    return np.array(rows[: unit.jets])


def jet_features(jets: Jets) -> Iterator[tuple[float, ...]]:
    """Yield the features of each jet in the order of `JET_FEATURES`."""
    px, py, pz, energy = jets.groomed.T
    pt, phi = np.hypot(px, py), np.arctan2(py, px)
    tiny = np.finfo(np.float32).tiny
    rapidity = 0.5 * np.log(np.maximum(energy + pz, tiny) / np.maximum(energy - pz, tiny))
    for jet, (start, stop) in enumerate(zip(jets.offsets[:-1], jets.offsets[1:], strict=True)):
        own = slice(int(start), int(stop))
        ratios = correlator_ratios(pt[own], rapidity[own], phi[own])
        yield (
            float(jets.zlogz[jet]),
            *ratios,
            float(jets.mass[jet]),
            float(jets.multiplicity[jet]),
        )


def _run(units: Sequence[Unit], processes: int) -> Iterator[tuple[Unit, NDArray[np.float64]]]:
    """Yield each unit with its features, in the order in which they are ready."""
    if processes == 1:
        for unit in units:
            yield unit, generate_unit(unit)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        pending = {pool.submit(generate_unit, unit): unit for unit in units}
        try:
            for future in as_completed(pending):
                yield pending[future], future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _check(jets: int, seed: int, classes: Sequence[str], processes: int) -> None:
    """Refuse what cannot be generated."""
    unknown = [name for name in classes if name not in JET_CLASSES]
    if unknown or len(set(classes)) != len(classes) or not classes:
        msg = (
            f"classes are {', '.join(map(repr, classes)) or 'none'}; "
            f"name some of {', '.join(JET_CLASSES)}, each once"
        )
        raise InvalidDesignError(msg)
    if jets < len(classes):
        msg = f"{jets} jets cannot be shared by {len(classes)} classes; ask for at least one each"
        raise InvalidDesignError(msg)
    if processes < 1 or seed < 0:
        msg = f"got processes={processes}, seed={seed}; expected at least 1 process and a seed >= 0"
        raise InvalidDesignError(msg)


def _provenance(jets: int, seed: int, classes: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return how the jets came to be."""
    return (
        (
            "command",
            f"codesign.data.jets.generate_jets(jets={jets}, seed={seed}, classes={tuple(classes)})",
        ),
        ("generator", "Pythia 8.317 without multiparton interactions, 13 TeV, jets near 1 TeV"),
        ("detector", "CMS-like: HCAL cells 0.022, ECAL cells 0.0175, tracks below 220 GeV"),
        ("jets", "anti-kT R = 0.8, mMDT z_cut 0.1, FastJet 3.5.2; w and z longitudinal"),
    )
