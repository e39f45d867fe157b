"""The gate to matplotlib: one style, figures without global state, inline SVG out."""

import base64
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    MaxNLocator,
    MultipleLocator,
    NullFormatter,
)

__all__ = [
    "COLORS",
    "DARK",
    "FAINT",
    "GREY",
    "Axes",
    "Drawing",
    "Figure",
    "bars",
    "drawing",
    "integer_ticks",
    "note",
    "plain",
    "power",
    "power_of_ten_ticks",
    "power_of_two_ticks",
    "round_number_ticks",
]

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A5195", "#8C564B")
"""Told apart by colour-blind readers (Okabe and Ito), two added for more than six classes."""
DARK, GREY, FAINT = "#1f2933", "#6b7785", "#dfe4ea"

_FEW_DECADES = 5
_DEAD_WEIGHT = re.compile(r"<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
_COORDINATES = re.compile(r'\b(?:d|x|y|points)="[^"]*"|translate\([^)]*\)')
_DIGITS = re.compile(r"(\d\.\d)\d+")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.labelcolor": DARK,
    "axes.labelsize": 11,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "grid.color": FAINT,
    "grid.linewidth": 0.7,
    "legend.fontsize": 9.5,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "savefig.dpi": 110,
    "path.simplify_threshold": 0.25,
    "svg.fonttype": "none",
    "svg.hashsalt": "codesign",
    "text.color": DARK,
    "xtick.color": GREY,
    "xtick.labelcolor": DARK,
    "ytick.color": GREY,
    "ytick.labelcolor": DARK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A finished figure.

    Attributes:
        title: What it shows.
        caption: How to read it, and how many events it holds.
        alt: What stands in it, for who cannot see it.
        uri: The image as a ``data:`` URI.
    """

    title: str
    caption: str
    alt: str
    uri: str


def drawing(
    paint: Callable[[Figure], None],
    *,
    size: tuple[float, float],
    title: str,
    caption: str,
    alt: str,
) -> Drawing:
    """Return what ``paint`` draws on an empty figure, as inline SVG.

    Equal drawings give equal bytes.

    Args:
        paint: Called once with the figure.
        size: Width and height in inches; a page column is 7.2 inches wide.
        title: What it shows.
        caption: How to read it.
        alt: What stands in it, in a sentence.
    """
    stream = BytesIO()
    with mpl.rc_context(_STYLE):  # type: ignore[arg-type]  # its stubs want literal keys
        figure = Figure(figsize=size, layout="constrained")
        paint(figure)
        figure.savefig(stream, format="svg", metadata={"Date": None})
    text = base64.b64encode(_slim(stream.getvalue().decode()).encode()).decode("ascii")
    uri = f"data:image/svg+xml;base64,{text}"
    return Drawing(title=title, caption=caption, alt=alt, uri=uri)


def _slim(svg: str) -> str:
    """Return SVG without comments, metadata and the digits below a tenth of a point.

    Text stays text; where the font is missing, one of nearly the same widths takes its place.
    """
    svg = _DEAD_WEIGHT.sub("", svg).replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif")
    svg = _COORDINATES.sub(lambda match: _DIGITS.sub(r"\1", match[0]), svg)
    return re.sub(r">\s+<", "><", re.sub(r"\s*\n\s*", " ", svg))


def plain(text: str) -> str:
    """Return a user's name such that it is drawn as it stands: no formula, always in the legend."""
    return (" " if text.startswith("_") else "") + text.replace("$", r"\$")


def note(axes: Axes, text: str) -> None:
    """Write above an axes what must stay with it when the figure is taken out of the page."""
    axes.set_title(text, loc="right", fontsize=9, color=GREY)


def integer_ticks(axes: Axes) -> None:
    """Put the ticks of the horizontal axis at whole numbers."""
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def power_of_two_ticks(axes: Axes) -> None:
    """Write the ticks of the horizontal axis, which holds exponents, as powers of two."""
    low, high = axes.get_xlim()
    step = max(1, round((high - low) / 12))
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: power(2, round(value))))


def power_of_ten_ticks(axis: Axis) -> None:
    """Write the ticks of a logarithmic axis as powers of ten."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: power(10, round(math.log10(value)))))
    axis.set_minor_formatter(NullFormatter())


def round_number_ticks(axes: Axes) -> None:
    """Write the ticks of the horizontal axis, which is logarithmic, as round numbers."""
    low, high = axes.get_xlim()
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1, 2, 5) if len(decades) <= _FEW_DECADES else (1,)
    ticks = [step * 10.0**decade for decade in decades for step in steps]
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in ticks if low <= tick <= high]))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}")
    )
    axes.xaxis.set_minor_formatter(NullFormatter())


def power(base: int, exponent: int) -> str:
    """Return a power as plain text, which draws faster than a formula.

    Examples:
        >>> power(10, -3)
        '10⁻³'
    """
    return f"{base}{str(exponent).translate(_RAISED)}"


def bars(
    axes: Axes,
    *,
    names: Sequence[str],
    values: Sequence[float],
    texts: Sequence[str],
    color: str,
    place: tuple[float, float] = (0.0, 0.62),
) -> None:
    """Draw horizontal bars, the first on top, each with its number written behind it.

    Args:
        axes: Where.
        names: One a bar.
        values: Their lengths.
        texts: What is written behind them.
        color: Of the bars.
        place: Vertical offset and thickness of a bar, where 1 is the distance of two.
    """
    offset, height = place
    rows = [index + offset for index in range(len(names))]
    axes.barh(rows, values, height=height, color=color)
    for row, value, text in zip(rows, values, texts, strict=True):
        axes.annotate(
            text,
            (value, row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
    axes.set_yticks(range(len(names)), [plain(name) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
