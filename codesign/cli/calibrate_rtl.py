"""``codesign calibrate --backend rtl``: what own syntheses add to the rows that are shipped."""

# ruff: noqa: PLC0415 - imports happen when the verb runs

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codesign.estimate.rtl_facts import RtlFact

_OWN = "rtl_facts.csv"


def rtl_facts(places: Sequence[Path]) -> tuple[tuple["RtlFact", ...], tuple[str, ...]]:
    """Return the rows that are shipped and those of places, and the names of where they are from.

    Args:
        places: Designs that ``codesign synth`` made, tables of rows, or folders of such tables.

    Raises:
        ReportError: If a table or a report cannot be read, or a place has neither.
        InvalidDesignError: If the parts of a design are not of one another.
    """
    from codesign.errors import ReportError
    from codesign.estimate import read_rtl_facts, shipped_rtl_facts
    from codesign.estimate.rtl_tables import JEDI_LINEAR, read_rtl_table
    from codesign.pipeline.own_rtl import read_own_rtl

    facts = list(shipped_rtl_facts())
    names = ["the shipped rows"]
    for place in places:
        if (place / "rtl").is_dir():
            facts += read_own_rtl(place)
            names.append(place.name)
            continue
        files = sorted(place.iterdir()) if place.is_dir() else [place]
        known = [file for file in files if file.name == JEDI_LINEAR or file.name.endswith(_OWN)]
        if not known:
            msg = (
                f"{place} is no design of codesign synth and no table of RTL; "
                f"tables are called {JEDI_LINEAR} or end in {_OWN}"
            )
            raise ReportError(msg)
        for file in known:
            text = file.read_text(encoding="utf-8")
            own = file.name.endswith(_OWN)
            facts += (
                read_rtl_facts(text, place=str(file)) if own else read_rtl_table(file.name, text)
            )
            names.append(file.name)
    return tuple(dict.fromkeys(facts)), tuple(names)
