"""``codesign csim``: generate, compile, compare."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from codesign.cli.options import BUILD, Build, Json, Recipe, Strict


def csim(
    recipe: Recipe, *, strict: Strict = False, build: Build = BUILD, json: Json = False
) -> None:
    """Generate the firmware, simulate it in C, compare it.

    Compared are QKeras, emulator and C simulation, and the accuracy of all with the float model.
    The model is trained first where that is not done yet. Exit status 1 if any bit differs; the
    message names the first diverging layer. The last line printed is the firmware's folder.

    \b
    Example:
      codesign csim hls_projects/jet_tagger.toml
    """
    from codesign.cli.design import (
        agreement_table,
        check_certificate,
        show_verdict,
    )
    from codesign.cli.output import show, show_json, show_paths
    from codesign.cli.work import working
    from codesign.design.codec import encode
    from codesign.pipeline import Run, qualities, read_recipe
    from codesign.reporting import to_rich
    from codesign.reporting.resolution_tables import performance_table
    from codesign.reporting.tables import time_table
    from codesign.validation import check_strict

    candidate = read_recipe(recipe)
    with working(build / f"{candidate.name}.log") as progress:
        run = Run(candidate, root=build, progress=progress)
        _ = run.linted
        certificate = run.certificate()
        quality = qualities(run.scores())
    firmware = run.folder / "firmware"
    if json:
        plain = {
            "design": candidate.name,
            "bit_exact": certificate.is_bit_exact,
            "certificate": encode(certificate),
            "quality": encode(quality),
            "times": encode(tuple(run.times)),
            "files": {"firmware": str(firmware)},
        }
        show_json(plain)
    else:
        tables = (performance_table(quality), agreement_table(certificate), time_table(run.times))
        show(*map(to_rich, tables))
        show_verdict(certificate)
        show_paths((("firmware", firmware),))
    check_certificate(certificate)
    if strict:
        check_strict(certificate)
