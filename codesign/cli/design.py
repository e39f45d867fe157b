"""What several verbs show of a design."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import typer

from codesign.cli.output import show, show_json, show_paths
from codesign.design.codec import encode
from codesign.design.results import Certificate, LayerSummary
from codesign.errors import ValidationError
from codesign.pipeline import Result
from codesign.reporting import Table, certificate_table, to_rich
from codesign.reporting.overview import verdict_of
from codesign.reporting.resolution_tables import performance_table
from codesign.reporting.tables import Column, precision_table, time_table

_AGREEMENT = ("compared", "inputs", "events", "exact outputs", "max error (LSB)", "same argmax")
_FORMATS = ("layer", "shape", "weight", "bias", "accumulator", "output")


def agreement_table(certificate: Certificate) -> Table:
    """Return the columns of the certificate that a terminal has room for."""
    return _only(certificate_table(certificate), _AGREEMENT)


def format_table(layers: Sequence[LayerSummary]) -> Table:
    """Return the columns of the precision table that a terminal has room for."""
    return _only(precision_table(layers), _FORMATS)


def saving_table(savings: Iterable[tuple[str, str, str]]) -> Table:
    """Return what each pass changes: pass, layer, what."""
    return Table(
        title="What the passes save",
        note="Each keeps every output bit for bit; --optimize applies them.",
        header=("pass", "layer", "what"),
        columns=(Column.TEXT,) * 3,
        rows=tuple(savings),
    )


def show_result(result: Result, *, json: bool) -> None:
    """Show what the main job made, its report last.

    Raises:
        ValidationError: If the firmware is not bit-exact.
    """
    point = result.point
    places = (
        ("firmware", result.folder / "firmware"),
        ("certificate", result.folder / "certificate.json"),
        ("design_point", result.folder / "design_point.json"),
        ("report", result.report),
    )
    if json:
        plain = {
            "design": point.candidate.name,
            "bit_exact": point.certificate.is_bit_exact,
            "quality": encode(point.resolutions or point.quality),
            "certificate": encode(point.certificate),
            "bops": point.bops,
            "ebops": point.ebops,
            "times": encode(point.times),
            "files": {name: str(path) for name, path in places},
        }
        show_json(plain)
    else:
        tables = (
            performance_table(point.resolutions or point.quality),
            agreement_table(point.certificate),
            time_table(point.times),
        )
        show(*map(to_rich, tables))
        show_verdict(point.certificate)
        show_paths(places)
    check_certificate(point.certificate)


def show_verdict(certificate: Certificate) -> None:
    """Say in a line whether firmware and model agree."""
    verdict = verdict_of(certificate)
    typer.echo(f"{verdict.word}: {verdict.text}\n")


def check_certificate(certificate: Certificate) -> None:
    """Refuse a certificate that does not prove what it should.

    Raises:
        ValidationError: If firmware and model disagree, naming the first diverging layer.
    """
    if not certificate.is_bit_exact:
        verdict = verdict_of(certificate)
        msg = "\n".join((f"{certificate.design}: {verdict.text}", *verdict.details))
        raise ValidationError(msg)


def _only(table: Table, names: tuple[str, ...]) -> Table:
    kept = [table.header.index(name) for name in names if name in table.header]
    return replace(
        table,
        header=tuple(table.header[index] for index in kept),
        columns=tuple(table.columns[index] for index in kept),
        rows=tuple(tuple(row[index] for index in kept) for row in table.rows),
    )
