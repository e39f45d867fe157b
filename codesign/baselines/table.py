"""The table of runtimes; others come by an entry point or by their dotted path."""

from importlib import import_module, metadata
from importlib.util import find_spec
from typing import Any

from codesign.baselines.runtime import Opener, Runtime
from codesign.design.baseline_results import Processor
from codesign.errors import InvalidDesignError, ToolNotFoundError

ENTRY_POINTS = "codesign.runtimes"
"""The group of entry points that each name a :class:`Runtime`."""
_HERE = "codesign.baselines.runtimes"
_ARRAYS = "float32 NumPy arrays in host memory in and out"
_TENSORS = f"{_ARRAYS}, and their copies into and out of tensors"
_COPIES = f"{_ARRAYS}, and the copies to the GPU and back"

_BUILT_IN = (
    Runtime(
        name="numpy",
        opener=f"{_HERE}.plain:open_numpy",
        module="numpy",
        package="numpy",
        included=_ARRAYS,
    ),
    Runtime(
        name="keras",
        opener=f"{_HERE}.keras:open_predict",
        module="tensorflow",
        package="tf-keras",
        included=f"{_ARRAYS}, through Model.predict",
    ),
    Runtime(
        name="tf-function",
        opener=f"{_HERE}.keras:open_function",
        module="tensorflow",
        package="tensorflow",
        included=_TENSORS,
    ),
    Runtime(
        name="xla",
        opener=f"{_HERE}.keras:open_xla",
        module="tensorflow",
        package="tensorflow",
        included=_TENSORS,
    ),
    Runtime(
        name="litert",
        opener=f"{_HERE}.litert:open_float",
        module="ai_edge_litert",
        package="ai-edge-litert",
        included=_TENSORS,
        converted=True,
    ),
    Runtime(
        name="litert-int8",
        opener=f"{_HERE}.litert:open_int8",
        module="ai_edge_litert",
        package="ai-edge-litert",
        included=f"{_TENSORS}; the input is rounded to int8 and the output back inside",
        rounds=True,
        converted=True,
    ),
    Runtime(
        name="onnxruntime",
        opener=f"{_HERE}.onnx:open_cpu",
        module="onnxruntime",
        package="onnxruntime",
        included=_ARRAYS,
    ),
    Runtime(
        name="openvino",
        opener=f"{_HERE}.openvino:open_cpu",
        module="openvino",
        package="openvino",
        included=_ARRAYS,
    ),
    Runtime(
        name="tf-function-gpu",
        opener=f"{_HERE}.keras:open_function_gpu",
        module="tensorflow",
        package="tensorflow",
        processor=Processor.GPU,
        included=_COPIES,
    ),
    Runtime(
        name="xla-gpu",
        opener=f"{_HERE}.keras:open_xla_gpu",
        module="tensorflow",
        package="tensorflow",
        processor=Processor.GPU,
        included=_COPIES,
    ),
    Runtime(
        name="onnxruntime-cuda",
        opener=f"{_HERE}.onnx:open_cuda",
        module="onnxruntime",
        package="onnxruntime-gpu",
        processor=Processor.GPU,
        included=_COPIES,
    ),
    Runtime(
        name="tensorrt",
        opener=f"{_HERE}.onnx:open_tensorrt",
        module="onnxruntime",
        package="onnxruntime-gpu",
        processor=Processor.GPU,
        included=_COPIES,
    ),
    Runtime(
        name="triton",
        opener=f"{_HERE}.triton:open_triton",
        module="tritonclient",
        package="tritonclient",
        processor=Processor.SERVER,
        included=f"{_ARRAYS}, the request and the reply over gRPC, and the server's own work",
    ),
)


def runtimes() -> dict[str, Runtime]:
    """Return the runtimes that are known, by name: our own and those of entry points."""
    known = {runtime.name: runtime for runtime in _BUILT_IN}
    for point in metadata.entry_points(group=ENTRY_POINTS):
        known[point.name] = _described(point.load(), f"entry point {point.name}")
    return known


def find_runtime(name: str) -> Runtime:
    """Return a runtime.

    Args:
        name: In the table, or the dotted path ``package.module:NAME`` of a :class:`Runtime`.

    Raises:
        InvalidDesignError: If there is none of that name.
    """
    if ":" in name:
        return _described(_loaded(name), name)
    known = runtimes()
    if name not in known:
        msg = (
            f"no runtime {name!r}; known are {', '.join(known)}, or the dotted path of your own "
            "as package.module:NAME"
        )
        raise InvalidDesignError(msg)
    return known[name]


def open_runtime(runtime: Runtime) -> Opener:
    """Return what opens networks for a runtime; its package is imported.

    Raises:
        InvalidDesignError: If its dotted path leads nowhere.
    """
    opener: Opener = _loaded(runtime.opener)
    return opener


def version_of(runtime: Runtime) -> str:
    """Return the version of a runtime's package, without importing it.

    Raises:
        ToolNotFoundError: If it is not installed.
    """
    try:
        if find_spec(runtime.module) is not None:
            return metadata.version(runtime.package)
    except metadata.PackageNotFoundError:
        pass
    msg = (
        f"{runtime.package} is not installed; run: python -m pip install {runtime.package}, or "
        "'codesign[compare]' for the runtimes of CPUs"
    )
    raise ToolNotFoundError(msg)


def _loaded(path: str) -> Any:
    module, _, name = path.partition(":")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        msg = f"{path!r} leads nowhere ({error}); write package.module:NAME of what can be imported"
        raise InvalidDesignError(msg) from error


def _described(found: Any, place: str) -> Runtime:
    if not isinstance(found, Runtime):
        msg = f"{place} is a {type(found).__name__}, expected a codesign.baselines.runtime.Runtime"
        raise InvalidDesignError(msg)
    return found
