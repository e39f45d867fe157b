"""Where a sweep keeps things."""

from dataclasses import dataclass
from pathlib import Path

from codesign.sweep.store.schema import FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where a sweep keeps things.

    Attributes:
        root: The folder of all designs and stages.
        folder: Of the sweep.
    """

    root: Path
    folder: Path

    @classmethod
    def of(cls, name: str, root: Path) -> "Places":
        """Return the places of a sweep below the folder of all designs."""
        return cls(root=root, folder=root / "sweeps" / name)

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.folder / FILE

    def log(self, design: str) -> Path:
        """Return the log of a design whose trial met a bug."""
        return self.folder / "logs" / f"{design}.log"

    @property
    def scratch(self) -> Path:
        """What is under way."""
        return self.folder / "running"
