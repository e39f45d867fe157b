"""Plans: what stands in them, the same everywhere, and what is refused."""

import json
import shutil
from pathlib import Path

import pytest
from vendor_projects import hardware, hls_project, rtl_project

from codesign.design.codec import from_json
from codesign.design.hardware import Backend
from codesign.errors import InvalidDesignError
from codesign.synthesis.vendor import Stage, SynthesisPlan, VendorTool, plan, write_plan

ALL = tuple(Stage)


def _text(made: SynthesisPlan, name: str) -> str:
    return next(file.text for file in made.files if file.path == name)


def _hls(folder: Path, stages=ALL, tool=VendorTool.VITIS, backend=Backend.VITIS) -> SynthesisPlan:
    asked = hardware(backend)
    return plan(hls_project(folder, asked=asked), asked, tool=tool, stages=stages)


def test_an_hls_plan_names_each_stage_and_both_generations_of_the_command(tmp_path: Path) -> None:
    made = _hls(tmp_path, stages=(Stage.CSYNTH,))

    (step,) = made.steps
    assert [(c.program, c.arguments, c.since, c.before) for c in step.commands] == [
        ("vitis_hls", ("-f", "csynth.tcl"), "2022.2", "2024.2"),
        ("vitis-run", ("--mode", "hls", "--tcl", "csynth.tcl"), "2024.2", ""),
        (
            "v++",
            ("-c", "--mode", "hls", "--config", "hls_config.cfg", "--work_dir", "work"),
            "2024.2",
            "",
        ),
    ]
    script = _text(made, "csynth.tcl")
    for line in (
        "set_top {tagger}",
        "add_files {../../../firmware/tagger.cpp} -cflags {-std=c++0x}",
        "set_part {xcvu9p-flga2104-2L-e}",
        "create_clock -period 5 -name default",
        "set_clock_uncertainty 12.5% default",
        "csynth_design",
    ):
        assert line in script.splitlines()
    assert "clock=5ns" in _text(made, "hls_config.cfg")


def test_a_configuration_file_cannot_serve_the_stages_that_need_the_project(tmp_path) -> None:
    made = _hls(tmp_path, stages=(Stage.CSYNTH, Stage.COSIM))

    assert {c.program for step in made.steps for c in step.commands} == {"vitis_hls", "vitis-run"}


def test_an_rtl_plan_is_out_of_context_with_the_clock_of_the_hardware(tmp_path: Path) -> None:
    asked = hardware(period_ns=3.125)
    project = rtl_project(tmp_path, sources=("src/b.v", "src/a.sv", "rom.mem"), asked=asked)

    made = plan(project, asked, tool=VendorTool.VIVADO, stages=(Stage.SYNTH, Stage.PLACE))

    assert _text(made, "clock.xdc") == "create_clock -name clk -period 3.125 [get_ports clk]\n"
    lines = _text(made, "synth.tcl").splitlines()
    assert lines[2:7] == [
        "read_verilog [list {../../../src/b.v}]",
        "read_verilog -sv [list {../../../src/a.sv}]",
        "add_files [list {../../../rom.mem}]",
        "read_xdc -mode out_of_context clock.xdc",
        "synth_design -top {counter} -part {xcvu9p-flga2104-2L-e} -mode out_of_context",
    ]
    place = _text(made, "place.tcl").splitlines()
    assert place[1:6] == [
        "open_checkpoint synth.dcp",
        "opt_design",
        "place_design",
        "phys_opt_design",
        "route_design",
    ]
    assert [step.leaves for step in made.steps] == [
        ("reports/synth", "synth.dcp"),
        ("reports/place", "place.dcp"),
    ]


def test_no_path_of_this_machine_is_in_a_script_or_decides_the_digest(tmp_path: Path) -> None:
    here = _hls(tmp_path / "here")
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    there = _hls(tmp_path / "there")

    assert here.digest == there.digest
    assert not any(str(tmp_path) in file.text for file in here.files)


