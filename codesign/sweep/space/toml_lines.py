"""The line of a key in a TOML text: ``tomllib`` keeps none."""

import re

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=""")
_STRING = re.compile(r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*")


def line_of(text: str, path: str) -> int:
    r"""Return the line, from 1, where a key is written, or the nearest key above it in the tree.

    Args:
        text: A valid TOML text.
        path: Such as ``dimensions[2].values``.

    Examples:
        >>> line_of("name = 'a'\n[[layers]]\nbits = 1\n[[layers]]\nbits = 2", "layers[1].bits")
        5
        >>> line_of("name = 'a'\n[limits]\n", "limits.train_s")
        2
    """
    lines = _lines(text)
    while path:
        if path in lines:
            return lines[path]
        path = re.sub(r"(\[\d+\]|\.?[^.\[\]]+)$", "", path)
    return 1


def _lines(text: str) -> dict[str, int]:
    """Return the line of every key and table by its path."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table, depth = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        bare = _STRING.sub("", line)
        if depth == 0 and (header := _HEADER.fullmatch(line)):
            table = header[2].replace(" ", "")
            if header[1] == "[[":
                index = counts.get(table, -1) + 1
                counts[table] = index
                found.setdefault(table, number)
                table = f"{table}[{index}]"
            found.setdefault(table, number)
        elif depth == 0 and (key := _KEY.match(line)):
            name = re.sub(r"[\s\"']", "", key[1])
            found.setdefault(f"{table}.{name}".lstrip("."), number)
        depth += sum(bare.count(sign) for sign in "[{") - sum(bare.count(sign) for sign in "]}")
        depth = max(0, depth) if not _HEADER.fullmatch(line) else 0
    return found
