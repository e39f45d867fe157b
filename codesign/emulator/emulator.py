"""A network compiled for the emulator, run on all cores."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import prod
from queue import SimpleQueue

import numpy as np
from threadpoolctl import ThreadpoolController

from codesign.design.fixed_point import Integers
from codesign.design.network import QuantizedNetwork
from codesign.design.progress import Progress, silent
from codesign.emulator.compile import compile_network
from codesign.emulator.inputs import Events, count_events, named_events
from codesign.emulator.worker import Worker

_CHUNK_BYTES = 2**22
_SMALLEST_CHUNK, _LARGEST_CHUNK = 64, 4096
_CHUNKS_A_TASK = 2


class Emulator:
    """A network compiled once, to be run on any number of arrays of events."""

    def __init__(
        self, network: QuantizedNetwork, *, tensors: Sequence[str] = (), threads: int = 0
    ) -> None:
        """Compile a network.

        Args:
            network: The network.
            tensors: The names of the tensors that are wanted; its outputs where empty.
            threads: How many cores are used; all that the process may use where 0.
        """
        self._network = network
        self._wanted = tuple(tensors) or network.outputs
        self._program = compile_network(network, kept=self._wanted, fuse=True)
        self._threads = threads or len(os.sched_getaffinity(0))
        self._chunk = chunk_events(network)
        self._blas = ThreadpoolController()
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for _ in range(self._threads):
            self._idle.put(Worker(self._program))

    def __call__(self, inputs: Events, *, progress: Progress = silent) -> dict[str, Integers]:
        """Return the wanted tensors, by name.

        Args:
            inputs: As of :func:`codesign.emulator.emulate`.
            progress: Told how many events are done.

        Raises:
            InvalidDataError: If the inputs have the wrong shape or type or leave their range.
        """
        events = named_events(self._network, inputs)
        count = count_events(self._network, events)
        results = {
            name: np.empty((count, *self._network.shape(name)), dtype=np.int64)
            for name in self._wanted
        }
        tasks = [
            range(start, min(start + self._chunk * _CHUNKS_A_TASK, count))
            for start in range(0, count, self._chunk * _CHUNKS_A_TASK)
        ]
        # threads of BLAS beside ours would wait for each other: a product here is too small for two
        with self._blas.limit(limits=1, user_api="blas"):
            for task in self._finished(tasks, lambda task: self._work(events, results, task)):
                progress(task.stop, count, "events emulated")
        return results

    def _finished(self, tasks: Sequence[range], work: Callable[[range], None]) -> Iterator[range]:
        """Do tasks, on several cores where there are several, and yield each when it is done."""
        if len(tasks) == 1 or self._threads == 1:
            for task in tasks:
                work(task)
                yield task
            return
        with ThreadPoolExecutor(self._threads) as pool:
            for task, _ in zip(tasks, pool.map(work, tasks), strict=True):
                yield task

    def _work(
        self, events: Mapping[str, Integers], results: Mapping[str, Integers], task: range
    ) -> None:
        """Emulate a range of events, chunk by chunk, into the results."""
        worker = self._idle.get()
        try:
            for start in range(task.start, task.stop, self._chunk):
                part = slice(start, min(start + self._chunk, task.stop))
                tensors = worker.run({name: values[part] for name, values in events.items()})
                for name, result in results.items():
                    made = np.moveaxis(tensors[name], -1, 0)
                    np.copyto(result[part], made, casting="unsafe")
        finally:
            self._idle.put(worker)


def chunk_events(network: QuantizedNetwork) -> int:
    """Return how many events go through a network at a time: its tensors should stay in cache."""
    elements = sum(prod(node.shape) for node in (*network.inputs, *network.layers))
    fitting = _CHUNK_BYTES // (elements * np.dtype(np.float32).itemsize)
    return max(_SMALLEST_CHUNK, min(_LARGEST_CHUNK, fitting))
