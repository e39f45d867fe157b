"""Promote a certified RTL design into ``firmware/releases``: small, whole, simulated there.

A release holds the RTL project as it was generated, its network, test vectors, certificates and
reports, each with its digest in ``release.json``.
"""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from codesign.design.codec import from_json, to_json
from codesign.design.digest import digest
from codesign.design.fixed_point import Integers, overflow_integers
from codesign.design.hardware import Backend
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.design.project import FirmwareProject
from codesign.design.results import Certificate
from codesign.design.rtl_results import RtlCertificate
from codesign.emulator import emulate_outputs
from codesign.emulator.inputs import Events, named_events
from codesign.errors import InvalidDesignError, ReportError, ValidationError
from codesign.firmware import read_project
from codesign.firmware.manifest import MANIFEST as PROJECT_MANIFEST
from codesign.firmware.manifest import read_manifest
from codesign.lowering import load_network, save_network
from codesign.pipeline.release import (
    MANIFEST,
    NETWORK,
    RTL,
    VECTORS,
    Release,
    released_files,
    resimulate,
)
from codesign.pipeline.release_page import release_page
from codesign.pipeline.vectors import write_vectors
from codesign.validation.rtl import read_design

LIMIT_BYTES = 1_000_000
"""The largest release: firmware/ is kept in git."""
CERTIFICATE = "certificate.json"
RTL_CERTIFICATE = "rtl_certificate.json"
REPORTS = "reports"

_EVENTS = 192
_OVERDRIVEN = 64


@dataclass(frozen=True, eq=False, kw_only=True)
class Certified:
    """A design with its proofs.

    Attributes:
        project: The RTL project.
        network: What it computes.
        certificate: That QKeras and emulator agree.
        rtl_certificate: That emulator and RTL agree, on the schedule.
        reports: JSON of synthesis reports, by the name of the file.
    """

    project: FirmwareProject
    network: QuantizedNetwork
    certificate: Certificate
    rtl_certificate: RtlCertificate
    reports: Mapping[str, str]


def read_certified(folder: Path, *, firmware: str = "firmware") -> Certified:
    """Return a design as it lies in ``hls_projects/build/<name>``.

    Args:
        folder: Of the design: ``network``, both certificates, ``reports/*.json``.
        firmware: The folder of the RTL project below it.

    Raises:
        InvalidDesignError: If there is no RTL project, or a certificate is missing.
        ValidationError: If a file of the project was changed.
    """
    project = read_project(folder / firmware)
    if project.backend is not Backend.RTL:
        msg = (
            f"{folder / firmware} is made by back end {project.backend}; a release is RTL: "
            "generate it with back end rtl"
        )
        raise InvalidDesignError(msg)
    reports = sorted((folder / REPORTS).glob("*.json"))
    return Certified(
        project=project,
        network=load_network(folder / NETWORK),
        certificate=from_json(
            Certificate, _text(folder / CERTIFICATE), place=str(folder / CERTIFICATE)
        ),
        rtl_certificate=from_json(
            RtlCertificate, _text(folder / RTL_CERTIFICATE), place=str(folder / RTL_CERTIFICATE)
        ),
        reports={path.name: path.read_text(encoding="utf-8") for path in reports},
    )


def promote(
    certified: Certified,
    target: Path,
    *,
    inputs: Mapping[str, Events],
    progress: Progress = silent,
) -> Release:
    """Copy a certified design into a release, simulate it there, and return its record.

    The release appears whole or not at all. Equal designs give equal bytes.

    Args:
        certified: The design.
        target: Of the release; an older one is replaced.
        inputs: By kind, ``"events"`` and ``"overdriven"``: hardware integers; the first of them
            become the test vectors.
        progress: Told how far the simulation is.

    Raises:
        ValidationError: If a certificate is missing a bit or is of another design, the project was
            changed, or the simulation of the release differs.
        InvalidDesignError: If the release would be too large, or the target is something else.
    """
    target = target.absolute()
    _check(certified)
    if target.exists() and any(target.iterdir()) and not (target / MANIFEST).is_file():
        msg = f"{target} exists and is no release; name another folder or remove this one"
        raise InvalidDesignError(msg)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".release-") as scratch:
        staging = Path(scratch) / target.name
        staging.mkdir()
        release = _write(certified, staging, _chosen(certified.network, inputs))
        _check_size(staging)
        resimulate(staging, progress=progress)
        if target.exists():
            target.rename(Path(scratch) / "old")
        staging.rename(target)
    return release


