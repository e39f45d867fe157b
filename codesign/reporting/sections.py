"""A page of sections: what the pages of triggers, syntheses and sweeps share."""

import base64
import re
from dataclasses import dataclass
from pathlib import Path

from codesign.data.files import written_whole
from codesign.errors import InvalidDataError
from codesign.reporting.overview import KeyNumber, Verdict
from codesign.reporting.page import environment
from codesign.reporting.plots import Drawing
from codesign.reporting.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a page.

    Attributes:
        title: Its heading, and its name in the table of contents.
        items: Tables and figures in the order in which they are shown.
        notes: Sentences below them.
    """

    title: str
    items: tuple[Table | Drawing, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One HTML file: no script, nothing fetched.

    Attributes:
        kind: Of page, e.g. ``"trigger"``.
        name: Of what it is about.
        subtitle: Sample and time, as a rule.
        verdict: What a reader must see first.
        key_numbers: The summary row.
        evidence: What the numbers on the page rest on.
        sections: Its parts.
        source: What it was made from, as JSON; left out where empty.
    """

    kind: str
    name: str
    subtitle: str
    verdict: Verdict
    key_numbers: tuple[KeyNumber, ...]
    evidence: str
    sections: tuple[Section, ...]
    source: str = ""


def render_page(page: Page) -> str:
    """Return a page as the text of one HTML file."""
    return environment().get_template("sections.html.j2").render(page=page)


def write_page(page: Page, path: Path) -> Path:
    """Write a page and return its path; the file is whole or not there.

    Raises:
        InvalidDataError: If the folder does not exist.
    """
    with written_whole(path) as temporary:
        temporary.write_text(render_page(page), encoding="utf-8")
    return path


def write_figures(page: Page, folder: Path) -> tuple[Path, ...]:
    """Write each figure of a page as an SVG file that carries its title, for slides and notes.

    Args:
        page: Whose figures.
        folder: Where they go; made where it is missing.

    Returns:
        The files, in the order of the page.

    Raises:
        InvalidDataError: If the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"no figure can be written to {folder} ({error.strerror}); name another folder"
        raise InvalidDataError(msg) from error
    written: list[Path] = []
    for section in page.sections:
        for figure in (item for item in section.items if isinstance(item, Drawing)):
            path = folder / f"{_file_name(figure.title)}.svg"
            if path in written:
                path = path.with_stem(f"{path.stem}_{len(written) + 1}")
            with written_whole(path) as temporary:
                temporary.write_bytes(base64.b64decode(figure.uri.partition(",")[2]))
            written.append(path)
    return tuple(written)


def _file_name(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
