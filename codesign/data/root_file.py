"""ROOT files opened through uproot; whatever damage makes uproot raise becomes one error."""

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from codesign.data.files import existing_file
from codesign.errors import CodesignError, InvalidDataError

_EXPECTED = "a ROOT file with a flat TTree or RNTuple"
_TREE_CLASSES = ("TTree", "TNtuple", "TNtupleD", "ROOT::RNTuple", "ROOT::Experimental::RNTuple")
_SHOWN = 30


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open a ROOT file.

    Raises:
        InvalidDataError: If it is missing, empty, truncated, damaged or not ROOT.
    """
    uproot = import_module("uproot")
    existing_file(path, expected=_EXPECTED)
    with damage_named(f"{path} is truncated, damaged or not {_EXPECTED}"):
        file = uproot.open(path, array_cache=None)  # nothing is read twice
        written, found = int(file.file.fEND), path.stat().st_size
    with file:
        if found < written:
            msg = f"{path} is truncated: {found} of {written} bytes are there; copy it again"
            raise InvalidDataError(msg)
        yield file


@contextmanager
def damage_named(what: str) -> Iterator[None]:
    """Turn what uproot raises on bad bytes into an `InvalidDataError` that starts with ``what``."""
    try:
        yield
    except CodesignError:
        raise
    except Exception as error:  # damaged bytes lead uproot into any exception there is
        msg = f"{what} ({type(error).__name__}: {first_line(error)}): copy or make the file again"
        raise InvalidDataError(msg) from error


def first_line(error: Exception) -> str:
    """Return the first line of an exception's text."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), "no message")


def tree_names(file: Any) -> list[str]:
    """Return the names of the trees in a file."""
    classes = file.classnames(cycle=False)
    return [name for name, class_name in classes.items() if class_name in _TREE_CLASSES]


def open_tree(path: Path, file: Any, name: str) -> Any:
    """Return a tree that holds events.

    Raises:
        InvalidDataError: If there is no such tree, it is damaged, or it holds no events.
    """
    with damage_named(f"{path}: tree {name!r} cannot be read"):
        if name not in (trees := tree_names(file)):
            msg = f"{path}: no tree {name!r}; its trees are {', '.join(trees) or 'none'}"
            raise InvalidDataError(msg)
        tree = file[name]
        total = int(tree.num_entries)
    if total < 1:
        msg = f"{path}: tree {name!r} holds no events; choose another tree or file"
        raise InvalidDataError(msg)
    return tree


def missing_branch(path: Path, tree: str, branch: str, known: list[str]) -> str:
    """Return a message that names the nearest and the known branches."""
    near = difflib.get_close_matches(branch, known, n=1)
    rest = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return (
        f"{path}: tree {tree!r} has no branch {branch!r}"
        + (f"; did you mean {near[0]!r}?" if near else ";")
        + f" known branches are {', '.join(known[:_SHOWN])}{rest}"
    )
