"""Which of a step's commands can be run here: the program found, its version asked."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from codesign.errors import ToolFailedError, ToolNotFoundError
from codesign.synthesis.vendor.plan import PlannedCommand, PlannedStep
from codesign.toolchain import find_tool, run
from codesign.toolchain.find import is_chosen

_VERSION = re.compile(r"\bv(20\d\d)\.(\d+)(?:\.\d+)*\b")
_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A command that can be run here.

    Attributes:
        command: Of the plan.
        path: The program.
        version: E.g. ``"2023.1"``.
    """

    command: PlannedCommand
    path: Path
    version: str


def find_command(step: PlannedStep) -> Installed:
    """Return the first command of a step whose program is here in a version that fits.

    Raises:
        ToolNotFoundError: If there is none, with what was found in place of each.
        ToolFailedError: If a program does not say its version.
    """
    complaints = []
    for command in step.commands:
        try:
            path = find_tool(command.program)
        except ToolNotFoundError as error:
            if is_chosen(command.program):
                raise
            complaints.append(str(error))
            continue
        version = _version(path, command)
        if _fits(version, command):
            return Installed(command=command, path=path, version=version)
        complaints.append(
            f"{path} is version {version}; this project needs {command.versions}: install one "
            "or carry the plan to where it is"
        )
    raise ToolNotFoundError("\n".join(complaints))


def _version(path: Path, command: PlannedCommand) -> str:
    with tempfile.TemporaryDirectory(prefix="codesign-") as folder:
        log = Path(folder) / "version.log"
        run([path, command.version_option], cwd=Path(folder), timeout_s=_TIMEOUT_S, log=log)
        printed = log.read_text(encoding="utf-8", errors="replace").partition("\n")[2].strip()
    found = _VERSION.search(printed)
    if found is None:
        msg = (
            f"{path} {command.version_option} names no version such as v2023.1; it printed "
            f"{printed[:200]!r}: is it the program meant, and its installation whole?"
        )
        raise ToolFailedError(msg)
    return f"{found[1]}.{found[2]}"


def _fits(version: str, command: PlannedCommand) -> bool:
    number = _number(version)
    return number >= _number(command.since) and (
        not command.before or number < _number(command.before)
    )


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
