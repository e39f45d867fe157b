"""A strict certificate has no value of a physics event outside its format."""

from dataclasses import replace

import pytest

from codesign.design.results import Certificate, LayerOverflow
from codesign.errors import ValidationError
from codesign.validation import check_strict


def overflow(layer, inputs, saturated=0, wrapped=0):
    return LayerOverflow(
        layer=layer, inputs=inputs, saturated=saturated, wrapped=wrapped, values=1000
    )


@pytest.fixture
def certificate():
    return Certificate(
        design="tagger",
        network_digest="a",
        model_digest="b",
        firmware_digest="c",
        inputs_digest="d",
        comparisons=(),
        layers=(),
        overflows=(overflow("dense_1", "events"), overflow("relu_1", "overdriven", saturated=900)),
        tool_versions=(),
    )


def test_overdriven_inputs_may_saturate(certificate):
    check_strict(certificate)


def test_every_layer_that_overflows_on_events_is_named(certificate):
    found = (overflow("relu_1", "events", saturated=7), overflow("logits", "events", wrapped=2))

    with pytest.raises(ValidationError) as caught:
        check_strict(replace(certificate, overflows=found))

    assert "relu_1: 7 saturated and 0 wrapped of 1,000 values" in str(caught.value)
    assert "logits: 0 saturated and 2 wrapped of 1,000 values" in str(caught.value)
    assert "widen their integer bits" in str(caught.value)
