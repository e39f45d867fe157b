"""``codesign trigger menu``: what cut-based seeds cost and keep."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codesign.cli.options import Json
from codesign.cli.trigger_options import (
    FILLED,
    ZERO_BIAS,
    Filled,
    SkipBad,
    ZeroBias,
    show_loss,
)

if TYPE_CHECKING:
    from codesign.data.root_baskets import BadBasket


def menu(
    events: Annotated[
        str, typer.Argument(metavar="EVENTS", help="Level-1 objects, or the sample 'l1'.")
    ],
    *,
    seeds: Annotated[
        str, typer.Option("--menu", metavar="MENU", help="A TOML file, or 'cut_based'.")
    ] = "cut_based",
    zero_bias: ZeroBias = ZERO_BIAS,
    filled: Filled = FILLED,
    figure: Annotated[
        Path | None, typer.Option(metavar="FILE.svg", help="Write how the seeds overlap.")
    ] = None,
    skip_bad: SkipBad = False,
    json: Json = False,
) -> None:
    """Show total, pure and proportional rates of a menu, and each signal's efficiency.

    \b
    Example:
      codesign trigger menu l1 --menu cut_based
    """
    from codesign.cli.events import iterate_events
    from codesign.cli.output import show, show_json
    from codesign.cli.work import working
    from codesign.design.codec import encode
    from codesign.design.trigger_results import Collisions
    from codesign.reporting import to_rich
    from codesign.reporting.trigger_tables import menu_efficiency_table, menu_table
    from codesign.trigger import read_menu
    from codesign.trigger.menu_study import study_menu

    asked, collisions = read_menu(seeds), Collisions(filled=filled)
    bad: list[BadBasket] = []
    with working() as progress:
        found = study_menu(
            asked,
            iterate_events(events, progress=progress, on_bad=bad.append if skip_bad else None),
            zero_bias=zero_bias,
            collisions=collisions,
        )
    show_loss(bad)
    if json:
        show_json(encode(found))
    else:
        show(to_rich(menu_table(found.rates)), to_rich(menu_efficiency_table(found)))
    if figure is not None:
        from codesign.reporting.layer_figures import write_figure
        from codesign.reporting.trigger_figures import overlap_figure

        write_figure(overlap_figure(found.rates), figure)
        if not json:
            typer.echo(str(figure))
