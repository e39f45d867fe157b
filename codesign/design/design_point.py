"""A candidate with all that was learnt about it."""

from dataclasses import dataclass

from codesign.design.candidate import Candidate
from codesign.design.results import (
    Certificate,
    Epoch,
    LayerSummary,
    Quality,
    Resolution,
    StageTime,
    Suggestion,
    TensorProfile,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where results come from.

    Attributes:
        versions: (name, version) of packages and tools.
        host: The machine's name.
        processor: Its processor and number of cores.
        utc: When the run ended, ISO 8601, UTC.
        git_revision: Of codesign's own source, empty outside a checkout.
        sample: The events' name.
        sample_digest: Of the events.
    """

    versions: tuple[tuple[str, str], ...]
    host: str
    processor: str
    utc: str
    git_revision: str
    sample: str
    sample_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPoint:
    """A candidate with all that was learnt about it.

    Attributes:
        candidate: What was asked for.
        label_names: The classes.
        quality: One entry a stage; none where nothing is classified.
        layers: One row a layer of the network.
        profiles: One entry a tensor.
        suggestions: Narrower formats that were tried, with their effect.
        certificate: The proof of agreement.
        history: One entry an epoch of the last fit.
        times: One entry a stage.
        provenance: Where it comes from.
        firmware: The folder of the generated project.
        resolutions: Of a model that measures: one entry a stage.
    """

    candidate: Candidate
    label_names: tuple[str, ...]
    quality: tuple[Quality, ...]
    layers: tuple[LayerSummary, ...]
    profiles: tuple[TensorProfile, ...]
    suggestions: tuple[Suggestion, ...]
    certificate: Certificate
    history: tuple[Epoch, ...]
    times: tuple[StageTime, ...]
    provenance: Provenance
    firmware: str
    resolutions: tuple[Resolution, ...] = ()

    @property
    def bops(self) -> float:
        """Bit operations per inference."""
        return sum(layer.bops for layer in self.layers)

    @property
    def ebops(self) -> float:
        """Effective bit operations per inference."""
        return sum(layer.ebops for layer in self.layers)
