"""A project of one's own as rows of a calibration: what fits together enters, nothing else."""

from pathlib import Path

import pytest
from estimated_networks import hardware, mlp

from codesign.design.device import Family
from codesign.errors import InvalidDesignError, ReportError
from codesign.estimate import read_facts, write_facts
from codesign.firmware.backend import generate
from codesign.lowering.network_file import save_network
from codesign.pipeline.own_reports import read_own_project

pytest.importorskip("hls4ml", reason="hls4ml generates the project")
GOLDEN = Path(__file__).parents[2] / "golden" / "reports" / "vitis_hls" / "2022.2"


def names(folder: Path) -> list[str]:
    text = (folder / "firmware" / "firmware" / "parameters.h").read_text()
    lines = text.splitlines()
    return [line.split()[1] for line in lines if line.startswith("struct config")]


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own") / "tagger"
    network = mlp((16, 8, 4), data="fixed<12,4>", weight="fixed<6,1>", spread=9.0)
    save_network(network, folder / "network")
    generate(network, hardware(device="vu13p"), folder / "firmware")
    return folder


@pytest.fixture
def project(generated):
    """A generated project with a report of its two dense layers."""
    numbers = [name for name in names(generated) if not name.startswith("relu")]
    text = (GOLDEN / "csynth.xml").read_text()
    text = text.replace("config2_s", f"{numbers[0]}_s")
    text = text.replace("latency_config5_s", f"latency_{numbers[-1]}_s")
    path = generated / "firmware" / "tagger_prj" / "csynth.xml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return generated


def test_each_dense_layer_becomes_a_row(project):
    facts = read_own_project(project)
    assert [(fact.kernel.inputs, fact.kernel.outputs) for fact in facts] == [(16, 8), (8, 4)]
    assert [fact.csynth.lut for fact in facts] == [20394, 31980]
    assert [fact.csynth.latency_cycles for fact in facts] == [1, 2]
    first = facts[0]
    assert (first.version, first.family, first.period_ns) == (
        "2022.2", Family.ULTRASCALE_PLUS, 5.0)  # fmt: skip
    assert first.logic.lut is None
    assert read_facts(write_facts(facts), place="x") == facts


def test_a_report_that_cannot_be_parsed_enters_nothing(project):
    path = project / "firmware" / "tagger_prj" / "csynth.xml"
    path.write_text(path.read_text()[:2000])
    with pytest.raises(ReportError, match=r"csynth.xml:\d+: not XML"):
        read_own_project(project)


def test_a_report_of_another_part_enters_nothing(project):
    path = project / "firmware" / "tagger_prj" / "csynth.xml"
    path.write_text(path.read_text().replace("xcvu13p-flga2577-2-e", "xcvu13p-flga2577-1-e"))
    with pytest.raises(ReportError, match=r"of part xcvu13p-flga2577-1-e, expected xcvu13p"):
        read_own_project(project)


def test_modules_of_something_else_enter_nothing(project):
    path = project / "firmware" / "tagger_prj" / "csynth.xml"
    path.write_text(path.read_text().replace("dense_latency", "sorter"))
    with pytest.raises(ReportError, match=r"no module of tagger is a dense layer of"):
        read_own_project(project)


def test_another_network_enters_nothing(project, tmp_path):
    other = tmp_path / "other"
    save_network(mlp((16, 8, 4), data="fixed<12,4>", weight="fixed<6,1>", spread=5.0),
                 other / "network")  # fmt: skip
    (other / "firmware").symlink_to(project / "firmware")
    with pytest.raises(InvalidDesignError, match=r"firmware/ is of network .*, network/ is"):
        read_own_project(other)
