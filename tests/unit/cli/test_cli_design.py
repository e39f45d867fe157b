from dataclasses import replace

import pytest

from codesign.cli.design import agreement_table, check_certificate
from codesign.design.results import Certificate, Divergence, ValidationReport
from codesign.errors import ValidationError


@pytest.fixture
def certificate() -> Certificate:
    agreeing = ValidationReport(
        reference="qkeras", candidate="emulator", inputs="events", events=100, outputs=500,
        exact_outputs=500, exact_events=100, max_error_lsb=0.0, same_argmax=100,
        arithmetic="float32",
    )  # fmt: skip
    return Certificate(
        design="tagger", network_digest="a", model_digest="b", firmware_digest="c",
        inputs_digest="d", comparisons=(agreeing,), layers=(), overflows=(), tool_versions=(),
    )  # fmt: skip


def test_a_bit_exact_certificate_passes(certificate: Certificate) -> None:
    check_certificate(certificate)


def test_a_disagreement_names_the_first_diverging_layer(certificate: Certificate) -> None:
    wrong = replace(
        certificate.comparisons[0],
        candidate="csim",
        exact_outputs=499,
        exact_events=99,
        divergence=Divergence(
            layer="dense_2", event=7, element=3, expected=12, found=13, cause="rounded differently"
        ),
    )

    with pytest.raises(ValidationError, match=r"dense_2, event 7, element 3: expected 12, found"):
        check_certificate(replace(certificate, comparisons=(wrong,)))


def test_a_certificate_that_compared_nothing_does_not_pass(certificate: Certificate) -> None:
    with pytest.raises(ValidationError, match="Nothing was compared"):
        check_certificate(replace(certificate, comparisons=()))


def test_the_table_of_a_terminal_says_how_many_outputs_are_exact(certificate: Certificate) -> None:
    table = agreement_table(certificate)

    assert dict(zip(table.header, table.rows[0], strict=True))["exact outputs"] == "100 %"
