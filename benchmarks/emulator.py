"""Print how fast the emulator is, each network against its peers in the same run, and its memory.

    python benchmarks/emulator.py            # emulator, C simulation of the dense networks, memory
    python benchmarks/emulator.py --images   # the C simulation of the image network too: minutes
    python benchmarks/emulator.py --keras    # QKeras' predict too: needs the extra `train`

alkaid's interpreter takes part where the package is installed.
"""

import argparse
import importlib.util
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import networks as made
import numpy as np

from codesign.design.fixed_point import dequantize
from codesign.design.hardware import Clock, HardwareConfig, IoType
from codesign.design.layers import Dense
from codesign.emulator import Emulator, emulate, emulate_chunks
from codesign.firmware import csim, generate

ROOT = Path("hls_projects/build/benchmark")
REPEATS = 5
CSIM_EVENTS = {"image": 64}
CHUNK = 50_000


class Contender:
    """What is measured: work on a number of events, None where it cannot take part."""

    def __init__(self, name, events, work):
        self.name, self.events, self.work = name, events, work
        self.seconds, self.busy_seconds = np.inf, np.inf

    def run(self):
        start, busy = time.perf_counter(), time.thread_time()
        self.work()
        self.seconds = min(self.seconds, time.perf_counter() - start)
        self.busy_seconds = min(self.busy_seconds, time.thread_time() - busy)


def random_events(network, count):
    node = network.inputs[0]
    low, high = node.precision.min_hw, node.precision.max_hw
    return np.random.default_rng(0).integers(low, high, (count, *node.shape), endpoint=True)


def emulators(network, events):
    one = Emulator(network, threads=1)
    every = Emulator(network)
    cores = len(os.sched_getaffinity(0))
    return [
        Contender("emulator, one thread", len(events), lambda: one(events)),
        Contender(f"emulator, {cores} threads", len(events), lambda: every(events)),
    ]


def simulations(network, events):
    parallel = len(network.inputs[0].shape) == 1
    hardware = HardwareConfig(
        device="vu9p",
        clock=Clock(period_ns=5.0),
        io_type=IoType.PARALLEL if parallel else IoType.STREAM,
    )
    project = generate(network, hardware, ROOT / f"{network.name}-{len(network.layers)}")
    few = events[: CSIM_EVENTS.get(network.name, 50_000)]
    expected = csim(project, network, few)[network.outputs[0]]
    np.testing.assert_array_equal(emulate(network, few), expected)
    work = lambda: csim(project, network, few)  # noqa: E731 # one line says it
    return [Contender("C simulation (hls4ml), one thread", len(few), work)]


def interpreters(network, events):
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
    real = dequantize(events, grid)
    found = compiled.predict(real, n_threads=1)
    output = network.outputs[0]
    expected = dequantize(emulate(network, events), network.precision(output))
    np.testing.assert_array_equal(found, expected)
    work = lambda: compiled.predict(real, n_threads=1)  # noqa: E731 # one line says it
    return [Contender("alkaid's interpreter, one thread", len(events), work)]


def models(network, events):
    from codesign.models.keras import keras, qkeras

    layers, quantizer = keras().layers, "quantized_bits(6,0,alpha=1)"
    fields = {"kernel_quantizer": quantizer, "bias_quantizer": quantizer}
    source = tensor = layers.Input(network.inputs[0].shape)
    for layer in network.layers:
        match layer.kind:
            case "dense":
                tensor = qkeras().QDense(layer.shape[0], **fields)(tensor)
            case "conv":
                tensor = qkeras().QConv2D(layer.shape[-1], 3, **fields)(tensor)
            case "activation":
                tensor = qkeras().QActivation("quantized_relu(6,2)")(tensor)
            case "pool":
                tensor = layers.MaxPooling2D()(tensor)
            case "reshape":
                tensor = layers.Flatten()(tensor)
    model = keras().Model(source, tensor)
    few = dequantize(events[:100_000], network.inputs[0].precision).astype(np.float32)
    return [
        Contender(
            f"QKeras `predict`, all threads, batch {batch}",
            len(few),
            lambda batch=batch: model.predict(few, batch_size=batch, verbose=0),
        )
        for batch in (256, 1024, 8192)
    ]


def memory_mb(events):
    """Return the peak memory of a process that emulates events as they come, in megabytes."""
    arguments = [sys.executable, __file__, "--stream", str(events)]
    return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.strip()


def stream(events):
    network = made.dense_network(16, 64, 32, 32, 5, pruned=0.75)
    chunk = random_events(network, CHUNK).astype(np.int16)
    start = time.perf_counter()
    for _ in emulate_chunks(network, (chunk for _ in range(events // CHUNK))):
        pass
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{peak:.0f} MB | {events / seconds:,.0f}")


def speed_table(title, network, events, measures):
    """Print the best of several rounds; all contenders take part in each round."""
    contenders = [one for measure in measures for one in measure(network, events)]
    for _ in range(REPEATS):
        for one in contenders:
            if one.work is not None:
                one.run()
    first = contenders[0]
    reference = first.events / first.seconds
    print(f"\n{title}\n\n| what | inferences/s | one thread of the emulator is |\n|---|---|---|")
    print(f"| emulator, per second of CPU time | {first.events / first.busy_seconds:,.0f} | |")
    for one in contenders:
        speed = one.events / one.seconds
        shown = f"{speed:,.0f} | {reference / speed:.3g}x" if one.work else "- | -"
        print(f"| {one.name} | {shown} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", action="store_true")
    parser.add_argument("--keras", action="store_true")
    parser.add_argument("--stream", type=int)
    chosen = parser.parse_args()
    if chosen.stream:
        stream(chosen.stream)
        return
    more = (models,) if chosen.keras else ()
    chains = (emulators, simulations, interpreters, *more)
    for title, widths, pruned in (
        ("16-64-32-32-5, 6 bit, 75 % pruned", (16, 64, 32, 32, 5), 0.75),
        ("16-64-32-32-5, 6 bit, dense", (16, 64, 32, 32, 5), 0.0),
        ("57-32-16-8, 6 bit, 75 % pruned", (57, 32, 16, 8), 0.75),
    ):
        network = made.dense_network(*widths, pruned=pruned)
        speed_table(title, network, random_events(network, 400_000), chains)
    image = made.image_network()
    measures = (emulators, *((simulations,) if chosen.images else ()), *more)
    speed_table("32x32x3, two convolutions", image, random_events(image, 4096), measures)
    print("\nMemory\n\n| events | peak memory | inferences/s |\n|---|---|---|")
    for events in (10**5, 10**6, 10**7):
        print(f"| {events:,} | {memory_mb(events)} |")
    print(f"\nload average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
