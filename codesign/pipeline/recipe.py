"""Read a recipe: a candidate as TOML."""

import tomllib
from pathlib import Path

from codesign.design.candidate import Candidate
from codesign.design.codec import decode
from codesign.errors import InvalidDesignError


def read_recipe(path: Path) -> Candidate:
    """Return the candidate of a recipe file.

    Raises:
        InvalidDesignError: If the file is missing or not TOML, or a key or value does not fit;
            every mistake is listed with its place.
    """
    try:
        plain = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        msg = f"{path}: no such recipe; recipes are TOML files, as in hls_projects/"
        raise InvalidDesignError(msg) from error
    except (OSError, ValueError, RecursionError) as error:
        msg = f"{path}: not a TOML file: {error}"
        raise InvalidDesignError(msg) from error
    return decode(Candidate, plain, place=str(path))
