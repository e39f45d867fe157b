"""Options that the verbs of ``codesign trigger`` share, and what becomes of them."""

# ruff: noqa: PLC0415 - what a verb needs is imported when it runs

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from codesign.data.root_baskets import BadBasket

ZeroBias = Annotated[
    str, typer.Option("--zero-bias", metavar="CLASS", help="The class of zero-bias events.")
]
ZERO_BIAS = "zero_bias"
Filled = Annotated[
    float, typer.Option("--filled", help="Share of the crossings at 40 MHz in which bunches meet.")
]
FILLED = 2760 / 3564
"""As in :class:`codesign.design.trigger_results.Collisions`."""
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Leave out events in damaged ROOT baskets.")
]


def show_loss(bad: "list[BadBasket]") -> None:
    """Say on stderr what damaged baskets have cost; a basket that was met twice counts once."""
    from codesign.cli.object_conversion import loss

    for key, text in loss(list(dict.fromkeys(bad))):
        typer.echo(f"{key}: {text}", err=True)
