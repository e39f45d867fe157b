"""Comparisons that others published, read as data; nothing of them is computed here."""

import tomllib
from importlib.resources import files
from typing import Any

from codesign.design.codec import decode
from codesign.design.published_results import PublishedTable
from codesign.errors import InvalidDesignError

_FILE = "published.toml"


def published_names() -> tuple[str, ...]:
    """Return the names of the published tables."""
    return tuple(_tables())


def find_published(name: str) -> PublishedTable:
    """Return a published table.

    Raises:
        InvalidDesignError: If there is none of that name.
    """
    known = _tables()
    if name not in known:
        msg = f"no published table {name!r}; known are {', '.join(known)}"
        raise InvalidDesignError(msg)
    return decode(PublishedTable, {"name": name, **known[name]}, place=f"{_FILE}: {name}")


def published_for(design: str) -> PublishedTable | None:
    """Return the published table of the network that a design is named after, None for none."""
    for name in published_names():
        if design.startswith(name):
            return find_published(name)
    return None


def _tables() -> dict[str, Any]:
    return tomllib.loads(files("codesign.baselines").joinpath(_FILE).read_text(encoding="utf-8"))
