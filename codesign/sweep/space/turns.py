"""What hyper-parameters change in the plain data of a candidate."""

from collections.abc import Callable
from dataclasses import replace

from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError
from codesign.sweep.space.knob import EVERY, Plain, Value


def setting(*path: str) -> Callable[[Plain, str, Value], None]:
    """Return what sets one entry of a candidate."""

    def turn(plain: Plain, _layer: str, value: Value) -> None:
        table = plain
        for key in path[:-1]:
            table = table[key]
        table[path[-1]] = list(value) if isinstance(value, tuple) else value

    return turn


def of_reads(plain: Plain, _layer: str, value: Value) -> None:
    """Keep the inputs of a model that are named, joined by ``+``, and leave out the others.

    Raises:
        InvalidDesignError: If the model has no such input.
    """
    sources = {source["name"]: source for source in plain["model"]["inputs"]}
    names = [name.strip() for name in str(value).split("+")]
    unknown = [name for name in names if name not in sources]
    if unknown:
        msg = f"reads: no input {unknown[0]!r}; model.inputs are {', '.join(sources) or 'none'}"
        raise InvalidDesignError(msg)
    plain["model"]["inputs"] = [source for name, source in sources.items() if name in names]


def of_input(field: str) -> Callable[[Plain, str, Value], None]:
    """Return what changes the width or the integer bits of the inputs."""

    def turn(plain: Plain, _layer: str, value: Value) -> None:
        plain["quantization"]["input"] = _changed(plain["quantization"]["input"], field, value)

    return turn


def of_formats(field: str, *tensors: str) -> Callable[[Plain, str, Value], None]:
    """Return what changes the width or the integer bits of tensors of a layer."""

    def turn(plain: Plain, layer: str, value: Value) -> None:
        for entry in _quantized(plain, layer):
            for tensor in tensors:
                is_fixed = tensor == "weight" and entry["kernel_quantizer"] != "quantized_bits"
                if not is_fixed:  # ternary and binary weights have no width to choose
                    entry[tensor] = _changed(entry[tensor], field, value)

    return turn


def of_hardware(field: str) -> Callable[[Plain, str, Value], None]:
    """Return what changes the hardware of the whole design or of one layer."""

    def turn(plain: Plain, layer: str, value: Value) -> None:
        hardware = plain["hardware"]
        if layer == EVERY:
            hardware[field] = value
            return
        default = {"name": layer, "reuse_factor": None, "strategy": None}
        _entry(hardware["layers"], layer, default)[field] = value

    return turn


def _changed(text: str, field: str, value: Value) -> str:
    return str(replace(Precision.from_text(text), **{field: value}))  # type: ignore[arg-type]


def _quantized(plain: Plain, layer: str) -> list[Plain]:
    """Return the entries of one layer, made from that of the others where it has none; or all."""
    layers: list[Plain] = plain["quantization"]["layers"]
    if layer == EVERY:
        return layers
    return [_entry(layers, layer, next((e for e in layers if e["name"] == EVERY), None))]


def _entry(layers: list[Plain], name: str, default: Plain | None) -> Plain:
    found = next((entry for entry in layers if entry["name"] == name), None)
    if found is None:
        if default is None:
            msg = f"no precision for layer {name!r}; give the recipe one for '{EVERY}'"
            raise InvalidDesignError(msg)
        found = {**default, "name": name}
        layers.append(found)
    return found
