"""``codesign estimate`` from recipe to table, as a user starts it; nothing is trained twice."""

import json
from contextlib import chdir
from importlib.util import find_spec

import numpy as np
import pytest
from estimated_networks import hardware as built
from typer.testing import CliRunner

from codesign.cli.app import app
from codesign.data import load_sample, write_npz
from codesign.data.event_set import EventSet
from codesign.design.hardware import IoType
from codesign.estimate import estimate as estimate_network
from codesign.lowering import lower
from codesign.models.keras import keras, qkeras, quiet

pytestmark = pytest.mark.keras

QUANTIZATION = """
[quantization]
input = "fixed<10,4>"
layers = [{ name = "*", weight = "fixed<6,1>", bias = "fixed<6,1>", activation = "ufixed<6,2>" }]

[training]
epochs = 1
batch_size = 512

[validation]
events = 500
"""
TAGGER = f"""
name = "small_tagger"
data = {{ sample = "jets.npz" }}
model = {{ builder = "jet_tagger", widths = [8] }}
{QUANTIZATION}"""
CALORIMETER = f"""
name = "small_image"
data = {{ sample = "towers.npz" }}
model = {{ builder = "calo_cnn", widths = [2, 2, 4] }}
{QUANTIZATION}"""
HEADS = 'weight = "fixed<8,2>", bias = "fixed<8,3>", activation_quantizer = "quantized_bits"'
TRIGGER = f"""
name = "small_trigger"
data = {{ sample = "l1" }}
model = {{ builder = "vae", widths = [4], latent = 2 }}
training = {{ epochs = 1, batch_size = 1024 }}
score = {{ kind = "r_z", table = "ufixed<12,6,RND_CONV,SAT>" }}
validation = {{ events = 500 }}

[quantization]
input = "fixed<8,4>"
layers = [
  {{ name = "*", weight = "fixed<8,2>", bias = "fixed<8,3>", activation = "ufixed<8,4>" }},
  {{ name = "mean", activation = "fixed<10,5>", {HEADS} }},
  {{ name = "log_variance", activation = "fixed<8,4>", {HEADS} }},
]
"""
HARDWARE = """
[hardware]
device = "vu9p"
clock = { period_ns = 5.0 }
"""
SIDE = 10


def towers(events=2_000):
    """Return images of noise, with a cluster in those of one class."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 2, events)
    images = rng.exponential(0.3, (events, SIDE, SIDE))
    images[:, 4:6, 4:6] += labels[:, None, None]
    return EventSet(
        features=images.reshape(events, -1).astype(np.float32),
        feature_names=tuple(f"tower_{number}" for number in range(SIDE**2)),
        units=("GeV",) * SIDE**2,
        labels=labels,
        label_names=("noise", "cluster"),
        sample="towers",
    )


def estimate(folder, recipe, *options, hardware=HARDWARE):
    """Return what the verb printed of a recipe with this hardware."""
    (folder / "recipe.toml").write_text(recipe + hardware, encoding="utf-8")
    with chdir(folder):
        return CliRunner().invoke(app, ["estimate", "recipe.toml", "--build", "build", *options])


def gated_unit():
    """Return a QGRU over four steps, as QKeras has it."""
    with quiet():
        source = keras().layers.Input((4, 2), name="x")
        tensor = qkeras().QActivation("quantized_bits(6,2,alpha=1)", name="q")(source)
        unit = qkeras().QGRU(
            2,
            name="rnn",
            kernel_quantizer="quantized_bits(4,0,alpha=1)",
            recurrent_quantizer="quantized_bits(4,0,alpha=1)",
            bias_quantizer="quantized_bits(5,1,alpha=1)",
            state_quantizer="quantized_bits(6,1,alpha=1)",
            activation="quantized_tanh(5)",
            recurrent_activation="quantized_sigmoid(5)",
        )
        return keras().Model(source, unit(tensor), name="recurrent")


def record(folder, recipe, *options, **changed):
    done = estimate(folder, recipe, "--json", *options, **changed)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def hardware(**options):
    return HARDWARE + "\n".join(f"{name} = {json.dumps(value)}" for name, value in options.items())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with both samples and both networks trained."""
    if find_spec("tensorflow") is None:
        pytest.skip("needs tensorflow (extra train)")
    made = tmp_path_factory.mktemp("estimate")
    write_npz(load_sample("jets").select(np.arange(3_000)), made / "jets.npz")
    write_npz(towers(), made / "towers.npz")
    for recipe in (TAGGER, CALORIMETER):
        done = estimate(made, recipe)
        assert done.exit_code == 0, done.stderr
    return made


