"""What a sweep can turn: every hyper-parameter, one row each in :data:`KNOBS`.

To add one, write a row here and nothing else: ``sweeps/*.toml``, the keras-tuner hyper-parameters,
the candidates, their digests, ``codesign sweep run --plan`` and the tables all follow. A knob
changes the plain data of a candidate, as a recipe in ``hls_projects/`` has it; the strict codec
then makes the candidate, so that a value that does not fit is refused by its place in the recipe.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from codesign.design.hardware import Backend, IoType, Multipliers, Strategy
from codesign.design.plan import Mode
from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError

Value = int | float | str | bool | tuple[int, ...]
Plain = dict[str, Any]
EVERY = "*"
"""Names all layers that have no entry of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """One hyper-parameter.

    Attributes:
        name: As a sweep file names it.
        turn: Sets it in the plain data of a candidate, for one layer or :data:`EVERY`.
        kind: The type of its values.
        help: What it is, with its unit.
        of_layers: Whether layers can have values of their own.
        retrains: Whether another value is another training; the rest is hardware only.
        choices: The legal words of a knob that is one.
    """

    name: str
    turn: Callable[[Plain, str, Value], None]
    kind: type
    help: str
    of_layers: bool = False
    retrains: bool = True
    choices: type[StrEnum] | None = None

    def check(self, value: object) -> Value:
        """Return a value as TOML or JSON gives it, checked.

        Raises:
            InvalidDesignError: If its type or word is not one of this knob.
        """
        if self.kind is tuple:
            return self._widths(value)
        if self.kind is float and type(value) is int:
            return float(value)
        if type(value) is not self.kind:
            msg = f"{self.name} takes values of type {self.kind.__name__}, got {value!r}"
            raise InvalidDesignError(msg)
        if self.choices is not None and value not in list(self.choices):
            msg = f"{self.name}: {value!r} is not one of {', '.join(self.choices)}"
            raise InvalidDesignError(msg)
        assert isinstance(value, int | float | str | bool)  # noqa: S101 - tells mypy
        return value

    def _widths(self, value: object) -> tuple[int, ...]:
        if not isinstance(value, list | tuple) or any(type(item) is not int for item in value):
            msg = f"{self.name} takes lists of whole numbers, got {value!r}"
            raise InvalidDesignError(msg)
        return tuple(value)


def _set(*path: str) -> Callable[[Plain, str, Value], None]:
    """Return what sets one entry of a candidate."""

    def turn(plain: Plain, _layer: str, value: Value) -> None:
        table = plain
        for key in path[:-1]:
            table = table[key]
        table[path[-1]] = list(value) if isinstance(value, tuple) else value

    return turn


def _input(field: str) -> Callable[[Plain, str, Value], None]:
    def turn(plain: Plain, _layer: str, value: Value) -> None:
        plain["quantization"]["input"] = _changed(plain["quantization"]["input"], field, value)

    return turn


def _formats(field: str, *tensors: str) -> Callable[[Plain, str, Value], None]:
    """Return what changes the width or the integer bits of tensors of a layer."""

    def turn(plain: Plain, layer: str, value: Value) -> None:
        for entry in _quantized(plain, layer):
            for tensor in tensors:
                is_fixed = tensor == "weight" and entry["kernel_quantizer"] != "quantized_bits"
                if not is_fixed:  # ternary and binary weights have no width to choose
                    entry[tensor] = _changed(entry[tensor], field, value)

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


def _hardware(field: str) -> Callable[[Plain, str, Value], None]:
    """Return what changes the hardware of the whole design or of one layer."""

    def turn(plain: Plain, layer: str, value: Value) -> None:
        hardware = plain["hardware"]
        if layer == EVERY:
            hardware[field] = value
            return
        default = {"name": layer, "reuse_factor": None, "strategy": None}
        _entry(hardware["layers"], layer, default)[field] = value

    return turn


