"""The versions of programs and of Python packages, for provenance and for caches."""

import importlib.metadata
import tempfile
from collections.abc import Sequence
from pathlib import Path

from codesign.errors import ToolNotFoundError
from codesign.toolchain.run import run

_TIMEOUT_S = 60.0


def tool_version(tool: Path, *, option: str | Sequence[str] = "--version") -> str:
    """Return the first line that a program prints about itself.

    Args:
        tool: The program, as :func:`codesign.toolchain.find_tool` returns it.
        option: What makes it print its version; several arguments one an element.

    Raises:
        ToolFailedError: If it ends with an error.
    """
    with tempfile.TemporaryDirectory(prefix="codesign-") as folder:
        log = Path(folder) / "version.log"
        options = [option] if isinstance(option, str) else option
        run([tool, *options], cwd=Path(folder), timeout_s=_TIMEOUT_S, log=log)
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[1:]
    return next((line.strip() for line in lines if line.strip()), "unknown")


def package_versions(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (name, version) of installed Python packages, in the order asked for.

    Raises:
        ToolNotFoundError: If a package is not installed.
    """
    return tuple((name, _version(name)) for name in names)


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError as error:
        msg = f"the Python package {name} is not installed; run: python -m pip install {name}"
        raise ToolNotFoundError(msg) from error
