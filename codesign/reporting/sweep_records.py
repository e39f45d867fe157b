"""What the page of a sweep shows: plain records, made by whoever keeps the sweep.

Every number is decided before: which designs are on the front, which are within error of each
other, what a command would choose. The page draws and writes it.
"""

from dataclasses import dataclass

from codesign.design.results import Measurement
from codesign.errors import InvalidDataError
from codesign.reporting import notation

EMULATOR, EXACT = "emulator", "exact"
_NAMES = {
    "auc": "mean AUC",
    "resolution": "energy resolution (relative IQR)",
    "bops": "BOPs",
    "sparsity": "zero weights",
    "ebops": "EBOPs",
    "lut": "LUT",
    "ff": "FF",
    "dsp": "DSP",
    "bram_18k": "BRAM 18K",
    "uram": "URAM",
    "latency_ns": "latency (ns)",
    "latency_cycles": "latency (cycles)",
    "ii": "initiation interval (cycles)",
}
_LOWER_IS_BETTER = ("resolution",)
"""Qualities that are errors."""
_LARGE = 1000


def figure_name(figure: str) -> str:
    """Return a figure as it is written on an axis, with its unit.

    Examples:
        >>> figure_name("latency_ns"), figure_name("rejection.t@0.5")
        ('latency (ns)', 'rejection.t@0.5')
    """
    return _NAMES.get(figure, figure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One figure of a design.

    Attributes:
        figure: Which.
        value: The number.
        low: One standard deviation below, or the lower end of an estimate's 90 % range.
        high: Likewise above.
        evidence: How it was obtained.
    """

    figure: str
    value: float
    low: float
    high: float
    evidence: str

    @property
    def text(self) -> str:
        """The number with its error or range, as a table has it."""
        if self.low == self.high:
            large = abs(self.value) >= _LARGE
            return notation.count(self.value) if large else notation.short(self.value)
        if self.evidence == EMULATOR:
            error = (self.high - self.low) / 2
            return notation.measurement(Measurement(value=self.value, error=error))
        return f"{self.value:,.0f} ({self.low:,.0f} to {self.high:,.0f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class SweptDesign:
    """A design that is done, of all its epochs.

    Attributes:
        number: Of its trial; of several seeds, of the one that stands for them.
        name: Of the design.
        training: What decides its training, as a digest: equal ones share their network.
        choices: Name and value of each dimension.
        mode: ``ptq`` or ``qat``.
        bits: Width of the widest weights.
        aim: Share of zero weights that was asked for.
        readings: Its figures; means where there are several seeds.
        synthesized: What logic synthesis found, where it was asked.
        seeds: How many.
        on_front: Whether it is on the Pareto front of all objectives.
        tied: Numbers of the front's designs that lie within the errors of both.
        outside: Whether the estimator has a reservation: outside of what it was calibrated for.
        bit_exact: What C simulation found: ``yes``, ``NO``; empty where it was not asked.
        pick: The command that writes its recipe.
        report: Its own page, relative to that of the sweep; empty where there is none.
    """

    number: int
    name: str
    training: str
    choices: tuple[tuple[str, str], ...]
    mode: str
    bits: int
    aim: float
    readings: tuple[Reading, ...]
    synthesized: tuple[Reading, ...] = ()
    seeds: int = 1
    on_front: bool = False
    tied: tuple[int, ...] = ()
    outside: bool = False
    bit_exact: str = ""
    pick: str = ""
    report: str = ""

    @property
    def reads(self) -> str:
        """What of the model's inputs it reads; empty where that was not varied."""
        return dict(self.choices).get("reads", "")

    def reading(self, figure: str) -> Reading | None:
        """Return a figure, None where it was not measured."""
        return next((one for one in self.readings if one.figure == figure), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A figure that the sweep raises or lowers."""

    figure: str
    maximize: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A constraint.

    Attributes:
        figure: Which.
        text: As the user wrote it.
        value: In units of the figure, for the sweep's part; NaN where the designs' parts differ.
    """

    figure: str
    text: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """Trials that came to nothing for one reason."""

    state: str
    reason: str
    trials: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """The hypervolume, as a share of the last one, after some seconds and trials."""

    seconds: float
    trials: int
    hypervolume: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepSummary:
    """A sweep as its page shows it.

    Attributes:
        name: Of the sweep.
        sample: What the networks were trained on.
        events: Test events that the qualities were measured on; 0 where it is not known.
        device: The part of all designs; empty where they differ.
        goals: The first decides which figure stands against bits, sparsity and BOPs.
        limits: The constraints.
        states: Trials by state.
        designs: Those that are done, by the first objective.
        setbacks: The others that are final.
        growth: How the hypervolume grew.
        shortened: Trials of fewer epochs than the recipe has; they are not among the designs.
        trainings: Different ones of the designs.
        began: When the first trial began, ISO 8601, UTC.
        ended: When the last one ended.
        versions: Of what took part in the first design.
    """

    name: str
    sample: str
    events: int
    device: str
    goals: tuple[Goal, ...]
    limits: tuple[Limit, ...]
    states: tuple[tuple[str, int], ...]
    designs: tuple[SweptDesign, ...]
    setbacks: tuple[Setback, ...]
    growth: tuple[Growth, ...]
    shortened: int
    trainings: int
    began: str
    ended: str
    versions: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.goals:
            msg = f"{self.name}: a page of a sweep needs an objective"
            raise InvalidDataError(msg)

    @property
    def front(self) -> tuple[SweptDesign, ...]:
        """The designs that no other beats in every objective."""
        return tuple(design for design in self.designs if design.on_front)

    @property
    def quality(self) -> str:
        """The figure that tells how well a design does its work."""
        good = (g.figure for g in self.goals if g.maximize or g.figure in _LOWER_IS_BETTER)
        return next(good, "accuracy")

    @property
    def quality_rises(self) -> bool:
        """Whether more of it is better."""
        return self.quality not in _LOWER_IS_BETTER

    def evidence(self, figure: str) -> str:
        """Return how a figure was obtained, and what its bars are, for an axis."""
        found = sorted({r.evidence for d in self.designs for r in d.readings if r.figure == figure})
        words = {
            EMULATOR: "emulator, ± 1 standard deviation",
            EXACT: "exact",
            "estimated csynth": "ESTIMATED for C-synthesis, 90 % range",
            "estimated logic_synth": "ESTIMATED for logic synthesis, 90 % range",
        }
        return " and ".join(words.get(one, one.upper()) for one in found)
