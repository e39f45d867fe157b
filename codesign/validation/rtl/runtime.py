"""The part of a simulator that is the same for every design, compiled once a machine.

It takes as long as a design of 10,000 look-up tables. Where the user's cache folder cannot be
written it is compiled with the design.
"""

import os
import shutil
from pathlib import Path

from codesign.design.digest import digest, file_digest
from codesign.toolchain.cache import cache_folder
from codesign.toolchain.simulators import Verilator

FILES = ("verilated.cpp", "verilated_threads.cpp")


def runtime_source(verilator: Verilator) -> str:
    """Return the C++ text of the runtime: one file, since all of it reads the same headers."""
    return "".join(f'#include "{verilator.root / "include" / name}"\n' for name in FILES)


def cached_runtime(verilator: Verilator, recipe: tuple[str, ...]) -> Path:
    """Return where the object of the runtime is kept.

    Args:
        verilator: Whose runtime; its files count with their content.
        recipe: How it is compiled.
    """
    files = sorted((verilator.root / "include").glob("verilated*"))
    content = tuple((path.name, file_digest(path)) for path in files)
    return cache_folder() / f"verilated-{digest(content, recipe)[:16]}.o"


def keep_runtime(made: Path, kept: Path) -> None:
    """Copy a compiled runtime into the cache; a cache that cannot be written stays as it is."""
    partial = kept.with_name(f".{kept.name}-{os.getpid()}")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, partial)
        partial.replace(kept)
    except OSError:
        return
