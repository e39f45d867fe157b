"""A server that speaks Triton's protocol: its own gRPC service, answered by the NumPy twin."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
import numpy as np
from tritonclient.grpc import service_pb2, service_pb2_grpc

from codesign.baselines.numpy_twin import NumpyTwin


class TritonService(service_pb2_grpc.GRPCInferenceServiceServicer):
    """Serves one network under one name.

    Args:
        network: The quantized network whose float twin answers.
        model: Its name here.
        delay_s: Before each answer.
        wrong: Added to every output.
        datatype: Of inputs and outputs, as the metadata say.
        renamed: Whether inputs have other names here.
    """

    def __init__(
        self, network, *, model="tagger", delay_s=0.0, wrong=0.0, datatype="FP32", renamed=False
    ):
        self._network, self._answer = network, NumpyTwin(network)
        self._model, self._delay_s, self._wrong = model, delay_s, np.float32(wrong)
        self._datatype = datatype
        self.names = [
            f"input_{n}" if renamed else node.name for n, node in enumerate(network.inputs)
        ]
        self.requests = 0

    def ModelMetadata(self, request, context):  # noqa: N802 - names of the service
        if request.name != self._model:
            context.abort(grpc.StatusCode.NOT_FOUND, f"Request for unknown model: '{request.name}'")
        tensor = service_pb2.ModelMetadataResponse.TensorMetadata
        return service_pb2.ModelMetadataResponse(
            name=self._model,
            platform="onnxruntime_onnx",
            inputs=[
                tensor(name=name, datatype=self._datatype, shape=[-1, *node.shape])
                for name, node in zip(self.names, self._network.inputs, strict=True)
            ],
            outputs=[
                tensor(name=name, datatype=self._datatype, shape=[-1, *self._network.shape(name)])
                for name in self._network.outputs
            ],
        )

    def ModelInfer(self, request, context):  # noqa: N802, ARG002
        self.requests += 1
        time.sleep(self._delay_s)
        raw = {
            given.name: np.frombuffer(content, np.float32).reshape(given.shape)
            for given, content in zip(request.inputs, request.raw_input_contents, strict=True)
        }
        outputs = [out + self._wrong for out in self._answer([raw[name] for name in self.names])]
        reply = service_pb2.ModelInferResponse(model_name=self._model)
        for name, values in zip(self._network.outputs, outputs, strict=True):
            reply.outputs.add(name=name, datatype="FP32", shape=values.shape)
            reply.raw_output_contents.append(np.ascontiguousarray(values).tobytes())
        return reply


@contextmanager
def triton_server(network, **options):
    """Lend a service and where it listens."""
    service = TritonService(network, **options)
    server = grpc.server(ThreadPoolExecutor(2))
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield service, f"127.0.0.1:{port}"
    finally:
        server.stop(grace=None).wait()
