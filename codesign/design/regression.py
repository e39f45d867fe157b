"""What a model reads and what it measures, where it is not the class of an event."""

from dataclasses import dataclass

from codesign.design.names import check_name
from codesign.errors import InvalidDesignError


@dataclass(frozen=True, slots=True, kw_only=True)
class InputPlan:
    """One input of a model, and the columns of the events that it reads.

    Attributes:
        name: Of the input, a C identifier.
        columns: Names of columns in order; ``*`` stands for any text.
        shape: Of the input; empty for one dimension.
        together: Whether all columns are scaled by one power of two and none is shifted, so that
            sums over them stay sums: for images.
    """

    name: str
    columns: tuple[str, ...]
    shape: tuple[int, ...] = ()
    together: bool = False

    def __post_init__(self) -> None:
        check_name(self.name, what="an input")
        if not self.columns or any(size < 1 for size in self.shape):
            msg = (
                f"{self.name}: columns {self.columns} in shape {self.shape}; name at least one "
                "column, and sizes from 1"
            )
            raise InvalidDesignError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegressionPlan:
    """What a model measures: a quantity of each event instead of its class.

    With a scale, the quantity is ``scale * (1 + output)``: the output corrects it. Without, the
    output is the quantity.

    Attributes:
        target: The column with the truth, above 0.
        scale: The column that is corrected, above 0; empty for none.
        against: Columns that the resolution is shown against, beside the target.
        baseline: Columns that the boosted trees read, which the model is compared with; ``*``
            stands for any text; empty for no such comparison.
    """

    target: str
    scale: str = ""
    against: tuple[str, ...] = ()
    baseline: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.target or self.target in (self.scale, *self.baseline):
            msg = (
                f"target {self.target!r} with scale {self.scale!r} and baseline {self.baseline}; "
                "name the column with the truth, which nothing may read"
            )
            raise InvalidDesignError(msg)
