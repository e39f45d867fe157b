"""The table of back ends, and how a project comes to be: whole, or not at all."""

import importlib
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from codesign.design.digest import digest, file_digest
from codesign.design.hardware import Backend, HardwareConfig
from codesign.design.network import QuantizedNetwork
from codesign.design.project import FirmwareProject
from codesign.errors import InvalidDesignError, ToolNotFoundError
from codesign.firmware.manifest import (
    MANIFEST,
    Manifest,
    changed_files,
    generated_files,
    read_manifest,
    write_manifest,
)
from codesign.toolchain import package_versions

_BUILT_IN = {
    Backend.VITIS: "codesign.firmware.hls.backend:HlsBackend",
    Backend.VIVADO: "codesign.firmware.hls.backend:HlsBackend",
    Backend.RTL: "codesign.firmware.rtl.backend:RtlBackend",
}
_PACKAGES = {
    Backend.VITIS: ("codesign", "hls4ml"),
    Backend.VIVADO: ("codesign", "hls4ml"),
    Backend.RTL: ("codesign", "alkaid"),
}
_EXTRAS = {Backend.VITIS: "hls", Backend.VIVADO: "hls", Backend.RTL: "rtl"}
_SOURCES = {".py", ".h"}


class FirmwareBackend(Protocol):
    """What turns a network into the files of a project."""

    def supports(self, network: QuantizedNetwork, hardware: HardwareConfig) -> None:
        """Raise if the design cannot be built exactly as it is written.

        Raises:
            UnsupportedLayerError: If a layer has no exact counterpart.
            InvalidDesignError: If an option does not fit.
        """

    def write(self, network: QuantizedNetwork, hardware: HardwareConfig, folder: Path) -> None:
        """Write every file of the project into an empty folder.

        Raises:
            ValidationError: If what would be written is not what was asked for.
        """


def supports(network: QuantizedNetwork, hardware: HardwareConfig) -> None:
    """Raise if a design cannot be built, before any time is spent on it.

    Raises:
        UnsupportedLayerError: Naming the layer and why it has no exact counterpart.
        InvalidDesignError: Naming the option, what was found and what is legal.
        ToolNotFoundError: If the back end's package is not installed.
    """
    _load(hardware.backend).supports(network, hardware)


def generate(network: QuantizedNetwork, hardware: HardwareConfig, folder: Path) -> FirmwareProject:
    """Return the firmware project of a design, generating it unless the folder holds it already.

    Equal designs give byte-identical projects. A project is written beside ``folder`` and moved
    there when it is complete; an interrupted generation leaves ``folder`` as it was.

    Args:
        network: What the firmware computes.
        hardware: How it is built.
        folder: The project's folder; one that holds an older project is replaced.

    Raises:
        UnsupportedLayerError: If a layer cannot be built exactly.
        InvalidDesignError: If an option does not fit, or the folder holds something else.
        ToolNotFoundError: If the back end's package is not installed.
        ValidationError: If the back end did not do what was asked.
    """
    folder = folder.absolute()
    wanted = _wanted(network, hardware)
    _check_ours(folder)
    known = _existing(folder, wanted)
    if known is not None:
        return known
    backend = _load(hardware.backend)
    backend.supports(network, hardware)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        staging.chmod(0o755)
        backend.write(network, hardware, staging)
        manifest = replace(wanted, files=generated_files(staging))
        write_manifest(staging, manifest)
        _move(staging, folder, wanted)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return manifest.project(folder)


def _wanted(network: QuantizedNetwork, hardware: HardwareConfig) -> Manifest:
    """Return the manifest of a project before its files are known."""
    return Manifest(
        backend=hardware.backend,
        top=network.name,
        network_digest=digest(network),
        hardware=hardware,
        tool_versions=package_versions(_PACKAGES[hardware.backend]),
        generator_digest=_generator_digest(hardware.backend),
        files=(),
    )


def _generator_digest(backend: Backend) -> str:
    """Return the digest of a back end's source and what it shares with others."""
    own = _BUILT_IN[backend].split(":")[0].split(".")[-2]
    here = Path(__file__).parent
    sources = sorted(
        path
        for path in (*here.glob("*"), *(here / own).rglob("*"))
        if path.is_file() and path.suffix in _SOURCES
    )
    return digest(*((path.name, file_digest(path)) for path in sources))


def _check_ours(folder: Path) -> None:
    """Refuse to replace a folder that is no project."""
    empty = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if not empty and not (folder / MANIFEST).is_file():
        msg = f"{folder} exists and holds no {MANIFEST}; name another folder or remove this one"
        raise InvalidDesignError(msg)


def _existing(folder: Path, wanted: Manifest) -> FirmwareProject | None:
    """Return the project in a folder if it is the wanted one and untouched."""
    if not (folder / MANIFEST).is_file():
        return None
    try:
        found = read_manifest(folder)
    except InvalidDesignError:
        return None
    if replace(found, files=()) != wanted or changed_files(folder, found):
        return None
    return found.project(folder)


def _move(staging: Path, folder: Path, wanted: Manifest) -> None:
    """Put a complete project in its place, or leave there what another process just put."""
    old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-old-"))
    try:
        if folder.exists():
            folder.rename(old / folder.name)
        staging.rename(folder)
    except OSError:
        if _existing(folder, wanted) is None:
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _load(backend: Backend) -> FirmwareBackend:
    """Return a back end, its package imported on first use."""
    module, name = _BUILT_IN[backend].split(":")
    try:
        loaded: FirmwareBackend = getattr(importlib.import_module(module), name)()
    except ModuleNotFoundError as error:
        msg = (
            f"back end {backend} needs {error.name}; "
            f"run: python -m pip install 'codesign[{_EXTRAS[backend]}]'"
        )
        raise ToolNotFoundError(msg) from error
    return loaded
