"""Part numbers as tools write them: with and without ``xc``, dashes and temperature grade."""

import re
from dataclasses import dataclass
from functools import cache

from codesign.design.device import Device, devices

_PART = re.compile(
    r"(?:x[caq])?(?P<die>7?[a-z]+[0-9]+[a-z]*?)"
    r"-?(?P<package>(?:f[fblshigt]|s[bf]|c[lsp]|r[bfs]|ub|vs|ls)[a-z]{1,2}[0-9]{3,4})"
    r"(?:-?(?P<speed>[0-9](?:lv|hv|li|l)?))?(?:-?(?P<grade>[a-z]))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part number, taken apart.

    Attributes:
        die: What the resources depend on.
        package: What the pins depend on.
        speed: Speed grade, empty where it is not said.
        grade: Temperature grade, empty where it is not said.
    """

    die: str
    package: str
    speed: str
    grade: str

    @classmethod
    def from_text(cls, text: str) -> "Part | None":
        """Take a part number apart; None where it is not one of AMD's.

        Examples:
            >>> Part.from_text("xcvu13p-flga2577-2-e").die, Part.from_text("7z020clg400-1").die
            ('vu13p', '7z020')
        """
        found = _PART.fullmatch(text.strip().lower())
        if found is None:
            return None
        return cls(
            die=found["die"],
            package=found["package"],
            speed=found["speed"] or "",
            grade=found["grade"] or "",
        )

    def fits(self, other: "Part") -> bool:
        """Return whether two texts can name one part: what both say is the same."""
        if (self.die, self.package) != (other.die, other.package):
            return False
        pairs = ((self.speed, other.speed), (self.grade, other.grade))
        return all(not mine or not its or mine == its for mine, its in pairs)


def same_part(first: str, second: str) -> bool:
    """Return whether two texts name one part.

    Examples:
        >>> same_part("xcu250figd2104-2L", "xcu250-figd2104-2L-e")
        True
    """
    one, two = Part.from_text(first), Part.from_text(second)
    if one is None or two is None:
        return first.strip().lower() == second.strip().lower()
    return one.fits(two)


def device_of(part: str) -> Device | None:
    """Return what the catalog knows of a part's die, None where it knows nothing."""
    found = Part.from_text(part)
    return _dies().get(found.die) if found else None


@cache
def _dies() -> dict[str, Device]:
    parts = ((Part.from_text(device.part), device) for device in devices())
    return {part.die: device for part, device in parts if part}
