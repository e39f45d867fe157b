"""The gate to Keras: legacy Keras 2 inside TensorFlow, as QKeras and tfmot need it.

Keras 3 and legacy Keras live side by side in one environment, and which one ``tf.keras`` is gets
decided when TensorFlow is first imported. Everything of codesign that needs Keras gets it here.
"""

import importlib
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

from codesign.errors import ToolNotFoundError

_REMEDY = "install the training stack: pip install 'codesign[train]'"


def tensorflow() -> ModuleType:
    """Return TensorFlow with legacy Keras, imported on first use.

    Raises:
        ToolNotFoundError: If TensorFlow, legacy Keras or QKeras is missing, or if TensorFlow was
            imported before with Keras 3 in it.
    """
    if "tensorflow" not in sys.modules:
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    module = _import("tensorflow")
    origin = str(module.keras.Model.__module__).partition(".")[0]
    if origin != "tf_keras":
        msg = (
            f"TensorFlow was imported with the Keras of {origin!r} before codesign; QKeras needs "
            "legacy Keras 2, which is 'tf_keras': import codesign.models.keras first, or set "
            "TF_USE_LEGACY_KERAS=1 before Python starts"
        )
        raise ToolNotFoundError(msg)
    return module


def keras() -> ModuleType:
    """Return legacy Keras, the same as ``tf.keras``."""
    return tensorflow().keras


def qkeras() -> ModuleType:
    """Return QKeras on legacy Keras."""
    tensorflow()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # QKeras 0.9.0 has invalid escapes in its docstrings
        module = _import("qkeras")
    _mend_recurrent(module.qrecurrent)
    return module


def _mend_recurrent(module: Any) -> None:
    """Give the recurrent cells of QKeras 0.9.0 two functions that TensorFlow has moved since."""
    if not hasattr(module.nest, "is_sequence"):
        module.nest = SimpleNamespace(is_sequence=module.nest.is_nested)
    if not hasattr(module.array_ops, "unstack"):
        split, unstack = module.array_ops.split, tensorflow().unstack
        module.array_ops = SimpleNamespace(split=split, unstack=unstack)


def pruning() -> ModuleType:
    """Return ``tensorflow_model_optimization.sparsity.keras``."""
    tensorflow()
    return _import("tensorflow_model_optimization").sparsity.keras


_HARMLESS = (
    "The initializer .* is unseeded and being called multiple times",  # QInitializer looks twice
    r"The `keras\.constraints\.serialize\(\)` API",  # QDense serializes quantizers with it
    "You are saving your model as an HDF5 file",
)


@contextmanager
def quiet() -> Iterator[None]:
    """Silence, inside the block, the warnings that QKeras causes and its users cannot help."""
    with warnings.catch_warnings():
        for message in _HARMLESS:
            warnings.filterwarnings("ignore", message=message, category=UserWarning)
        yield


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        msg = f"{name} cannot be imported ({error}); {_REMEDY}"
        raise ToolNotFoundError(msg) from error
