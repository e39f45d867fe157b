"""Whether the main job can run here, and what to do where it cannot.

``diagnose(examine(folder))`` imports nothing it examines. From Python it also sees whether Keras
was imported before codesign could choose which one.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from codesign.toolchain.environment import ASKED, FOUND, LOOKED_FOR, WATCHED, Environment, Program
from codesign.toolchain.requirements import Requirement, canonical, release

_PYTHON = Requirement(name="python", versions=">=3.11,<3.14", extra="")
_NEEDED_EXTRAS = ("", "train", "hls")
_OPTIONAL_EXTRAS = ("rtl", "pnr", "sweep", "gen", "parquet")
_NEEDED_PROGRAMS = ("g++",)
_SWITCH = "TF_USE_LEGACY_KERAS"
_SWITCHED_ON = ("1", "true", "True")
_MEMORY_GB = 2.0
"""The jet tagger of ``hls_projects`` takes 0.9 GB, g++ beside it at most as much (GNU time)."""

_WHAT_FOR = {
    "make": "make demo, make test",
    "git": "the revision in reports",
    "verilator": "RTL simulation",
    "iverilog": "RTL simulation of small designs",
    "ghdl": "RTL simulation of VHDL",
    "yosys": "logic synthesis by the open flow",
    "vitis_hls": "C synthesis of the back end vitis",
    "vivado_hls": "C synthesis of the back end vivado",
    "vivado": "logic synthesis, place and route",
    "fastjet": "codesign data make jets",
    "pythia8mc": "codesign data make jets",
    "vector": "codesign data make jets",
    "pyarrow": "jet tables in Parquet",
}


class Status(StrEnum):
    """What a finding means for the main job."""

    OK = "ok"
    """As it should be."""
    WARNING = "warning"
    """The main job runs; something beside it may not."""
    FAILED = "failed"
    """The main job cannot run."""
    ABSENT = "absent"
    """Not there and not needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What.
        status: What it means for the main job.
        found: What is there.
        expected: What should be there.
        remedy: What to do about it, empty where nothing is to be done.
    """

    name: str
    status: Status
    found: str
    expected: str
    remedy: str = ""


def diagnose(environment: Environment) -> tuple[Finding, ...]:
    """Return one finding a check, those that decide about the main job first."""
    return tuple(finding for check in CHECKS for finding in check(environment))


def is_ready(findings: Iterable[Finding]) -> bool:
    """Return whether the main job can run: nothing has failed."""
    return all(finding.status is not Status.FAILED for finding in findings)


def _python(environment: Environment) -> Iterator[Finding]:
    fits = _PYTHON.accepts(environment.python)
    yield Finding(
        name="Python",
        status=Status.OK if fits else Status.FAILED,
        found=environment.python,
        expected="3.11 to 3.13",
        remedy="" if fits else "make a virtual environment with Python 3.11, 3.12 or 3.13",
    )


def _packages(environment: Environment) -> Iterator[Finding]:
    requirements = environment.requirements("codesign")
    if not requirements:
        yield Finding(
            name="codesign",
            status=Status.FAILED,
            found="not installed",
            expected="installed, so that its requirements are known",
            remedy="in the checkout: python -m pip install -e '.[train,hls]'",
        )
    for requirement in requirements:
        if requirement.extra in _NEEDED_EXTRAS:
            yield _package(environment, requirement, absent=Status.FAILED)


def _package(environment: Environment, requirement: Requirement, *, absent: Status) -> Finding:
    found = environment.version(requirement.name)
    fits = bool(found) and requirement.accepts(found)
    optional = absent is Status.ABSENT
    purpose = f" (for {_WHAT_FOR[requirement.name]})" if requirement.name in _WHAT_FOR else ""
    wrong = Status.WARNING if optional else Status.FAILED
    return Finding(
        name=requirement.name,
        status=Status.OK if fits else wrong if found else absent,
        found=found or "not installed",
        expected=(requirement.versions or "any") + purpose,
        remedy="" if fits else f"python -m pip install '{requirement.name}{requirement.versions}'",
    )


def _twice_installed(environment: Environment) -> Iterator[Finding]:
    """Packages that overwrite each other's files: pip does not notice."""
    for package in WATCHED:
        owners = [each for each in environment.distributions if package in each.packages]
        if len(owners) < 2:
            continue
        names = sorted((each.name for each in owners), key=canonical)
        asked = {canonical(each.name): each for each in environment.requirements("codesign")}
        keep = next((name for name in names if canonical(name) in asked), names[0])
        wanted = asked.get(canonical(keep), Requirement(name=keep, versions="", extra=""))
        yield Finding(
            name=f"import {package}",
            status=Status.FAILED,
            found=f"installed by {' and by '.join(names)}",
            expected="one package: they overwrite each other's files",
            remedy=(
                f"python -m pip uninstall {' '.join(names)}; "
                f"python -m pip install '{wanted.name}{wanted.versions}'"
            ),
        )


