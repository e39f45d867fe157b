"""Results on stdout: tables for people, JSON for programs."""

import json
import textwrap
from collections.abc import Iterable
from pathlib import Path

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_PIPED_WIDTH = 160
_UNLIMITED = 10_000


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
    unlimited = console.options.update(max_width=_UNLIMITED)
    for table in tables:
        title, note = table.title, table.caption
        table.title = table.caption = None
        table.box, table.show_edge, table.pad_edge = box.SIMPLE_HEAD, False, False
        table.padding = (0, 1, 0, 0)
        if console.measure(table, options=unlimited).maximum > console.width:
            _break_header(table)
        console.print(title, style="bold")
        console.print(table)
        if note:
            console.print(note, style="dim")
        console.print()


def _break_header(table: Table) -> None:
    """Break the names of columns that are wider than what stands below them."""
    for column in table.columns:
        name = str(column.header)
        cells = max((len(str(cell)) for cell in column.cells), default=1)
        width = max(cells, *(len(word) for word in name.split()), 1)
        column.header = Text("\n".join(textwrap.wrap(name, width)))


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
