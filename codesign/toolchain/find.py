"""Find a program by its name, or where an environment variable says it is."""

import os
import shutil
from pathlib import Path

from codesign.errors import ToolNotFoundError

_VARIABLES = {"g++": "CODESIGN_CXX"}
_REMEDIES = {"g++": "install it (Debian: apt install g++; Red Hat: dnf install gcc-c++)"}

_HOMES = {
    "vitis_hls": ("XILINX_HLS", "XILINX_VITIS"),
    "vitis-run": ("XILINX_VITIS", "XILINX_HLS"),
    "v++": ("XILINX_VITIS",),
    "vivado_hls": ("XILINX_HLS", "XILINX_VIVADO"),
    "vivado": ("XILINX_VIVADO",),
}
"""The variables that a vendor's settings64.sh sets to the folder of an installation."""


def variable_of(name: str) -> str:
    """Return the environment variable that overrides where a tool is.

    Examples:
        >>> variable_of("g++"), variable_of("vitis_hls"), variable_of("vitis-run")
        ('CODESIGN_CXX', 'CODESIGN_VITIS_HLS', 'CODESIGN_VITIS_RUN')
    """
    plain = "".join(letter if letter.isalnum() else "_" for letter in name.upper())
    return _VARIABLES.get(name, f"CODESIGN_{plain}")


def find_tool(name: str) -> Path:
    """Return the full path of a program.

    Its own variable comes first, then PATH, then the folder of an installation that a vendor's
    settings64.sh names.

    Args:
        name: As it is typed: ``"g++"``, ``"vitis_hls"``, ``"yosys"``.

    Raises:
        ToolNotFoundError: If its variable is set and names no program, or if it is not on PATH.
    """
    variable = variable_of(name)
    override = os.environ.get(variable)
    found = shutil.which(override or name) or (None if override else _installed(name))
    if found is not None:
        return Path(found).absolute()
    if override:
        msg = f"{variable}={override} is not a program; set it to the full path of {name}"
    else:
        remedy = _REMEDIES.get(name, "install it")
        msg = f"{name} is not on PATH; {remedy} or set {variable} to its full path"
    raise ToolNotFoundError(msg)


def is_chosen(name: str) -> bool:
    """Return whether a tool's own variable says where it is."""
    return bool(os.environ.get(variable_of(name)))


def _installed(name: str) -> str | None:
    homes = (os.environ.get(variable) for variable in _HOMES.get(name, ()))
    found = (shutil.which(Path(home) / "bin" / name) for home in homes if home)
    return next((str(path) for path in found if path), None)