KNOBS: dict[str, Knob] = {
    knob.name: knob
    for knob in (
        Knob(
            name="bits",
            turn=_formats("width", "weight", "bias", "activation"),
            kind=int,
            of_layers=True,
            help="width of weights, biases and activations, sign included",
        ),
        Knob(
            name="weight_bits",
            turn=_formats("width", "weight"),
            kind=int,
            of_layers=True,
            help="width of the weights, sign included",
        ),
        Knob(
            name="bias_bits",
            turn=_formats("width", "bias"),
            kind=int,
            of_layers=True,
            help="width of the biases, sign included",
        ),
        Knob(
            name="activation_bits",
            turn=_formats("width", "activation"),
            kind=int,
            of_layers=True,
            help="width of what follows a layer",
        ),
        Knob(
            name="integer_bits",
            turn=_formats("integer", "weight", "bias", "activation"),
            kind=int,
            of_layers=True,
            help="I of fixed<W,I> and ufixed<W,I> of weights, biases and activations",
        ),
        Knob(
            name="weight_integer",
            turn=_formats("integer", "weight"),
            kind=int,
            of_layers=True,
            help="I of fixed<W,I> of the weights",
        ),
        Knob(
            name="bias_integer",
            turn=_formats("integer", "bias"),
            kind=int,
            of_layers=True,
            help="I of fixed<W,I> of the biases",
        ),
        Knob(
            name="activation_integer",
            turn=_formats("integer", "activation"),
            kind=int,
            of_layers=True,
            help="I of ufixed<W,I> of what follows a layer",
        ),
        Knob(name="input_bits", turn=_input("width"), kind=int, help="width of the inputs"),
        Knob(name="input_integer", turn=_input("integer"), kind=int, help="I of the inputs"),
        Knob(
            name="sparsity",
            turn=_set("pruning", "sparsity"),
            kind=float,
            help="final share of zero weights",
        ),
        Knob(
            name="prune_begin",
            turn=_set("pruning", "begin_epoch"),
            kind=int,
            help="epoch at whose start pruning begins",
        ),
        Knob(
            name="prune_end",
            turn=_set("pruning", "end_epoch"),
            kind=int,
            help="epoch at whose start the final sparsity is reached",
        ),
        Knob(
            name="widths",
            turn=_set("model", "widths"),
            kind=tuple,
            help="units of the hidden layers",
        ),
        Knob(
            name="mode",
            turn=_set("training", "mode"),
            kind=str,
            choices=Mode,
            help="when the model meets its precisions",
        ),
        Knob(
            name="calibrate",
            turn=_set("training", "calibrate"),
            kind=bool,
            help="with PTQ, choose the integer bits from the range of each tensor",
        ),
        Knob(name="epochs", turn=_set("training", "epochs"), kind=int, help="epochs at most"),
        Knob(
            name="learning_rate",
            turn=_set("training", "learning_rate"),
            kind=float,
            help="of Adam at the start",
        ),
        Knob(
            name="batch_size",
            turn=_set("training", "batch_size"),
            kind=int,
            help="events a step",
        ),
        Knob(
            name="seed",
            turn=_set("training", "seed"),
            kind=int,
            help="of weights, shuffling and the split of the events",
        ),
        Knob(
            name="reuse_factor",
            turn=_hardware("reuse_factor"),
            kind=int,
            of_layers=True,
            retrains=False,
            help="uses of each multiplier per inference",
        ),
        Knob(
            name="strategy",
            turn=_hardware("strategy"),
            kind=str,
            of_layers=True,
            retrains=False,
            choices=Strategy,
            help="how a layer trades multipliers for time",
        ),
        Knob(
            name="io_type",
            turn=_set("hardware", "io_type"),
            kind=str,
            retrains=False,
            choices=IoType,
            help="how tensors travel between layers",
        ),
        Knob(
            name="backend",
            turn=_set("hardware", "backend"),
            kind=str,
            retrains=False,
            choices=Backend,
            help="what generates the firmware",
        ),
        Knob(
            name="device",
            turn=_set("hardware", "device"),
            kind=str,
            retrains=False,
            help="a part of the catalog",
        ),
        Knob(
            name="period_ns",
            turn=_set("hardware", "clock", "period_ns"),
            kind=float,
            retrains=False,
            help="target clock period in ns",
        ),
        Knob(
            name="multipliers",
            turn=_set("hardware", "rtl", "multipliers"),
            kind=str,
            retrains=False,
            choices=Multipliers,
            help="what the products of a reuse-factor engine of the RTL back end are made of",
        ),
    )
}


def find_knob(name: str) -> Knob:
    """Return a hyper-parameter by its name.

    Raises:
        InvalidDesignError: If there is none of this name.
    """
    if name not in KNOBS:
        msg = f"unknown hyper-parameter {name!r}; known are {', '.join(KNOBS)}"
        raise InvalidDesignError(msg)
    return KNOBS[name]
