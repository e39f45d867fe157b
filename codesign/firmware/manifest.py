"""The manifest of a generated project: what it is, and the digest of each of its files.

``codesign.json`` is written last, before the folder gets its final name, so a folder that holds it
is complete. A project is trusted only while every file still has the digest written there.
What tools leave behind lives in ``build/`` and is no part of the project.
"""

from dataclasses import dataclass
from pathlib import Path

from codesign.design.codec import from_json, to_json
from codesign.design.digest import digest, file_digest
from codesign.design.hardware import Backend, HardwareConfig
from codesign.design.project import FirmwareProject
from codesign.errors import InvalidDesignError, ValidationError

MANIFEST = "codesign.json"
BUILD = "build"


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedFile:
    """One file of a project.

    Attributes:
        path: Relative to the project, with forward slashes.
        sha256: Of its bytes.
    """

    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a project was generated from, and its files.

    Attributes:
        backend: What generated it.
        top: The top function.
        network_digest: Of the network it computes.
        hardware: How it is built.
        tool_versions: (name, version) of the packages that generated it.
        generator_digest: Of the source of this package, so that a new generator generates anew.
        files: In the order of their paths.
    """

    backend: Backend
    top: str
    network_digest: str
    hardware: HardwareConfig
    tool_versions: tuple[tuple[str, str], ...]
    generator_digest: str
    files: tuple[GeneratedFile, ...]

    def project(self, folder: Path) -> FirmwareProject:
        """Return the record of the project in a folder."""
        return FirmwareProject(
            path=str(folder),
            backend=self.backend,
            top=self.top,
            network_digest=self.network_digest,
            digest=_digest_of(self.files),
            tool_versions=self.tool_versions,
        )


def generated_files(folder: Path) -> tuple[GeneratedFile, ...]:
    """Return the files of a project with their digests; its manifest and ``build/`` left out."""
    paths = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    return tuple(
        GeneratedFile(path=path, sha256=file_digest(folder / path))
        for path in paths
        if path != MANIFEST and not path.startswith(f"{BUILD}/")
    )


def files_digest(folder: Path) -> str:
    """Return the digest of a project's files as they are now on disk."""
    return _digest_of(generated_files(folder))


def _digest_of(files: tuple[GeneratedFile, ...]) -> str:
    return digest(*((file.path, file.sha256) for file in files))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest: the last file of a project."""
    (folder / MANIFEST).write_text(to_json(manifest), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a project.

    Raises:
        InvalidDesignError: If there is none, or it cannot be read.
    """
    path = folder / MANIFEST
    if not path.is_file():
        msg = f"{folder} holds no {MANIFEST}: it is no complete project; generate it"
        raise InvalidDesignError(msg)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        msg = f"{path}: not text: {error}; generate the project anew"
        raise InvalidDesignError(msg) from error
    return from_json(Manifest, text, place=str(path))


def changed_files(folder: Path, manifest: Manifest) -> tuple[str, ...]:
    """Return the paths of files that are changed, missing or added since generation."""
    before = {file.path: file.sha256 for file in manifest.files}
    now = {file.path: file.sha256 for file in generated_files(folder)}
    return tuple(
        path for path in sorted(before.keys() | now.keys()) if before.get(path) != now.get(path)
    )


def read_project(folder: Path) -> FirmwareProject:
    """Return a project that was generated earlier, every file as it was then.

    Raises:
        InvalidDesignError: If the folder holds no project.
        ValidationError: If a file was changed, added or removed.
    """
    manifest = read_manifest(folder)
    changed = changed_files(folder, manifest)
    if changed:
        msg = f"{folder}: {', '.join(changed[:5])} differ from what was generated; generate anew"
        raise ValidationError(msg)
    return manifest.project(folder)
