"""``codesign estimate``: what a design will cost, before any tool has run."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import Annotated

import typer

from codesign.cli.options import BUILD, Build, Json, Recipe


def estimate(
    recipe: Recipe,
    *,
    budget: Annotated[
        str, typer.Option("--budget", metavar="SHARE", help="Of the part, e.g. 25%.")
    ] = "100%",
    latency_ns: Annotated[
        float | None, typer.Option("--latency-ns", help="What input to output may take.")
    ] = None,
    reuse: Annotated[
        str, typer.Option("--reuse", metavar="N,N,...", help="Reuse factors to try as well.")
    ] = "",
    profile: Annotated[
        Path | None, typer.Option("--profile", metavar="FILE", help="Of codesign calibrate.")
    ] = None,
    build: Build = BUILD,
    json: Json = False,
) -> None:
    """Estimate LUT, FF, DSP, BRAM, latency and initiation interval of a design.

    Shown are each layer and the whole, after C-synthesis and after logic synthesis, with ranges;
    whether it fits; and what would make it smaller. The model is trained first where that is not
    done yet. Exit status 1 if the design does not fit.

    \b
    Example:
      codesign estimate hls_projects/jet_tagger.toml
      codesign estimate hls_projects/jet_tagger.toml --budget 5% --reuse 1,2,4
    """
    from codesign.cli.estimate_show import show_forecast
    from codesign.cli.work import working
    from codesign.errors import InfeasibleDesignError
    from codesign.estimate import Verdict, forecast, read_profile
    from codesign.pipeline import read_recipe
    from codesign.pipeline.designs import trained_network

    share, factors, known = _share(budget), _factors(reuse), None
    if profile is not None:
        known = read_profile(profile.read_text(encoding="utf-8"), place=str(profile))
    candidate = read_recipe(recipe)
    with working(build / f"{candidate.name}.log") as progress:
        network = trained_network(candidate, root=build, progress=progress)
    found = forecast(
        network,
        candidate.hardware,
        budget=share,
        latency_ns=latency_ns,
        reuse_factors=factors,
        profile=known,
    )
    show_forecast(found, json=json)
    if found.fit.verdict is Verdict.DOES_NOT_FIT:
        first = found.fit.first_out.name
        msg = f"{candidate.name} does not fit {budget} of {found.fit.device}: {first} runs out"
        raise InfeasibleDesignError(msg)


def _share(text: str) -> float:
    """Return a share written as 25% or 0.25."""
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError as error:
        msg = f"--budget {text} is not a share; write 25% or 0.25"
        raise typer.BadParameter(msg) from error


def _factors(text: str) -> tuple[int, ...]:
    """Return whole numbers separated by commas."""
    try:
        return tuple(int(part) for part in text.split(",") if part)
    except ValueError as error:
        msg = f"--reuse {text} is not a list of whole numbers; write 1,2,4"
        raise typer.BadParameter(msg) from error
