"""``codesign sweep``: many designs at once; one file a verb."""

import typer

from codesign.cli import (
    sweep_export,
    sweep_merge,
    sweep_pick,
    sweep_report,
    sweep_resume,
    sweep_retry,
    sweep_run,
    sweep_status,
)

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Try many designs: run, watch, resume, export, and pick one.",
)
app.command("run")(sweep_run.run)
app.command("status")(sweep_status.status)
app.command("resume")(sweep_resume.resume)
app.command("retry")(sweep_retry.retry)
app.command("export")(sweep_export.export)
app.command("merge")(sweep_merge.merge)
app.command("report")(sweep_report.report)
app.command("pick")(sweep_pick.pick)
