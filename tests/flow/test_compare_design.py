"""``codesign compare`` from a recipe to its page, on a design that trains in seconds."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from codesign.baselines.measure import Options
from codesign.design.codec import from_json
from codesign.design.comparison import Comparison
from codesign.design.protocol import Protocol
from codesign.design.report import Evidence
from codesign.errors import ReportError
from codesign.pipeline import read_recipe
from codesign.pipeline.compare import CompareOptions, compare_design

pytestmark = pytest.mark.keras
GOLDEN = Path(__file__).parents[1] / "golden/reports/vitis_hls/2022.2"
RECIPE = """
name = "tagger"
data = { sample = "jets" }
model = { builder = "jet_tagger", widths = [6] }
pruning = { sparsity = 0.5, end_epoch = 1 }
training = { epochs = 2, batch_size = 1024 }
hardware = { device = "vu13p", clock = { period_ns = 5.0 } }
validation = { events = 1000 }

[quantization]
input = "fixed<10,4>"
layers = [{ name = "*", weight = "fixed<6,1>", bias = "fixed<6,1>", activation = "ufixed<6,2>" }]
"""
QUICK = Options(
    runtimes=("numpy", "onnxruntime"),
    protocol=Protocol(
        batches=(1, 5), calls=100, cell_s=0.5, warmup_s=0.05, checked=200, settle_s=0.0
    ),
)


def command(*arguments):
    """Run the command line and return how it ended."""
    line = [sys.executable, "-m", "codesign", "compare", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    path = tmp_path_factory.mktemp("home") / "tagger.toml"
    path.write_text(RECIPE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(recipe):
    """Return the comparison, with a report of C-synthesis of a design of the same name."""
    candidate = read_recipe(recipe)
    options = CompareOptions(
        measure=QUICK,
        reports=(GOLDEN / "csynth.xml",),
        accept_noise=True,
        published="deepcalo",
        beside=(replace(candidate, name="other"),),
    )
    return compare_design(candidate, root=recipe.parent / "build", options=options)


def test_firmware_has_a_row_for_each_evidence_there_is(found):
    estimated, csynth = found.comparison.firmware

    assert (estimated.evidence, csynth.evidence) == (Evidence.ESTIMATED, Evidence.CSYNTH)
    assert (csynth.latency_ns.value, csynth.interval_ns.value) == (60.0, 5.0)
    assert estimated.latency_ns.low < estimated.latency_ns.value
    assert any("make it with: codesign synth" in text for text in found.comparison.left_out)


def test_a_design_beside_it_is_estimated_before_training(found, recipe):
    trained, other = found.comparison.estimated

    assert (trained.report.design, trained.is_trained) == ("tagger", True)
    assert (other.report.design, other.is_trained) == ("other", False)
    assert other.report.evidence is Evidence.ESTIMATED
    assert other.report.usage.lut.value > trained.report.usage.lut.value  # half of it was pruned
    assert not (recipe.parent / "build" / "other").exists()
    assert "the estimate of other is not shown" in found.comparison.left_out[-1]


def test_runtimes_ran_the_trained_network(found):
    measured = found.comparison.baselines

    assert {each.runtime for each in measured.measured} == {"numpy", "onnxruntime"}
    assert not measured.is_partial
    assert measured.twin.same_argmax > 0.8
    assert len(found.comparison.speedups) == 2 * 2


def test_the_record_beside_the_page_is_the_comparison(found):
    text = found.record.read_text(encoding="utf-8")

    assert from_json(Comparison, text, place="x") == found.comparison
    page = found.report.read_text(encoding="utf-8")
    assert "CSYNTH" in page
    assert "another network" not in page
    assert "V100" in page  # asked for, in a section of its own


def test_the_command_prints_the_same_numbers(found, recipe):
    done = command(
        recipe, "--build", recipe.parent / "build", "--runtime", "numpy", "--batches", "1",
        "--calls", "50", "--json", "--accept-noise",
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "training" not in done.stderr  # the network is kept, only the measurement is repeated
    assert "measuring runtimes" in done.stderr
    told = json.loads(done.stdout)
    assert told["page"] == str(found.report)
    (cells,) = {each["runtime"] for each in told["comparison"]["baselines"]["measured"]}
    assert cells == "numpy"


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--runtime", "tensorrtx"), "no runtime 'tensorrtx'; known are numpy"),
        (("--published", "resnet"), "no published table 'resnet'"),
        (("--report", "no/such.rpt"), "no/such.rpt cannot be opened"),
        (("--beside", "no/such.toml"), "no/such.toml"),
        (("--batches", "1,many"), "is not a list of whole numbers"),
        (("--batches", "0"), "from 1 up"),
        (("--triton", "localhost:8001"), "--triton needs --triton-model"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_bad_input_is_one_error(recipe, options, message):
    done = command(recipe, "--build", recipe.parent / "build", *options)

    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ('"vu13p"', '"vu9p"', "part"),
        ("5.0", "4.0", "4"),
        ('name = "tagger"', 'name = "other"', "of the design 'tagger', expected 'other'"),
    ],
)
def test_a_report_of_another_design_part_or_clock_is_refused(tmp_path, right, wrong, message):
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE.replace(right, wrong, 1), encoding="utf-8")
    options = CompareOptions(measure=QUICK, reports=(GOLDEN / "csynth.xml",))

    with pytest.raises(ReportError, match=message):
        compare_design(read_recipe(path), root=tmp_path / "build", options=options)
    assert not (tmp_path / "build").exists()
