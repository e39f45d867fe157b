"""``codesign data make``: physics events from generators; one file a kind."""

import typer

from codesign.cli import data_make_calo, data_make_jets, data_make_l1

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Generate calorimeter showers, or jets and Level-1 objects with Pythia 8 (extra gen).",
)
app.command("calo")(data_make_calo.calo)
app.command("jets")(data_make_jets.jets)
app.command("l1")(data_make_l1.l1)
