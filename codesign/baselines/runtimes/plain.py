"""NumPy: no compiler and no graph, the least that anybody has."""

from codesign.baselines.numpy_twin import NumpyTwin
from codesign.baselines.runtime import Answer, Task


def open_numpy(task: Task, batch: int) -> Answer:
    """Return the twin in NumPy; it takes any batch size."""
    del batch
    return NumpyTwin(task.network)
