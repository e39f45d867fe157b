"""Whether the firmware that lies in a folder is that of a design."""

from pathlib import Path

from codesign.design.candidate import Candidate
from codesign.design.digest import digest
from codesign.design.network import QuantizedNetwork
from codesign.errors import CodesignError
from codesign.firmware import read_project
from codesign.firmware.manifest import read_manifest
from codesign.pipeline.stage_words import missing


def check_firmware(candidate: Candidate, network: QuantizedNetwork, folder: Path) -> None:
    """Refuse a folder that does not hold the firmware of this very design.

    Args:
        candidate: Whose hardware it was generated for.
        network: What it computes.
        folder: Of the firmware.

    Raises:
        ReportError: If it holds none, or that of another design.
    """
    not_there = missing(candidate.name, "firmware", folder)
    try:
        found, project = read_manifest(folder), read_project(folder)
    except CodesignError as error:
        raise not_there from error
    if (found.hardware, project.network_digest) != (candidate.hardware.simulated, digest(network)):
        raise not_there
