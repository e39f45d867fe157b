"""Names that become C functions, HDL modules and folders."""

import re

from codesign.errors import InvalidDesignError

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_KEYWORDS = frozenset(
    """
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t
    char8_t class co_await co_return co_yield compl concept const const_cast consteval constexpr
    constinit continue decltype default delete do double dynamic_cast else enum explicit export
    extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq
    nullptr operator or or_eq private protected public register reinterpret_cast requires return
    short signed sizeof static static_assert static_cast struct switch template this thread_local
    throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while
    xor xor_eq main std nnet
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
