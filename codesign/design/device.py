"""FPGA parts: what there is to spend, with the data sheet beside each number."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from codesign.design.codec import decode
from codesign.design.resources import Resources
from codesign.errors import InvalidDesignError


class Family(StrEnum):
    """The architectures whose look-up tables and DSP blocks differ."""

    SERIES_7 = "7-series"
    ULTRASCALE = "ultrascale"
    ULTRASCALE_PLUS = "ultrascale+"
    ECP5 = "ecp5"
    """Of Lattice: look-up tables of four inputs, DSP blocks of 18 x 18 bits; all of its tools are
    open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One FPGA part.

    Attributes:
        name: The short name used in recipes.
        part: The full part number that a vendor tool takes.
        family: Its architecture.
        resources: What the part holds.
        slrs: Super logic regions; a design is best kept within one.
        board: A board that carries it, empty for none in particular.
        source: The data sheet of the numbers.
    """

    name: str
    part: str
    family: Family
    resources: Resources
    slrs: int
    source: str
    board: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Catalog:
    devices: tuple[Device, ...]


@cache
def devices() -> tuple[Device, ...]:
    """Return every part of the catalog."""
    text = (resources.files("codesign.design") / "devices.toml").read_text(encoding="utf-8")
    return decode(_Catalog, tomllib.loads(text), place="devices.toml").devices


def find_device(name: str) -> Device:
    """Return a part by its short name or full part number.

    Raises:
        InvalidDesignError: If the catalog does not hold it.
    """
    for device in devices():
        if name.lower() in (device.name.lower(), device.part.lower()):
            return device
    known = ", ".join(device.name for device in devices())
    msg = f"unknown device {name!r}; known devices are {known}"
    raise InvalidDesignError(msg)
