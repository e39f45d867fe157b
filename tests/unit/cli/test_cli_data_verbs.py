import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from codesign.cli.app import app
from codesign.data import EventSet, load_sample, read_npz, write_npz, write_root


@pytest.fixture
def events() -> EventSet:
    return load_sample("jets").select(np.arange(200))


def _invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["data", *map(str, arguments)])


def test_the_shipped_sample_is_shown_with_classes_columns_and_units() -> None:
    result = _invoke("show", "jets")

    assert result.exit_code == 0
    assert "25,000 events, 16 columns" in result.stdout
    assert "mass_mmdt" in result.stdout
    assert "GeV" in result.stdout
    assert "digest: " in result.stdout


def test_what_is_shown_of_a_file_is_what_is_in_it(tmp_path: Path, events: EventSet) -> None:
    write_npz(events, tmp_path / "jets.npz")

    result = _invoke("show", tmp_path / "jets.npz", "--json")

    plain = json.loads(result.stdout)
    column = plain["columns"][0]
    assert plain["digest"] == events.digest
    assert plain["events"] == 200
    assert sum(plain["classes"].values()) == 200
    assert column["mean"] == pytest.approx(events.features[:, 0].mean(dtype=np.float64))
    assert column["max"] == events.features[:, 0].max()


def test_events_survive_conversion_to_root_and_back(tmp_path: Path, events: EventSet) -> None:
    write_npz(events, tmp_path / "jets.npz")

    there = _invoke("convert", tmp_path / "jets.npz", tmp_path / "jets.root", "--json")
    back = _invoke("convert", tmp_path / "jets.root", tmp_path / "again.npz")

    assert json.loads(there.stdout)["digest"] == events.digest
    assert back.stdout.splitlines()[-1] == str(tmp_path / "again.npz")
    assert read_npz(tmp_path / "again.npz") == events


def test_any_flat_tree_is_read_with_options(tmp_path: Path, events: EventSet) -> None:
    write_root(events, tmp_path / "ntuple.root")
    options = ("--tree", "events", "--features", "mass_mmdt,multiplicity", "--units", "GeV,")
    classes = ("--label", "label", "--label-names", "g,q,t,w,z")

    result = _invoke("show", tmp_path / "ntuple.root", *options, *classes, "--json")

    plain = json.loads(result.stdout)
    assert [column["name"] for column in plain["columns"]] == ["mass_mmdt", "multiplicity"]
    assert [column["unit"] for column in plain["columns"]] == ["GeV", ""]
    assert list(plain["classes"]) == ["g", "q", "t", "w", "z"]


def test_branches_without_a_tree_are_refused() -> None:
    result = _invoke("show", "ntuple.root", "--features", "pt,eta")

    assert result.exit_code == 2
    assert "give --tree too" in result.stderr


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("none", "'none' is neither a sample (jets, l1) nor a file with a suffix"),
        ("none.npz", "none.npz cannot be opened"),
        ("none.txt", "no reader for suffix '.txt'"),
    ],
)
def test_a_source_that_is_not_there_is_named(source: str, message: str) -> None:
    result = _invoke("show", source)

    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    ("name", "message"),
    [("jets.csv", "no writer for suffix '.csv'"), ("no/jets.npz", "is not a folder")],
)
@pytest.mark.parametrize("verb", [("convert", "jets"), ("make", "jets", "-o")], ids=lambda v: v[0])
def test_an_output_that_cannot_be_written_is_refused_before_the_work(
    tmp_path: Path, verb: tuple[str, ...], name: str, message: str
) -> None:
    result = _invoke(*verb, tmp_path / name)

    assert result.exit_code == 2
    assert message in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_fewer_jets_than_classes_are_refused(tmp_path: Path) -> None:
    result = _invoke("make", "jets", "--events", "2", "-o", tmp_path / "jets.npz")

    assert result.exit_code == 2
    assert "2 jets cannot be shared by 5 classes" in result.stderr


@pytest.mark.gen
def test_made_jets_are_those_of_their_seed(tmp_path: Path) -> None:
    pytest.importorskip("pythia8mc", reason="needs pythia8mc (extra gen)")
    pytest.importorskip("fastjet", reason="needs fastjet (extra gen)")

    made = [
        _invoke("make", "jets", "--events", "10", "--seed", "3", "-o", tmp_path / name, "--json")
        for name in ("a.npz", "b.root")
    ]

    assert json.loads(made[0].stdout)["digest"] == json.loads(made[1].stdout)["digest"]
