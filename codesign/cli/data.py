"""``codesign data``: events made, shown and converted; one file a verb."""

import typer

from codesign.cli import data_convert, data_make, data_show

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Make, show and convert files of events.",
)
app.add_typer(data_make.app, name="make")
app.command("show")(data_show.show)
app.command("convert")(data_convert.convert)
