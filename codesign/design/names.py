"""Names that become C functions, HDL modules and folders."""

import re

from codesign.errors import InvalidDesignError

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_KEYWORDS = frozenset(
    """
    alignas alignof and asm auto bitand bitor bool break case catch char class compl const continue
    default delete do double else enum explicit export extern false float for friend goto if inline
    int long mutable namespace new not operator or private protected public register return short
    signed sizeof static struct switch template this throw true try typedef typeid typename union
    unsigned using virtual void volatile while xor main std nnet
    """.split()  # noqa: SIM905
)


def check_name(name: str, *, what: str) -> str:
    """Return ``name`` if it can name a C function and a folder.

    Args:
        name: The name to check.
        what: What it names, for the message, with its article.

    Raises:
        InvalidDesignError: If it is not a C identifier of at most 64 characters that begins with a
            letter, or is a C++ keyword.
    """
    if _IDENTIFIER.fullmatch(name) is None or name in _KEYWORDS:
        msg = (
            f"{name!r} cannot name {what}: it becomes a C function and a folder, so it is letters, "
            "digits and underscores, begins with a letter, has at most 64 characters and is no "
            "C++ keyword"
        )
        raise InvalidDesignError(msg)
    return name
