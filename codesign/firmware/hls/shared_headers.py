"""The headers that all designs of a sweep share, compiled once.

Two fifths of the time of compiling a small C simulation go into hls4ml's headers and those of
``ap_types``. Precompiled, they are read at once; the program is the same to the byte.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from codesign.design.digest import digest, file_digest
from codesign.toolchain import run, tool_version

_SHARED = ("ap_types", "nnet_utils")
_OWN = "nnet_utils/nnet_code_gen.h"
"""Differs from design to design; no other header includes it."""
_INCLUDE = re.compile(r'^#include "((?:ap_|nnet_utils/)\S+)"', re.MULTILINE)
_KEY_DIGITS = 16


def precompiled(
    project: Path, folder: Path, *, compiler: Path, flags: Sequence[str], timeout_s: float
) -> tuple[str, ...]:
    """Return the flags that read a project's shared headers, compiled unless they are already.

    Args:
        project: The folder of the project.
        folder: Where compiled headers are kept, by everything that they depend on.
        compiler: g++.
        flags: Of the program that is to be compiled; others cannot use the result.
        timeout_s: Seconds that the compiler may take.

    Raises:
        ToolFailedError: If the compiler fails or takes too long.
    """
    source = project / "firmware"
    found = _INCLUDE.findall((source / "parameters.h").read_text(encoding="utf-8"))
    names = [name for name in found if name != _OWN]
    text = "".join(f'#include "{name}"\n' for name in names)
    header = folder / f"{_key(source, text, compiler, flags)}.h"
    compiled = header.with_name(f"{header.name}.gch")
    if not compiled.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        written = header.with_name(f".{header.name}-{os.getpid()}")
        written.write_text(text, encoding="utf-8")
        written.replace(header)  # whole at any moment: another worker may be reading it
        partial = compiled.with_name(f".{compiled.name}-{os.getpid()}")
        try:
            made = ("-I", "firmware", "-x", "c++-header", str(header.absolute()))
            command = [str(compiler), *flags, *made, "-o", str(partial.absolute())]
            run(command, cwd=project, timeout_s=timeout_s, log=partial.with_suffix(".log"))
            partial.replace(compiled)
        finally:
            partial.unlink(missing_ok=True)
            partial.with_suffix(".log").unlink(missing_ok=True)
    return "-I", "firmware", "-include", str(header.absolute())


def _key(source: Path, text: str, compiler: Path, flags: Sequence[str]) -> str:
    """Return the digest of all that the compiled headers depend on."""
    files = [
        (path.relative_to(source).as_posix(), file_digest(path))
        for part in _SHARED
        for path in sorted((source / part).rglob("*"))
        if path.is_file() and path != source / _OWN
    ]
    return digest(text, tool_version(compiler), *flags, *files)[:_KEY_DIGITS]
