"""Arguments and options that several verbs share."""

from pathlib import Path
from typing import Annotated

import typer

BUILD = Path("hls_projects/build")
"""Where designs are built unless ``--build`` says otherwise."""

Recipe = Annotated[
    Path, typer.Argument(metavar="RECIPE", help="A design as TOML, as in hls_projects/.")
]
Build = Annotated[
    Path, typer.Option("--build", metavar="DIR", help="Where designs are built and stages kept.")
]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on stdout instead of tables.")
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Fail too if a value of a physics event leaves its format."),
]
