"""A promoted design: what lies in a folder of ``firmware/releases``, and whether it still holds."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from codesign.design.codec import from_json
from codesign.design.digest import digest, file_digest
from codesign.design.fixed_point import Integers
from codesign.design.progress import Progress, silent
from codesign.emulator import emulate_outputs
from codesign.errors import InvalidDesignError, ValidationError
from codesign.firmware import read_project
from codesign.lowering import load_network
from codesign.pipeline.vectors import read_vectors
from codesign.validation.rtl import SimulationOptions, read_design, simulate

MANIFEST = "release.json"
RTL = "rtl"
NETWORK = "network"
VECTORS = "vectors"

_DEFAULTS = SimulationOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedFile:
    """One file of a release.

    Attributes:
        path: Relative to the release, with forward slashes.
        sha256: Of its bytes.
    """

    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A promoted design.

    Attributes:
        design: Its name.
        device: The part it was built for.
        period_ns: The clock it is pipelined for.
        latency_cycles: From the last beat in to the first beat out.
        initiation_interval: Cycles between two events.
        events: How many test vectors lie beside it.
        network_digest: Of what it computes.
        firmware_digest: Of its RTL project.
        tool_versions: (name, version) of everything that made and certified it.
        files: All of them but the manifest, in the order of their paths.
    """

    design: str
    device: str
    period_ns: float
    latency_cycles: int
    initiation_interval: int
    events: int
    network_digest: str
    firmware_digest: str
    tool_versions: tuple[tuple[str, str], ...]
    files: tuple[ReleasedFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resimulated:
    """A release that was simulated again.

    Attributes:
        release: Which.
        simulator: Name and version of the program.
        latency_cycles: Measured.
        initiation_interval: Measured, None for a single event.
        seconds: Wall time of the simulation, without compilation.
    """

    release: Release
    simulator: tuple[str, str]
    latency_cycles: int | None
    initiation_interval: int | None
    seconds: float


def released_files(folder: Path) -> tuple[ReleasedFile, ...]:
    """Return the files of a release with their digests; its manifest left out."""
    paths = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    return tuple(
        ReleasedFile(path=path, sha256=file_digest(folder / path))
        for path in paths
        if path != MANIFEST
    )


def read_release(folder: Path) -> Release:
    """Return the record of a release, every file as it was promoted.

    Raises:
        InvalidDesignError: If the folder holds no release.
        ValidationError: If a file was changed, added or removed.
    """
    path = folder / MANIFEST
    if not path.is_file():
        msg = f"{folder} holds no {MANIFEST}: it is no release; make one with: codesign promote"
        raise InvalidDesignError(msg)
    release = from_json(Release, path.read_text(encoding="utf-8"), place=str(path))
    before = {file.path: file.sha256 for file in release.files}
    now = {file.path: file.sha256 for file in released_files(folder)}
    changed = [name for name in sorted(before | now) if before.get(name) != now.get(name)]
    if changed:
        msg = f"{folder}: {', '.join(changed[:5])} differ from what was promoted; promote it anew"
        raise ValidationError(msg)
    return release


def resimulate(
    folder: Path, *, options: SimulationOptions = _DEFAULTS, progress: Progress = silent
) -> Resimulated:
    """Simulate the RTL of a release on its test vectors; emulate its network on them, too.

    The release is copied to a temporary folder: nothing is written into it.

    Raises:
        InvalidDesignError: If the folder holds no release.
        ValidationError: If a file was changed, or RTL or emulator answer otherwise than when the
            design was promoted.
        ToolNotFoundError: If there is no simulator.
        ToolFailedError: If the simulation cannot be compiled or run.
    """
    release = read_release(folder)
    network = load_network(folder / NETWORK)
    if digest(network) != release.network_digest:
        msg = f"{folder}: {NETWORK} is not the network of {MANIFEST}; promote the design anew"
        raise ValidationError(msg)
    with tempfile.TemporaryDirectory(prefix="codesign-") as scratch:
        copy = Path(scratch) / RTL
        shutil.copytree(folder / RTL, copy)
        project = read_project(copy)
        if project.digest != release.firmware_digest:
            msg = f"{folder}: {RTL} is not the project of {MANIFEST}; promote the design anew"
            raise ValidationError(msg)
        design = read_design(project)
        vectors = {
            port.name: read_vectors(folder / VECTORS, port, network.shape(port.name))
            for port in (*design.inputs, *design.outputs)
        }
        inputs = {port.name: vectors[port.name] for port in design.inputs}
        simulated = simulate(project, network, inputs, options=options, progress=progress)
    emulated = emulate_outputs(network, inputs)
    for port in design.outputs:
        expected = vectors[port.name]
        _check_equal(release, "emulator", port.name, emulated[port.name], expected)
        _check_equal(release, "RTL", port.name, simulated.outputs[port.name], expected)
    return Resimulated(
        release=release,
        simulator=simulated.simulator,
        latency_cycles=simulated.latency_cycles,
        initiation_interval=simulated.initiation_interval,
        seconds=simulated.seconds,
    )


def _check_equal(
    release: Release, what: str, output: str, found: Integers, expected: Integers
) -> None:
    """Refuse answers that are not those that were promoted.

    Raises:
        ValidationError: Naming the first event that differs.
    """
    if found.shape == expected.shape and np.array_equal(found, expected):
        return
    if found.shape != expected.shape:
        where = f"shape {found.shape}, promoted {expected.shape}"
    else:
        event, *place = (int(number) for number in np.argwhere(found != expected)[0])
        where = (
            f"event {event}, element {place}: {found[event, *place]}, promoted "
            f"{expected[event, *place]}"
        )
    msg = f"{release.design}: {what} answers otherwise at {output}, {where}; do not deploy it"
    raise ValidationError(msg)
