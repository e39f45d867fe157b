"""What becomes of a random network, by its number: exact, or refused by name."""

import contextlib
import random
import re
from dataclasses import dataclass, replace

import numpy as np
from graph_models import random_model
from joined_networks import random_hardware, whole_range
from qkeras_reference import assert_agrees, randomize

from codesign.design.hardware import IoType
from codesign.emulator import emulate_tensors
from codesign.errors import InvalidDesignError, UnsupportedLayerError
from codesign.firmware import csim, generate, supports
from codesign.lowering import lint, lower
from codesign.models.keras import keras
from codesign.training import snap_weights

REFUSALS = (UnsupportedLayerError, InvalidDesignError)
NETWORKS = 600
REFUSABLE = 0.04
"""Share of layers and quantizers without an exact form, in every third network."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of one network.

    Attributes:
        number: Its number, from which everything is drawn.
        constructs: Kinds of layers, and quantizers.
        refused: Why it was refused, its layers and numbers left out; empty where it is exact.
        layers: Of the lowered network.
    """

    number: int
    constructs: tuple[str, ...]
    refused: str = ""
    layers: int = 0


def drawn_model(number):
    """Return the model of a number, with weights, and its constructs."""
    source = random.Random(number)  # noqa: S311 # no secret
    model = random_model(source, refusable=REFUSABLE if number % 3 == 0 else 0.0)
    spread, pruned = source.choice([0.3, 1.0, 2.0]), source.choice([0.0, 0.5])
    randomize(model, np.random.default_rng(number), spread=spread, pruned=pruned)
    return model, constructs(model)


def emulated(number, *, events):
    """Return the verdict on QKeras = emulator, and the lowered network or None.

    Raises:
        AssertionError: If they differ, or a refusal does not name a layer of the model.
    """
    model, found = drawn_model(number)
    verdict = Verdict(number=number, constructs=found)
    names = [layer.name for layer in model.layers]
    complaints = lint(model)
    if complaints:
        _check_named("\n".join(complaints), names)
        return replace(verdict, refused=reason(complaints[0])), None
    try:
        snap_weights(model)
        network = lower(model, name=f"random_{number}")
    except REFUSALS as error:
        _check_named(str(error), names)
        return replace(verdict, refused=reason(error)), None
    assert_agrees(without_softmax(model), network, np.random.default_rng(number), events)
    return replace(verdict, layers=len(network.layers)), network


def simulated(network, number, folder, *, events):
    """Return (io type, reason of refusal) after emulator = csim on every tensor.

    Numbers take turns between both io types; where one is refused, the other is tried.
    """
    rng = np.random.default_rng(number)
    types = list(IoType) if number % 2 else list(IoType)[::-1]
    refusals = []
    for io_type in types:
        hardware = random_hardware(rng, network, io_type=io_type)
        try:
            supports(network, hardware)
        except REFUSALS as error:
            _check_named(str(error), [n.name for n in (*network.inputs, *network.layers)])
            refusals.append(reason(error))
            continue
        inputs = whole_range(network, events=events, start=number)
        found = csim(generate(network, hardware, folder), network, inputs, layers=True)
        expected = emulate_tensors(network, inputs)
        for name, values in found.items():
            np.testing.assert_array_equal(values, expected[name], err_msg=name)
        return io_type.value, ""
    return "", refusals[0]


def without_softmax(model):
    """Return a model whose final softmax, which lowering leaves out by default, is left out."""
    last = model.layers[-1]
    if type(last).__name__ != "Softmax":
        return model
    return keras().Model(model.inputs, [*model.outputs[:-1], last.input])


def constructs(model):
    """Return the kinds of layers of a model and its quantizers, each once."""
    found = set()
    for layer in model.layers:
        kind = type(layer).__name__
        inner = getattr(layer, "layer", layer)
        if kind not in {"InputLayer", "QActivation"}:
            found.add(f"TimeDistributed({type(inner).__name__})" if inner is not layer else kind)
        if kind == "QActivation":
            found.add(f"activation {_label(layer.quantizer)}")
        if kind == "Activation":
            found.add(f"function {layer.activation.__name__}")
        with contextlib.suppress(AttributeError):
            weights = inner.get_quantizers()[: 1 if kind.startswith("QDense") else 2]
            found |= {f"kernel {_label(one)}" for one in weights if one is not None}
    return tuple(sorted(found))


def reason(error):
    """Return why a network was refused: the first complaint without layer, formats and numbers."""
    text = str(error).splitlines()[0].partition(": ")[2].partition(";")[0]
    return generalized(text)


def generalized(text):
    """Return a complaint without formats and numbers."""
    text = re.sub(r"u?fixed<[^>]*>", "fixed<>", text)
    return re.sub(r"(?<![\w^*])-?\d+(\.\d+)?(e-\d+)?", "n", text)


def _label(quantizer):
    name = getattr(quantizer, "__name__", type(quantizer).__name__)
    fields = []
    for field, usual in (("symmetric", 0), ("keep_negative", 1), ("use_sigmoid", 0)):
        value = getattr(quantizer, field, usual)
        if bool(value) != bool(usual):
            fields.append(f"{field}={int(value)}")
    fields += [
        field
        for field in ("negative_slope", "max_value", "use_01", "use_real_tanh", "use_real_sigmoid")
        if getattr(quantizer, field, None)
    ]
    if getattr(quantizer, "is_quantized_clip", True) is False:
        fields.append("relu_upper_bound")
    alpha = getattr(quantizer, "alpha", None)
    if isinstance(alpha, str):
        fields.append(f"alpha={alpha}")
    elif np.ndim(alpha):
        fields.append("alpha per channel")
    elif alpha is not None and float(alpha) != 1:
        fields.append("alpha=2^n" if np.frexp(float(alpha))[0] == 0.5 else "alpha=0.3")
    if float(getattr(quantizer, "integer", 0)) < 0:
        fields.append("integer<0")
    if float(getattr(quantizer, "qnoise_factor", 1.0)) != 1.0:
        fields.append("qnoise_factor")
    return f"{name}({', '.join(fields)})" if fields else name


def _check_named(text, names):
    for line in text.splitlines():
        first = line.partition(":")[0].partition(" ")[0]
        assert first in names, f"refused without naming a layer: {line}"
