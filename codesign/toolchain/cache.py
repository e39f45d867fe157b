"""The folder for what many designs share: objects that are the same for every one of them."""

import os
from pathlib import Path

_VARIABLE = "CODESIGN_CACHE"
_FOLDER = "codesign"


def cache_folder() -> Path:
    """Return ``CODESIGN_CACHE``, else ``codesign`` in the user's cache folder; may not exist yet.

    Source: XDG Base Directory Specification 0.8, ``XDG_CACHE_HOME``.
    """
    own = os.environ.get(_VARIABLE)
    if own:
        return Path(own).absolute()
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".cache") / _FOLDER
