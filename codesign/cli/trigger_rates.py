"""``codesign trigger rates``: from a file of scores to thresholds, rates and efficiencies."""

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


def rates(
    scores: Annotated[
        str, typer.Argument(metavar="SCORES", help="A file of events with a column of scores.")
    ],
    *,
    column: Annotated[str, typer.Option(help="The column of the score.")] = "score",
    target: Annotated[
        list[float] | None, typer.Option("--target", metavar="KHZ", help="Rates to stay within.")
    ] = None,
    zero_bias: ZeroBias = ZERO_BIAS,
    filled: Filled = FILLED,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Distinct scores to keep, from the largest down.")
    ] = None,
    figure: Annotated[
        Path | None, typer.Option(metavar="FILE.svg", help="Write efficiency against rate.")
    ] = None,
    skip_bad: SkipBad = False,
    json: Json = False,
) -> None:
    """Show the threshold, the rate in kHz and each signal's efficiency for target rates.

    A threshold is a score that occurs: the rate stays within the target. Fewer than ten accepted
    zero-bias events are marked *, fewer than ten collisions behind them, by what the file says of
    its pool, †. ROOT files are read in chunks.

    \b
    Example:
      codesign trigger rates scores.root --target 1 --target 10 --figure rates.svg
    """
    from codesign.cli.events import iterate_events
    from codesign.cli.output import show, show_json
    from codesign.cli.work import working
    from codesign.design.codec import encode
    from codesign.design.trigger_results import Collisions, PointOf
    from codesign.reporting import to_rich
    from codesign.reporting.trigger_tables import working_point_table
    from codesign.trigger import working_point
    from codesign.trigger.scores import count_scores, split_background
    from codesign.trigger.sharing import SharedCollisions

    collisions = Collisions(filled=filled)
    bad: list[BadBasket] = []
    shared = SharedCollisions()
    with working() as progress:
        on_bad = bad.append if skip_bad else None
        chunks = iterate_events(scores, progress=progress, on_bad=on_bad)
        counts = count_scores(shared.counted(chunks, zero_bias), column, keep=keep)
    show_loss(bad)
    background, signals = split_background(counts, zero_bias)
    points = [
        working_point(
            background,
            signals,
            target_khz=rate,
            collisions=collisions,
            smallest_share=shared.smallest_share,
        )
        for rate in target or (1.0, 10.0, 100.0)
    ]
    if json:
        show_json(
            {
                "collisions": encode(collisions),
                "smallest_share": shared.smallest_share,
                "points": [encode(one) for one in points],
            }
        )
    else:
        of = [PointOf(version=column, point=point) for point in points]
        table = working_point_table(of, collisions)
        show(to_rich(table))
    if figure is not None:
        from codesign.reporting.layer_figures import write_figure
        from codesign.reporting.trigger_figures import rate_figure
        from codesign.trigger.scores import rate_curve

        curves = [
            rate_curve(background, one, version=column, name=name, collisions=collisions)
            for name, one in signals.items()
        ]
        drawn = rate_figure(curves, working_khz=[point.target_khz for point in points])
        write_figure(drawn, figure)
        if not json:
            typer.echo(str(figure))