def test_the_table_shows_layers_ranges_limits_operations_and_energy(folder):
    done = estimate(folder, TAGGER, "--budget", "5%", "--latency-ns", "200", "--reuse", "1,2")

    assert done.exit_code == 0, done.stderr
    for text in (
        "small_tagger on vu9p: what C-synthesis will report",
        "what logic synthesis will report",
        "in brackets the range that holds the tool's figure with 90 %",
        "How far to trust profile",
        "Does it fit 5 % of vu9p: fits",
        "latency (ns)",
        "Other reuse factors",
        "EBOPs an inference",
        "MODELLED",
    ):
        assert text in done.stdout


def test_json_holds_what_the_table_shows(folder):
    found = record(folder, TAGGER, "--reuse", "1,2,4")

    assert found["verdict"] == "fits"
    assert [stage["target"] for stage in found["stages"]] == ["csynth", "logic_synth"]
    assert {stage["evidence"] for stage in found["stages"]} == {"estimated"}
    assert len(found["sweep"]) == 3
    assert 0 < found["ebops"] < found["bops"]
    assert found["energy"]["static_w"]["value"] > 0
    usage = found["stages"][0]["usage"]["lut"]
    assert usage["low"] < usage["value"] < usage["high"]


def test_a_design_that_does_not_fit_ends_with_status_1_and_the_reason(folder):
    done = estimate(folder, TAGGER, "--budget", "0.01%")

    assert done.exit_code == 1
    assert "small_tagger does not fit 0.01% of vu9p: lut runs out" in done.stderr
    assert "What would lower LUT" in done.stdout


def test_an_unknown_part_is_refused_with_those_that_are_known(folder):
    done = estimate(folder, TAGGER, hardware=HARDWARE.replace("vu9p", "vu99p"))

    assert done.exit_code == 2
    assert "unknown device 'vu99p'; known devices are" in done.stderr


def test_an_illegal_reuse_factor_is_refused_with_the_nearest(folder):
    done = estimate(folder, TAGGER, hardware=hardware(strategy="resource", reuse_factor=3))

    assert done.exit_code == 2
    assert "reuse_factor 3" in done.stderr
    assert "2 and 4" in done.stderr


def test_a_strategy_that_is_not_built_is_refused_with_those_that_are(folder):
    done = estimate(folder, TAGGER, hardware=hardware(strategy="distributed_arithmetic"))

    assert done.exit_code == 2
    assert "'distributed_arithmetic'" in done.stderr
    assert "latency" in done.stderr
    assert "resource" in done.stderr


@pytest.mark.parametrize("strategy", ["latency", "resource"])
@pytest.mark.parametrize("io_type", ["io_parallel", "io_stream"])
def test_an_image_is_estimated_with_both_ways_to_build_it(folder, io_type, strategy):
    built = hardware(io_type=io_type, strategy=strategy)
    found = record(folder, CALORIMETER, "--reuse", "2", hardware=built)

    early = found["stages"][0]
    kinds = [layer["kind"] for layer in early["layers"]]
    assert kinds.count("conv") == 2
    assert kinds.count("pool") == 2
    conv = early["layers"][kinds.index("conv")]
    assert conv["usage"]["lut"]["value"] > 0
    assert conv["strategy"] == strategy
    streams_or_turns = (io_type, strategy) != ("io_parallel", "latency")
    assert (conv["latency_cycles"]["value"] >= (SIDE - 2) ** 2) == streams_or_turns
    assert any("compared" in text for text in conv["outside"])


def test_streams_of_an_image_take_less_logic_than_all_pixels_at_once(folder):
    at_once, streams = (
        record(folder, CALORIMETER, hardware=hardware(io_type=io_type))["stages"][0]["usage"]["lut"]
        for io_type in ("io_parallel", "io_stream")
    )
    assert streams["value"] < at_once["value"] / 3


def test_an_anomaly_trigger_is_estimated_with_its_score(folder):
    found = record(folder, TRIGGER)

    kinds = {layer["name"]: layer["kind"] for layer in found["stages"][0]["layers"]}
    assert kinds["score_table"] == "table"
    assert kinds["score_terms"] == "merge"
    assert found["stages"][0]["usage"]["bram_18k"]["high"] > 0


@pytest.mark.parametrize("io_type", IoType)
def test_a_recurrent_layer_is_estimated_as_the_layers_that_it_becomes(io_type):
    network = lower(gated_unit())
    report = estimate_network(network, built(io_type=io_type))

    kinds = {layer.kind for layer in report.layers}
    assert {"dense", "merge"} <= kinds
    assert report.usage.lut.low > 0
    assert [layer.name for layer in report.layers] == [layer.name for layer in network.layers]
