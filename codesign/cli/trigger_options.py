"""Options that the verbs of ``codesign trigger`` share."""

from typing import Annotated

import typer

ZeroBias = Annotated[
    str, typer.Option("--zero-bias", metavar="CLASS", help="The class of zero-bias events.")
]
ZERO_BIAS = "zero_bias"
Filled = Annotated[
    float, typer.Option("--filled", help="Share of the crossings at 40 MHz in which bunches meet.")
]
FILLED = 2760 / 3564
"""As in :class:`codesign.design.trigger_results.Collisions`."""
