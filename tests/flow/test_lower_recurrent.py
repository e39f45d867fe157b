"""Recurrent layers of fixed length are unrolled exactly, or refused by name."""

import pytest
from qkeras_reference import assert_exact

from codesign.errors import UnsupportedLayerError
from codesign.lowering import lower
from codesign.models.keras import keras, qkeras, quiet

pytestmark = pytest.mark.keras

WEIGHTS = {
    "kernel_quantizer": "quantized_bits(4,0,alpha=1)",
    "recurrent_quantizer": "quantized_bits(4,0,alpha=1)",
    "bias_quantizer": "quantized_bits(5,1,alpha=1)",
    "state_quantizer": "quantized_bits(6,1,alpha=1)",
    "activation": "quantized_tanh(5)",
}
GATED = WEIGHTS | {"recurrent_activation": "quantized_sigmoid(5)"}


def model_of(kind, units=3, **options):
    with quiet():
        source = keras().layers.Input((5, 2), name="x")
        q = qkeras().QActivation("quantized_bits(6,2,alpha=1)", name="q")(source)
        layer = getattr(qkeras(), kind)(units, name="rnn", **options)
        return keras().Model(source, layer(q), name="recurrent")


EXACT = {
    "QSimpleRNN": lambda: model_of("QSimpleRNN", **WEIGHTS),
    "QSimpleRNN without a state quantizer": lambda: model_of(
        "QSimpleRNN", **WEIGHTS | {"state_quantizer": None}
    ),
    "QSimpleRNN of real tanh, backwards, every step": lambda: model_of(
        "QSimpleRNN",
        return_sequences=True,
        go_backwards=True,
        **WEIGHTS | {"activation": "quantized_tanh(6,use_real_tanh=True)"},
    ),
    "QLSTM": lambda: model_of("QLSTM", **GATED),
    "QLSTM, second implementation, every step": lambda: model_of(
        "QLSTM", implementation=2, return_sequences=True, **GATED
    ),
    "QLSTM without bias": lambda: model_of("QLSTM", use_bias=False, **GATED),
    "QGRU": lambda: model_of("QGRU", **GATED),
    "QGRU, second implementation": lambda: model_of("QGRU", implementation=2, **GATED),
    "QGRU that resets afterwards": lambda: model_of("QGRU", reset_after=True, **GATED),
    "QGRU without bias, every step": lambda: model_of(
        "QGRU", use_bias=False, return_sequences=True, **GATED
    ),
}


@pytest.mark.parametrize("construct", EXACT)
def test_is_exact_in_range_and_past_it(construct):
    network = assert_exact(EXACT[construct](), seed=len(construct))

    assert network.outputs == ("rnn",)


REFUSED = {
    "a float activation": (
        lambda: model_of("QSimpleRNN", **WEIGHTS | {"activation": keras().activations.tanh}),
        "rnn: activation without a quantizer .*quantized_tanh",
    ),
    "a float gate": (
        lambda: model_of("QLSTM", **WEIGHTS),
        "rnn: recurrent_activation without a quantizer",
    ),
    "a growing state": (
        lambda: model_of("QGRU", **GATED | {"state_quantizer": None}),
        "rnn: a state that grows .*state_quantizer=quantized_bits",
    ),
    "a state that does not begin at 0": (
        lambda: model_of("QSimpleRNN", **WEIGHTS | {"state_quantizer": "binary(alpha=1)"}),
        "rnn: a state_quantizer that makes 1 of 0",
    ),
    "a float kernel": (
        lambda: model_of("QSimpleRNN", **WEIGHTS | {"recurrent_quantizer": None}),
        r"rnn \(recurrent\): weights without a quantizer",
    ),
}


@pytest.mark.parametrize("construct", REFUSED)
def test_is_refused_by_name_with_the_remedy(construct):
    build, message = REFUSED[construct]

    with pytest.raises(UnsupportedLayerError, match=message):
        lower(build())


def test_a_state_kept_between_events_is_refused():
    with quiet():
        source = keras().layers.Input((5, 2), batch_size=1, name="x")
        q = qkeras().QActivation("quantized_bits(6,2,alpha=1)", name="q")(source)
        model = keras().Model(
            source, qkeras().QSimpleRNN(2, stateful=True, name="rnn", **WEIGHTS)(q)
        )

    with pytest.raises(UnsupportedLayerError, match="rnn: stateful=True"):
        lower(model)
