"""Who is measured beside the emulator, on the same network and events."""

import importlib.util
import os
import resource
import time
from pathlib import Path

import numpy as np

from codesign.design.fixed_point import dequantize
from codesign.design.hardware import Clock, HardwareConfig, IoType
from codesign.design.layers import Dense
from codesign.emulator import Emulator, emulate
from codesign.firmware import csim, generate

ROOT = Path("hls_projects/build/benchmark")
KERAS_EVENTS = 100_000


class Contender:
    """Work on a number of events, and the least time that it took.

    CPU seconds are those of all threads and child processes; they say on a shared machine what wall
    time says on an idle one.
    """

    def __init__(self, name, events, work):
        self.name, self.events, self.work = name, events, work
        self.seconds, self.busy_seconds = np.inf, np.inf

    def run(self):
        start, busy = time.perf_counter(), busy_seconds()
        self.work()
        self.seconds = min(self.seconds, time.perf_counter() - start)
        self.busy_seconds = min(self.busy_seconds, busy_seconds() - busy)


def busy_seconds():
    """Return the CPU time of this process and of the children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def random_events(network, count):
    node = network.inputs[0]
    low, high = node.precision.min_hw, node.precision.max_hw
    drawn = np.random.default_rng(0).integers(low, high, (count, *node.shape), endpoint=True)
    return drawn.astype(np.int16)


def emulators(network, events):
    one = Emulator(network, threads=1)
    every = Emulator(network)
    cores = len(os.sched_getaffinity(0))
    return [
        Contender("emulator, one thread", len(events), lambda: one(events)),
        Contender(f"emulator, {cores} threads", len(events), lambda: every(events)),
    ]


def simulations(network, events):
    """Return the C simulation, held against the emulator before it is measured."""
    is_vector = len(network.inputs[0].shape) == 1
    hardware = HardwareConfig(
        device="vu9p",
        clock=Clock(period_ns=5.0),
        io_type=IoType.PARALLEL if is_vector else IoType.STREAM,
    )
    project = generate(network, hardware, ROOT / f"{network.name}-{len(network.layers)}")
    few = events[: 50_000 if is_vector else 512].astype(np.int64)
    expected = csim(project, network, few)[network.outputs[0]]
    np.testing.assert_array_equal(emulate(network, few), expected)
    return [
        Contender("C simulation, one thread", len(few), lambda: csim(project, network, few)),
    ]


def interpreters(network, events):
    """Return alkaid's interpreter of a dense network, held against the emulator."""
    if importlib.util.find_spec("alkaid") is None:
        return [Contender("alkaid's interpreter: not installed", 0, None)]
    from alkaid.trace import FVArrayInput, HWConfig, trace
    from alkaid.trace.ops import quantize, relu

    grid = network.inputs[0].precision
    source = FVArrayInput(network.inputs[0].shape, hwconf=HWConfig(1, -1, -1))
    values = quantize(source, int(grid.signed), grid.integer - grid.signed, grid.fraction)
    for layer in network.layers:
        if isinstance(layer, Dense):
            values = values @ layer.kernel.real + layer.bias.real
        else:
            out = layer.precision
            values = quantize(relu(values), 0, out.integer, out.fraction, "SAT", "RND_CONV")
    compiled = trace(source, values)
    real = dequantize(events.astype(np.int64), grid)
    found = compiled.predict(real, n_threads=1)
    expected = dequantize(emulate(network, events), network.precision(network.outputs[0]))
    np.testing.assert_array_equal(found, expected)
    work = lambda: compiled.predict(real, n_threads=1)  # noqa: E731 # one line says it
    return [Contender("alkaid's interpreter, one thread", len(events), work)]


def keras_model(network):
    """Return a QKeras model of the same layers."""
    from codesign.models.keras import keras, qkeras, quiet

    layers, quantizer = keras().layers, "quantized_bits(6,0,alpha=1)"
    fields = {"kernel_quantizer": quantizer, "bias_quantizer": quantizer}
    with quiet():
        source = layers.Input(network.inputs[0].shape, name="x")
        tensor = qkeras().QActivation("quantized_bits(10,3,alpha=1)", name="grid")(source)
        for layer in network.layers:
            match layer.kind:
                case "dense":
                    tensor = qkeras().QDense(layer.shape[0], name=layer.name, **fields)(tensor)
                case "conv":
                    made = qkeras().QConv2D(layer.shape[-1], 3, name=layer.name, **fields)
                    tensor = made(tensor)
                case "activation":
                    tensor = qkeras().QActivation("quantized_relu(6,2)", name=layer.name)(tensor)
                case "pool":
                    tensor = layers.MaxPooling2D(name=layer.name)(tensor)
                case "reshape":
                    tensor = layers.Flatten(name=layer.name)(tensor)
        return keras().Model(source, tensor, name=network.name)


def models(network, events):
    if importlib.util.find_spec("qkeras") is None:
        return [Contender("QKeras: not installed (extra train)", 0, None)]
    model = keras_model(network)
    real = dequantize(events[:KERAS_EVENTS].astype(np.int64), network.inputs[0].precision)
    few = real.astype(np.float32)
    return [
        Contender(
            f"QKeras `predict`, all threads, batch {batch:,}",
            len(few),
            lambda batch=batch: model.predict(few, batch_size=batch, verbose=0),
        )
        for batch in (256, 1024, 8192)
    ]