def _keras_switch(environment: Environment) -> Iterator[Finding]:
    value = dict(environment.variables).get(_SWITCH)
    contradicts = value is not None and value not in _SWITCHED_ON
    yield Finding(
        name=_SWITCH,
        status=Status.WARNING if contradicts else Status.OK,
        found="not set" if value is None else repr(value),
        expected="not set, or '1'",
        remedy=(
            f"unset {_SWITCH}: codesign sets it to 1 for itself, but a program that imports "
            "TensorFlow before codesign gets Keras 3"
            if contradicts
            else ""
        ),
    )


def _loaded_keras(environment: Environment) -> Iterator[Finding]:
    loaded = dict(environment.loaded)
    if loaded.get("tensorflow") == "keras":
        yield Finding(
            name="imported already",
            status=Status.FAILED,
            found="TensorFlow, with Keras 3",
            expected="TensorFlow after codesign, with legacy Keras 2",
            remedy=f"import codesign.models.keras first, or set {_SWITCH}=1 before Python starts",
        )
    elif release(loaded.get("keras", "")) >= (3,):
        yield Finding(
            name="imported already",
            status=Status.WARNING,
            found=f"Keras {loaded['keras']}",
            expected="no Keras but that of codesign",
            remedy="import codesign before keras: models of Keras 3 are none of QKeras",
        )


def _da4ml(environment: Environment) -> Iterator[Finding]:
    found = environment.version("da4ml")
    wanted = [each for each in environment.requirements("hls4ml") if each.extra == "da"]
    if found and wanted and not wanted[0].accepts(found):
        yield Finding(
            name="da4ml",
            status=Status.WARNING,
            found=found,
            expected=f"{wanted[0].versions} (for distributed arithmetic in hls4ml)",
            remedy=f"python -m pip install 'da4ml{wanted[0].versions}', or leave it: not needed",
        )


def _needed_programs(environment: Environment) -> Iterator[Finding]:
    for program in environment.programs:
        if program.name in _NEEDED_PROGRAMS:
            yield Finding(
                name=program.name,
                status=Status.FAILED if program.problem else Status.OK,
                found=_found(program),
                expected="a C++14 compiler (for csim)",
                remedy=program.problem,
            )


def _folder(environment: Environment) -> Iterator[Finding]:
    yield Finding(
        name="build folder",
        status=Status.OK if environment.writable else Status.FAILED,
        found=environment.folder if environment.writable else f"{environment.folder}: read-only",
        expected="can be written",
        remedy="" if environment.writable else "go to a folder of your own, or name one: --build",
    )


def _machine(environment: Environment) -> Iterator[Finding]:
    enough = environment.memory_gb >= _MEMORY_GB
    yield Finding(
        name="cores", status=Status.OK, found=str(environment.cores), expected="1 or more"
    )
    yield Finding(
        name="memory",
        status=Status.OK if enough else Status.WARNING,
        found=f"{environment.memory_gb:.1f} GB",
        expected=f"{_MEMORY_GB:.0f} GB or more",
        remedy="" if enough else "take smaller models, or a machine with more memory",
    )


def _optional_packages(environment: Environment) -> Iterator[Finding]:
    for requirement in environment.requirements("codesign"):
        if requirement.extra in _OPTIONAL_EXTRAS:
            yield _package(environment, requirement, absent=Status.ABSENT)


def _optional_programs(environment: Environment) -> Iterator[Finding]:
    needless = (*(name for name in ASKED if name not in _NEEDED_PROGRAMS), *FOUND, *LOOKED_FOR)
    for program in environment.programs:
        if program.name in needless:
            yield Finding(
                name=program.name,
                status=Status.ABSENT if program.problem else Status.OK,
                found=_found(program),
                expected=f"any (for {_WHAT_FOR[program.name]})",
                remedy=program.problem,
            )


def _gpu(environment: Environment) -> Iterator[Finding]:
    yield Finding(
        name="GPU",
        status=Status.OK if environment.gpus else Status.ABSENT,
        found=", ".join(environment.gpus) or "none",
        expected="any (for GPU baselines)",
    )


def _found(program: Program) -> str:
    if program.problem and not program.path:
        return "not found"
    return program.version or program.path


CHECKS: tuple[Callable[[Environment], Iterator[Finding]], ...] = (
    _python,
    _packages,
    _twice_installed,
    _keras_switch,
    _loaded_keras,
    _da4ml,
    _needed_programs,
    _folder,
    _machine,
    _optional_packages,
    _optional_programs,
    _gpu,
)
"""Every check, in the order of the table."""
