"""LiteRT, once TensorFlow Lite: one file a batch size, in float32 or in int8."""

from collections.abc import Sequence

from codesign.baselines.litert_files import litert_file
from codesign.baselines.runtime import Answer, Reals, Task
from codesign.data.optional import optional_module
from codesign.errors import ToolFailedError


def open_float(task: Task, batch: int) -> Answer:
    """Return an interpreter of the float32 file."""
    return _open(task, batch, name="litert")


def open_int8(task: Task, batch: int) -> Answer:
    """Return an interpreter of the int8 file."""
    return _open(task, batch, name="litert-int8")


def _open(task: Task, batch: int, *, name: str) -> Answer:
    litert = optional_module("ai_edge_litert.interpreter", extra="compare")
    path = litert_file(task.folder, name, batch)
    if not path.exists():
        reason = path.with_suffix(".txt")
        why = reason.read_text(encoding="utf-8") if reason.exists() else "it was not converted"
        msg = f"no file for {name} at batch {batch}: {why}"
        raise ToolFailedError(msg)
    interpreter = litert.Interpreter(str(path), num_threads=task.threads)
    interpreter.allocate_tensors()
    places = {_name(given["name"]): given["index"] for given in interpreter.get_input_details()}
    reads = [places[node.name] for node in task.network.inputs]
    writes = [found["index"] for found in interpreter.get_output_details()]
    put, run, get = interpreter.set_tensor, interpreter.invoke, interpreter.get_tensor

    def answer(inputs: Sequence[Reals]) -> Sequence[Reals]:
        for place, values in zip(reads, inputs, strict=True):
            put(place, values)
        run()
        return [get(place) for place in writes]

    return answer


def _name(text: str) -> str:
    """Return the name of an input as the network calls it: the converter writes around it."""
    return text.removeprefix("serving_default_").partition(":")[0]
