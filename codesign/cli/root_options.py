"""The options that say which branches of a ROOT tree are what."""

# ruff: noqa: PLC0415 - what a verb needs is imported when it runs

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from codesign.data import RootLayout

_NO_TREE = "names branches of a ROOT tree: give --tree too"

Tree = Annotated[
    str | None,
    typer.Option(
        "--tree", metavar="NAME", help="The tree of a ROOT file that codesign did not write."
    ),
]
Features = Annotated[
    str,
    typer.Option(
        "--features",
        metavar="A,B,...",
        help="The branches that become columns, in this order.",
    ),
]
Units = Annotated[
    str,
    typer.Option(
        "--units",
        metavar="U,V,...",
        help="One unit a column; empty where dimensionless.",
    ),
]
Label = Annotated[
    str | None,
    typer.Option(
        "--label",
        metavar="BRANCH",
        help="The branch that numbers the classes from 0.",
    ),
]
LabelNames = Annotated[
    str,
    typer.Option(
        "--label-names",
        metavar="A,B,...",
        help="The classes, in the order of their numbers.",
    ),
]
Weight = Annotated[
    str | None,
    typer.Option(
        "--weight",
        metavar="BRANCH",
        help="The branch of event weights.",
    ),
]


def root_layout(
    *,
    tree: str | None,
    features: str,
    units: str,
    label: str | None,
    label_names: str,
    weight: str | None,
) -> "RootLayout | None":
    """Return the layout that the options describe, None where none is given.

    Raises:
        typer.BadParameter: If branches are named without a tree.
        InvalidDataError: If the options do not fit each other.
    """
    if tree is None:
        given = {"--features": features, "--units": units, "--label": label, "--weight": weight}
        for name, value in given.items():
            if value:
                raise typer.BadParameter(_NO_TREE, param_hint=f"'{name}'")
        return None
    from codesign.data import RootLayout

    return RootLayout(
        tree=tree,
        features=_names(features),
        units=tuple(unit.strip() for unit in units.split(",")) if units else (),
        label=label,
        label_names=_names(label_names),
        weight=weight,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
