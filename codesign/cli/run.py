"""``codesign run``: the main job."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from codesign.cli.options import BUILD, Build, Json, Recipe


def run(recipe: Recipe, *, build: Build = BUILD, json: Json = False) -> None:
    """Do the main job: train, generate, certify, report.

    Trains the float reference and the quantized model, generates the firmware, proves bit by bit
    that QKeras, emulator and C simulation agree, and writes one HTML report. Stages are kept in
    DIR and reused while nothing that decides them has changed; an interrupted run goes on.

    The last line printed is the path of the report. Exit status 1 if any bit differs.

    \b
    Example:
      codesign run hls_projects/jet_tagger.toml
    """
    from codesign.cli.design import show_result
    from codesign.cli.work import working
    from codesign.pipeline import Run, read_recipe

    candidate = read_recipe(recipe)
    with working(build / f"{candidate.name}.log") as progress:
        result = Run(candidate, root=build, progress=progress).finish()
    show_result(result, json=json)
