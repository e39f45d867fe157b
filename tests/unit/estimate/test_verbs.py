import json
import subprocess
import sys
from dataclasses import replace

import pytest
from estimated_networks import hardware, mlp
from typer.testing import CliRunner

from codesign.cli.app import app
from codesign.cli.estimate_show import show_forecast
from codesign.cli.estimate_tables import layer_costs
from codesign.design.hardware import Backend
from codesign.design.report import Evidence
from codesign.estimate import estimate, forecast, shipped_facts, write_facts

NET = mlp((16, 32, 5))


@pytest.fixture
def facts(tmp_path):
    path = tmp_path / "facts.csv"
    path.write_text(write_facts(shipped_facts()), encoding="utf-8")
    return path


def test_calibrate_writes_a_profile_and_prints_its_path_last(facts, tmp_path):
    output = tmp_path / "mine.json"
    result = CliRunner().invoke(app, ["calibrate", str(facts), "-o", str(output)])
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == str(output)
    assert "latency.lut" in result.stdout
    assert json.loads(output.read_text("utf-8"))["name"] == "mine"


def test_calibrate_reads_the_tables_of_a_folder(facts, tmp_path):
    output = tmp_path / "mine.json"
    arguments = ["calibrate", str(facts.parent), "--backend", "vivado", "-o", str(output), "--json"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["layers"] == len(shipped_facts())


def test_calibrate_refuses_a_broken_table_and_writes_nothing(facts, tmp_path):
    facts.write_text(facts.read_text("utf-8").replace("latency", "fast"), encoding="utf-8")
    result = CliRunner().invoke(app, ["calibrate", str(facts), "-o", str(tmp_path / "p.json")])
    assert result.exit_code == 2
    assert "facts.csv" in result.stderr
    assert not (tmp_path / "p.json").exists()


@pytest.mark.parametrize("option", ["--budget", "--reuse"])
def test_estimate_refuses_what_is_not_a_number(option, tmp_path):
    result = CliRunner().invoke(app, ["estimate", str(tmp_path / "a.toml"), option, "a lot"])
    assert result.exit_code == 2
    assert f"{option} a lot" in result.output


def test_estimate_names_a_missing_recipe(tmp_path):
    result = CliRunner().invoke(app, ["estimate", str(tmp_path / "none.toml")])
    assert result.exit_code == 2
    assert "none.toml: no such recipe" in result.stderr


def test_a_forecast_shows_ranges_evidence_profile_and_held_out_error(capsys):
    show_forecast(forecast(NET, hardware(), reuse_factors=(1, 2)), json=False)
    shown = capsys.readouterr().out
    assert "ESTIMATED for Vitis HLS at 5 ns with profile vitis_hls_2022" in shown
    assert "How far to trust profile" in shown
    assert "Does it fit 100 % of u250: fits" in shown
    assert "runs out first" in shown
    assert "Other reuse factors" in shown
    assert "products need DSP blocks" in shown


def test_a_forecast_of_rtl_shows_each_stage(capsys):
    show_forecast(forecast(NET, hardware(backend=Backend.RTL)), json=False)
    shown = capsys.readouterr().out
    assert "what logic synthesis will report" in shown


@pytest.mark.parametrize("target", [e for e in Evidence if e is not Evidence.ESTIMATED])
def test_a_table_of_costs_names_the_stage(target):
    report = replace(estimate(NET, hardware()), target=target)
    assert "will report" in layer_costs(report).title


def test_the_jet_tagger_stands_beside_what_others_reported_of_its_layers(capsys):
    found = forecast(mlp(), hardware())

    show_forecast(found, json=False)

    layers = [design.layer for design in found.published if design.layer]
    assert layers == ["16-64", "64-32", "32-32", "32-5"]
    shown = capsys.readouterr().out
    assert "What others reported of 16-64-32-32-5" in shown
    assert "53,363" in shown  # LUT of its second layer, nrp-nautilus/6nrp-hls4ml
    assert forecast(NET, hardware()).published == ()


def test_a_forecast_is_one_json_object(capsys):
    show_forecast(forecast(NET, hardware()), json=True)
    plain = json.loads(capsys.readouterr().out)
    assert plain["verdict"] == "fits"
    assert [stage["target"] for stage in plain["stages"]] == ["csynth", "logic_synth"]
    assert plain["stages"][0]["usage"]["lut"]["low"] > 0


def test_the_help_of_both_verbs_loads_no_numpy():
    code = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from codesign.cli.app import app\n"
        "for verb in ('estimate', 'calibrate'):\n"
        "    result = CliRunner().invoke(app, [verb, '--help'])\n"
        "    assert f'Example:\\n    codesign {verb}' in result.stdout, result.stdout\n"
        "assert 'numpy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
