"""A menu of cut-based seeds, as TOML: what each seed asks of an event in hardware integers.

    name = "example"

    [[seeds]]
    name = "double_egamma"
    [[seeds.any_of]]                   # an event passes one of these ...
    at_least = [                       # ... by fulfilling all that it lists
      { object = "egamma", count = 1, pt_gev = 25, abs_eta = 2.5 },
      { object = "egamma", count = 2, pt_gev = 12 },
    ]
    above = [{ sum_pt = "jet", gev = 400 }]

``at_least`` asks for a number of objects with a transverse momentum of at least ``pt_gev``;
``above`` for a sum of transverse momenta, or the missing one (``sum_pt = "met"``), that is larger
than ``gev``. GeV are compared with hardware units, less the offset of muons, times their scale;
nothing is rounded.
"""

import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codesign.data.l1 import FEATURE_NAMES, OBJECTS, ObjectKind
from codesign.design.codec import decode
from codesign.errors import InvalidDataError, InvalidDesignError


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """A number of objects.

    Attributes:
        object: ``"egamma"``, ``"muon"``, ``"jet"`` or ``"met"``.
        count: How many are needed.
        pt_gev: Their least transverse momentum; an absent object has none and never counts.
        abs_eta: Their largest absolute pseudorapidity; any where None.
    """

    object: str
    count: int = 1
    pt_gev: float = 0.0
    abs_eta: float | None = None

    def __post_init__(self) -> None:
        kind = _kind(self.object)
        if not 1 <= self.count <= kind.count or self.pt_gev < 0:
            msg = (
                f"{self.count} {self.object} of at least {self.pt_gev} GeV: an event holds "
                f"{kind.count}, and momenta are not negative"
            )
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A sum of transverse momenta.

    Attributes:
        sum_pt: Of which objects; ``"met"`` for the missing transverse energy.
        gev: What it must exceed.
        pt_gev: Objects below do not count.
        abs_eta: Objects beyond do not count.
    """

    sum_pt: str
    gev: float
    pt_gev: float = 0.0
    abs_eta: float | None = None

    def __post_init__(self) -> None:
        _kind(self.sum_pt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One way to pass a seed: all of it must hold.

    Attributes:
        at_least: Objects that must be there.
        above: Sums that must be exceeded.
    """

    at_least: tuple[Objects, ...] = ()
    above: tuple[Sum, ...] = ()

    def __post_init__(self) -> None:
        if not self.at_least and not self.above:
            msg = "an alternative that asks for nothing accepts everything; write what it asks for"
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One line of a menu.

    Attributes:
        name: Its name.
        any_of: It fires where one of these holds.
    """

    name: str
    any_of: tuple[Alternative, ...]

    def __post_init__(self) -> None:
        if not self.any_of:
            msg = f"seed {self.name}: any_of is empty; write at least one alternative"
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Seeds that are asked side by side.

    Attributes:
        name: Of the menu.
        seeds: Its lines.
    """

    name: str
    seeds: tuple[Seed, ...]

    def __post_init__(self) -> None:
        names = [seed.name for seed in self.seeds]
        if not names or len(set(names)) != len(names):
            msg = f"menu {self.name}: seeds {names}; expected at least one, no two alike"
            raise InvalidDesignError(msg)


def read_menu(path: Path | str) -> Menu:
    """Return the menu of a TOML file, or one that ships with codesign by its name.

    Raises:
        InvalidDesignError: If it does not exist, is not TOML, or a key or value does not fit.
    """
    shipped = resources.files("codesign.trigger") / "menus"
    known = sorted(entry.name.removesuffix(".toml") for entry in shipped.iterdir())
    try:
        if str(path) in known:
            text = (shipped / f"{path}.toml").read_text(encoding="utf-8")
        else:
            text = Path(path).read_text(encoding="utf-8")
        plain = tomllib.loads(text)
    except FileNotFoundError as error:
        msg = f"{path}: no such menu; give a TOML file or one of {', '.join(known)}"
        raise InvalidDesignError(msg) from error
    except (OSError, ValueError, RecursionError) as error:
        msg = f"{path}: not a TOML file: {error}"
        raise InvalidDesignError(msg) from error
    return decode(Menu, plain, place=str(path))


def decisions(menu: Menu, events: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Return which seeds fire.

    Args:
        menu: The seeds.
        events: Hardware integers in the order of ``FEATURE_NAMES``, shape (events, 57).

    Returns:
        Shape (events, seeds).

    Raises:
        InvalidDataError: If the shape or the type is another.
    """
    if events.ndim != 2 or events.shape[1] != len(FEATURE_NAMES) or events.dtype.kind not in "iu":
        msg = (
            f"events of shape {events.shape} and type {events.dtype}; expected hardware integers "
            f"of shape (events, {len(FEATURE_NAMES)}): met, 4 egamma, 4 muon, 10 jet"
        )
        raise InvalidDataError(msg)
    hardware = events.astype(np.int64)
    fired = [
        np.logical_or.reduce([_passes(way, hardware) for way in seed.any_of]) for seed in menu.seeds
    ]
    return np.stack(fired, axis=1)


def _passes(way: Alternative, events: NDArray[np.int64]) -> NDArray[np.bool_]:
    enough = [
        _selected(ask.object, ask.pt_gev, ask.abs_eta, events).sum(axis=1) >= ask.count
        for ask in way.at_least
    ]
    large = [sum_gev(ask, events) > ask.gev for ask in way.above]
    return np.logical_and.reduce([*enough, *large])


def sum_gev(ask: Sum, events: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return a sum of transverse momenta in GeV, shape (events,); of hardware integers."""
    kind = _kind(ask.sum_pt)
    chosen = _selected(ask.sum_pt, ask.pt_gev, ask.abs_eta, events)
    units = np.where(chosen, events[:, kind.pt_columns] - kind.pt_first, 0).sum(axis=1)
    return units * kind.pt_gev


def _selected(
    name: str, pt_gev: float, abs_eta: float | None, events: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which objects count, shape (events, objects of the kind)."""
    kind = _kind(name)
    momenta = events[:, kind.pt_columns]
    chosen = (momenta > 0) & ((momenta - kind.pt_first) * kind.pt_gev >= pt_gev)
    if abs_eta is not None:
        chosen &= np.abs(events[:, kind.eta_columns]) * kind.eta <= abs_eta
    return chosen


def _kind(name: str) -> ObjectKind:
    for kind in OBJECTS:
        if kind.name == name:
            return kind
    known = ", ".join(kind.name for kind in OBJECTS)
    msg = f"no objects {name!r} in a Level-1 event; there are {known}"
    raise InvalidDesignError(msg)
