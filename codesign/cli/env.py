"""``codesign env``: what a bug report needs."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

import typer

from codesign.cli.options import BUILD, Json


def env(*, json: Json = False) -> None:
    """Print the versions and settings that a bug report needs.

    \b
    Example:
      codesign env
      codesign env --json > env.json
    """
    from codesign.cli.output import show_json
    from codesign.toolchain.environment import examine

    here = examine(BUILD)
    packages = sorted((each.name, each.version) for each in here.distributions)
    asked = {each.name for each in here.requirements("codesign")}
    plain = {
        "codesign": here.version("codesign"),
        "revision": _revision(),
        "python": here.python,
        "executable": here.executable,
        "system": here.system,
        "cores": here.cores,
        "memory_gb": round(here.memory_gb, 1),
        "gpus": list(here.gpus),
        "packages": dict(packages),
        "missing": sorted(name for name in asked if not here.version(name)),
        "programs": {each.name: each.version or each.path for each in here.programs if each.path},
        "variables": dict(here.variables),
    }
    if json:
        show_json(plain)
        return
    for name, value in plain.items():
        if isinstance(value, dict):
            for key, text in value.items():
                typer.echo(f"{name}.{key}: {text}")
        else:
            typer.echo(f"{name}: {', '.join(value) if isinstance(value, list) else value}")


def _revision() -> str:
    """Return the revision of codesign; what is broken here must not keep the rest from view."""
    try:
        from codesign.pipeline.provenance import git_revision
    except ImportError as error:
        return f"unknown: {error}"
    return git_revision() or "not a checkout"
