"""Which source files a module needs: parsing a whole design once a module would take longer."""

import re
from collections.abc import Sequence
from pathlib import Path

_MODULE = re.compile(r"^\s*(?:\(\*.*?\*\)\s*)?module\s+([A-Za-z_]\w*)", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*")


class Sources:
    """The source files of a project and the modules in them.

    A word that is the name of a module counts as its use, in comments too: what is returned may be
    more than is needed, never less.

    Args:
        project: The folder.
        names: Files in it, in the order in which they are compiled.
    """

    def __init__(self, project: Path, names: Sequence[str]) -> None:
        texts = {name: (project / name).read_text(encoding="utf-8") for name in names}
        self._homes = {
            module: name for name, text in texts.items() for module in _MODULE.findall(text)
        }
        known = set(self._homes)
        self._uses = {name: known.intersection(_WORD.findall(text)) for name, text in texts.items()}
        self._names = tuple(names)

    def of(self, module: str, *, without: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the files of a module and of all below it, in the order of the project.

        Args:
            module: Its name; a module that is in no file gets all of them.
            without: Modules whose own sub-modules are not needed.
        """
        if module not in self._homes:
            return self._names
        wanted: set[str] = set()
        waiting = [module]
        while waiting:
            name = waiting.pop()
            home = self._homes[name]
            if home in wanted:
                continue
            wanted.add(home)
            if name not in without:
                waiting += sorted(self._uses[home])
        return tuple(name for name in self._names if name in wanted)
