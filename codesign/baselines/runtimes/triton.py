"""A Triton inference server as a coprocessor: the time that its client sees."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from codesign.baselines.runtime import Answer, Reals, Task, TritonServer
from codesign.data.optional import optional_module
from codesign.errors import InvalidDesignError, ToolFailedError

_FLOAT = "FP32"


def open_triton(task: Task, batch: int) -> Answer:
    """Return what asks a server for ``batch`` events a request.

    Raises:
        InvalidDesignError: If the model of the server has other inputs or outputs.
        ToolFailedError: If it does not answer, or too slowly.
    """
    server = task.server
    if server is None:
        msg = "no Triton server was named; give --triton HOST:PORT and --triton-model NAME"
        raise InvalidDesignError(msg)
    grpc = optional_module("tritonclient.grpc", extra="compare")
    client = grpc.InferenceServerClient(url=server.url)
    metadata = _asked(
        server, "its metadata", client.get_model_metadata, server.model,
        client_timeout=server.timeout_s,
    )  # fmt: skip
    names = _matched(task, metadata, server)
    wanted = [grpc.InferRequestedOutput(tensor.name) for tensor in metadata.outputs]
    givens = [
        grpc.InferInput(name, [batch, *node.shape], _FLOAT)
        for name, node in zip(names, task.network.inputs, strict=True)
    ]

    def answer(inputs: Sequence[Reals]) -> Sequence[Reals]:
        for given, values in zip(givens, inputs, strict=True):
            given.set_data_from_numpy(values)
        reply = _asked(
            server, f"a request of {batch} events", client.infer, server.model, givens,
            outputs=wanted, client_timeout=server.timeout_s,
        )  # fmt: skip
        return [_found(reply, tensor.name, server) for tensor in metadata.outputs]

    return answer


def _asked(server: TritonServer, what: str, call: Any, *given: Any, **options: Any) -> Any:
    """Ask a server and tell its failures in our words."""
    failure = optional_module("tritonclient.utils", extra="compare").InferenceServerException
    try:
        return call(*given, **options)
    except failure as error:
        status = str(error.status() or "")
        if "DEADLINE" in status or "Deadline" in str(error):
            msg = (
                f"the Triton server at {server.url} did not answer {what} of {server.model!r} "
                f"within {server.timeout_s:g} s; is it overloaded? allow more with --triton-timeout"
            )
        elif "UNAVAILABLE" in status:
            msg = (
                f"no Triton server answers at {server.url} ({error.message()}); start it, or name "
                "the port of its gRPC service, 8001 as a rule"
            )
        else:
            msg = f"the Triton server at {server.url} refused {what}: {error.message()}"
        raise ToolFailedError(msg) from error


def _matched(task: Task, metadata: Any, server: TritonServer) -> list[str]:
    """Return the server's names of our inputs: by name, or in order where the names differ."""
    offered = [tensor.name for tensor in metadata.inputs]
    ours = [node.name for node in task.network.inputs]
    counts = (len(offered), len(metadata.outputs))
    if counts != (len(ours), len(task.network.outputs)):
        msg = (
            f"model {server.model!r} at {server.url} has {counts[0]} inputs and {counts[1]} "
            f"outputs; {task.network.name} has {len(ours)} and {len(task.network.outputs)}"
        )
        raise InvalidDesignError(msg)
    wrong = [
        f"{tensor.name} {tensor.datatype}"
        for tensor in (*metadata.inputs, *metadata.outputs)
        if tensor.datatype != _FLOAT
    ]
    if wrong:
        msg = f"model {server.model!r} at {server.url}: {', '.join(wrong)}; expected {_FLOAT}"
        raise InvalidDesignError(msg)
    return ours if set(ours) == set(offered) else offered


def _found(reply: Any, name: str, server: TritonServer) -> Reals:
    values = reply.as_numpy(name)
    if values is None:
        msg = f"the Triton server at {server.url} left output {name!r} out of its reply"
        raise ToolFailedError(msg)
    return np.asarray(values, np.float32)
