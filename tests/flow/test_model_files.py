"""Models come back from disk as they were, and nothing in a file is ever run."""

import json
import warnings

import h5py
import numpy as np
import pytest

from codesign.design.plan import LayerQuantization, ModelPlan, QuantizationPlan
from codesign.design.precision import Precision
from codesign.errors import InvalidDataError, UnsupportedLayerError
from codesign.models import build_model, load_model, save_model
from codesign.models.keras import keras, qkeras, quiet

pytestmark = pytest.mark.keras
TEXT = Precision.from_text


@pytest.fixture(scope="module")
def model():
    layer = LayerQuantization(
        name="*", weight=TEXT("fixed<6,1>"), bias=TEXT("fixed<6,1>"), activation=TEXT("ufixed<6,2>")
    )
    plan = QuantizationPlan(input=TEXT("fixed<8,3>"), layers=(layer,))
    built = build_model(ModelPlan(builder="jet_tagger", widths=(8, 6)), plan, inputs=4, outputs=3)
    rng = np.random.default_rng(1)
    for part in built.layers:
        part.set_weights([rng.normal(0, 0.5, w.shape) for w in part.get_weights()])
    return built


@pytest.fixture(scope="module")
def answers(model):
    return model.predict(events(), verbose=0)


def events():
    return np.random.default_rng(2).normal(0, 2, (200, 4)).astype(np.float32)


@pytest.mark.parametrize("suffix", [".h5", ".keras"])
def test_a_keras_file_comes_back_as_it_was(model, answers, suffix, tmp_path):
    path = tmp_path / f"model{suffix}"
    with quiet():
        model.save(path)

    np.testing.assert_array_equal(load_model(path).predict(events(), verbose=0), answers)


def test_our_own_folder_comes_back_as_it_was(model, answers, tmp_path):
    folder = save_model(model, tmp_path / "model")

    np.testing.assert_array_equal(load_model(folder).predict(events(), verbose=0), answers)


def test_equal_models_are_written_as_equal_bytes(model, tmp_path):
    first, second = save_model(model, tmp_path / "a"), save_model(model, tmp_path / "b")

    for name in ("model.json", "weights.npz"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


@pytest.mark.parametrize("suffix", [".h5", ".keras"])
def test_a_lambda_layer_is_refused_and_not_run(suffix, tmp_path):
    mark, path = tmp_path / "was_run", tmp_path / f"model{suffix}"
    name = str(mark)

    def code(values):
        open(name, "w").close()  # noqa: PTH123
        return values

    source = keras().layers.Input((4,))
    with quiet():
        keras().Model(source, keras().layers.Lambda(code, name="code")(source)).save(path)
    mark.unlink()

    with pytest.raises(UnsupportedLayerError, match=r"code: 'Lambda' .* never executed"):
        load_model(path)
    assert not mark.exists()


@pytest.mark.parametrize(
    "text",
    ["get_quantizer('x')", "tf(1)", "quantized_bits(__import__('os'))", "K.clear_session()"],
)
def test_a_quantizer_is_one_of_qkeras_or_refused(model, text, tmp_path):
    folder = save_model(model, tmp_path / "model")
    config = json.loads((folder / "model.json").read_text("utf-8"))
    config["config"]["layers"][1]["config"]["activation"] = text
    (folder / "model.json").write_text(json.dumps(config), "utf-8")

    with pytest.raises(UnsupportedLayerError, match="input_quantizer: .* neither a named function"):
        load_model(folder)


@pytest.mark.parametrize("damage", ["truncated", "empty", "no configuration"])
def test_a_damaged_h5_file_is_one_clear_error(model, damage, tmp_path):
    path = tmp_path / "model.h5"
    with quiet():
        model.save(path)
    if damage == "no configuration":
        with h5py.File(path, "a") as file:
            del file.attrs["model_config"]
    else:
        path.write_bytes(path.read_bytes()[: 2000 if damage == "truncated" else 0])

    with pytest.raises(InvalidDataError, match=r"model\.h5: damaged model file.*save .* again"):
        load_model(path)


def test_a_truncated_archive_is_one_clear_error(model, tmp_path):
    path = tmp_path / "model.keras"
    with quiet():
        model.save(path)
    path.write_bytes(path.read_bytes()[:3000])

    with pytest.raises(InvalidDataError, match=r"model\.keras: damaged model file"):
        load_model(path)


def test_a_folder_without_its_weights_is_one_clear_error(model, tmp_path):
    folder = save_model(model, tmp_path / "model")
    (folder / "weights.npz").unlink()

    with pytest.raises(InvalidDataError, match="not a saved model.*train it again"):
        load_model(folder)


def test_another_kind_of_file_is_refused(tmp_path):
    with pytest.raises(InvalidDataError, match=r"model\.txt: not a model; expected a folder"):
        load_model(tmp_path / "model.txt")
    with pytest.raises(InvalidDataError, match="no such file"):
        load_model(tmp_path / "model.h5")


def bounded_model():
    q = qkeras()
    relu = q.quantized_relu(6, 2, relu_upper_bound=3.0, is_quantized_clip=False)
    with quiet():
        source = keras().layers.Input((4,), name="x")
        tensor = q.QActivation("quantized_bits(8,2,alpha=1)", name="grid")(source)
        tensor = q.QActivation(relu, name="bounded")(tensor)
        return keras().Model(source, q.QActivation(q.quantized_hswish(6, 2, alpha=1))(tensor))


def test_a_bound_that_qkeras_leaves_out_of_its_files_is_kept_in_ours(tmp_path):
    model = load_model(save_model(bounded_model(), tmp_path / "model"))

    assert model.get_layer("bounded").quantizer.is_quantized_clip is False


@pytest.mark.parametrize("name", ["model.h5", "model.keras"])
def test_a_bound_that_a_file_of_keras_lost_is_told_by_layer(name, tmp_path):
    with quiet():
        bounded_model().save(tmp_path / name)

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        load_model(tmp_path / name)

    texts = [str(warning.message) for warning in told if warning.category is UserWarning]
    assert any("bounded: QKeras does not save is_quantized_clip" in text for text in texts)


def scaled_model():
    q = qkeras()
    scales = np.array([[0.5, 1.0, 2.0]], dtype=np.float32)
    with quiet():
        source = keras().layers.Input((4,), name="x")
        tensor = q.QActivation("quantized_bits(8,2,alpha=1)", name="grid")(source)
        kernel = q.quantized_bits(6, 0, alpha=scales)
        bias = q.quantized_bits(6, 0, alpha=1)
        layer = q.QDense(3, kernel_quantizer=kernel, bias_quantizer=bias, name="scaled")
        return keras().Model(source, layer(tensor))


@pytest.mark.parametrize("name", ["model", "model.h5", "model.keras"])
def test_scales_one_a_channel_come_back(name, tmp_path):
    model, path = scaled_model(), tmp_path / name
    with quiet():
        (model.save if path.suffix else lambda where: save_model(model, where))(path)

    loaded = load_model(path)

    inputs = events()
    np.testing.assert_array_equal(
        loaded.predict(inputs, verbose=0), model.predict(inputs, verbose=0)
    )
