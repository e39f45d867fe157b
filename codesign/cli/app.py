"""The command ``codesign`` and its verbs; exit status as in :mod:`codesign.cli.status`.

A verb imports what it needs when it runs: ``--help`` loads neither NumPy nor TensorFlow.
"""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when they are needed

import signal
from types import FrameType
from typing import Annotated

import typer

from codesign.cli import (
    calibrate,
    compare,
    csim,
    data,
    doctor,
    emulate,
    env,
    estimate,
    lower,
    promote,
    read_report,
    report,
    run,
    sweep,
    synth,
    train,
    trigger,
    validate,
)
from codesign.cli.status import STATUS, Verbs


def _show_version(asked: bool) -> None:  # noqa: FBT001 - typer calls it with the flag
    if asked:
        from importlib.metadata import version

        typer.echo(f"codesign {version('codesign')}")
        raise typer.Exit


app = typer.Typer(
    cls=Verbs,
    name="codesign",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog=STATUS,
)


@app.callback()
def _codesign(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """From QKeras models to certified Level-1 trigger firmware.

    \b
    Begin with:
      codesign doctor
      codesign run hls_projects/jet_tagger.toml
    """


app.command("doctor")(doctor.doctor)
app.command("env")(env.env)
app.command("run")(run.run)
app.command("train")(train.train)
app.command("csim")(csim.csim)
app.command("report")(report.report)
app.command("validate")(validate.validate)
app.command("lower")(lower.lower)
app.command("emulate")(emulate.emulate)
app.command("estimate")(estimate.estimate)
app.command("synth")(synth.synth)
app.command("read-report")(read_report.read_report)
app.command("compare")(compare.compare)
app.command("calibrate")(calibrate.calibrate)
app.command("promote")(promote.promote)
app.command("resimulate")(promote.resimulate)
app.add_typer(data.app, name="data")
app.add_typer(sweep.app, name="sweep")
app.add_typer(trigger.app, name="trigger")


def _end(number: int, _frame: FrameType | None) -> None:
    """End as an exception does, so that no tool that was started outlives us."""
    raise SystemExit(128 + number)


def main() -> None:
    """Run the command line and end the process with its status."""
    signal.signal(signal.SIGTERM, _end)
    app()
