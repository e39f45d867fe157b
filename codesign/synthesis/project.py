"""Read what an RTL project says about itself, and see that it can be synthesized here."""

import re
from pathlib import Path, PurePosixPath

from codesign.design.codec import from_json
from codesign.design.hardware import Backend, RtlLanguage
from codesign.design.project import FirmwareProject
from codesign.design.rtl import RTL_FILE, RtlDesign
from codesign.errors import InvalidDesignError

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SOURCE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")


def read_rtl(project: FirmwareProject) -> RtlDesign:
    """Return the record of an RTL project.

    Raises:
        InvalidDesignError: If the project is no RTL project, its record or a source is missing, or
            a name could be read as something else in a script of a tool.
    """
    if project.backend is not Backend.RTL:
        msg = (
            f"{project.path} was generated for {project.backend}, which writes C++; "
            f"generate it with backend = {Backend.RTL.value!r} to synthesize it here"
        )
        raise InvalidDesignError(msg)
    path = Path(project.path) / RTL_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read ({error}); generate the project anew"
        raise InvalidDesignError(msg) from error
    design = from_json(RtlDesign, text, place=str(path))
    _check(design, path)
    return design


def _check(design: RtlDesign, path: Path) -> None:
    if design.language is not RtlLanguage.VERILOG:
        msg = f"{path}: Yosys reads no {design.language}; generate the project in verilog"
        raise InvalidDesignError(msg)
    for name in (design.top, *(module.name for module in design.modules)):
        if not _IDENTIFIER.fullmatch(name):
            msg = f"{path}: {name!r} is no plain Verilog identifier; rename the layer"
            raise InvalidDesignError(msg)
    if not design.sources:
        msg = f"{path}: no sources; generate the project anew"
        raise InvalidDesignError(msg)
    for source in design.sources:
        if not _SOURCE.fullmatch(source) or ".." in PurePosixPath(source).parts:
            msg = f"{path}: the source {source!r} is no plain path below the project's folder"
            raise InvalidDesignError(msg)
        if not (path.parent / source).is_file():
            msg = f"{path.parent / source} is missing; generate the project anew"
            raise InvalidDesignError(msg)
