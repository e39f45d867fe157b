import json

import pytest
from typer.testing import CliRunner

from codesign.cli.app import app
from codesign.data import load_events


def invoke(*arguments):
    return CliRunner().invoke(app, ["data", "make", "calo", *map(str, arguments)])


def test_showers_are_written_and_the_last_line_is_the_file(tmp_path):
    path = tmp_path / "calo.npz"

    result = invoke("--events", 12, "--energy", 20, 30, "-o", path)

    events = load_events(path)
    energy = events.column("true_energy")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == str(path)
    assert "12 electrons and photons, reduced geometry" in result.stdout
    assert events.num_events == 12
    assert 20 <= energy.min() <= energy.max() <= 30


def test_as_json_it_says_what_was_made(tmp_path):
    result = invoke("--events", 5, "--geometry", "full", "-o", tmp_path / "calo.npz", "--json")

    plain = json.loads(result.stdout)
    assert (plain["events"], plain["geometry"]) == (5, "full")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--geometry", "huge"), "unknown geometry 'huge'; known are reduced, full"),
        (("--energy", 9, 5), "energy_gev from 9.0 to 5.0"),
        (("--events", 0), "got events=0"),
    ],
)
def test_what_cannot_be_made_is_refused_before_any_work(tmp_path, arguments, message):
    result = invoke(*arguments, "-o", tmp_path / "calo.npz")

    assert result.exit_code != 0
    assert message in result.stderr
    assert not (tmp_path / "calo.npz").exists()
