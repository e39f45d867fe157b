from dataclasses import replace
from pathlib import Path

import pytest
from recipes import RECIPE

from codesign.design.hardware import Strategy
from codesign.design.precision import Precision
from codesign.design.regression import InputPlan
from codesign.errors import InvalidDesignError
from codesign.pipeline.recipe import read_recipe
from codesign.sweep.space.knobs import KNOBS
from codesign.sweep.space.sweep_file import read_sweep
from codesign.sweep.space.toml_lines import line_of

VAE = Path(__file__).parents[3] / "hls_projects" / "axol1tl_vae.toml"
SIZES = {"dense_1": (16, 8), "dense_2": (8, 4), "logits": (4, 5)}
SWEEP = """\
name = "scan"
recipe = "tagger.toml"

[[dimensions]]
set = "bits"
values = [4, 6]

[[dimensions]]
set = "strategy"
values = ["latency", "resource"]

[[dimensions]]
set = "reuse_factor"
values = "legal"
at_most = 4
when = { strategy = ["resource"] }
"""


def plain_recipe():
    """Return the recipe without settings of single layers of the hardware."""
    start = RECIPE.index("[[hardware.layers]]")
    return RECIPE[:start] + RECIPE[RECIPE.index("[validation]") :]


@pytest.fixture
def read(tmp_path):
    (tmp_path / "tagger.toml").write_text(plain_recipe(), "utf-8")

    def read(text=SWEEP):
        path = tmp_path / "scan.toml"
        path.write_text(text, "utf-8")
        return read_sweep(path, sizes=lambda _: SIZES)

    return read


def test_the_grid_has_only_legal_reuse_factors_and_asks_only_where_they_exist(read):
    points = list(read().space.points())

    assert points == [
        {"bits": 4, "strategy": "latency"},
        {"bits": 4, "strategy": "resource", "reuse_factor": 1},
        {"bits": 4, "strategy": "resource", "reuse_factor": 2},
        {"bits": 4, "strategy": "resource", "reuse_factor": 4},
        {"bits": 6, "strategy": "latency"},
        {"bits": 6, "strategy": "resource", "reuse_factor": 1},
        {"bits": 6, "strategy": "resource", "reuse_factor": 2},
        {"bits": 6, "strategy": "resource", "reuse_factor": 4},
    ]


def test_one_declaration_makes_the_candidate(read):
    space = read().space

    candidate = space.candidate({"bits": 4, "strategy": "resource", "reuse_factor": 2})

    every, ternary = candidate.quantization.layers
    assert (every.weight.width, every.bias.width, every.activation.width) == (4, 4, 4)
    assert every.weight.integer == 1
    assert ternary.weight == Precision.from_text("fixed<2,2>")
    assert candidate.hardware.strategy is Strategy.RESOURCE
    assert candidate.hardware.reuse_factor == 2


def test_a_layer_has_a_choice_of_its_own(read):
    space = read(
        SWEEP.replace(
            'set = "bits"', 'set = "weight_bits"\nlayers = ["dense_1", "logits"]\neach = true'
        )
    ).space

    assert [d.name for d in space.dimensions[:2]] == ["weight_bits_dense_1", "weight_bits_logits"]
    candidate = space.candidate({"weight_bits_dense_1": 4, "weight_bits_logits": 6})
    widths = {layer.name: layer.weight.width for layer in candidate.quantization.layers}
    assert widths == {"*": 6, "dense_2": 2, "dense_1": 4, "logits": 6}


def test_tied_knobs_have_one_value(read):
    text = SWEEP.replace('set = "bits"', 'set = ["weight_bits", "input_bits"]\nname = "w"')
    candidate = read(text).space.candidate({"w": 4})

    assert candidate.quantization.input.width == 4
    assert candidate.quantization.layers[0].weight.width == 4
    assert candidate.quantization.layers[0].activation.width == 6


def test_a_range_is_a_list(read):
    text = SWEEP.replace('set = "bits"', 'set = "learning_rate"').replace(
        "[4, 6]", "{ from = 1e-4, to = 1e-2, count = 3, log = true }"
    )
    assert read(text).space.dimensions[0].values == (1e-4, 1e-3, 1e-2)


