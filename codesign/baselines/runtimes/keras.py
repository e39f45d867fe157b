"""TensorFlow: Keras predict, a traced function, and the same compiled by XLA; CPU and GPU."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from codesign.baselines.keras_twin import keras_twin
from codesign.baselines.runtime import Answer, Reals, Task
from codesign.errors import ToolFailedError
from codesign.models.keras import tensorflow

CPU, GPU = "/CPU:0", "/GPU:0"


def open_predict(task: Task, batch: int) -> Answer:
    """Return ``Model.predict``, as everybody calls it first."""
    _begin(task.threads, CPU)
    model = keras_twin(task.network)

    def answer(inputs: Sequence[Reals]) -> Sequence[Reals]:
        found = model.predict(list(inputs), batch_size=batch, verbose=0)
        return found if isinstance(found, list) else (found,)

    return answer


def open_function(task: Task, batch: int) -> Answer:
    """Return a traced function."""
    return _function(task, batch, compiled=False, device=CPU)


def open_xla(task: Task, batch: int) -> Answer:
    """Return a function compiled by XLA."""
    return _function(task, batch, compiled=True, device=CPU)


def open_function_gpu(task: Task, batch: int) -> Answer:
    """Return a traced function on the first GPU."""
    return _function(task, batch, compiled=False, device=GPU)


def open_xla_gpu(task: Task, batch: int) -> Answer:
    """Return a function compiled by XLA for the first GPU."""
    return _function(task, batch, compiled=True, device=GPU)


def _function(task: Task, batch: int, *, compiled: bool, device: str) -> Answer:
    tf = _begin(task.threads, device)
    with tf.device(device):
        model = keras_twin(task.network)
    signature = [tf.TensorSpec((batch, *node.shape), tf.float32) for node in task.network.inputs]
    traced = tf.function(
        lambda *given: model(list(given), training=False),
        input_signature=signature,
        jit_compile=compiled,
        autograph=False,
    )

    def answer(inputs: Sequence[Reals]) -> Sequence[Reals]:
        with tf.device(device):
            found = traced(*[tf.constant(values) for values in inputs])
        tensors = found if isinstance(found, list | tuple) else (found,)
        return [tensor.numpy() for tensor in tensors]

    return answer


def _begin(threads: int, device: str) -> Any:
    """Return TensorFlow with its threads set; once a process."""
    return _started(threads, device)


@cache
def _started(threads: int, device: str) -> Any:
    tf = tensorflow()
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.experimental.enable_tensor_float_32_execution(False)
    if device == GPU and not tf.config.list_physical_devices("GPU"):
        msg = (
            "TensorFlow sees no GPU here, though the system lists one; install "
            "'tensorflow[and-cuda]' and check CUDA_VISIBLE_DEVICES"
        )
        raise ToolFailedError(msg)
    return tf
