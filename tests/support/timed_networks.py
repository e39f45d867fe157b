"""A small network with its files, as the parent of a measurement writes them."""

import os

import numpy as np
from kind_networks import Maker

from codesign.baselines.job import INPUTS, NETWORK, REFERENCE, Job
from codesign.baselines.numpy_twin import NumpyTwin
from codesign.design.fixed_point import dequantize
from codesign.design.layers import Activation, Concatenate, Dense, Function
from codesign.design.protocol import Protocol
from codesign.lowering.network_file import save_network

QUICK = Protocol(
    batches=(1, 8), calls=200, cell_s=1.0, warmup_s=0.05, checked=64, runtime_s=60.0, settle_s=0.0
)


def small_network():
    """Return a dense network of two inputs: features and one more number."""
    made = Maker((6,), "fixed<8,4>")
    made.input("more", (1,), "fixed<6,3>")
    made.weighted(Dense, "hidden", (6, 8), 8, precision="fixed<12,6,RND_CONV,SAT>")
    made.add(Activation, "relu", "hidden", "ufixed<12,8,RND_CONV,SAT>", function=Function.RELU)
    made.add(Concatenate, "both", ("relu", "more"), "fixed<14,10>", axis=0)
    made.weighted(Dense, "logits", (9, 3), 3, inputs="both", precision="fixed<16,8,RND_CONV,SAT>")
    return made.network("small_network")


def small_events(network, events=64, seed=3):
    """Return hardware integers of each input, a quarter of its range wide."""
    rng = np.random.default_rng(seed)
    return {
        node.name: rng.integers(
            node.precision.min_hw // 4, node.precision.max_hw // 4, (events, *node.shape)
        )
        for node in network.inputs
    }


def write_job(folder, runtime, *, protocol=QUICK, server=None):
    """Write what a child needs, the reference by NumPy, and return its job."""
    network = small_network()
    events = small_events(network)
    save_network(network, folder / NETWORK)
    real = [
        dequantize(events[node.name], node.precision).astype(np.float32) for node in network.inputs
    ]
    np.savez(folder / INPUTS, *real)
    np.savez(folder / REFERENCE, *NumpyTwin(network)(real))
    cpus = tuple(sorted(os.sched_getaffinity(0)))[-1:]
    return Job(
        runtime=runtime,
        folder=str(folder),
        threads=1,
        cpus=cpus,
        protocol=protocol,
        server=server,
    )