def test_a_point_of_a_proposer_becomes_one_of_the_grid(read):
    space = read().space
    points = list(space.points())

    assert space.canonical({"reuse_factor": 3, "strategy": "resource", "bits": 4}) in points
    assert space.canonical({"reuse_factor": 3, "strategy": "latency", "bits": 4}) == points[0]


def with_inputs(space):
    """Return a space whose model has two inputs to choose from."""
    inputs = tuple(InputPlan(name=name, columns=(f"{name}_*",)) for name in ("cells", "tracks"))
    return replace(space, base=replace(space.base, model=replace(space.base.model, inputs=inputs)))


def test_every_knob_makes_a_candidate_and_says_what_it_is(read):
    space = with_inputs(read().space)
    values = {
        "widths": (4, 4), "mode": "ptq", "calibrate": True, "sparsity": 0.25, "epochs": 9,
        "prune_end": 5, "prune_begin": 1, "learning_rate": 0.5, "io_type": "io_stream",
        "backend": "vitis", "device": "vu13p", "period_ns": 2.5, "multipliers": "dsp",
        "strategy": "latency", "reads": "cells", "distillation": 0.5, "headroom": 2,
    }  # fmt: skip
    trigger = replace(space, base=read_recipe(VAE))
    for name, knob in KNOBS.items():
        settings = {name: values.get(name, 5)}
        if name == "calibrate":
            settings["mode"] = "ptq"
        of = trigger if name in {"headroom", "overdrive"} else space
        assert of.candidate({}, settings) != of.base, name
        assert knob.help


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('set = "bits"', 'set = "bitz"', r"scan.toml:5: dimensions\[0\].set: unknown .*'bitz'"),
        ("values = [4, 6]", "valuez = [4]", r"scan.toml:6: dimensions\[0\]: unknown key 'valuez'"),
        ("values = [4, 6]", 'values = [4, "6"]', r"scan.toml:6: .*bits takes values of type int"),
        ("values = [4, 6]", "values = [4, 4]", r"scan.toml:6: .*a value stands twice"),
        ("values = [4, 6]", 'values = "legal"', r"scan.toml:6: .*'legal' is for reuse_factor"),
        ('"resource"] }', '"unrolled"] }', r"scan.toml:16: .*strategy is never 'unrolled'"),
        ("{ strategy", "{ strategie", r"scan.toml:16: .*'strategie' is no earlier dimension"),
        ('recipe = "tagger.toml"', 'recipe = "no.toml"', r"scan.toml:2: recipe: neither .*no.toml"),
        ('name = "scan"', 'name = "s c"', r"scan.toml:1: name: 's c' cannot name a sweep"),
        (
            '"legal"\nat_most = 4',
            "[7]",
            r"scan.toml:14: .*reuse factor 7 is legal nowhere.*1, 2, 4",
        ),
        (
            'name = "scan"',
            'objectives = ["max luts"]\nname = "s"',
            r"scan.toml:1: .*'max luts'|luts",
        ),
        ('name = "scan"', 'constraints = ["auc < 3%"]\nname = "s"', r"scan.toml:1: .*percentage"),
        (
            "[[dim",
            "[search]\nproposer='random'\n[[dim",
            r"scan.toml:4: search: proposer random never",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(read, old, new, message):
    assert old in SWEEP
    with pytest.raises(InvalidDesignError, match=message):
        read(SWEEP.replace(old, new, 1))


def test_a_text_that_is_not_toml_is_named(read):
    with pytest.raises(InvalidDesignError, match=r"not a TOML file: .*line 1"):
        read("name = \nx = 1")


def test_the_line_of_a_key_is_found_in_nested_text():
    text = 'a = [\n  "x = 1",\n]\n[b]\nc = """\nd = 1\n"""\n[[e.f]]\ng = 1\n'
    assert [line_of(text, p) for p in ("a", "b", "b.c", "e.f[0].g", "nothing")] == [1, 4, 5, 9, 1]


def test_the_shipped_sweeps_can_be_read():
    sizes = {"dense_1": (16, 64), "dense_2": (64, 32), "dense_3": (32, 32), "logits": (32, 5)}
    folder = Path(__file__).parents[3] / "sweeps"
    found = {
        path.stem: len(list(read_sweep(path, sizes=lambda _: sizes).space.points()))
        for path in folder.glob("*.toml")
    }
    assert found["jet_bits_reuse"] == 192
