"""ONNX Runtime, on the CPU and through CUDA and TensorRT."""

from collections.abc import Sequence
from typing import Any

from codesign.baselines.onnx_twin import write_onnx
from codesign.baselines.runtime import Answer, Reals, Task
from codesign.data.optional import optional_module
from codesign.errors import ToolFailedError

Provider = tuple[str, dict[str, Any]]
_CUDA: Provider = ("CUDAExecutionProvider", {"use_tf32": 0})
_QUIET = 3


def open_cpu(task: Task, batch: int) -> Answer:
    """Return a session on the CPU."""
    return _open(task, batch, ())


def open_cuda(task: Task, batch: int) -> Answer:
    """Return a session on the first GPU."""
    return _open(task, batch, (_CUDA,))


def open_tensorrt(task: Task, batch: int) -> Answer:
    """Return a session that compiles what it can with TensorRT."""
    return _open(task, batch, (("TensorrtExecutionProvider", {"trt_fp16_enable": False}), _CUDA))


def _open(task: Task, batch: int, wanted: tuple[Provider, ...]) -> Answer:
    onnx = optional_module("onnxruntime", extra="compare")
    available = onnx.get_available_providers()
    if wanted and wanted[0][0] not in available:
        msg = (
            f"this onnxruntime has no {wanted[0][0]}, it has {', '.join(available)}; install "
            "onnxruntime-gpu instead of onnxruntime"
        )
        raise ToolFailedError(msg)
    path = write_onnx(task.network, task.folder / f"twin_{batch}.onnx", batch=batch)
    options = onnx.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = task.threads, 1
    options.log_severity_level = _QUIET
    session = onnx.InferenceSession(
        str(path), options, providers=[*wanted, ("CPUExecutionProvider", {})]
    )
    if wanted and session.get_providers()[0] != wanted[0][0]:
        msg = f"ONNX Runtime fell back to {session.get_providers()[0]}; check the driver and CUDA"
        raise ToolFailedError(msg)
    names, run = [node.name for node in task.network.inputs], session.run

    def answer(inputs: Sequence[Reals]) -> Sequence[Reals]:
        found: Sequence[Reals] = run(None, dict(zip(names, inputs, strict=True)))
        return found

    return answer
