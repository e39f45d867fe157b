"""A child process that asks Keras what every runtime must answer."""

import sys
from pathlib import Path

import numpy as np

from codesign.baselines.job import INPUTS, NETWORK, REFERENCE, read_arrays, read_job
from codesign.baselines.keras_twin import keras_twin
from codesign.data.files import written_whole
from codesign.lowering.network_file import load_network
from codesign.models.predict import predict_outputs


def answer_reference(place: Path) -> None:
    """Write what the float twin in Keras answers to the inputs of a job.

    Args:
        place: The file of the job.
    """
    folder = Path(read_job(place).folder)
    model = keras_twin(load_network(folder / NETWORK))
    outputs = predict_outputs(model, read_arrays(folder / INPUTS), double=False)
    with written_whole(folder / REFERENCE) as temporary:
        np.savez(temporary, *(values.astype(np.float32) for values in outputs))


if __name__ == "__main__":
    answer_reference(Path(sys.argv[1]))
