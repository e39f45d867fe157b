"""``codesign trigger``: rates and efficiencies of scores and menus."""

import typer

from codesign.cli import trigger_menu, trigger_rates, trigger_run

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Rates and efficiencies of scores and of cut-based menus.",
)
app.command("run")(trigger_run.run)
app.command("rates")(trigger_rates.rates)
app.command("menu")(trigger_menu.menu)
