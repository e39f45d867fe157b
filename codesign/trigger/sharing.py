"""Events that share their collisions: below which rate ten collisions no longer stand behind it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Self

from codesign.data import EventSet
from codesign.data.l1.supported import supported_share


class SharedCollisions:
    """Adds up what files say about the statistics of their events.

    Files of equal limit are taken as of one pool. Where others come in between, a collision is in
    a smaller share of all events, and the limit falls as that share does.
    """

    def __init__(self) -> None:
        self._events: Counter[float] = Counter()

    def add(self, share: float, events: int) -> Self:
        """Count zero-bias events that support rates from a share of crossings on."""
        self._events[share] += events
        return self

    def counted(self, chunks: Iterable[EventSet], zero_bias: str) -> Iterator[EventSet]:
        """Yield chunks and count their events of a class."""
        for chunk in chunks:
            if zero_bias in chunk.label_names:
                label = chunk.label_names.index(zero_bias)
                events = int((chunk.labels == label).sum())
                self.add(supported_share(chunk.provenance), events)
            yield chunk

    @property
    def smallest_share(self) -> float:
        """The share of all events below which a rate may rest on under ten collisions."""
        total = max(1, sum(self._events.values()))
        return max((share * events / total for share, events in self._events.items()), default=0.0)
