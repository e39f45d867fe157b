"""A generated firmware project on disk."""

from dataclasses import dataclass

from codesign.design.hardware import Backend


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmwareProject:
    """What a back end wrote.

    Attributes:
        path: The project's folder.
        backend: What generated it.
        top: The top function.
        network_digest: Of the network it computes.
        digest: Of every generated file: equal designs give equal digests.
        tool_versions: (name, version) of the packages that generated it.
    """

    path: str
    backend: Backend
    top: str
    network_digest: str
    digest: str
    tool_versions: tuple[tuple[str, str], ...]