def _check(certified: Certified) -> None:
    """Refuse a design that is not proved to compute its network.

    Raises:
        ValidationError: Naming what the proof lacks.
    """
    project, wanted = certified.project, digest(certified.network)
    proofs = (certified.certificate, certified.rtl_certificate)
    lacking = [
        (not all(proof.is_bit_exact for proof in proofs), "a certificate is not bit-exact"),
        (
            any(proof.network_digest != wanted for proof in (*proofs, project)),
            "the certificates, the firmware and the network are not of one network",
        ),
        (
            certified.rtl_certificate.firmware_digest != project.digest,
            "the RTL certificate is of other firmware",
        ),
        (
            read_project(Path(project.path)).digest != project.digest,
            "the firmware was generated anew since",
        ),
    ]
    for is_lacking, words in lacking:
        if is_lacking:
            msg = f"{project.path}: {words}; certify the design before it is promoted"
            raise ValidationError(msg)


def _chosen(network: QuantizedNetwork, inputs: Mapping[str, Events]) -> dict[str, Integers]:
    """Return the events that become test vectors, by input, within the range of the input."""
    counts = {"events": _EVENTS, "overdriven": _OVERDRIVEN}
    parts = [
        {name: values[: counts.get(kind, 0)] for name, values in named_events(network, raw).items()}
        for kind, raw in inputs.items()
    ]
    return {
        node.name: overflow_integers(
            np.concatenate([part[node.name] for part in parts]), node.precision
        )
        for node in network.inputs
    }


def _write(certified: Certified, folder: Path, events: Mapping[str, Integers]) -> Release:
    """Write every file of a release and return its record."""
    source = Path(certified.project.path)
    for path in (PROJECT_MANIFEST, *(file.path for file in read_manifest(source).files)):
        (folder / RTL / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, folder / RTL / path)
    save_network(certified.network, folder / NETWORK)
    design = read_design(certified.project)
    tensors = {**events, **emulate_outputs(certified.network, events)}
    write_vectors(folder / VECTORS, (*design.inputs, *design.outputs), tensors)
    texts = {
        CERTIFICATE: to_json(certified.certificate),
        RTL_CERTIFICATE: to_json(certified.rtl_certificate),
        **{f"{REPORTS}/{name}": text for name, text in certified.reports.items()},
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    hardware = read_manifest(source).hardware
    versions = (*certified.certificate.tool_versions, *certified.rtl_certificate.tool_versions)
    release = Release(
        design=certified.network.name,
        device=hardware.part.name,
        period_ns=design.period_ns,
        latency_cycles=design.latency_cycles,
        initiation_interval=design.initiation_interval,
        events=len(next(iter(events.values()))),
        network_digest=digest(certified.network),
        firmware_digest=certified.project.digest,
        tool_versions=tuple(dict.fromkeys(versions)),
        files=(),
    )
    page = release_page(release, design, certified.rtl_certificate, certified.network)
    (folder / "README.md").write_text(page, encoding="utf-8")
    release = replace(release, files=released_files(folder))
    (folder / MANIFEST).write_text(to_json(release), encoding="utf-8")
    return release


def _check_size(folder: Path) -> None:
    """Refuse what is too large for git.

    Raises:
        InvalidDesignError: Naming the largest files.
    """
    sizes = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    total = sum(sizes.values())
    if total <= LIMIT_BYTES:
        return
    largest = sorted(sizes, key=lambda path: -sizes[path])[:3]
    named = ", ".join(f"{path.relative_to(folder)} ({sizes[path]:,} bytes)" for path in largest)
    msg = (
        f"{folder.name}: a release of {total:,} bytes is above the {LIMIT_BYTES:,} that git should "
        f"hold; the largest files are {named}: prune the design, or keep it as a build artifact"
    )
    raise InvalidDesignError(msg)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        msg = f"{path} is missing: the design is not certified; certify it before it is promoted"
        raise InvalidDesignError(msg) from error
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}; certify the design anew"
        raise ReportError(msg) from error
