"""What a package asks of others, as its metadata says it: ``numpy<2.5,>=2.0; extra == 'x'``.

Read without the package ``packaging``, so that a broken environment can still be examined.
"""

import re
from dataclasses import dataclass

_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)\s*(?:\[[^]]*\])?\s*\(?(?P<versions>[^;)]*)\)?\s*(?:;(?P<marker>.*))?"
)
_EXTRA = re.compile(r"extra\s*==\s*['\"](?P<extra>[^'\"]+)['\"]")
_CLAUSE = re.compile(r"\s*(?P<operator>===|==|!=|<=|>=|~=|<|>)\s*(?P<version>\S+)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One line of ``Requires-Dist``.

    Attributes:
        name: The package.
        versions: The accepted versions, e.g. ``"<2.5,>=2.0"``; empty for any.
        extra: The extra that asks for it, empty where every installation does.
    """

    name: str
    versions: str
    extra: str

    @classmethod
    def from_text(cls, text: str) -> "Requirement":
        """Read one line; markers other than the extra are passed over.

        Examples:
            >>> Requirement.from_text("QKeras==0.9.0; extra == 'train'").extra
            'train'
        """
        match = _REQUIREMENT.fullmatch(text.strip())
        if match is None:
            return cls(name=text.strip(), versions="", extra="")
        extra = _EXTRA.search(match["marker"] or "")
        return cls(
            name=match["name"],
            versions=match["versions"].strip(),
            extra=extra["extra"] if extra else "",
        )

    def accepts(self, version: str) -> bool:
        """Return whether a version is among those accepted; only release numbers are compared.

        Examples:
            >>> numpy = Requirement.from_text("numpy<2.5,>=2.0")
            >>> numpy.accepts("2.4.6"), numpy.accepts("2.5.0")
            (True, False)
        """
        return all(_holds(clause, version) for clause in self.versions.split(",") if clause)


def canonical(name: str) -> str:
    """Return the spelling under which two names of a package are the same.

    Examples:
        >>> canonical("tf_keras") == canonical("TF-Keras")
        True
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def release(version: str) -> tuple[int, ...]:
    """Return the release numbers of a version, trailing zeros dropped.

    Examples:
        >>> release("2.21.0rc1"), release("5.0")
        ((2, 21), (5,))
    """
    match = re.match(r"v?(\d+(?:\.\d+)*)", version)
    numbers = [int(part) for part in match[1].split(".")] if match else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _holds(clause: str, version: str) -> bool:
    match = _CLAUSE.fullmatch(clause)
    if match is None:
        return True
    operator, wanted = match["operator"], match["version"]
    found, bound = release(version), release(wanted)
    if wanted.endswith(".*"):
        size = wanted.count(".")
        padded = (*found, *(0,) * size)[:size]
        same = padded == tuple(int(part) for part in wanted[:-2].split("."))
        return same == (operator == "==")
    if operator == "~=":
        size = wanted.count(".")
        padded, least = (*found, *(0,) * size)[:size], (*bound, *(0,) * size)[:size]
        return found >= bound and padded == least
    return {
        "==": found == bound,
        "===": found == bound,
        "!=": found != bound,
        "<=": found <= bound,
        ">=": found >= bound,
        "<": found < bound,
        ">": found > bound,
    }[operator]
