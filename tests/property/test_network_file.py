import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quantized_networks import networks

from codesign.design.digest import digest
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
