"""Carrying a plan out with a tool that behaves well, and what is stored of it."""

from dataclasses import replace
from pathlib import Path

import fake_vendor
import pytest
from vendor_projects import VERILOG, hardware, hls_project, rtl_project

from codesign.design.hardware import Backend
from codesign.design.report import Evidence
from codesign.errors import ToolFailedError
from codesign.synthesis.vendor import Stage, VendorTool, execute, plan
from codesign.synthesis.vendor.lock import locked

BOTH = (Stage.SYNTH, Stage.PLACE)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on PATH for programs; no other tool of a vendor is found."""
    for name in ("VITIS_HLS", "VITIS_RUN", "V__", "VIVADO_HLS", "VIVADO"):
        monkeypatch.delenv(f"CODESIGN_{name}", raising=False)
    for name in ("XILINX_VITIS", "XILINX_HLS", "XILINX_VIVADO"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def _calls(tools: Path) -> list[str]:
    lines = (tools / "calls.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if "version" not in line]


def _rtl_plan(tmp_path: Path, stages=BOTH):
    project = rtl_project(tmp_path / "project")
    return plan(project, hardware(), tool=VendorTool.VIVADO, stages=stages)


def test_rtl_is_synthesized_and_placed_and_each_report_is_read(tmp_path, tools) -> None:
    fake_vendor.install(tools, "vivado")
    told = []

    done = execute(
        _rtl_plan(tmp_path),
        timeout_s=60,
        progress=lambda count, total, what: told.append((count, total, what)),
    )

    synth, place = done.steps
    assert (synth.stage, place.stage) == BOTH
    assert (synth.tool, synth.version, synth.reused) == ("vivado", "2023.1", False)
    report, routed = synth.reports.strongest, place.reports.strongest
    assert (report.evidence, routed.evidence) == (Evidence.LOGIC_SYNTH, Evidence.PLACED)
    usage = report.usage.resources
    assert (usage.lut, usage.ff, usage.dsp) == (fake_vendor.LUT, fake_vendor.FF, fake_vendor.DSP)
    assert usage.bram_18k == 2 * fake_vendor.TILES
    assert routed.timing.wns_ns == pytest.approx(0.412)
    assert routed.power.total_w == pytest.approx(3.125)
    assert told == [(number, 1, f"vivado 2023.1: {stage}") for stage in BOTH for number in (0, 1)]
    assert Path(synth.log).is_file()


@pytest.mark.parametrize(
    ("program", "version", "tool", "backend"),
    [
        ("vitis_hls", "2022.2", VendorTool.VITIS, Backend.VITIS),
        ("vitis-run", "2024.2", VendorTool.VITIS, Backend.VITIS),
        ("v++", "2025.1", VendorTool.VITIS, Backend.VITIS),
        ("vivado_hls", "2020.1", VendorTool.VIVADO_HLS, Backend.VIVADO),
    ],
)
def test_each_generation_of_hls_tool_is_driven(
    tmp_path, tools, program, version, tool, backend
) -> None:
    fake_vendor.install(tools, program, version=version)
    asked = hardware(backend)
    project = hls_project(tmp_path / "project", asked=asked)

    (step,) = execute(plan(project, asked, tool=tool), timeout_s=60).steps

    assert (step.tool, step.version) == (program, version)
    report = step.reports.of(Evidence.CSYNTH)
    assert report.latency_cycles.value == fake_vendor.LATENCY


def test_hls_goes_on_to_cosimulation_export_and_placement(tmp_path, tools) -> None:
    fake_vendor.install(tools, "vitis_hls")
    fake_vendor.install(tools, "vivado")
    asked = hardware(Backend.VITIS)
    project = hls_project(tmp_path / "project", asked=asked)
    made = plan(project, asked, tool=VendorTool.VITIS, stages=tuple(Stage))

    done = execute(made, timeout_s=60)

    assert [step.stage for step in done.steps] == list(Stage)
    assert done.steps[1].reports.cosim.latency_cycles.value == fake_vendor.LATENCY
    assert done.steps[2].reports is None


def test_a_clock_of_three_places_is_the_one_that_hls_prints_with_two(tmp_path, tools) -> None:
    fake_vendor.install(tools, "vitis_hls")
    asked = hardware(Backend.VITIS, period_ns=3.125)
    project = hls_project(tmp_path / "project", asked=asked)

    (step,) = execute(plan(project, asked, tool=VendorTool.VITIS), timeout_s=60).steps

    assert step.reports.strongest.period_ns == pytest.approx(3.12)


def test_an_equal_plan_is_answered_from_what_is_stored(tmp_path, tools) -> None:
    fake_vendor.install(tools, "vivado")
    made = _rtl_plan(tmp_path)
    first = execute(made, timeout_s=60)

    second = execute(made, timeout_s=60)

    assert len(_calls(tools)) == len(BOTH)
    assert all(step.reused for step in second.steps)
    assert second.steps == tuple(replace(step, reused=True) for step in first.steps)


def test_a_later_stage_goes_on_from_the_stored_one(tmp_path, tools) -> None:
    fake_vendor.install(tools, "vivado", version="2023.1")
    execute(_rtl_plan(tmp_path), timeout_s=60)
    (tmp_path / "project/build/vendor/vivado/done/place.json").unlink()

    done = execute(_rtl_plan(tmp_path), timeout_s=60)

    assert [step.reused for step in done.steps] == [True, False]


def test_one_more_stage_keeps_what_is_done(tmp_path, tools) -> None:
    fake_vendor.install(tools, "vivado")
    execute(_rtl_plan(tmp_path, stages=(Stage.SYNTH,)), timeout_s=60)

    done = execute(_rtl_plan(tmp_path), timeout_s=60)

    assert [step.reused for step in done.steps] == [True, False]


def test_a_new_synthesis_leaves_no_older_placement_beside_it(tmp_path, tools) -> None:
    fake_vendor.install(tools, "vivado")
    execute(_rtl_plan(tmp_path), timeout_s=60)
    fake_vendor.install(tools, "vivado", version="2024.1")

    made = _rtl_plan(tmp_path, stages=(Stage.SYNTH,))
    execute(made, timeout_s=60)

    assert [path.name for path in (made.folder / "reports").iterdir()] == ["synth"]
    assert [path.name for path in (made.folder / "done").iterdir()] == ["synth.json"]
    assert not (made.folder / "place.tcl").exists()


@pytest.mark.parametrize("what", ["project", "clock", "version", "report"])
def test_whatever_decides_the_result_asks_the_tool_again(tmp_path, tools, what) -> None:
    fake_vendor.install(tools, "vivado")
    execute(_rtl_plan(tmp_path, stages=(Stage.SYNTH,)), timeout_s=60)
    asked, sources = hardware(), ("src/counter.v",)
    folder = tmp_path / "project"
    if what == "version":
        fake_vendor.install(tools, "vivado", version="2024.1")
    elif what == "report":
        report = folder / "build/vendor/vivado/reports/synth/power.rpt"
        report.write_text("", encoding="utf-8")
    elif what == "clock":
        asked = hardware(period_ns=4.0)
    else:
        (folder / "src" / "more.v").write_text(VERILOG, encoding="utf-8")
        sources = ("src/counter.v", "src/more.v")
    project = rtl_project(folder, sources=sources, asked=asked)

    (step,) = execute(plan(project, asked, tool=VendorTool.VIVADO), timeout_s=60).steps

    assert not step.reused
    assert len(_calls(tools)) == 2


def test_the_tool_is_found_where_settings64_says(tmp_path, tools, monkeypatch) -> None:
    home = tmp_path / "Xilinx" / "Vivado" / "2023.1"
    fake_vendor.install(home / "bin", "vivado")
    monkeypatch.setenv("XILINX_VIVADO", str(home))

    (step,) = execute(_rtl_plan(tmp_path, stages=(Stage.SYNTH,)), timeout_s=60).steps

    assert step.version == "2023.1"
    assert (home / "bin" / "calls.txt").is_file()
    assert not any(tools.iterdir())


def test_two_runs_do_not_share_a_folder(tmp_path, tools) -> None:
    fake_vendor.install(tools, "vivado")
    made = _rtl_plan(tmp_path)
    made.folder.mkdir(parents=True)

    with locked(made.folder), pytest.raises(ToolFailedError, match="another run works in"):
        execute(made, timeout_s=60)
