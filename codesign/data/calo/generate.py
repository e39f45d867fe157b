"""Generate electrons and photons in a calorimeter: images, scalars, tracks, and the true energy.

The sample is cut into chunks of `CHUNK_EVENTS` events, each with its own seed, so the result does
not depend on the number of processes.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from codesign.data.calo.geometry import CaloGeometry, find_geometry
from codesign.data.calo.readout import as_image, deposit, read_out
from codesign.data.calo.showers import draw_spots
from codesign.data.calo.upstream import (
    TRACK_FEATURES,
    TRACKS,
    Particles,
    draw_starts,
    draw_tracks,
    material,
)
from codesign.data.event_set import EventSet
from codesign.design.progress import Progress, silent
from codesign.errors import InvalidDesignError

CHUNK_EVENTS = 500
"""Events that are made with one seed."""
MOST_SPOTS = 3000
"""Of one shower. The formula gives more above 10 GeV; fewer blur the radial profile, which is small
against sampling and noise."""
LABELS = ("electron", "photon")
SHOWERS_AT_ONCE = 100
_ETA = 1.4
_SMALLEST_CLUSTER_GEV = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaloSample:
    """What to generate.

    Attributes:
        events: How many; electrons and photons in equal shares.
        seed: The same seed gives the same events.
        geometry: ``"reduced"`` or ``"full"``.
        energy_gev: Smallest and largest true energy; equal numbers in each octave.
        pile_up: Smallest and largest mean number of collisions a crossing.
    """

    events: int
    seed: int = 1
    geometry: str = "reduced"
    energy_gev: tuple[float, float] = (5.0, 150.0)
    pile_up: tuple[float, float] = (0.0, 80.0)

    def __post_init__(self) -> None:
        find_geometry(self.geometry)
        if self.events < 1 or self.seed < 0:
            msg = f"got events={self.events}, seed={self.seed}; expected 1 or more, a seed from 0"
            raise InvalidDesignError(msg)
        for name, (low, high), least in (
            ("energy_gev", self.energy_gev, 1.0),
            ("pile_up", self.pile_up, 0.0),
        ):
            if not least <= low <= high < 1e4:
                msg = f"{name} from {low} to {high}; expected {least:g} <= low <= high < 10,000"
                raise InvalidDesignError(msg)


def calo_chunks(
    sample: CaloSample, *, processes: int = 1, progress: Progress = silent
) -> Iterator[EventSet]:
    """Yield the events of a sample in chunks, in an order that no number of processes changes.

    Args:
        sample: What to generate.
        processes: How many processes work at it; with more than one, a script that calls this needs
            the usual ``if __name__ == "__main__":``.
        progress: Told the number of events made.

    Raises:
        InvalidDesignError: If there is no process to work.
    """
    if processes < 1:
        msg = f"got processes={processes}; expected at least 1"
        raise InvalidDesignError(msg)
    done = 0
    for chunk in _chunks(sample, processes):
        done += chunk.num_events
        progress(done, sample.events, "showers")
        yield chunk


def generate_chunk(sample: CaloSample, number: int) -> EventSet:
    """Return the events of one chunk, counted from 0."""
    count = min(CHUNK_EVENTS, sample.events - number * CHUNK_EVENTS)
    key = np.random.SeedSequence(sample.seed, spawn_key=(number,))
    generator = np.random.default_rng(key)
    parts = [
        _events(sample, min(SHOWERS_AT_ONCE, count - first), generator)
        for first in range(0, count, SHOWERS_AT_ONCE)
    ]
    return EventSet(
        features=np.concatenate([features for features, _ in parts]),
        feature_names=feature_names(find_geometry(sample.geometry)),
        units=_units(find_geometry(sample.geometry)),
        labels=np.concatenate([labels for _, labels in parts]),
        label_names=LABELS,
        sample=f"calorimeter showers, {sample.geometry} geometry, generated",
        provenance=_provenance(sample),
    )


def feature_names(geometry: CaloGeometry) -> tuple[str, ...]:
    """Return the names of the columns: cells, times, scalars, tracks, and what is not measured.

    ``cell_<eta>_<phi>_<layer>`` is the energy of a pixel as a share of that of the cluster, and
    ``time_...`` its time in ns, both in the order of an image; ``share_<layer>`` that of a layer;
    ``track_<number>_<quantity>`` a track. ``true_energy`` is what a network should find.
    """
    pixels = [f"{eta}_{phi}_{layer}" for eta, phi, layer in np.ndindex(geometry.shape)]
    return (
        *(f"cell_{pixel}" for pixel in pixels),
        *(f"time_{pixel}" for pixel in pixels),
        "log_energy",
        "eta",
        "pile_up",
        *(f"share_{layer.name}" for layer in geometry.layers),
        *(f"track_{track}_{name}" for track in range(TRACKS) for name in TRACK_FEATURES),
        "cluster_energy",
        "true_energy",
    )


def _units(geometry: CaloGeometry) -> tuple[str, ...]:
    pixels = int(np.prod(geometry.shape))
    rest = len(feature_names(geometry)) - 2 * pixels - 2
    return ("",) * pixels + ("ns",) * pixels + ("",) * rest + ("GeV", "GeV")


def _chunks(sample: CaloSample, processes: int) -> Iterator[EventSet]:
    """Yield the chunks in order, at most two a process ahead of who takes them."""
    numbers = range(-(-sample.events // CHUNK_EVENTS))
    if processes == 1:
        for number in numbers:
            yield generate_chunk(sample, number)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[EventSet]] = deque()
        try:
            for number in numbers:
                waiting.append(pool.submit(generate_chunk, sample, number))
                if len(waiting) == 2 * processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _events(
    sample: CaloSample, count: int, generator: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the features and labels of some events."""
    geometry = find_geometry(sample.geometry)
    eta, pile_up = generator.uniform(-_ETA, _ETA, count), generator.uniform(*sample.pile_up, count)
    low, high = sample.energy_gev
    is_photon = generator.permutation(np.arange(count) % 2 == 1)
    particles = Particles(
        energy_gev=np.exp(generator.uniform(np.log(low), np.log(high), count)),
        is_photon=is_photon,
        position=generator.uniform(-0.5, 0.5, size=(count, 2)),
        material_x0=material(eta, generator),
        start_x0=draw_starts(is_photon, generator),
    )
    spots = draw_spots(particles.energy_gev, generator, most_spots=MOST_SPOTS)
    start = particles.start_x0 - particles.material_x0
    deposited = deposit(spots, geometry, start_x0=start, position=particles.position)
    cells = read_out(deposited, geometry, pile_up=pile_up, generator=generator)
    image = as_image(cells.energy_gev, geometry, shared=True)
    layers = image[:, geometry.core].sum(axis=1)
    cluster = np.maximum(layers.sum(axis=1), _SMALLEST_CLUSTER_GEV)
    tracks = draw_tracks(particles, generator)
    tracks[..., 0] /= cluster[:, None]
    times = as_image(cells.time_ns, geometry, shared=False)
    columns = (
        (image / cluster[:, None, None, None]).reshape(count, -1),
        times.reshape(count, -1),
        np.stack([np.log(cluster), eta, pile_up], axis=1),
        layers / cluster[:, None],
        tracks.reshape(count, -1),
        np.stack([cluster, particles.energy_gev], axis=1),
    )
    return np.concatenate(columns, axis=1).astype(np.float32), is_photon.astype(np.int64)


def _provenance(sample: CaloSample) -> tuple[tuple[str, str], ...]:
    return (
        ("command", f"codesign.data.calo.{sample}"),
        ("generator", "Grindhammer and Peters, hep-ex/0001020, PbWO4; sampling 10 %/sqrt(E)"),
        ("detector", f"toy of a barrel calorimeter, {sample.geometry} geometry, noise, pile-up"),
    )
