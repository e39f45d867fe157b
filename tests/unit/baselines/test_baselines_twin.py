import numpy as np
import pytest
from kind_networks import KINDS, Maker, constant, read
from timed_networks import small_events, small_network

from codesign.baselines.numpy_twin import NumpyTwin
from codesign.baselines.onnx_twin import write_onnx
from codesign.baselines.pointwise import FUNCTIONS, Pointwise, function_of
from codesign.baselines.twin_check import compare_twin
from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.fixed_point import dequantize, quantize
from codesign.design.layers import Activation, Dense, Function, Merge, MergeFunction, Steps, Table
from codesign.design.network import QuantizedNetwork
from codesign.design.score import ScoreKind, ScorePlan
from codesign.emulator import emulate_outputs
from codesign.lowering.score_heads import add_score, float_score


def drawn(network, events=9, seed=1):
    """Return hardware integers over the whole range of each input, and their values."""
    rng = np.random.default_rng(seed)
    hardware = {
        node.name: rng.integers(
            node.precision.min_hw, node.precision.max_hw + 1, (events, *node.shape)
        )
        for node in network.inputs
    }
    real = [
        dequantize(hardware[node.name], node.precision).astype(np.float32)
        for node in network.inputs
    ]
    return hardware, real


@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
def test_numpy_and_onnx_build_the_same_network_of_every_kind_of_layer(make, tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    network = make()
    _, real = drawn(network)

    ours = NumpyTwin(network)(real)
    session = onnxruntime.InferenceSession(str(write_onnx(network, tmp_path / "twin.onnx")))
    names = [node.name for node in network.inputs]
    theirs = session.run(None, dict(zip(names, real, strict=True)))

    for name, one, other in zip(network.outputs, ours, theirs, strict=True):
        assert one.dtype == np.float32
        assert one.shape == (9, *network.shape(name))
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


@pytest.mark.keras
@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
def test_numpy_and_keras_build_the_same_network_of_every_kind_of_layer(make):
    from codesign.baselines.keras_twin import keras_twin
    from codesign.models.predict import predict_outputs

    network = make()
    _, real = drawn(network)

    theirs = predict_outputs(keras_twin(network), real, double=False)

    for one, other in zip(NumpyTwin(network)(real), theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


def test_the_twin_equals_the_firmware_where_nothing_is_rounded():
    exact = "fixed<18,11>"  # the accumulator of the maker
    made = Maker((6,), "fixed<5,5>")
    made.weighted(Dense, "hidden", (6, 8), 8, precision=exact)
    made.add(Activation, "relu", "hidden", "fixed<14,11>", function=Function.RELU)
    made.weighted(Dense, "out", (8, 3), 3, inputs="relu", precision=exact)
    network = made.network("exact_net")
    hardware, real = drawn(network, events=200)

    firmware = emulate_outputs(network, hardware)
    twin = NumpyTwin(network)(real)

    values = dequantize(firmware["out"], network.precision("out"))
    np.testing.assert_array_equal(twin[0], values)
    found = compare_twin(network, hardware, twin)
    assert (found.rms, found.same_argmax, found.events) == (0.0, 1.0, 200)
    assert found.rank_correlation == pytest.approx(1.0)


def test_what_rounding_does_is_told():
    network = small_network()
    events = small_events(network)
    _, real = drawn(network, events=64)
    real = [
        dequantize(events[node.name], node.precision).astype(np.float32) for node in network.inputs
    ]

    found = compare_twin(network, events, NumpyTwin(network)(real))

    assert 0 < found.rms < 0.05
    assert found.same_argmax > 0.9
    assert found.rank_correlation > 0.99


def test_what_saturates_in_firmware_is_held_to_the_same_range(tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    made = Maker((3,), "fixed<6,6>")
    narrow = "ufixed<4,3,RND_CONV,SAT>"  # up to 7.5
    made.add(Activation, "relu", "x", narrow, function=Function.RELU)
    made.add(Activation, "held", "x", "fixed<4,4,RND_CONV,SAT>", function=Function.LINEAR)
    made.add(Activation, "free", "x", "fixed<7,7,RND_CONV,SAT>", function=Function.LINEAR)
    network = made.network("held_net")
    real = np.array([[-20, 3, 20]], np.float32)

    session = onnxruntime.InferenceSession(str(write_onnx(network, tmp_path / "twin.onnx")))
    for found in (NumpyTwin(network)([real]), session.run(None, {"x": real})):
        outputs = dict(zip(network.outputs, found, strict=True))
        np.testing.assert_array_equal(outputs["relu"], [[0, 3, 7.5]])
        np.testing.assert_array_equal(outputs["held"], [[-8, 3, 7]])
        np.testing.assert_array_equal(outputs["free"], real)


def _table(function, grid, precision):
    grid, precision = read(grid), read(precision)
    points = (grid.min_hw + np.arange(2**grid.width)) * grid.step
    with np.errstate(over="ignore"):
        exact = np.clip(FUNCTIONS[function](points), precision.smallest, precision.largest)
    values = quantize(exact, precision)
    return grid, Table(
        name="table",
        inputs=("x",),
        shape=(4,),
        precision=precision.as_storage(),
        values=Constant(values=values, precision=precision.as_storage()),
    )


@pytest.mark.parametrize(
    ("function", "precision", "low", "high"),
    [
        ("tanh", "fixed<8,1,RND_CONV,SAT>", None, None),
        ("sigmoid", "ufixed<8,0,RND_CONV,SAT>", None, None),
        ("softplus", "ufixed<10,5,RND_CONV,SAT>", None, None),
        ("identity", "fixed<6,2,RND_CONV,SAT>", -2.0, 1.9375),
        ("exp_negative", "ufixed<12,6,RND_CONV,SAT>", None, 63.984375),
    ],
)
def test_a_table_is_recognized_as_its_function(function, precision, low, high):
    grid, table = _table(function, "fixed<10,5>", precision)

    assert function_of(table, grid) == Pointwise(name=function, low=low, high=high)


def test_a_table_of_anything_else_is_looked_up():
    grid = read("fixed<6,3>")
    table = Table(
        name="table", inputs=("x",), shape=(4,), precision=read("fixed<8,4>"),
        values=constant((64,), "fixed<8,4>"),
    )  # fmt: skip

    assert function_of(table, grid) is None


def test_few_steps_stay_steps():
    layer = Steps(
        name="sign", inputs=("x",), shape=(4,), precision=read("fixed<2,2>"),
        thresholds=Constant.of([0], read("fixed<6,3>")),
        levels=Constant.of([-1, 1], read("fixed<2,2>")),
    )  # fmt: skip

    assert function_of(layer, read("fixed<6,3>")) is None


def test_the_score_of_a_trigger_is_part_of_what_is_timed():
    precision = read("fixed<10,5>")
    sources = tuple(
        NetworkInput(name=name, shape=(3,), precision=precision) for name in ("mu", "lv")
    )
    same = tuple(
        Activation(
            name=f"{node.name}_out", inputs=(node.name,), shape=(3,), precision=precision,
            function=Function.LINEAR,
        )
        for node in sources
    )  # fmt: skip
    bare = QuantizedNetwork(
        name="encoder", inputs=sources, layers=same, outputs=("mu_out", "lv_out")
    )
    plan = ScorePlan(kind=ScoreKind.R_Z, table=read("ufixed<16,10,RND_CONV,SAT>"))
    network = add_score(bare, plan)
    rng = np.random.default_rng(1)
    mu, logvar = rng.uniform(-4, 4, (2, 50, 3)).astype(np.float32)

    (score,) = NumpyTwin(network)([mu, logvar])

    np.testing.assert_allclose(score[:, 0], float_score(plan, mu, logvar), rtol=1e-5)


def test_a_product_of_a_tensor_with_itself_is_its_square(tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    made = Maker((4,), "fixed<6,3>")
    made.add(Merge, "squares", ("x", "x"), "fixed<12,6>", function=MergeFunction.MULTIPLY)
    network = made.network("squares_net")
    _, (real,) = drawn(network)

    session = onnxruntime.InferenceSession(str(write_onnx(network, tmp_path / "twin.onnx")))

    np.testing.assert_array_equal(session.run(None, {"x": real})[0], real**2)
    np.testing.assert_array_equal(NumpyTwin(network)([real])[0], real**2)
