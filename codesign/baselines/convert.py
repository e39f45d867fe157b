"""A child process of its own that converts the float twin for LiteRT: TensorFlow is needed for it.

One file a batch size, shapes fixed: that is what runs fastest. What cannot be converted leaves its
reason in a file of the same name.
"""

import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from codesign.baselines.agreement import slices
from codesign.baselines.job import INPUTS, NETWORK, read_arrays, read_job
from codesign.baselines.keras_twin import keras_twin
from codesign.baselines.litert_files import litert_file
from codesign.baselines.table import find_runtime
from codesign.lowering.network_file import load_network
from codesign.models.keras import tensorflow

_CALIBRATION_EVENTS = 512
_LONGEST_REASON = 400


def convert(place: Path) -> None:
    """Convert the network of a job for each runtime and batch size that it names.

    Args:
        place: The file of the job.
    """
    job = read_job(place)
    folder = Path(job.folder)
    network = load_network(folder / NETWORK)
    model, inputs = keras_twin(network), read_arrays(folder / INPUTS)
    names = [node.name for node in network.inputs]
    for name, batch in product(job.conversions, job.protocol.batches):
        path, rounds = litert_file(folder, name, batch), find_runtime(name).rounds
        try:
            calls = slices([values[:_CALIBRATION_EVENTS] for values in inputs], batch)
            path.write_bytes(_converted(model, names, batch, calls if rounds else None))
        except Exception as error:  # noqa: BLE001 - a converter raises whatever it likes
            text = f"{type(error).__name__}: {error}".strip()[:_LONGEST_REASON]
            path.with_suffix(".txt").write_text(text, encoding="utf-8")


def _converted(model: Any, names: list[str], batch: int, calls: list[Any] | None) -> bytes:
    tf = tensorflow()
    signature = [
        tf.TensorSpec((batch, *tensor.shape[1:]), tf.float32, name=name)
        for tensor, name in zip(model.inputs, names, strict=True)
    ]
    traced = tf.function(
        lambda *given: model(list(given), training=False), input_signature=signature
    )
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [traced.get_concrete_function()], model
    )
    if calls is not None:

        def examples() -> Iterator[dict[str, Any]]:
            for call in calls:
                yield dict(zip(names, call, strict=True))

        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = examples
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    found: bytes = converter.convert()
    return found


if __name__ == "__main__":
    convert(Path(sys.argv[1]))
