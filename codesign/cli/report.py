"""``codesign report``: the page of a design, anew from what is stored."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from codesign.cli.options import BUILD, Build, Json, Recipe


def report(recipe: Recipe, *, build: Build = BUILD, json: Json = False) -> None:
    """Write the report of a design anew from what is stored.

    Nothing is trained or simulated. A stage of this very recipe that is not stored is an error,
    which says which one: do it with codesign run. The last line printed is the path of the report.

    \b
    Example:
      codesign report hls_projects/jet_tagger.toml
    """
    from codesign.cli.design import show_result
    from codesign.cli.work import working
    from codesign.pipeline import Run, read_recipe

    candidate = read_recipe(recipe)
    with working() as progress:
        result = Run(candidate, root=build, progress=progress, stored_only=True).finish()
    show_result(result, json=json)