def test_what_decides_the_result_decides_the_digest(tmp_path: Path) -> None:
    plans = [
        _hls(tmp_path / "a", stages=(Stage.CSYNTH,)),
        _hls(tmp_path / "b", stages=(Stage.CSYNTH, Stage.SYNTH)),
        _hls(tmp_path / "c", (Stage.CSYNTH,), VendorTool.VIVADO_HLS, Backend.VIVADO),
    ]
    asked = hardware(Backend.VITIS, device="vu13p")
    project = hls_project(tmp_path / "d", asked=asked)
    plans.append(plan(project, asked, tool=VendorTool.VITIS))

    assert len({made.digest for made in plans}) == len(plans)


def test_a_written_plan_says_what_to_type_and_comes_back(tmp_path: Path) -> None:
    made = _hls(tmp_path)

    folder = write_plan(made)

    assert folder == tmp_path / "build" / "vendor" / "vitis"
    assert {file.path for file in made.files} < {path.name for path in folder.iterdir()}
    page = (folder / "README.md").read_text(encoding="utf-8")
    for words in (
        "vitis_hls -f csynth.tcl",
        "vitis-run --mode hls --tcl csynth.tcl",
        "vivado -mode batch",
        "settings64.sh",
        "codesign read-report .",
        made.digest[:16],
    ):
        assert words in page
    text = (folder / "plan.json").read_text(encoding="utf-8")
    assert from_json(SynthesisPlan, text, place="plan.json") == made


@pytest.mark.parametrize(
    ("tool", "stages", "message"),
    [
        (VendorTool.VIVADO, (Stage.CSYNTH,), "vivado has no stage csynth; it has synth, place"),
        (VendorTool.VITIS, (Stage.SYNTH,), "stage synth needs csynth before it"),
        (VendorTool.VIVADO, (Stage.PLACE,), "stage place needs synth before it"),
        (VendorTool.VIVADO, (Stage.SYNTH, Stage.SYNTH), "each once, in the order synth, place"),
        (
            VendorTool.VITIS,
            (Stage.CSYNTH, Stage.EXPORT, Stage.COSIM),
            "each once, in the order csynth, cosim",
        ),
    ],
)
def test_stages_that_do_not_fit(tmp_path, tool, stages, message) -> None:
    with pytest.raises(InvalidDesignError, match=message):
        plan(rtl_project(tmp_path), hardware(), tool=tool, stages=stages)


def test_a_project_of_another_back_end(tmp_path: Path) -> None:
    with pytest.raises(InvalidDesignError, match="made by back end rtl: use --tool vivado"):
        plan(rtl_project(tmp_path), hardware(), tool=VendorTool.VITIS)


def test_a_project_generated_for_other_hardware(tmp_path: Path) -> None:
    project = rtl_project(tmp_path)

    with pytest.raises(InvalidDesignError, match="was generated for vu9p at 5 ns .*asked is vu13p"):
        plan(project, hardware(device="vu13p"), tool=VendorTool.VIVADO)


def test_a_folder_that_is_no_project(tmp_path: Path) -> None:
    project = rtl_project(tmp_path / "p")
    (tmp_path / "p" / "codesign.json").unlink()

    with pytest.raises(InvalidDesignError, match=r"holds no codesign\.json"):
        plan(project, hardware(), tool=VendorTool.VIVADO)


@pytest.mark.parametrize("text", ["", "[]", json.dumps({"hardware": {"device": "no"}})])
def test_a_manifest_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    project = rtl_project(tmp_path)
    (tmp_path / "codesign.json").write_text(text, encoding="utf-8")

    with pytest.raises(InvalidDesignError, match=r"codesign\.json"):
        plan(project, hardware(), tool=VendorTool.VIVADO)


def test_a_project_of_hls4ml_as_it_is_generated(tmp_path: Path) -> None:
    pytest.importorskip("hls4ml", reason="needs the extra hls")
    from promoted_designs import small_network

    from codesign.firmware import generate

    asked = hardware(Backend.VITIS)
    project = generate(small_network(), asked, tmp_path / "firmware")

    made = plan(project, asked, tool=VendorTool.VITIS, stages=ALL)

    script = _text(made, "csynth.tcl")
    named = [word.strip("{}") for word in script.split() if "../" in word]
    assert len(named) == 3
    folder = write_plan(made)
    assert all((folder / name).exists() for name in named)
