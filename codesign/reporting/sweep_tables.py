"""Tables of a sweep: the designs to choose from, how to choose them, what came to nothing."""

from collections.abc import Sequence

from codesign.reporting import notation
from codesign.reporting.sweep_records import SweepSummary, SweptDesign, figure_name
from codesign.reporting.tables import Column, Table

_FURTHER = ("accuracy", "lut", "ff", "dsp", "bram_18k", "latency_ns", "ii", "bops", "sparsity")
_SYNTHESIZED = ("lut", "ff", "dsp", "bram_18k", "uram")
_KINDS = ("estimated", "LOGIC_SYNTH")
_MOST = 100
_SHOWN_TRIALS = 8
_SHOWN_TIES = 4
_RESERVED = "*"
_TIES = "within error of: designs of the front that no objective tells apart from it. "


def front_table(summary: SweepSummary) -> Table:
    """Return the designs of the Pareto front with their figures, the best of the first goal first.

    Args:
        summary: Of the sweep.
    """
    return _designs(
        summary,
        summary.front,
        title="Pareto front",
        note=_TIES if any(design.tied for design in summary.front) else "",
        ties=True,
    )


def design_table(summary: SweepSummary) -> Table:
    """Return all designs, the best of the first goal first; the worst are left out of many."""
    left = max(0, len(summary.designs) - _MOST)
    rest = f"{notation.count(left)} more: codesign sweep export. " if left else ""
    return _designs(summary, summary.designs[:_MOST], title="All designs", note=rest, ties=False)


def _designs(
    summary: SweepSummary, designs: Sequence[SweptDesign], *, title: str, note: str, ties: bool
) -> Table:
    names = list(dict.fromkeys(name for design in designs for name, _ in design.choices))
    known = dict.fromkeys([*(goal.figure for goal in summary.goals), *_FURTHER])
    texts = {name: {_text(design, name) for design in designs} for name in known}
    figures = [name for name, found in texts.items() if len(found) > 1]
    constant = [
        f"{figure_name(name)} {min(found)}"
        for name, found in texts.items()
        if len(found) == 1 and found != {""}
    ]
    has_seeds = any(design.seeds > 1 for design in designs)
    has_ties = ties and any(design.tied for design in designs)
    optional = (("seeds", has_seeds), ("within error of", has_ties))
    extra = [name for name, is_shown in optional if is_shown]
    return Table(
        title=title,
        note=note + _note(summary, [*figures, *(n for n in texts if n not in figures)], constant),
        header=("trial", *names, *map(figure_name, figures), *extra),
        columns=(
            Column.TEXT,
            *(Column.NUMBER,) * (len(names) + len(figures)),
            *(Column.NUMBER if name == "seeds" else Column.TEXT for name in extra),
        ),
        rows=tuple(_row(design, names, figures, extra) for design in designs),
    )


def _row(
    design: SweptDesign, names: Sequence[str], figures: Sequence[str], extra: Sequence[str]
) -> tuple[str, ...]:
    choices = dict(design.choices)
    words = {
        "seeds": str(design.seeds),
        "within error of": _numbers(design.tied, most=_SHOWN_TIES),
    }
    return (
        f"{design.number}{_RESERVED if design.outside else ''}",
        *(choices.get(name, "") for name in names),
        *(_text(design, figure) for figure in figures),
        *(words[name] for name in extra),
    )


def _text(design: SweptDesign, figure: str) -> str:
    reading = design.reading(figure)
    return "" if reading is None else reading.text


def _note(summary: SweepSummary, figures: Sequence[str], constant: Sequence[str]) -> str:
    kinds: dict[str, list[str]] = {}
    for figure in figures:
        if summary.evidence(figure):
            kinds.setdefault(summary.evidence(figure), []).append(figure_name(figure))
    parts = ["; ".join(f"{', '.join(names)}: {kind}" for kind, names in kinds.items())]
    if constant:
        parts.append(f"The same for all: {', '.join(constant)}")
    if any(design.outside for design in summary.designs):
        parts.append(f"{_RESERVED}: outside of what the estimator was calibrated for")
    return f"{'. '.join(parts)}."


def synthesis_table(summary: SweepSummary) -> Table | None:
    """Return estimate beside logic synthesis of the designs that have both; None for none."""
    designs = [design for design in summary.designs if design.synthesized]
    if not designs:
        return None
    figures = list(dict.fromkeys(one.figure for design in designs for one in design.synthesized))
    names = [name for name in _SYNTHESIZED if name in figures]
    return Table(
        title="Estimate and logic synthesis",
        note=(
            "estimated: with the range that holds the tool's number in 90 of 100 designs; "
            "LOGIC_SYNTH: by Yosys, the netlist held against the emulator. The front is one of "
            "estimates alone: numbers of different evidence are not compared."
        ),
        header=("trial", *(f"{figure_name(n)}, {kind}" for n in names for kind in _KINDS)),
        columns=(Column.TEXT, *(Column.NUMBER,) * (2 * len(names))),
        rows=tuple(
            (
                str(design.number),
                *(text for name in names for text in (_text(design, name), _found(design, name))),
            )
            for design in designs
        ),
    )


def _found(design: SweptDesign, figure: str) -> str:
    return next((one.text for one in design.synthesized if one.figure == figure), "")


def pick_table(summary: SweepSummary) -> Table:
    """Return the command that chooses each design of the front, and its own page."""
    return Table(
        title="Take one",
        note=(
            "The command writes the design's recipe to hls_projects/; codesign run then builds it, "
            "with the weights of the sweep. report: of designs that were generated and certified."
        ),
        header=("trial", "design", "bit-exact", "command", "own page"),
        columns=(Column.TEXT, Column.TEXT, Column.TEXT, Column.CODE, Column.LINK),
        rows=tuple((str(d.number), d.name, d.bit_exact, d.pick, d.report) for d in summary.front),
    )


def state_table(summary: SweepSummary) -> Table:
    """Return how many trials stand where."""
    known = sum(count for _, count in summary.states)
    rows = [(state, notation.count(count)) for state, count in summary.states if count]
    return Table(
        title="Trials",
        note=(
            "pruned: set aside by the estimate, for what cannot fit or is certainly worse; "
            "infeasible: cannot be built or trained; failed: its processes ended."
        ),
        header=("state", "trials"),
        columns=(Column.TEXT, Column.NUMBER),
        rows=(*rows, ("all", notation.count(known))),
        total=True,
    )


def setback_table(summary: SweepSummary) -> Table:
    """Return why trials came to nothing, the most frequent reason first."""
    return Table(
        title="Why not",
        note="Failed ones can try again: codesign sweep retry, then resume.",
        header=("state", "trials", "reason", "which"),
        columns=(Column.TEXT, Column.NUMBER, Column.TEXT, Column.TEXT),
        rows=tuple(
            (one.state, notation.count(len(one.trials)), one.reason, _numbers(one.trials))
            for one in summary.setbacks
        ),
    )


def _numbers(trials: Sequence[int], *, most: int = _SHOWN_TRIALS) -> str:
    shown = ", ".join(map(str, trials[:most]))
    return f"{shown}, ..." if len(trials) > most else shown
