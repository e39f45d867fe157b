"""``codesign validate``: a QKeras model that somebody brings, held against its firmware."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from pathlib import Path
from typing import Annotated

import typer

from codesign.cli.options import BUILD, Build, Json, Strict


def validate(
    model: Annotated[
        Path, typer.Argument(metavar="MODEL", help="A .h5 or .keras file, or a saved folder.")
    ],
    *,
    name: Annotated[str, typer.Option(help="Of the design; the file's name if left out.")] = "",
    events: Annotated[
        str, typer.Option(metavar="EVENTS", help="A file of events, or a sample; else random.")
    ] = "",
    count: Annotated[int, typer.Option(min=1, help="Inputs of each kind to compare.")] = 20_000,
    device: Annotated[str, typer.Option(help="A part of the catalog.")] = "vu9p",
    clock: Annotated[float, typer.Option(metavar="NS", help="Clock period.")] = 5.0,
    strategy: Annotated[str, typer.Option(help="latency or resource.")] = "latency",
    reuse_factor: Annotated[int, typer.Option(min=1, help="Uses of each multiplier.")] = 1,
    strict: Strict = False,
    build: Build = BUILD,
    json: Json = False,
) -> None:
    """Lower a QKeras model, generate its firmware, and prove that all compute the same bits.

    A layer that cannot become firmware exactly is refused by name with the remedy. Exit status 1
    if any bit differs: the message names the first diverging layer, and a figure shows how each
    layer agrees. Nothing that a model file brings along is run.

    \b
    Example:
      codesign validate tagger.h5 --events jets --count 20000
    """
    from codesign.cli.design import agreement_table, check_certificate, show_verdict
    from codesign.cli.events import read_events
    from codesign.cli.output import show, show_json, show_paths
    from codesign.cli.work import working
    from codesign.design.candidate import ValidationPlan
    from codesign.design.codec import decode, encode
    from codesign.design.hardware import HardwareConfig
    from codesign.pipeline.imported import certify_model
    from codesign.reporting import to_rich
    from codesign.reporting.tables import layer_table
    from codesign.validation import check_strict

    plain = {
        "device": device,
        "clock": {"period_ns": clock},
        "strategy": strategy,
        "reuse_factor": reuse_factor,
    }
    hardware = decode(HardwareConfig, plain, place="codesign validate")
    design = name or model.stem
    with working(build / f"{design}.log") as progress:
        found = certify_model(
            model,
            build / design,
            hardware=hardware,
            plan=ValidationPlan(events=count),
            events=read_events(events, None, progress=progress) if events else None,
            progress=progress,
        )
    certificate = found.certificate
    paths = [("firmware", found.folder / "firmware"), ("network", found.folder / "network")]
    if not certificate.is_bit_exact and certificate.layers:
        from codesign.reporting.layer_figures import layer_figure, write_figure

        path = write_figure(layer_figure(certificate), found.folder / "agreement.svg")
        paths.append(("figure", path))
    if json:
        show_json(
            {
                "design": design,
                "bit_exact": certificate.is_bit_exact,
                "certificate": encode(certificate),
                "files": {what: str(path) for what, path in paths},
            }
        )
    else:
        show(to_rich(agreement_table(certificate)), to_rich(layer_table(certificate)))
        show_verdict(certificate)
        show_paths(tuple(paths))
    check_certificate(certificate)
    if strict:
        check_strict(certificate)
