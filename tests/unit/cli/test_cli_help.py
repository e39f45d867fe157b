import subprocess
import sys

import pytest
from typer.testing import CliRunner

from codesign.cli.app import app

VERBS = (
    ("doctor",),
    ("env",),
    ("run",),
    ("train",),
    ("csim",),
    ("report",),
    ("lower",),
    ("validate",),
    ("emulate",),
    ("estimate",),
    ("compare",),
    ("calibrate",),
    ("data", "make", "jets"),
    ("data", "make", "l1"),
    ("data", "show"),
    ("data", "convert"),
    ("synth",),
    ("read-report",),
    ("promote",),
    ("resimulate",),
    ("trigger", "run"),
    ("trigger", "rates"),
    ("trigger", "menu"),
    ("sweep", "run"),
    ("sweep", "status"),
    ("sweep", "resume"),
    ("sweep", "retry"),
    ("sweep", "export"),
    ("sweep", "merge"),
    ("sweep", "report"),
    ("sweep", "pick"),
)
_LOADED_BY = """
import sys
from typer.testing import CliRunner
from codesign.cli.app import app
for verb in {verbs!r}:
    result = CliRunner().invoke(app, [*verb, *{arguments!r}])
    assert result.exit_code in (0, 1), result.output
print(*sorted(name for name in sys.modules if "." not in name))
"""
_HEAVY = {"numpy", "tensorflow", "keras", "tf_keras", "qkeras", "hls4ml", "matplotlib", "uproot"}


def _loaded_by(verbs: tuple[tuple[str, ...], ...], *arguments: str) -> set[str]:
    code = _LOADED_BY.format(verbs=verbs, arguments=arguments)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_the_help_of_a_verb_has_an_example_and_offers_json(verb: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*verb, "--help"])

    assert result.exit_code == 0
    assert f"Example:\n    codesign {' '.join(verb)}" in result.stdout
    assert "--json" in result.stdout


def test_the_help_says_what_the_exit_status_means() -> None:
    result = CliRunner().invoke(app, ["--help"])

    assert result.exit_code == 0
    assert "1    the firmware disagrees" in result.stdout
    assert "2    the input must be mended" in result.stdout


def test_no_help_loads_anything_heavy() -> None:
    assert not _loaded_by(((), *VERBS), "--help") & _HEAVY


def test_doctor_loads_nothing_heavy() -> None:
    assert not _loaded_by((("doctor",),)) & _HEAVY


def test_the_package_alone_loads_nothing_heavy() -> None:
    assert not _loaded_by(()) & _HEAVY


def test_the_version_is_printed() -> None:
    result = CliRunner().invoke(app, ["--version"])

    assert result.exit_code == 0
    assert result.stdout.startswith("codesign 0.")


def test_the_module_runs_as_the_command() -> None:
    command = [sys.executable, "-m", "codesign", "--version"]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.startswith("codesign ")


@pytest.mark.parametrize("verb", [("nonsense",), ("run",), ("run", "a", "b"), ("data", "show")])
def test_a_wrong_command_ends_with_status_2(verb: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, list(verb))

    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error:" in result.stderr
