"""Read the YAML of hls4ml as plain data.

hls4ml registers a tag that loads models while the file is read. Here no tag does anything: that
one is taken as the text it holds, every other is an error.
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from codesign.errors import InvalidDataError, ToolNotFoundError

_MODEL_TAG = "!keras_model"
_STANDARD = "tag:yaml.org,2002:"


def read_yaml(path: Path) -> dict[str, Any]:
    """Return what a file of hls4ml says, as plain data.

    Raises:
        InvalidDataError: If it is missing, is no YAML, or names a tag.
        ToolNotFoundError: If PyYAML is missing.
    """
    yaml = _yaml()
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_loader(yaml))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        where = " ".join(str(error).split())
        msg = f"{path}: not a configuration of hls4ml: {where}; write plain YAML"
        raise InvalidDataError(msg) from error
    if not isinstance(found, dict):
        msg = f"{path}: a {type(found).__name__}; expected the keys Part, ClockPeriod, HLSConfig"
        raise InvalidDataError(msg)
    return found


def _yaml() -> ModuleType:
    try:
        return import_module("yaml")
    except ImportError as error:
        msg = (
            f"yaml cannot be imported ({error}); it comes with hls4ml: pip install 'codesign[hls]'"
        )
        raise ToolNotFoundError(msg) from error


def _loader(yaml: ModuleType) -> Any:
    """Return a loader of plain data that does not see what others registered."""

    class Plain(yaml.SafeLoader):  # type: ignore[misc, name-defined] # PyYAML is untyped here
        yaml_constructors = {  # noqa: RUF012 # PyYAML reads it from the class
            tag: constructor
            for tag, constructor in yaml.SafeLoader.yaml_constructors.items()
            if tag is None or tag.startswith(_STANDARD)
        }
        yaml_multi_constructors: dict[str, Any] = {}  # noqa: RUF012 # as above

    Plain.add_constructor(_MODEL_TAG, lambda loader, node: loader.construct_scalar(node))
    return Plain
