"""A forecast on stdout."""

import typer

from codesign.cli import estimate_tables as tables
from codesign.cli.output import show, show_json
from codesign.design.codec import encode
from codesign.estimate import Forecast
from codesign.estimate.energy_words import in_words
from codesign.reporting import to_rich


def show_forecast(found: Forecast, *, json: bool) -> None:
    """Show what a design will cost, whether it fits, and what would change that."""
    if json:
        show_json({"verdict": found.fit.verdict.value, **encode(found)})
        return
    shown = [tables.layer_costs(report) for report in found.stages]
    if found.published:
        shown.append(tables.published_table(found.published))
    shown += [tables.held_out_table(found.stages[0]), tables.fit_table(found.fit)]
    if found.changes:
        shown.append(tables.change_table(found.changes, found.lowered))
    if found.sweep:
        shown.append(tables.sweep_table(found.reuse_factors, found.sweep))
    show(*map(to_rich, shown))
    typer.echo(f"{found.bops:,.0f} BOPs and {found.ebops:,.0f} EBOPs an inference")
    if found.energy is None:
        typer.echo(f"no energy: {found.without_energy}")
    else:
        for line in (in_words(found.energy), *found.energy.notes):
            typer.echo(line)
    for layer in found.stages[0].layers:
        for note in layer.notes:
            typer.echo(f"{layer.name}: {note}")
    for flag in dict.fromkeys(flag for report in found.stages for flag in report.outside):
        typer.echo(f"outside of the calibration: {flag}")
