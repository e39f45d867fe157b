"""Which rates a file of events supports, by what it says of itself."""

import re
from collections.abc import Iterable
from typing import Final

from codesign.errors import InvalidDataError

SMALLEST_SHARE: Final = "smallest share"
"""The line of a provenance with the share of crossings below which a rate rests on too little."""

_BEFORE = re.compile(r"mean ([\d.]+), from a pool of ([\d,]+) inelastic collisions")
_FEW = 10


def supported_share(provenance: Iterable[tuple[str, str]]) -> float:
    """Return the share of crossings below which a rate may rest on under ten collisions.

    Files of before pools were stratified tell pile-up and collisions: ten of those.

    Args:
        provenance: Of the events.

    Returns:
        0 where nothing is said, as of recorded events, which share no collisions.

    Raises:
        InvalidDataError: If what is said is no share.
    """
    told = dict(provenance)
    if SMALLEST_SHARE in told:
        return _as_share(told[SMALLEST_SHARE])
    found = _BEFORE.search(told.get("pile-up", ""))
    if found is None:
        return 0.0
    collisions = int(found[2].replace(",", ""))
    return min(1.0, _FEW * float(found[1]) / max(collisions, 1))


def _as_share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        msg = f"the {SMALLEST_SHARE} {text!r} is no share of crossings; make the events again"
        raise InvalidDataError(msg)
    return share
