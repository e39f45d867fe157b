import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quantized_networks import networks

from codesign.design.constant import Constant
from codesign.design.contract import NetworkInput
from codesign.design.digest import digest
from codesign.design.layers import Dense
from codesign.design.network import QuantizedNetwork
from codesign.design.precision import Precision
from codesign.errors import InvalidDataError
from codesign.lowering.network_file import load_network, save_network

RANDOM = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@given(network=networks())
@RANDOM
def test_a_stored_network_comes_back_equal(network):
    with tempfile.TemporaryDirectory() as folder:
        loaded = load_network(save_network(network, Path(folder)))
    assert loaded == network
    assert digest(loaded) == digest(network)


@given(data=st.data(), network=networks())
@RANDOM
def test_a_changed_byte_is_found_or_changes_nothing(data, network):
    with tempfile.TemporaryDirectory() as name:
        folder = save_network(network, Path(name))
        path = folder / data.draw(st.sampled_from(("network.json", "network.npz")))
        content = bytearray(path.read_bytes())
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)
        try:
            loaded = load_network(folder)
        except InvalidDataError:
            return
        assert path.name == "network.npz"
        assert loaded == network


@given(data=st.data(), network=networks())
@RANDOM
def test_a_file_cut_short_is_refused(data, network):
    with tempfile.TemporaryDirectory() as name:
        folder = save_network(network, Path(name))
        path = folder / data.draw(st.sampled_from(("network.json", "network.npz")))
        content = path.read_bytes()
        path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
        with pytest.raises(InvalidDataError):
            load_network(folder)


def small_network(weight=1):
    grid = Precision(width=4, integer=4)
    layer = Dense(
        name="dense",
        inputs=("x",),
        shape=(1,),
        precision=grid,
        kernel=Constant.of([[weight]], grid),
        bias=Constant.of([0], grid),
        accumulator=Precision(width=9, integer=9),
    )
    source = NetworkInput(name="x", shape=(1,), precision=grid)
    return QuantizedNetwork(name="little", inputs=(source,), layers=(layer,), outputs=("dense",))


@pytest.mark.parametrize("name", ["network.json", "network.npz"])
def test_a_missing_file_is_refused_with_the_remedy(tmp_path, name):
    (save_network(small_network(), tmp_path) / name).unlink()
    with pytest.raises(InvalidDataError, match=rf"not a network: .*{name}.*write it again with"):
        load_network(tmp_path)


@pytest.mark.parametrize("name", ["network.json", "network.npz"])
def test_text_and_arrays_of_different_networks_are_refused(tmp_path, name):
    first = save_network(small_network(weight=1), tmp_path / "first")
    second = save_network(small_network(weight=2), tmp_path / "second")
    (first / name).write_bytes((second / name).read_bytes())
    with pytest.raises(InvalidDataError, match=r"the text has digest \w{12}, the arrays .* say"):
        load_network(first)


def test_a_digit_edited_in_the_text_is_found(tmp_path):
    path = save_network(small_network(), tmp_path) / "network.json"
    path.write_text(path.read_text("utf-8").replace("fixed<9,9>", "fixed<8,8>"), "utf-8")
    with pytest.raises(
        InvalidDataError, match=r"network.json: .* was changed or belongs to another"
    ):
        load_network(tmp_path)


def test_an_array_edited_behind_the_text_is_found(tmp_path):
    folder = save_network(small_network(), tmp_path)
    with np.load(folder / "network.npz") as stored:
        arrays = dict(stored.items())
    arrays["dense.kernel"] = arrays["dense.kernel"] + 1
    np.savez(folder / "network.npz", **arrays)
    with pytest.raises(
        InvalidDataError, match=r"network.npz: an array has digest .* is damaged or"
    ):
        load_network(folder)


def test_pickled_objects_are_never_loaded(tmp_path):
    folder = save_network(small_network(), tmp_path)
    np.savez(folder / "network.npz", text=np.array([{}], dtype=object))
    with pytest.raises(InvalidDataError, match="not a network: Object arrays cannot be loaded"):
        load_network(folder)


def test_equal_networks_make_equal_files(tmp_path):
    folders = [save_network(small_network(), tmp_path / name) for name in ("a", "b")]
    for name in ("network.json", "network.npz"):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()
