"""``codesign data make``: physics events from generators; one file a kind."""

import typer

from codesign.cli import data_make_jets, data_make_l1

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Generate events with Pythia 8 and a toy detector (extra gen).",
)
app.command("jets")(data_make_jets.jets)
app.command("l1")(data_make_l1.l1)
