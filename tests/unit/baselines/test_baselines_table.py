import pytest
import strange_runtimes
from timed_networks import small_events, small_network

from codesign.baselines.measure import Options, measure
from codesign.baselines.runtime import Runtime
from codesign.baselines.table import find_runtime, open_runtime, runtimes, version_of
from codesign.design.baseline_results import Processor
from codesign.design.protocol import Protocol
from codesign.errors import InvalidDataError, InvalidDesignError, ToolNotFoundError


def test_every_runtime_of_the_table_has_an_opener():
    for runtime in runtimes().values():
        assert callable(open_runtime(runtime))
        assert runtime.included


def test_the_table_has_every_runtime_that_is_promised():
    names = set(runtimes())

    assert {"keras", "tf-function", "xla", "litert", "litert-int8", "onnxruntime"} <= names
    assert {"openvino", "numpy", "triton", "onnxruntime-cuda", "tensorrt", "xla-gpu"} <= names
    gpus = {name for name, each in runtimes().items() if each.processor is Processor.GPU}
    assert gpus == {"tf-function-gpu", "xla-gpu", "onnxruntime-cuda", "tensorrt"}


def test_an_unknown_runtime_is_named_beside_the_known():
    with pytest.raises(InvalidDesignError, match=r"no runtime 'tensorrtx'; known are numpy, keras"):
        find_runtime("tensorrtx")


def test_an_unknown_runtime_stops_a_measurement_before_it_begins(tmp_path):
    network = small_network()

    with pytest.raises(InvalidDesignError, match="no runtime 'fast'"):
        measure(
            network, small_events(network), folder=tmp_path / "work",
            options=Options(runtimes=("numpy", "fast")),
        )  # fmt: skip
    assert not (tmp_path / "work").exists()


def test_events_of_another_network_stop_a_measurement(tmp_path):
    network = small_network()
    events = small_events(network)

    with pytest.raises(InvalidDataError, match="inputs x given, expected x, more"):
        measure(network, {"x": events["x"]}, folder=tmp_path, options=Options())


def test_a_runtime_of_ones_own_is_found_by_its_path():
    assert find_runtime("strange_runtimes:SLOW") is strange_runtimes.SLOW


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("no.such.module:RUNTIME", "leads nowhere"),
        ("strange_runtimes:NONE", "leads nowhere"),
        ("strange_runtimes:SLOW_S", "is a float, expected a codesign.baselines.runtime.Runtime"),
    ],
)
def test_a_path_to_nothing_is_told(path, message):
    with pytest.raises(InvalidDesignError, match=message):
        find_runtime(path)


def test_what_is_not_installed_has_no_version():
    missing = Runtime(
        name="other", opener="a:b", module="no_such_module", package="no-such", included=""
    )

    with pytest.raises(ToolNotFoundError, match="no-such is not installed; run: python -m pip"):
        version_of(missing)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batches": ()}, "batches"),
        ({"batches": (1, 1)}, "name each once"),
        ({"batches": (0,)}, "from 1 up"),
        ({"calls": 0}, "calls 0"),
        ({"cell_s": 0.0}, "cell_s 0.0"),
    ],
)
def test_a_protocol_that_cannot_be_is_refused(options, message):
    with pytest.raises(InvalidDesignError, match=message):
        Protocol(**options)
