"""Which product each multiplier makes in which cycle.

A multiplier of a matrix of ``rows`` x ``columns`` takes ``turns`` inputs, one after the other, for
each of ``sweeps`` outputs: product number ``sweep * turns + turn`` is in that cycle after the event
came in. There are ``ceil(rows / turns) * ceil(columns / sweeps)`` multipliers, which is rows *
columns / reuse factor where ``turns * sweeps`` equals the reuse factor and both divide: hls4ml's
``block_factor``. With one turn (its default here) all inputs are multiplied at once and the outputs
come one after the other: no input needs a selector and no output an accumulator of its own. hls4ml
has ``sweeps`` above 1 only where the reuse factor is above the inputs.

Source of the meaning of the reuse factor: hls4ml 1.3.0, ``nnet_utils/nnet_dense_resource.h``.
"""

from dataclasses import dataclass

from codesign.design.hardware import Strategy
from codesign.design.reuse import is_legal_reuse, neighboring_factors
from codesign.errors import InvalidDesignError


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How the products of a matrix are shared among multipliers.

    Attributes:
        rows: Of the matrix: its inputs.
        columns: Of the matrix: its outputs.
        turns: Inputs of a multiplier.
        sweeps: Outputs of a multiplier.
    """

    rows: int
    columns: int
    turns: int
    sweeps: int

    @property
    def steps(self) -> int:
        """Cycles in which a multiplier is busy."""
        return self.turns * self.sweeps

    @property
    def lanes(self) -> int:
        """Multipliers of an output."""
        return -(-self.rows // self.turns)

    @property
    def groups(self) -> int:
        """Outputs that are computed at the same time."""
        return -(-self.columns // self.sweeps)

    @property
    def multipliers(self) -> int:
        """Multipliers where no weight is 0."""
        return self.lanes * self.groups

    def row(self, lane: int, step: int) -> int | None:
        """Return the input that a lane multiplies, None where there is none left."""
        row = lane * self.turns + step % self.turns
        return row if row < self.rows else None

    def column(self, group: int, step: int) -> int | None:
        """Return the output that a group computes, None where there is none left."""
        column = group * self.sweeps + step // self.turns
        return column if column < self.columns else None


def plan_schedule(
    *, rows: int, columns: int, factor: int, strategy: Strategy, name: str
) -> Schedule:
    """Return the schedule with the fewest multipliers, with as few turns as possible.

    With strategy resource a reuse factor is legal where it is in hls4ml. With strategy latency it
    is a bound, as there: multipliers that are left over idle.

    Raises:
        InvalidDesignError: If the matrix cannot be shared so, naming the nearest factors.
    """
    if not is_legal_reuse(inputs=rows, outputs=columns, factor=factor, strategy=strategy):
        _refuse(rows, columns, factor, strategy, name)
    candidates = [
        Schedule(rows=rows, columns=columns, turns=turns, sweeps=sweeps)
        for turns in range(1, min(rows, factor) + 1)
        for sweeps in [min(columns, factor // turns)]
    ]
    return min(candidates, key=lambda one: (one.multipliers, one.turns, one.sweeps))


def _refuse(rows: int, columns: int, factor: int, strategy: Strategy, name: str) -> None:
    products = f"the {rows}*{columns} multiplications"
    if factor > rows * columns:
        reason = f"is above {products}"
    else:
        reason = f"does not share {products} evenly, as strategy {strategy} needs"
    near = neighboring_factors(inputs=rows, outputs=columns, factor=factor, strategy=strategy)
    verb, found = "values are" if len(near) > 1 else "value is", " and ".join(map(str, near))
    msg = f"{name}: reuse_factor {factor} {reason}; nearest legal {verb} {found}"
    raise InvalidDesignError(msg)
