"""Read and write Keras models without ever running what a file brings along.

Our own form of a model is a folder with ``model.json``, the configuration, and ``weights.npz``, the
weights as ``<layer>/<index>``. Files of Keras (``.h5``, ``.keras``) are read too.
"""

import inspect
import json
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from codesign.errors import InvalidDataError
from codesign.models.allowed import ARRAY, QKERAS_LAYERS, QUANTIZERS, check_config
from codesign.models.keras import keras, qkeras, quiet

_CONFIG = "model.json"
_WEIGHTS = "weights.npz"
_CLIP = "is_quantized_clip"


def save_model(model: Any, folder: Path) -> Path:
    """Write a model's configuration and weights into a folder and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    config = json.dumps(json.loads(config_of(model)), indent=1, sort_keys=True) + "\n"
    (folder / _CONFIG).write_text(config, encoding="utf-8")
    np.savez(folder / _WEIGHTS, **weight_arrays(model))
    return folder


def config_of(model: Any) -> str:
    """Return a model's configuration as JSON, with the one flag that QKeras leaves out of it."""
    with quiet():
        config = json.loads(model.to_json())
    for spec in config["config"]["layers"]:
        for key, quantizer in _rectifiers(model.get_layer(spec["config"]["name"])):
            written = spec["config"].get("layer", spec)["config"].get(key)
            if isinstance(written, dict) and not quantizer.is_quantized_clip:
                written["config"][_CLIP] = False
    return json.dumps(config)


def _rectifiers(layer: Any) -> Iterator[tuple[str, Any]]:
    """Yield (key of the configuration, quantizer) for each ``quantized_relu`` of a layer."""
    inner = getattr(layer, "layer", layer)
    holder = getattr(inner, "cell", inner)
    for key in ("activation", "recurrent_activation"):
        for name in (key, "quantizer") if key == "activation" else (key,):
            quantizer = getattr(holder, name, None)
            if hasattr(quantizer, _CLIP):
                yield key, quantizer


def weight_arrays(model: Any) -> dict[str, Any]:
    """Return every weight as an array, named ``<layer>/<index>``."""
    return {
        f"{layer.name}/{index}": value
        for layer in model.layers
        for index, value in enumerate(layer.get_weights())
    }


def load_model(path: Path) -> Any:
    """Return the model of a folder, an ``.h5`` or a ``.keras`` file; none of its code is run.

    Raises:
        InvalidDataError: If it is none of these, or is damaged.
        UnsupportedLayerError: If the configuration names anything outside the known constructs,
            a Lambda layer first of all.
    """
    if path.is_dir():
        return _load_folder(path)
    readers = {".h5": _load_h5, ".hdf5": _load_h5, ".keras": _load_archive}
    if path.suffix not in readers:
        msg = f"{path}: not a model; expected a folder with {_CONFIG}, a .h5 or a .keras file"
        raise InvalidDataError(msg)
    if not path.is_file():
        msg = f"{path}: no such file"
        raise InvalidDataError(msg)
    try:
        model = readers[path.suffix](path)
    except (OSError, KeyError, zipfile.BadZipFile, json.JSONDecodeError) as error:
        msg = f"{path}: damaged model file: {error}; save the model again"
        raise InvalidDataError(msg) from error
    _warn_of_bounds(model, path)
    return model


def _warn_of_bounds(model: Any, path: Path) -> None:
    """Warn where a file of Keras does not say what a ``quantized_relu`` computes."""
    for layer in model.layers:
        for _, quantizer in _rectifiers(layer):
            bound = quantizer.relu_upper_bound
            if bound and quantizer.is_quantized_clip and bound < 2.0 ** float(quantizer.integer):
                msg = (
                    f"{path}: {layer.name}: QKeras does not save {_CLIP}, so relu_upper_bound="
                    f"{float(bound):g} is read as unused; if the model was trained with "
                    f"{_CLIP}=False, set it again after loading, or save with codesign.models"
                )
                warnings.warn(msg, UserWarning, stacklevel=3)


def rebuild(config_json: str, *, place: str) -> Any:
    """Return an untrained model from its configuration as JSON, checked before Keras sees it."""
    config = json.loads(config_json)
    check_config(config, place=place)
    with quiet():
        return keras().models.model_from_config(
            _spell_quantizers(config), custom_objects=custom_objects()
        )


def _spell_quantizers(node: Any) -> Any:
    """Return a configuration that QKeras reads as it wrote it.

    QActivation writes its quantizer as an object and reads it back as text only; quantizers write
    what they do not read, ``quantized_hswish`` its ``keep_negative``, and take scales as arrays.
    """
    if isinstance(node, list):
        return [_spell_quantizers(value) for value in node]
    if not isinstance(node, dict):
        return node
    if node.get("class_name") == ARRAY:
        return np.array(node["config"]["value"], dtype=np.dtype(node["config"]["dtype"]))
    node = {key: _spell_quantizers(value) for key, value in node.items()}
    if node.get("class_name") in QUANTIZERS and isinstance(node.get("config"), dict):
        known = inspect.signature(custom_objects()[node["class_name"]].__init__).parameters
        node["config"] = {key: value for key, value in node["config"].items() if key in known}
    if node.get("class_name") == "QActivation" and isinstance(node["config"]["activation"], dict):
        node["config"]["activation"] = _spell(node["config"]["activation"])
    return node


def _spell(quantizer: dict[str, Any]) -> str:
    """Return ``name(key=value, ...)``; what is None is left out, being the default everywhere."""
    given = {key: value for key, value in quantizer["config"].items() if value is not None}
    return f"{quantizer['class_name']}({','.join(f'{k}={v!r}' for k, v in given.items())})"


def custom_objects() -> dict[str, Any]:
    """Return the QKeras classes that a configuration may name."""
    module = qkeras()
    names = sorted(QKERAS_LAYERS | QUANTIZERS)
    found = {name: getattr(module, name) for name in names if hasattr(module, name)}
    found["QInitializer"] = module.qlayers.QInitializer
    found["Clip"] = module.qlayers.Clip
    return found


def _load_folder(folder: Path) -> Any:
    try:
        config = (folder / _CONFIG).read_text(encoding="utf-8")
        model = rebuild(config, place=str(folder / _CONFIG))
        with np.load(folder / _WEIGHTS, allow_pickle=False) as arrays:
            for layer in model.layers:
                count = len(layer.get_weights())
                layer.set_weights([arrays[f"{layer.name}/{i}"] for i in range(count)])
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        msg = f"{folder}: not a saved model: {error}; train it again"
        raise InvalidDataError(msg) from error
    return model


def _load_h5(path: Path) -> Any:
    import h5py  # noqa: PLC0415

    with h5py.File(path, "r") as file:
        config = file.attrs["model_config"]
        text = config if isinstance(config, str) else config.decode()
    model = rebuild(text, place=str(path))
    model.load_weights(str(path))
    return model


def _load_archive(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as scratch:
        config = json.loads(archive.read("config.json"))
        check_config(config, place=str(path))
        with quiet():
            model = keras().saving.deserialize_keras_object(
                _spell_quantizers(config), custom_objects=custom_objects()
            )
        weights = Path(scratch) / "model.weights.h5"
        weights.write_bytes(archive.read("model.weights.h5"))
        model.load_weights(str(weights))
    return model
