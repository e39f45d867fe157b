"""``codesign trigger run``: an anomaly trigger from events to certified firmware and rates."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codesign.cli.options import BUILD, Build, Json, Recipe
from codesign.cli.trigger_options import FILLED, Filled, SkipBad, show_loss

if TYPE_CHECKING:
    from codesign.data.root_baskets import BadBasket
    from codesign.pipeline.anomaly_study import AnomalyResult

_FROM_SAMPLE_KHZ = (100.0, 300.0, 1000.0)
_FROM_FILE_KHZ = (1.0, 10.0, 100.0)


def run(
    recipe: Recipe,
    *,
    target: Annotated[
        list[float] | None, typer.Option("--target", metavar="KHZ", help="Rates to stay within.")
    ] = None,
    zero_bias: Annotated[
        str, typer.Option("--zero-bias", metavar="EVENTS", help="More zero bias to rate on.")
    ] = "",
    seeds: Annotated[
        int, typer.Option("--seeds", min=1, help="Trainings: of the recipe's seed and the next.")
    ] = 1,
    menu: Annotated[
        str, typer.Option("--menu", metavar="MENU", help="A TOML file, 'cut_based' or 'none'.")
    ] = "cut_based",
    pile_up: Annotated[
        list[str] | None,
        typer.Option("--pile-up", metavar="MEAN=EVENTS", help="Events at another pile-up."),
    ] = None,
    filled: Filled = FILLED,
    skip_bad: SkipBad = False,
    figure: Annotated[
        Path | None, typer.Option(metavar="FILE.svg", help="Write efficiency against rate.")
    ] = None,
    build: Build = BUILD,
    json: Json = False,
) -> None:
    """Train on zero bias, generate and certify firmware with its score, show rates.

    Float, QKeras and firmware stand side by side, each with its own threshold at equal rate; what
    the firmware loses is one number with an error. Exit status 1 if any bit differs. Files are
    read in chunks.

    \b
    Example:
      codesign trigger run hls_projects/axol1tl_vae.toml
      codesign trigger run hls_projects/axol1tl_vae.toml --seeds 3 --zero-bias zb.root --target 1
    """
    from codesign.cli.design import check_certificate
    from codesign.cli.events import iterate_events
    from codesign.cli.work import working
    from codesign.design.trigger_results import Collisions
    from codesign.pipeline import read_recipe
    from codesign.pipeline.anomaly_study import Question, run_trigger
    from codesign.trigger import read_menu

    candidate, bad = read_recipe(recipe), list["BadBasket"]()
    default = _FROM_FILE_KHZ if zero_bias else _FROM_SAMPLE_KHZ
    beside = None if menu == "none" else read_menu(menu)
    others = [_pile_up(text) for text in pile_up or ()]
    with working(build / f"{candidate.name}.log") as progress:
        opened = partial(iterate_events, progress=progress, on_bad=bad.append if skip_bad else None)
        question = Question(
            targets_khz=tuple(target or default),
            collisions=Collisions(filled=filled),
            zero_bias=partial(opened, zero_bias) if zero_bias else None,
            menu=beside,
            pile_ups=tuple((mean, partial(opened, source)) for mean, source in others),
            seeds=seeds,
        )
        found = run_trigger(candidate, question, root=build, progress=progress)
    show_loss(bad)
    if figure is not None:
        from codesign.reporting.layer_figures import write_figure
        from codesign.reporting.trigger_page import drawn_rates

        write_figure(drawn_rates(found.study), figure)
    _show(found, json=json)
    check_certificate(found.certificate)
    if not found.is_bit_exact:
        raise _differs(found)


def _pile_up(text: str) -> tuple[float, str]:
    """Return the mean and the source of ``MEAN=EVENTS``."""
    mean, _, source = text.partition("=")
    try:
        value = float(mean)
    except ValueError:
        value = -1.0
    if value < 0 or not source:
        msg = f"{text!r}: write the mean number of collisions and the events, such as 30=pu30.root"
        raise typer.BadParameter(msg, param_hint="'--pile-up'")
    return value, source


def _differs(found: "AnomalyResult") -> Exception:
    from codesign.errors import ValidationError

    wrong = ", ".join(str(one.seed) for one in found.study.seeds if not one.is_bit_exact)
    return ValidationError(f"the firmware of seed {wrong} differs from its model; see its report")


def _show(found: "AnomalyResult", *, json: bool) -> None:
    from codesign.cli.design import show_verdict
    from codesign.cli.output import show, show_json, show_paths
    from codesign.design.codec import encode
    from codesign.reporting import to_rich
    from codesign.reporting import trigger_tables as tables
    from codesign.reporting.trigger_page import tightest

    study = found.study
    if json:
        answer = {"design": study.design, "bit_exact": found.is_bit_exact}
        cost = None if found.estimate is None else encode(found.estimate)
        paths = {"report": str(found.report)}
        show_json({**answer, "study": encode(study), "estimate": cost, **paths})
        return
    show(to_rich(tables.working_point_table(study.points, study.collisions)))
    show(to_rich(tables.loss_table(study.losses)))
    if study.seeds:
        show(to_rich(tables.seeds_table(study.losses_over, study.seeds)))
    if study.pile_ups:
        show(to_rich(tables.pile_up_table(study.pile_ups, study.collisions)))
    rate = tightest(study).target_khz
    for at in (one for one in study.menus if one.rate_khz == rate):
        show(to_rich(tables.menu_table(at.study.rates)))
    show_verdict(found.certificate)
    show_paths((("firmware", found.folder / "firmware"), ("report", found.report)))
