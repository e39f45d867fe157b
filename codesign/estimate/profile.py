"""What a calibration found: coefficients, residuals, ranges, sources, held-out errors."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from codesign.design.codec import from_json
from codesign.design.device import Family
from codesign.design.hardware import Backend
from codesign.design.report import Figure, HeldOut
from codesign.errors import InvalidDesignError
from codesign.estimate.features import Features, Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One summand of a model.

    Attributes:
        feature: Of those in :mod:`codesign.estimate.features`.
        coefficient: What one of it costs.
    """

    feature: str
    coefficient: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Where a model was calibrated.

    Attributes:
        name: A size of the layer: inputs, outputs, data_width, ...
        low: The smallest value seen.
        high: The largest value seen.
    """

    name: str
    low: float
    high: float

    def complaint(self, value: float) -> str:
        """Return how a value lies outside."""
        words = self.name.replace("_ns", " in ns").replace("_", " ")
        return f"{words} {value:g} is outside the calibrated {self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """How one quantity is predicted.

    Attributes:
        quantity: Which.
        terms: The sum.
        low: The 5 % quantile of the residuals of held-out designs.
        high: The 95 % quantile.
        is_product: Whether terms are the exponents of a product of powers, not a sum.
        is_relative: Whether a residual is measured / predicted; else measured - predicted.
        ranges: Of the designs it was fitted on.
        sources: Of the reports, with tool versions.
        held_out: The error on held-out designs, one entry a split.
    """

    quantity: Quantity
    terms: tuple[Term, ...]
    low: float
    high: float
    is_product: bool = False
    is_relative: bool = True
    ranges: tuple[Range, ...]
    sources: tuple[str, ...]
    held_out: tuple[HeldOut, ...]

    def predict(self, features: Features) -> float:
        """Return the most likely value, at least 0."""
        if self.is_product:
            logs = (term.coefficient * math.log(features[term.feature]) for term in self.terms)
            return math.exp(sum(logs))
        return max(sum(term.coefficient * features[term.feature] for term in self.terms), 0.0)

    def is_borrowed(self, versions: tuple[str, ...]) -> bool:
        """Return whether none of the reports is of these versions of the tool."""
        return not any(
            source.endswith(f"HLS {version}") for source in self.sources for version in versions
        )

    def figure(self, value: float) -> Figure:
        """Return a predicted value with its range."""
        if self.is_relative:
            low, high = value * self.low, value * self.high
        else:
            low, high = value + self.low, value + self.high
        return Figure(value=value, low=max(min(low, value), 0.0), high=max(high, value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The calibration for one generation of a tool and one family of parts.

    Attributes:
        name: Names it in every estimate.
        backend: The generation of the tool.
        family: Of the parts.
        versions: Of the tool, in the reports.
        seed: Of the split into folds.
        models: One a quantity.
    """

    name: str
    backend: Backend
    family: Family
    versions: tuple[str, ...]
    seed: int
    models: tuple[Model, ...]

    def model(self, quantity: Quantity) -> Model:
        """Return the model of a quantity.

        Raises:
            InvalidDesignError: If the profile has none.
        """
        for model in self.models:
            if model.quantity is quantity:
                return model
        msg = f"profile {self.name} has no model of {quantity}; calibrate with reports that show it"
        raise InvalidDesignError(msg)


_SHIPPED = ("vivado_hls_2020_ultrascale_plus", "vitis_hls_2022_ultrascale_plus",
            "yosys_0_70_ultrascale_plus")  # fmt: skip


@cache
def shipped_profiles() -> tuple[Profile, ...]:
    """Return the profiles that come with codesign."""
    folder = resources.files("codesign.estimate") / "profiles"
    return tuple(
        read_profile((folder / f"{name}.json").read_text(encoding="utf-8"), place=f"{name}.json")
        for name in _SHIPPED
    )


def read_profile(text: str, *, place: str) -> Profile:
    """Return the profile of JSON text.

    Raises:
        InvalidDesignError: If the text is not a profile.
    """
    return from_json(Profile, text, place=place)


_SYNTHESIZE = "synthesize the design instead: codesign synth"


def find_profile(backend: Backend) -> Profile:
    """Return the shipped profile for the tool that a back end is for."""
    profiles = {profile.backend: profile for profile in shipped_profiles()}
    if backend not in profiles:
        msg = f"no estimate for back end {backend}: it has no calibration; {_SYNTHESIZE}"
        raise InvalidDesignError(msg)
    return profiles[backend]


def quantiles(residuals: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the range that holds a further residual with 90 % probability.

    Source:
        Vovk, Gammerman, Shafer, "Algorithmic Learning in a Random World" (Springer 2005), ch. 2:
        the k-th smallest of n with k = (n + 1) * 5 % and (n + 1) * 95 %, rounded outward.
    """
    ordered = sorted(residuals)
    count = len(ordered)
    low = max(math.floor((count + 1) * 0.05), 1) - 1
    high = min(math.ceil((count + 1) * 0.95), count) - 1
    return ordered[low], ordered[high]
