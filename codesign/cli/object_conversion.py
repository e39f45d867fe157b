"""Level-1 objects out of the files of experiments, as ``codesign data convert`` does it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import typer

from codesign.cli.events import write_events
from codesign.cli.output import show_json
from codesign.data import EventSet, joined, write_root_chunks
from codesign.data.l1 import (
    FORMATS,
    Conversion,
    L1Chunk,
    ObjectReading,
    iterate_adc2021,
    iterate_objects_root,
)
from codesign.data.root_baskets import BadBasket, events_lost
from codesign.design.codec import encode
from codesign.design.progress import Progress
from codesign.errors import InvalidDataError

ADC2021 = "adc2021"


class ObjectConversion:
    """One file on its way into hardware integers, with a count of what that costs.

    Args:
        source: The file.
        format_name: One of `FORMATS`, or ``adc2021``.
        reading: The class, and nothing about damage.
        skip_bad: Whether damaged baskets are left out.
    """

    def __init__(
        self, source: Path, format_name: str, reading: ObjectReading, *, skip_bad: bool
    ) -> None:
        if format_name not in (*FORMATS, ADC2021):
            msg = f"no format {format_name!r}; known are {', '.join((*FORMATS, ADC2021))}"
            raise InvalidDataError(msg)
        self._source, self._format = source, format_name
        self._bad: list[BadBasket] = []
        self._reading = replace(reading, on_bad=self._bad.append if skip_bad else None)
        self._done = Conversion()

    def write(self, output: Path, *, progress: Progress) -> None:
        """Read, convert and write, a chunk at a time where the output is ROOT."""
        chunks = self._events(progress)
        if output.suffix.lower() == ".root":
            write_root_chunks(chunks, output, closing=self._provenance)
            return
        events = joined(list(chunks))
        provenance = (*events.provenance, *self._provenance())
        write_events(replace(events, provenance=provenance), output, progress=progress)

    def show(self, output: Path, *, json: bool) -> None:
        """Say what was written where, and what was lost."""
        if json:
            counts = encode(self._done)
            bad = [str(basket) for basket in self._bad]
            lost = events_lost(self._bad)
            show_json({"file": str(output), **counts, "lost": lost, "bad_baskets": bad})
            return
        for key, text in self._provenance():
            typer.echo(f"{key}: {text}")
        typer.echo(str(output))

    def _events(self, progress: Progress) -> Iterator[EventSet]:
        for chunk in self._chunks(progress):
            self._done += chunk.conversion
            yield chunk.events

    def _chunks(self, progress: Progress) -> Iterator[L1Chunk]:
        if self._format == ADC2021:
            return iterate_adc2021(self._source, self._reading, progress=progress)
        return iterate_objects_root(self._source, self._format, self._reading, progress=progress)

    def _provenance(self) -> tuple[tuple[str, str], ...]:
        return (("converted", f"{self._format}: {self._done}"), *loss(self._bad))


def loss(bad: list[BadBasket]) -> tuple[tuple[str, str], ...]:
    """Return what damaged baskets have cost, as provenance; nothing where none is damaged."""
    if not bad:
        return ()
    return (
        ("lost", f"{events_lost(bad):,} events in {len(bad)} damaged baskets"),
        *((f"lost {number}", str(one)) for number, one in enumerate(bad, start=1)),
    )
