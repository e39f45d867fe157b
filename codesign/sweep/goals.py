"""What a sweep wants: objectives and constraints over measured figures, in the users' terms."""

import operator
import re
from dataclasses import dataclass

from codesign.design.device import find_device
from codesign.errors import InvalidDesignError

FIGURES = {
    "accuracy": "share of test events whose largest logit is that of the true class (emulator)",
    "auc": "mean over the classes of the area under the ROC curve (emulator)",
    "resolution": "relative interquartile range of estimate over truth, of a regression (emulator)",
    "bops": "bit operations per inference",
    "ebops": "effective bit operations per inference",
    "sparsity": "share of zero weights of the trained kernels",
    "lut": "look-up tables",
    "ff": "flip-flops",
    "dsp": "DSP blocks",
    "bram_18k": "block RAMs of 18 Kb",
    "uram": "UltraRAM blocks",
    "latency_ns": "ns from input to output",
    "latency_cycles": "clock cycles from input to output",
    "ii": "clock cycles between two accepted inputs",
}
"""What can be named in objectives and constraints, beside those of :data:`_OF_A_CLASS`."""

RESOURCES = ("lut", "ff", "dsp", "bram_18k", "uram")
HIGHER_IS_BETTER = ("accuracy", "auc", "rejection", "relative_tpr", "sparsity", "tpr")
_OF_A_CLASS = re.compile(
    r"auc\.(?P<label>\w+)|rejection\.(?P<signal>\w+)@(?P<efficiency>0\.\d+)"
    r"|(?:relative_)?tpr\.(?P<kept>\w+)@(?P<fpr>0\.\d+|[1-9]e-\d+)"
)
_CONSTRAINT = re.compile(
    r"\s*(?P<figure>[\w.@-]+)\s*(?P<sign><=|>=|<|>)\s*(?P<number>[0-9.eE+_-]+)\s*(?P<percent>%?)\s*"
)
_SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def check_figure(name: str) -> str:
    """Return the name of a figure, checked.

    Raises:
        InvalidDesignError: If there is no such figure.
    """
    if name not in FIGURES and _OF_A_CLASS.fullmatch(name) is None:
        of_a_class = ("auc.<class>", "rejection.<class>@<efficiency>", "tpr.<class>@<fpr>")
        known = ", ".join([*FIGURES, *of_a_class, "relative_tpr.<class>@<fpr>"])
        msg = f"unknown figure {name!r}; known are {known}"
        raise InvalidDesignError(msg)
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """A figure to be raised or lowered.

    Attributes:
        figure: Which.
        maximize: Whether larger is better.
    """

    figure: str
    maximize: bool

    @classmethod
    def from_text(cls, text: str) -> "Objective":
        """Read ``max accuracy``, ``min lut``; without the word the natural direction.

        Raises:
            InvalidDesignError: If the figure or the direction is unknown.
        """
        *words, figure = text.split() or [""]
        check_figure(figure)
        natural = "max" if figure.split(".")[0] in HIGHER_IS_BETTER else "min"
        direction = words[0] if words else natural
        if direction not in ("max", "min") or len(words) > 1:
            msg = f"{text!r} is no objective; write 'max accuracy' or 'min lut'"
            raise InvalidDesignError(msg)
        return cls(figure=figure, maximize=direction == "max")

    def __str__(self) -> str:
        return f"{'max' if self.maximize else 'min'} {self.figure}"

    def cost(self, value: float) -> float:
        """Return what is to be lowered."""
        return -value if self.maximize else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A limit on a figure.

    Attributes:
        figure: Which.
        sign: ``<``, ``<=``, ``>`` or ``>=``.
        number: The limit; a percentage of the part where ``percent``.
        percent: Whether it is one.
    """

    figure: str
    sign: str
    number: float
    percent: bool = False

    @classmethod
    def from_text(cls, text: str) -> "Constraint":
        """Read ``lut < 25%`` or ``latency_ns <= 50``.

        Raises:
            InvalidDesignError: If it is not of this form.

        Examples:
            >>> str(Constraint.from_text("lut<20_000"))
            'lut < 20000'
        """
        match = _CONSTRAINT.fullmatch(text)
        number = None
        if match is not None:
            try:
                number = float(match["number"])
            except ValueError:
                number = None
        if match is None or number is None:
            msg = f"{text!r} is no constraint; write 'lut < 20000', 'lut < 25%', 'latency_ns <= 50'"
            raise InvalidDesignError(msg)
        figure, percent = check_figure(match["figure"]), bool(match["percent"])
        if percent and figure not in RESOURCES:
            msg = f"{text!r}: a percentage is one of a part's {', '.join(RESOURCES)}"
            raise InvalidDesignError(msg)
        return cls(figure=figure, sign=match["sign"], number=number, percent=percent)

    def __str__(self) -> str:
        return f"{self.figure} {self.sign} {self.number:g}{'%' if self.percent else ''}"

    def limit(self, device: str) -> float:
        """Return the limit in units of the figure for a part."""
        if not self.percent:
            return self.number
        return float(getattr(find_device(device).resources, self.figure)) * self.number / 100

    def holds(self, value: float, *, device: str) -> bool:
        """Return whether a value keeps it."""
        return bool(_SIGNS[self.sign](value, self.limit(device)))

    def may_hold(self, low: float, high: float, *, device: str) -> bool:
        """Return whether any value of a range keeps it."""
        return self.holds(low if self.sign.startswith("<") else high, device=device)
