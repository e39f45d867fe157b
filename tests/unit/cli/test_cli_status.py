import errno
import signal
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from codesign import errors
from codesign.cli.status import Verbs

STATUS = {
    errors.ValidationError: 1,
    errors.InfeasibleDesignError: 1,
    errors.ToolFailedError: 1,
    errors.InvalidDesignError: 2,
    errors.InvalidDataError: 2,
    errors.UnsupportedLayerError: 2,
    errors.ToolNotFoundError: 2,
    errors.ReportError: 2,
    errors.CodesignError: 2,
}


def _app(error: BaseException, verb: str = "run") -> typer.Typer:
    """Return a command whose one verb raises."""
    app = typer.Typer(cls=Verbs, pretty_exceptions_enable=False)

    @app.callback()
    def _top() -> None:
        pass

    @app.command(verb)
    def _fail() -> None:
        raise error

    return app


@pytest.mark.parametrize("kind", STATUS, ids=lambda kind: kind.__name__)
def test_an_error_is_one_message_and_its_status(kind: type[errors.CodesignError]) -> None:
    result = CliRunner().invoke(_app(kind("a.toml: one\na.toml: two")), ["run"])

    assert result.exit_code == STATUS[kind]
    assert result.stdout == ""
    assert result.stderr == "error: a.toml: one\na.toml: two\n"


def test_every_error_has_a_documented_status() -> None:
    children = {each for each in vars(errors).values() if isinstance(each, type)}

    assert children == set(STATUS)


def test_an_interrupted_run_says_that_it_can_go_on() -> None:
    result = CliRunner().invoke(_app(KeyboardInterrupt()), ["run"])

    assert result.exit_code == 130
    assert "interrupted: finished stages are kept" in result.stderr


def test_an_interrupted_conversion_says_that_nothing_was_written() -> None:
    result = CliRunner().invoke(_app(KeyboardInterrupt(), "data"), ["data"])

    assert result.exit_code == 130
    assert "interrupted: nothing was written" in result.stderr


def test_a_full_disk_is_no_traceback() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "results/report.html")

    result = CliRunner().invoke(_app(full), ["run"])

    assert result.exit_code == 2
    assert result.stderr == "error: results/report.html: No space left on device\n"


def test_a_bug_of_ours_is_a_traceback() -> None:
    result = CliRunner().invoke(_app(ZeroDivisionError("ours")), ["run"])

    assert isinstance(result.exception, ZeroDivisionError)


def test_a_reader_that_goes_away_is_silent() -> None:
    command = [sys.executable, "-m", "codesign", "data", "show", "jets"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stderr
    process.stdout.close()

    told = process.stderr.read()
    process.stderr.close()

    assert process.wait() == 141
    assert told == ""


def test_a_polite_end_leaves_by_an_exception_so_that_tools_are_ended() -> None:
    from codesign.cli.app import _end

    with pytest.raises(SystemExit) as ended:
        _end(signal.SIGTERM, None)
    assert ended.value.code == 143
