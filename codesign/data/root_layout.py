"""Which branches of a ROOT tree are features, label and weight."""

from dataclasses import dataclass

from codesign.errors import InvalidDataError

DESCRIPTION = "codesign_description"
"""The object beside a tree that says what the tree alone does not keep."""

TREE, LABEL, WEIGHT = "events", "label", "weight"
"""The tree that codesign writes, and its branches beside the features."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RootLayout:
    """Which branches of a tree are what.

    Attributes:
        tree: Name of the tree, with its folders: ``"ntuples/events"``.
        features: The branches that become columns, in this order; one number an event each.
        units: One unit a feature; left out, every column counts as dimensionless.
        label: The integer branch that indexes ``label_names``; None gives every event label 0.
        label_names: The classes.
        weight: The branch of event weights, or None.
        ids: The integer branches that say which event it is, such as ``run`` and ``event``.

    Raises:
        InvalidDataError: If there is no feature, or several classes and no label branch.
    """

    tree: str
    features: tuple[str, ...]
    units: tuple[str, ...] = ()
    label: str | None = None
    label_names: tuple[str, ...] = ("event",)
    weight: str | None = None
    ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.features:
            msg = f"tree {self.tree!r}: no features asked for; name at least one branch"
            raise InvalidDataError(msg)
        if self.label is None and len(self.label_names) > 1:
            msg = (
                f"tree {self.tree!r}: label_names are {', '.join(self.label_names)} but no label "
                "branch is named; give label= or a single name"
            )
            raise InvalidDataError(msg)

    @property
    def branches(self) -> tuple[str, ...]:
        """Every branch that is read."""
        beside = (self.label, self.weight, *self.ids)
        return (*self.features, *(name for name in beside if name is not None))
