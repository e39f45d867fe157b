"""The page of a sweep: what was tried, what is best, which design to take."""

from pathlib import Path

from codesign.reporting import notation
from codesign.reporting.overview import KeyNumber, Verdict
from codesign.reporting.sections import Page, Section, write_page
from codesign.reporting.sweep_growth_figure import growth_figure
from codesign.reporting.sweep_pareto_figures import pareto_figures
from codesign.reporting.sweep_quality_figures import quality_figures
from codesign.reporting.sweep_records import SweepSummary, figure_name
from codesign.reporting.sweep_tables import (
    design_table,
    front_table,
    pick_table,
    setback_table,
    state_table,
    synthesis_table,
)


def write_sweep_page(summary: SweepSummary, path: Path) -> Path:
    """Write the page of a sweep and return its path.

    Args:
        summary: What was tried and found.
        path: The HTML file; its folder must exist.

    Raises:
        InvalidDataError: If the folder does not exist.
    """
    return write_page(sweep_page(summary), path)


def sweep_page(summary: SweepSummary) -> Page:
    """Return the page of a sweep."""
    return Page(
        kind="sweep",
        name=summary.name,
        subtitle=" · ".join(
            word for word in (summary.sample, summary.device, _when(summary)) if word
        ),
        verdict=verdict_of(summary),
        key_numbers=_key_numbers(summary),
        evidence=_evidence(summary),
        sections=tuple(section for section in _sections(summary) if section.items),
    )


def verdict_of(summary: SweepSummary) -> Verdict:
    """Return whether the designs of the front may be used."""
    front = summary.front
    wrong = [d for d in summary.designs if d.bit_exact == "NO"]
    exact = [d for d in front if d.bit_exact == "yes"]
    if wrong:
        return Verdict(
            word="DISAGREES",
            level="bad",
            text=f"Firmware and model disagree for {len(wrong)} designs: do not deploy them.",
            details=tuple(f"trial {d.number}, {d.name}" for d in wrong),
        )
    if not front:
        text = "No design is done and keeps the constraints; see the reasons below."
        return Verdict(word="NO DESIGN", level="bad", text=text)
    if len(exact) < len(front):
        text = (
            f"{len(exact)} of the {len(front)} designs of the front were generated and simulated; "
            "codesign sweep resume certifies the others."
        )
        return Verdict(word="NOT CERTIFIED", level="bad", text=text)
    text = (
        f"All {len(front)} designs of the front were generated; C simulation agrees in every bit."
    )
    return Verdict(word="FRONT BIT-EXACT", level="good", text=text)


def _sections(summary: SweepSummary) -> tuple[Section, ...]:
    growth, synthesis = growth_figure(summary), synthesis_table(summary)
    tools = ", ".join(f"{name} {version}" for name, version in summary.versions)
    shortened = (
        f"{notation.count(summary.shortened)} trials of fewer epochs than the recipe has are on no "
        "figure: their quality is of another fidelity."
    )
    return (
        Section(
            title="Choose a design",
            items=(
                *pareto_figures(summary),
                *((front_table(summary), pick_table(summary)) if summary.front else ()),
                *((synthesis,) if synthesis is not None else ()),
            ),
        ),
        Section(
            title="Bits, sparsity and cost",
            items=quality_figures(summary),
            notes=(shortened,) if summary.shortened else (),
        ),
        Section(
            title="The search",
            items=(
                *((growth,) if growth is not None else ()),
                state_table(summary),
                *((setback_table(summary),) if summary.setbacks else ()),
            ),
            notes=(f"The first design was made with {tools}.",) if tools else (),
        ),
        Section(title="Designs", items=(design_table(summary),) if summary.designs else ()),
    )


def _key_numbers(summary: SweepSummary) -> tuple[KeyNumber, ...]:
    counts = dict(summary.states)
    final = sum(counts.get(state, 0) for state in ("done", "pruned", "infeasible", "failed"))
    aside = [f"{n:,} {state}" for state, n in summary.states if n and state != "done"]
    numbers = []
    if summary.front:
        best, first = summary.front[0], summary.goals[0]
        reading = best.reading(first.figure)
        numbers.append(
            KeyNumber(
                name=f"best {figure_name(first.figure)} of the front",
                value="" if reading is None else reading.text,
                lines=(f"trial {best.number}: {_chosen(best.choices)}",),
            )
        )
    numbers += [
        KeyNumber(
            name="trials that are final",
            value=f"{final:,} of {sum(counts.values()):,}",
            lines=(f"{counts.get('done', 0):,} done", *aside),
        ),
        KeyNumber(
            name="Pareto front",
            value=f"{len(summary.front):,} designs",
            lines=(f"{sum(1 for d in summary.front if d.tied):,} within error of another",),
        ),
        KeyNumber(
            name="trainings",
            value=f"{summary.trainings:,}",
            lines=(f"for {len(summary.designs):,} designs",),
        ),
    ]
    limits = tuple(limit.text for limit in summary.limits)
    goals = tuple(f"{'max' if g.maximize else 'min'} {g.figure}" for g in summary.goals)
    numbers.append(KeyNumber(name="wanted", value=goals[0], lines=(*goals[1:], *limits)))
    if summary.growth:
        last = summary.growth[-1].seconds
        numbers.append(KeyNumber(name="time", value=notation.duration(last), lines=("wall",)))
    return tuple(numbers)


def _chosen(choices: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{name} {value}" for name, value in choices)


def _evidence(summary: SweepSummary) -> str:
    figures = list(dict.fromkeys(r.figure for d in summary.designs for r in d.readings))
    kinds: dict[str, list[str]] = {}
    for figure in figures:
        if "." not in figure and figure not in ("test_events", "bit_exact"):
            kinds.setdefault(summary.evidence(figure), []).append(figure_name(figure))
    text = "; ".join(f"{kind}: {', '.join(names)}" for kind, names in kinds.items())
    text = f"{text[:1].upper()}{text[1:]}." if text else "Nothing has been measured."
    if any(design.synthesized for design in summary.designs):
        return f"{text} LOGIC_SYNTH in a table of its own, never compared with estimates."
    return f"{text} No synthesis evidence on this page."


def _when(summary: SweepSummary) -> str:
    return f"{summary.began[:19]} to {summary.ended[:19]} UTC" if summary.ended else ""
