"""``codesign doctor``: what is installed, what is missing, what to do."""

# ruff: noqa: D301, PLC0415 - \b keeps the lines of --help; imports happen when the verb runs

import typer

from codesign.cli.options import BUILD, Build, Json

_WORDS = {"ok": "ok", "warning": "warning", "failed": "FAILED", "absent": "-"}


def doctor(*, build: Build = BUILD, json: Json = False) -> None:
    """Say whether the main job can run here, and what to mend.

    Exit status 0 if it can, else 1. TensorFlow is not imported.

    \b
    Example:
      codesign doctor
      codesign doctor --json
    """
    from codesign.cli.output import plain_table, show, show_json
    from codesign.toolchain.doctor import Status, diagnose, is_ready
    from codesign.toolchain.environment import examine

    findings = diagnose(examine(build))
    ready = is_ready(findings)
    if json:
        fields = ("name", "status", "found", "expected", "remedy")
        plain = [{field: getattr(each, field) for field in fields} for each in findings]
        show_json({"ready": ready, "findings": plain})
    else:
        rows = [(_WORDS[each.status], each.name, each.found, each.expected) for each in findings]
        show(plain_table("codesign doctor", ("", "checked", "found", "expected"), rows))
        for status, title in (
            (Status.FAILED, "The main job cannot run"),
            (Status.WARNING, "Worth knowing"),
            (Status.ABSENT, "Not needed for the main job"),
        ):
            remedies = [each for each in findings if each.status is status and each.remedy]
            if remedies:
                typer.echo(f"{title}:")
            for each in remedies:
                typer.echo(f"  {each.name}: {each.remedy}")
        typer.echo("ready: the main job can run" if ready else "not ready: mend what FAILED")
    if not ready:
        raise typer.Exit(1)
