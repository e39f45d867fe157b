"""What a plan needs to know of a project, read from the files that its back end wrote."""

import json
from dataclasses import dataclass
from pathlib import Path

from codesign.design.codec import decode, from_json
from codesign.design.digest import digest, file_digest
from codesign.design.hardware import Backend, HardwareConfig
from codesign.design.names import check_name
from codesign.design.project import FirmwareProject
from codesign.design.rtl import RTL_FILE, RtlDesign
from codesign.errors import InvalidDesignError, ValidationError

_MANIFEST = "codesign.json"
_BUILD = "build/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A project as a vendor's tool sees it.

    Attributes:
        project: Its record.
        hardware: How it was generated to be built.
        rtl: Its RTL, None where it is HLS.
        has_test_bench: Whether a C++ test bench lies beside the sources.
    """

    project: FirmwareProject
    hardware: HardwareConfig
    rtl: RtlDesign | None
    has_test_bench: bool

    @property
    def top(self) -> str:
        """The top module or function."""
        return self.project.top if self.rtl is None else self.rtl.top


def read_source(project: FirmwareProject, hardware: HardwareConfig) -> Source:
    """Return what a plan is made from.

    Raises:
        InvalidDesignError: If the folder holds no project, or one for other hardware.
        ValidationError: If a file was changed, added or removed since generation.
    """
    folder = Path(project.path)
    manifest = folder / _MANIFEST
    if not manifest.is_file():
        msg = f"{folder} holds no {_MANIFEST}: it is no complete project; generate it"
        raise InvalidDesignError(msg)
    check_unchanged(folder, project.digest)
    generated = _hardware(manifest)
    if generated != hardware:
        found, asked = (_in_words(each) for each in (generated, hardware))
        msg = f"{folder} was generated for {found}, asked is {asked}; generate it anew"
        raise InvalidDesignError(msg)
    rtl = _rtl(folder, hardware) if project.backend is Backend.RTL else None
    check_name(project.top if rtl is None else rtl.top, what="a top module")
    return Source(
        project=project,
        hardware=hardware,
        rtl=rtl,
        has_test_bench=(folder / f"{project.top}_test.cpp").is_file(),
    )


def check_unchanged(folder: Path, expected: str) -> None:
    """Refuse a project of which a file was changed, added or removed since generation.

    Args:
        folder: The project's.
        expected: The digest of its files: of (path, SHA-256) in the order of their paths, the
            manifest and what tools left in ``build/`` left out.

    Raises:
        ValidationError: If the digest is another one.
    """
    paths = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    ours = (path for path in paths if path != _MANIFEST and not path.startswith(_BUILD))
    if digest(*((path, file_digest(folder / path)) for path in ours)) != expected:
        msg = f"{folder}: its files differ from what was generated; generate it anew"
        raise ValidationError(msg)


def _hardware(manifest: Path) -> HardwareConfig:
    try:
        plain = json.loads(manifest.read_text(encoding="utf-8"))["hardware"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"{manifest} cannot be read: {error}; generate the project anew"
        raise InvalidDesignError(msg) from error
    return decode(HardwareConfig, plain, place=f"{manifest}: hardware")


def _rtl(folder: Path, hardware: HardwareConfig) -> RtlDesign:
    path = folder / RTL_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        msg = f"{path} cannot be read: {error}; generate the project anew"
        raise InvalidDesignError(msg) from error
    found = from_json(RtlDesign, text, place=str(path))
    if found.period_ns != hardware.clock.period_ns:
        msg = (
            f"{path}: pipelined for {found.period_ns:g} ns, asked is "
            f"{hardware.clock.period_ns:g} ns; generate it anew"
        )
        raise InvalidDesignError(msg)
    return found


def _in_words(hardware: HardwareConfig) -> str:
    return (
        f"{hardware.device} at {hardware.clock.period_ns:g} ns with back end {hardware.backend} "
        f"({digest(hardware)[:8]})"
    )
