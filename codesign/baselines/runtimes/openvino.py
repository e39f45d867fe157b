"""OpenVINO on the CPU, in float32: on some processors it would take 16 bits on its own."""

from collections.abc import Sequence

from codesign.baselines.onnx_twin import write_onnx
from codesign.baselines.runtime import Answer, Reals, Task
from codesign.data.optional import optional_module


def open_cpu(task: Task, batch: int) -> Answer:
    """Return a compiled model that is asked for the lowest latency."""
    openvino = optional_module("openvino", extra="compare")
    path = write_onnx(task.network, task.folder / f"twin_{batch}.onnx", batch=batch)
    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": task.threads,
        "INFERENCE_PRECISION_HINT": "f32",
        "NUM_STREAMS": 1,
    }
    compiled = openvino.Core().compile_model(str(path), "CPU", settings)
    request = compiled.create_infer_request()
    outputs = [request.get_output_tensor(n).data for n in range(len(compiled.outputs))]
    tensors = [request.get_input_tensor(n).data for n in range(len(compiled.inputs))]

    def answer(inputs: Sequence[Reals]) -> Sequence[Reals]:
        for tensor, values in zip(tensors, inputs, strict=True):
            tensor[:] = values
        request.infer()
        return outputs

    return answer
