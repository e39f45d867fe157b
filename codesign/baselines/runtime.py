"""What a runtime is: it opens a network for a batch size and answers events."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codesign.design.baseline_results import Processor
from codesign.design.network import QuantizedNetwork

Reals = NDArray[np.float32]
Answer = Callable[[Sequence[Reals]], Sequence[Reals]]
"""From one contiguous float32 array an input to one an output, in the order of the network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TritonServer:
    """A Triton inference server that the user runs.

    Attributes:
        url: Host and port of its gRPC service.
        model: As the server calls it.
        timeout_s: Seconds that one request may take.
    """

    url: str
    model: str
    timeout_s: float = 2.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Task:
    """What a runtime is given.

    Attributes:
        network: The quantized network whose float twin it runs.
        folder: With the files that were converted for it; it may write there.
        threads: It may use.
        server: To ask, for a runtime behind a network connection.
    """

    network: QuantizedNetwork
    folder: Path
    threads: int
    server: TritonServer | None = None


Opener = Callable[[Task, int], Answer]
"""From a task and a batch size to what answers that many events a call.

It raises a ToolNotFoundError where something is not installed and a ToolFailedError where it cannot
run the network.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """A way to run a network, as the table and third parties describe it.

    Attributes:
        name: As it is asked for and shown.
        opener: Dotted path of its :data:`Opener`, ``package.module:function``.
        module: The import package that must be there.
        package: The installed package whose version is told.
        processor: Where it runs.
        included: What lies between the two readings of the clock.
        rounds: Whether it computes in integers of few bits, and is held to less.
        converted: Whether it reads files that TensorFlow must convert first.
    """

    name: str
    opener: str
    module: str
    package: str
    processor: Processor = Processor.CPU
    included: str
    rounds: bool = False
    converted: bool = False
