"""``codesign trigger run``: an anomaly trigger from events to certified firmware and rates."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from typing import Annotated

import typer

from codesign.cli.options import BUILD, Build, Json, Recipe
from codesign.cli.trigger_options import FILLED, Filled


def run(
    recipe: Recipe,
    *,
    target: Annotated[
        list[float] | None, typer.Option("--target", metavar="KHZ", help="Rates to stay within.")
    ] = None,
    zero_bias: Annotated[
        str, typer.Option("--zero-bias", metavar="EVENTS", help="More zero bias to rate on.")
    ] = "",
    filled: Filled = FILLED,
    build: Build = BUILD,
    json: Json = False,
) -> None:
    """Train on zero bias, generate and certify firmware with its score, show rates.

    Float, QKeras and firmware stand side by side, each with its own threshold at equal rate; what
    the firmware loses is one number with an error. Exit status 1 if any bit differs.

    \b
    Example:
      codesign trigger run hls_projects/axol1tl_vae.toml
    """
    from codesign.cli.design import check_certificate, show_verdict
    from codesign.cli.events import iterate_events
    from codesign.cli.output import show, show_json, show_paths
    from codesign.cli.work import working
    from codesign.design.codec import encode
    from codesign.design.trigger_results import Collisions
    from codesign.pipeline import read_recipe
    from codesign.pipeline.anomaly import AnomalyRun
    from codesign.reporting import to_rich
    from codesign.reporting.trigger_tables import loss_table, working_point_table

    candidate = read_recipe(recipe)
    with working(build / f"{candidate.name}.log") as progress:
        found = AnomalyRun(candidate, root=build, progress=progress).finish(
            targets_khz=tuple(target or (100.0, 300.0, 1000.0)),
            collisions=Collisions(filled=filled),
            more=iterate_events(zero_bias, progress=progress) if zero_bias else (),
        )
    if json:
        show_json(
            {
                "design": candidate.name,
                "bit_exact": found.certificate.is_bit_exact,
                "study": encode(found.study),
                "report": str(found.report),
            }
        )
    else:
        study = found.study
        show(to_rich(working_point_table(study.points, study.collisions)))
        show(to_rich(loss_table(study.losses)))
        show_verdict(found.certificate)
        show_paths((("firmware", found.folder / "firmware"), ("report", found.report)))
    check_certificate(found.certificate)
