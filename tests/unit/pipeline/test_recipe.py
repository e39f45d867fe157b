from pathlib import Path

import pytest
from recipes import RECIPE

from codesign.design.precision import Precision
from codesign.errors import InvalidDesignError
from codesign.pipeline import read_recipe

SHIPPED = sorted((Path(__file__).parents[3] / "hls_projects").glob("*.toml"))


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "tagger.toml"
        path.write_text(text, "utf-8")
        return path

    return written


def changed(old, new):
    assert RECIPE.count(old) == 1
    return RECIPE.replace(old, new)


def test_a_recipe_is_read_as_it_is_written(write):
    candidate = read_recipe(write(RECIPE))
    assert candidate.name == "tagger"
    assert candidate.model.widths == (8, 4)
    assert candidate.quantization.layer("dense_2").bias == Precision.from_text(
        "fixed<6,1,TRN,SAT_SYM>"
    )
    assert candidate.hardware.layer("dense_1").reuse_factor == 4
    assert candidate.validation.overdrive == 4.0


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_recipe_is_valid_and_named_after_its_file(path):
    assert read_recipe(path).name == path.stem


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "sample =",
            "smaple =",
            r"data: unknown key 'smaple'; known keys are sample, train, valid",
        ),
        ('sample = "jets"', "", r"data.sample: missing"),
        ("[pruning]", "[prunning]", r"unknown key 'prunning'; known keys are data, hardware, mode"),
        ('backend = "vivado"', 'backend = "quartus"', r"hardware.backend: 'quartus' is not one of"),
        ("widths = [8, 4]", 'widths = [8, "4"]', r"model.widths\[1\]: expected int, got '4'"),
        ("widths = [8, 4]", "widths = 8", r"model.widths: expected a list, got 8"),
        (
            "widths = [8, 4]",
            "widths = [8, 0]",
            r"model: layer widths \(8, 0\): each needs at least",
        ),
        ("batch_norm = true", "batch_norm = 1", r"model.batch_norm: expected bool, got 1"),
        ("epochs = 10", "epochs = 10.0", r"training.epochs: expected int, got 10.0"),
        ("seed = 7", "seed = true", r"training.seed: expected int, got True"),
        (
            "sparsity = 0.8",
            'sparsity = "0.8"',
            r"pruning.sparsity: expected a finite number, got '",
        ),
        (
            "sparsity = 0.8",
            "sparsity = inf",
            r"pruning.sparsity: expected a finite number, got inf",
        ),
        ("sparsity = 0.8", "sparsity = 1.5", r"pruning: a sparsity of 1.5 is not in \[0, 1\)"),
        ("end_epoch = 6", "end_epoch = 10", r"the final sparsity is reached at epoch 10, training"),
        (
            'exclude = ["logits"]',
            'exclude = "logits"',
            r"pruning.exclude: expected a list, got 'log",
        ),
        ('"fixed<10,4>"', '"fixed<0,4>"', r"quantization.input: a precision needs 1 to 512 bits"),
        ('"fixed<10,4>"', '"10,4"', r"quantization.input: '10,4' is not a precision; write fixed"),
        ('"fixed<10,4>"', "10", r"quantization.input: expected a precision such as 'fixed<6,1>'"),
        (
            '"ternary"',
            '"trinary"',
            r"quantization.layers\[1\].kernel_quantizer: 'trinary' is not o",
        ),
        (
            '"ufixed<6,2>"',
            '"fixed<6,2>"',
            r"quantization.layers\[0\]: \*: quantized_relu has no si",
        ),
        ('name = "dense_2"', 'name = "*"', r"quantization: a layer is quantized twice: \*, \*"),
        (
            'device = "vu9p"',
            'device = "vu8p"',
            r"hardware: unknown device 'vu8p'; known devices ar",
        ),
        (
            "period_ns = 5.0",
            "period = 5.0",
            r"hardware.clock: unknown key 'period'; known keys are",
        ),
        ("period_ns = 5.0", "period_ns = 0", r"hardware.clock: a clock period of 0.0 ns is not in"),
        ("reuse_factor = 2", "reuse_factor = 0", r"hardware: a reuse factor of 0 is below 1"),
        (
            "reuse_factor = 4",
            "reuse_facter = 4",
            r"hardware.layers\[0\]: unknown key 'reuse_facter",
        ),
        ("events = 1000", "events = -1", r"validation: validation of -1 events at overdrive 4.0"),
        ('name = "tagger"', 'name = "../tagger"', r"'../tagger' cannot name a design"),
        ('name = "tagger"', "", r"name: missing"),
    ],
)
def test_a_mistake_is_refused_with_its_file_and_place(write, old, new, message):
    with pytest.raises(InvalidDesignError, match=rf"tagger.toml: {message}"):
        read_recipe(write(changed(old, new)))


def test_every_mistake_is_listed_at_once(write):
    text = changed("epochs = 10", 'epochs = "10"').replace("sparsity", "sparseness")
    with pytest.raises(InvalidDesignError) as caught:
        read_recipe(write(text))
    assert "training.epochs: expected int" in str(caught.value)
    assert "pruning: unknown key 'sparseness'" in str(caught.value)


def test_a_missing_recipe_is_refused_with_where_recipes_are(tmp_path):
    with pytest.raises(InvalidDesignError, match=r"none.toml: no such recipe; .* hls_projects/"):
        read_recipe(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "content",
    [b"name = ", b"= 1", b"\xff\xfe", b"a = 1\na = 2", b"n = " + b"1" * 5000, b"[" * 9999],
)
def test_a_file_that_is_no_toml_is_refused(tmp_path, content):
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(InvalidDesignError, match=r"broken.toml: not a TOML file: "):
        read_recipe(path)


def test_a_folder_is_no_recipe(tmp_path):
    with pytest.raises(InvalidDesignError, match="not a TOML file"):
        read_recipe(tmp_path)


def test_an_empty_file_lacks_every_table(write):
    with pytest.raises(InvalidDesignError) as caught:
        read_recipe(write(""))
    missing = {"name", "data", "model", "quantization", "hardware"}
    assert {line.split()[1].rstrip(":") for line in str(caught.value).splitlines()} == missing
