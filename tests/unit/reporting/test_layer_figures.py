"""The figure of where two implementations part."""

from dataclasses import replace

import pytest

from codesign.reporting.layer_figures import layer_figure, write_figure


@pytest.fixture
def broken(certificate):
    agrees = certificate.layers[0]
    csim = replace(agrees, reference="emulator", candidate="csim")
    wrong = replace(csim, exact_values=390, max_error_lsb=3.0)
    layers = (
        agrees,
        replace(agrees, layer="activation_1"),
        replace(agrees, layer="logits"),
        csim,
        replace(wrong, layer="activation_1"),
        replace(wrong, layer="logits", exact_values=3, max_error_lsb=211.0),
    )
    return replace(certificate, layers=layers)


def test_the_figure_names_the_first_layer_that_differs(broken):
    figure = layer_figure(broken)

    assert "the first layer that differs: activation_1" in figure.alt


def test_the_figure_is_written_as_svg_and_equal_figures_as_equal_bytes(broken, tmp_path):
    first = write_figure(layer_figure(broken), tmp_path / "first.svg")
    second = write_figure(layer_figure(broken), tmp_path / "second.svg")

    text = first.read_text("utf-8")
    assert first.read_bytes() == second.read_bytes()
    assert "<svg" in text
    for word in ("dense_1", "activation_1", "logits", "211 LSB", "3 LSB", "csim with emulator"):
        assert word in text
