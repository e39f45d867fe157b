"""What a vendor's tool is to be asked: files, commands, and the reports that must come of it.

A plan is made without the tool and is the same on every machine. Its scripts name files relative
to the folder they lie in, so that a project can be carried to where the tool is. The names of that
folder and of the machine are no part of its digest.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from codesign.design.digest import digest

FOLDER = "build/vendor"
"""Where plans lie in a project, one folder a tool."""
REPORTS = "reports"
"""Where reports of Vivado go in a plan's folder, one folder a stage."""


class VendorTool(StrEnum):
    """Whose flow is planned."""

    VITIS = "vitis"
    """Vitis HLS for projects of hls4ml, and Vivado after it."""
    VIVADO_HLS = "vivado-hls"
    """Vivado HLS for projects of hls4ml, and Vivado after it."""
    VIVADO = "vivado"
    """Vivado for projects that are RTL."""


class Stage(StrEnum):
    """A step of a flow; each is one run of one program."""

    CSYNTH = "csynth"
    """From C++ to RTL."""
    COSIM = "cosim"
    """The RTL simulated under the C++ test bench: measured latency and initiation interval."""
    EXPORT = "export"
    """The RTL packed as an IP block."""
    SYNTH = "synth"
    """From RTL to a netlist, out of context."""
    PLACE = "place"
    """Optimized, placed and routed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFile:
    """A file that the plan brings along.

    Attributes:
        path: Relative to the plan's folder.
        text: What stands in it.
    """

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCommand:
    """One way to run a step.

    Attributes:
        program: As it is typed.
        arguments: One an element; never seen by a shell.
        version_option: What makes the program print its version.
        since: The first version that this holds for, e.g. ``"2022.2"``.
        before: The first version that it no longer holds for, empty for none known.
        reports: Files that must be there afterward, relative to the plan's folder.
        products: Other files and folders that must, because a later step reads them.
    """

    program: str
    arguments: tuple[str, ...]
    version_option: str
    since: str
    before: str = ""
    reports: tuple[str, ...] = ()
    products: tuple[str, ...] = ()

    @property
    def versions(self) -> str:
        """The versions that it holds for, in words."""
        return f"{self.since} or later" + (f", before {self.before}" if self.before else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """A step and the ways to run it, by the version that is installed.

    Attributes:
        stage: Which.
        files: Those of the plan that it reads.
        commands: The first one whose program is there in a version that fits is run.
        leaves: Files and folders that a run makes, removed before it.
    """

    stage: Stage
    files: tuple[str, ...]
    commands: tuple[PlannedCommand, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisPlan:
    """All that a vendor's tool is to do for a project.

    Attributes:
        project: The project's folder; no part of the digest.
        project_digest: Of every generated file of the project.
        tool: Whose flow.
        top: The top module or function.
        part: The full part number.
        period_ns: The clock period in nanoseconds.
        files: What is written into the plan's folder.
        steps: In order.
        environment: What must be set up for the tool, in sentences.
    """

    project: str
    project_digest: str
    tool: VendorTool
    top: str
    part: str
    period_ns: float
    files: tuple[PlannedFile, ...]
    steps: tuple[PlannedStep, ...]
    environment: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Where the plan is written and carried out."""
        return Path(self.project) / FOLDER / self.tool

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What is done, in order."""
        return tuple(step.stage for step in self.steps)

    @property
    def digest(self) -> str:
        """Of everything that decides the result but the version of the tool."""
        parts = (self.project_digest, self.tool, self.top, self.part, self.period_ns)
        return digest(*parts, self.files, self.steps)

    def text(self, name: str) -> str:
        """Return what stands in a file of the plan."""
        return next(file.text for file in self.files if file.path == name)
