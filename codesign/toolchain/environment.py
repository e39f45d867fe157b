"""What is installed here, looked at once and kept as a record; nothing heavy is imported."""

import importlib.metadata
import os
import platform
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from codesign.errors import CodesignError
from codesign.toolchain.find import find_tool
from codesign.toolchain.requirements import Requirement, canonical
from codesign.toolchain.simulators import find_verilator
from codesign.toolchain.versions import tool_version

WATCHED = ("h5py", "hls4ml", "keras", "keras_tuner", "numpy", "qkeras", "tensorflow", "tf_keras")
"""The import packages that only one installed package may bring along."""

ASKED = {"g++": "--version", "make": "--version", "git": "--version"}
"""Programs that are run to see that they work, with the option that makes them name themselves."""

FOUND = ("verilator",)
"""Programs that have a finder of their own."""

LOOKED_FOR = ("iverilog", "ghdl", "yosys", "vitis_hls", "vivado_hls", "vivado")
"""Programs that are looked for and not run: some of them take seconds to start."""

_BESIDE = ("da4ml", "alkaid", "tensorflow-cpu", "tensorflow-gpu", "qkeras-v3", "hgq2")
_DECLARING = ("codesign", "hls4ml")
_VARIABLES = (
    "CUDA_VISIBLE_DEVICES",
    "KERAS_BACKEND",
    "OMP_NUM_THREADS",
    "PYTHONPATH",
    "TF_CPP_MIN_LOG_LEVEL",
    "TF_ENABLE_ONEDNN_OPTS",
    "TF_USE_LEGACY_KERAS",
)
_OWN_VARIABLES = "CODESIGN_"
_INIT = re.compile(rf"^({'|'.join(WATCHED)})/__init__\.py,", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """An installed package.

    Attributes:
        name: As its metadata spell it.
        version: Its version.
        packages: Those of :data:`WATCHED` that it installs.
        requirements: What it asks for; kept for codesign and hls4ml only.
    """

    name: str
    version: str
    packages: tuple[str, ...] = ()
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that is there, or is not.

    Attributes:
        name: As it is typed.
        path: Where it is, empty where it was not found.
        version: What it says about itself, empty where it was not asked.
        problem: Why it cannot be used, empty where it can.
    """

    name: str
    path: str = ""
    version: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """All that decides whether the main job can run here.

    Attributes:
        python: The version of Python.
        executable: Its path.
        system: Operating system and machine.
        distributions: The installed packages that matter.
        programs: The outside programs that matter.
        variables: The environment variables that matter, (name, value).
        loaded: (module, which Keras) of what this process has imported already: ``"tensorflow"``
            with ``"tf_keras"`` or ``"keras"``, ``"keras"`` with its version.
        folder: Where results would be written.
        writable: Whether that is possible.
        cores: Processor cores that this process may use.
        memory_gb: Memory of the machine, in 10^9 bytes.
        gpus: Device files of graphics processors.
    """

    python: str
    executable: str
    system: str
    distributions: tuple[Distribution, ...]
    programs: tuple[Program, ...]
    variables: tuple[tuple[str, str], ...]
    loaded: tuple[tuple[str, str], ...]
    folder: str
    writable: bool
    cores: int
    memory_gb: float
    gpus: tuple[str, ...]

    def version(self, name: str) -> str:
        """Return the version of an installed package, empty where it is missing."""
        wanted = canonical(name)
        found = (each.version for each in self.distributions if canonical(each.name) == wanted)
        return next(found, "")

    def requirements(self, name: str) -> tuple[Requirement, ...]:
        """Return what an installed package asks for."""
        return next((each.requirements for each in self.distributions if each.name == name), ())


def examine(folder: Path) -> Environment:
    """Look at this process, this machine and what is installed.

    Args:
        folder: Where results would be written; need not exist.
    """
    return Environment(
        python=platform.python_version(),
        executable=sys.executable,
        system=platform.platform(),
        distributions=_distributions(),
        programs=(*map(_asked, ASKED), _verilator(), *map(_looked_for, LOOKED_FOR)),
        variables=tuple(
            (name, value)
            for name, value in sorted(os.environ.items())
            if name in _VARIABLES or name.startswith(_OWN_VARIABLES)
        ),
        loaded=tuple(_loaded()),
        folder=str(folder),
        writable=_is_writable(folder.absolute()),
        cores=_cores(),
        memory_gb=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9,
        gpus=tuple(sorted(str(path) for path in Path("/dev").glob("nvidia[0-9]*")))
        + tuple(str(path) for path in Path("/dev").glob("kfd")),
    )


def _distributions() -> tuple[Distribution, ...]:
    """Return the packages that codesign asks for, those beside them, and who installs what."""
    requirements = {name: _requirements(name) for name in _DECLARING}
    wanted = (*_DECLARING, *(each.name for each in requirements["codesign"]), *_BESIDE)
    found = {canonical(name): _distribution(name) for name in wanted}
    for installed in importlib.metadata.distributions():
        packages = _watched(installed)
        if packages:
            name = str(installed.name)
            found[canonical(name)] = Distribution(
                name=name, version=str(installed.version), packages=packages
            )
    return tuple(
        Distribution(
            name=each.name,
            version=each.version,
            packages=each.packages,
            requirements=requirements.get(each.name, ()),
        )
        for each in found.values()
        if each is not None
    )


def _requirements(name: str) -> tuple[Requirement, ...]:
    try:
        lines = importlib.metadata.requires(name)
    except importlib.metadata.PackageNotFoundError:
        return ()
    return tuple(Requirement.from_text(line) for line in lines or ())


def _distribution(name: str) -> Distribution | None:
    try:
        return Distribution(name=name, version=importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return None


def _watched(installed: importlib.metadata.Distribution) -> tuple[str, ...]:
    """Return which watched import packages a package installs.

    ``importlib.metadata.packages_distributions`` says the same in half a second.
    """
    names = (installed.read_text("top_level.txt") or "").split()
    if not names:
        names = _INIT.findall(installed.read_text("RECORD") or "")
    return tuple(sorted({name for name in names if name in WATCHED}))


def _asked(name: str) -> Program:
    try:
        path = find_tool(name)
        return Program(name=name, path=str(path), version=tool_version(path, option=ASKED[name]))
    except CodesignError as error:
        return Program(name=name, problem=str(error))


def _verilator() -> Program:
    """Return the Verilator that is taken: the program of a Python package is not on PATH."""
    try:
        found = find_verilator()
    except CodesignError as error:
        return Program(name="verilator", problem=str(error))
    return Program(name="verilator", path=str(found.binary), version=found.version)


def _looked_for(name: str) -> Program:
    try:
        return Program(name=name, path=str(find_tool(name)))
    except CodesignError as error:
        return Program(name=name, problem=str(error))


def _loaded() -> list[tuple[str, str]]:
    """Return which Keras this process has imported, without importing one."""
    found = []
    tensorflow, keras = sys.modules.get("tensorflow"), sys.modules.get("keras")
    if tensorflow is not None:
        legacy = vars(tensorflow).get("_tf_uses_legacy_keras", False)
        found.append(("tensorflow", "tf_keras" if legacy else "keras"))
    if keras is not None:
        found.append(("keras", str(vars(keras).get("__version__", "unknown"))))
    return found


def _is_writable(folder: Path) -> bool:
    """Return whether a folder, or the nearest existing one above it, can be written into."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
