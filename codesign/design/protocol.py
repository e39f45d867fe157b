"""How runtimes are measured."""

from dataclasses import dataclass

from codesign.errors import InvalidDesignError


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """How runtimes are measured.

    Attributes:
        batches: Events a call.
        calls: Timed calls of each cell, where they fit into its time.
        cell_s: Seconds of timed calls of a cell at most.
        warmup_s: Seconds of calls before them at most.
        warmup_calls: Calls before them at most.
        checked: Events whose outputs are held against Keras.
        runtime_s: Seconds after which a runtime with all its cells is ended.
        settle_s: Seconds to wait, at most, until the load average has forgotten what has just
            ended: a training, a synthesis, the measurement before this one.
        seed: Of the bootstrap.
    """

    batches: tuple[int, ...] = (1, 5, 64, 1024)
    calls: int = 10_000
    cell_s: float = 5.0
    warmup_s: float = 0.5
    warmup_calls: int = 200
    checked: int = 2048
    runtime_s: float = 300.0
    settle_s: float = 90.0
    seed: int = 1

    def __post_init__(self) -> None:
        if not self.batches or min(self.batches) < 1 or len(set(self.batches)) < len(self.batches):
            msg = f"batches {self.batches}: name each once, from 1 up"
            raise InvalidDesignError(msg)
        if min(self.calls, self.checked, self.warmup_calls) < 1:
            msg = (
                f"calls {self.calls}, warmup_calls {self.warmup_calls}, checked {self.checked}: "
                "all from 1 up"
            )
            raise InvalidDesignError(msg)
        if not min(self.cell_s, self.warmup_s, self.runtime_s) > 0 or not self.settle_s >= 0:
            msg = (
                f"cell_s {self.cell_s}, warmup_s {self.warmup_s}, runtime_s {self.runtime_s}: all "
                f"above 0; settle_s {self.settle_s}: from 0"
            )
            raise InvalidDesignError(msg)
