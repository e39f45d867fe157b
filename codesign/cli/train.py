"""``codesign train``: the part of the main job that learns."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

from codesign.cli.options import BUILD, Build, Json, Recipe


def train(recipe: Recipe, *, build: Build = BUILD, json: Json = False) -> None:
    """Train the float reference and the quantized model.

    The design is checked first: what could not become firmware is refused before any training. No
    firmware is made. The last line printed is the folder of the quantized model.

    \b
    Example:
      codesign train hls_projects/jet_tagger.toml
    """
    from codesign.cli.output import show, show_json, show_paths
    from codesign.cli.work import working
    from codesign.design.codec import encode
    from codesign.metrics import summarize_layers
    from codesign.pipeline import Run, qualities, read_recipe
    from codesign.reporting import cost_table, to_rich
    from codesign.reporting.resolution_tables import performance_table
    from codesign.reporting.tables import time_table

    candidate = read_recipe(recipe)
    with working(build / f"{candidate.name}.log") as progress:
        run = Run(candidate, root=build, progress=progress)
        _ = run.linted
        scores = run.learnt()
        quality = qualities(scores)
        layers = summarize_layers(run.network, candidate.hardware)
    model = run.trained / "model"
    if json:
        plain = {
            "design": candidate.name,
            "quality": encode(quality),
            "layers": encode(layers),
            "times": encode(tuple(run.times)),
            "files": {"reference": str(run.reference / "model"), "model": str(model)},
        }
        show_json(plain)
        return
    tables = (performance_table(quality), cost_table(layers), time_table(run.times))
    show(*map(to_rich, tables))
    show_paths((("float reference", run.reference / "model"), ("quantized model", model)))
