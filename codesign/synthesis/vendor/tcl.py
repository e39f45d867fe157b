"""Text as words of a Tcl script: what a name holds is never looked at as Tcl."""

from codesign.errors import InvalidDesignError

_BEYOND_BRACES = ("{", "}", "\\")


def word(text: str) -> str:
    """Return a text as one Tcl word, in braces: no ``$``, ``[``, ``;`` or quote has a meaning.

    Raises:
        InvalidDesignError: If it is empty, or holds what braces do not protect: braces,
            backslashes, line ends and other control characters.

    Examples:
        >>> word("a $b; [exit]")
        '{a $b; [exit]}'
    """
    bad = sorted({letter for letter in text if letter in _BEYOND_BRACES or not _is_shown(letter)})
    if bad or not text:
        found = f"holds {', '.join(map(repr, bad))}" if bad else "is empty"
        msg = (
            f"{text!r} {found} and cannot stand in a Tcl script; names are of printable "
            "characters without braces and backslashes: rename it"
        )
        raise InvalidDesignError(msg)
    return f"{{{text}}}"


def file_list(path: str, *, below: str) -> str:
    """Return a path where a command takes a list of files and splits it at spaces.

    Args:
        path: Of a file inside of the project.
        below: The project's folder, seen from the script.

    Raises:
        InvalidDesignError: As :func:`word`, and if the path leaves the project.

    Examples:
        >>> file_list("src/a b.v", below="../..")
        '[list {../../src/a b.v}]'
    """
    return f"[list {word(f'{below}/{_check_inside(path)}')}]"


def _check_inside(path: str) -> str:
    """Return a path if it is relative and stays inside of its folder."""
    parts = path.split("/")
    if not path or path[0] in "/-~" or any(part in ("", ".", "..") for part in parts):
        msg = f"{path!r} is not the path of a file inside of the project; generate it anew"
        raise InvalidDesignError(msg)
    return path


def number(value: float) -> str:
    """Return a number as Tcl and the tools read it: digits and a point.

    Examples:
        >>> number(5.0), number(3.125), number(1e-6)
        ('5', '3.125', '0.000001')
    """
    return f"{value:.9f}".rstrip("0").rstrip(".")


def _is_shown(letter: str) -> bool:
    return letter.isprintable() and letter != "\N{ZERO WIDTH NO-BREAK SPACE}"
