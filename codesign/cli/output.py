"""Results on stdout: tables for people, JSON for programs."""

import json
from collections.abc import Iterable
from pathlib import Path

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_PIPED_WIDTH = 160


class _Output(Console):
    """Stdout; a reader that went away is told to the caller."""

    def on_broken_pipe(self) -> None:
        """Let the error through that rich would turn into status 1."""
        raise BrokenPipeError


def show(*tables: Table) -> None:
    """Print tables; wide enough where nobody looks."""
    console = _Output(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _PIPED_WIDTH)
    for table in tables:
        table.box = box.SIMPLE_HEAD
        table.title_justify = table.caption_justify = "left"
        table.title_style, table.caption_style = "bold", "dim"
        table.pad_edge = False
        console.print(table)


def plain_table(
    title: str, header: Iterable[str], rows: Iterable[Iterable[str]], *, note: str = ""
) -> Table:
    """Return a table of text."""
    table = Table(title=Text(title), caption=Text(note) if note else None)
    for name in header:
        table.add_column(Text(name), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def show_json(plain: object) -> None:
    """Print one JSON object."""
    typer.echo(json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False))


def show_paths(places: Iterable[tuple[str, Path]]) -> None:
    """Print where things are, the last one alone on the last line."""
    *others, (_, last) = places
    for name, path in others:
        typer.echo(f"{name}: {path}")
    typer.echo(str(last))
