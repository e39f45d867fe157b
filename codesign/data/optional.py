"""Packages that not every user has: imported when first needed, missed with the remedy."""

from importlib import import_module
from types import ModuleType

from codesign.errors import ToolNotFoundError


def optional_module(name: str, *, extra: str) -> ModuleType:
    """Import a package that the extra ``extra`` of codesign installs.

    Raises:
        ToolNotFoundError: If the package, or one it needs, is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        msg = f"{name} cannot be imported ({error}); run `pip install codesign[{extra}]`"
        raise ToolNotFoundError(msg) from error
