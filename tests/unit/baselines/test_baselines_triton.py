import socket
from dataclasses import replace

import pytest
from timed_networks import QUICK, small_network, write_job

pytest.importorskip("tritonclient.grpc")
from triton_server import triton_server

from codesign.baselines.processes import measured_by
from codesign.baselines.runtime import Task, TritonServer
from codesign.baselines.runtimes.triton import open_triton
from codesign.design.baseline_results import Absence, Processor
from codesign.design.energy import EnergySource
from codesign.errors import InvalidDesignError, ToolFailedError

FEW = replace(QUICK, calls=20, warmup_calls=2)


def _server(url, **options):
    return TritonServer(url=url, model="tagger", **options)


def _task(tmp_path, server):
    return Task(network=small_network(), folder=tmp_path, threads=1, server=server)


@pytest.mark.parametrize("renamed", [False, True], ids=["same names", "other names"])
def test_a_server_is_measured_from_its_client(tmp_path, renamed):
    with triton_server(small_network(), delay_s=0.005, renamed=renamed) as (service, url):
        found = measured_by(write_job(tmp_path, "triton", protocol=FEW, server=_server(url)))

    assert found.missing == ()
    one, eight = found.measured
    assert one.processor is Processor.SERVER
    assert one.latency.p50_us > 5000  # what the server takes is in it
    assert one.agreement.difference < 1e-6
    assert (one.calls, eight.batch) == (20, 8)
    assert one.energy.source is EnergySource.UNAVAILABLE
    assert "over gRPC" in one.included
    assert service.requests > 40


def test_a_server_with_another_model_inside_is_refused(tmp_path):
    with triton_server(small_network(), wrong=0.5) as (_, url):
        found = measured_by(write_job(tmp_path, "triton", protocol=FEW, server=_server(url)))

    assert found.measured == ()
    assert found.missing[0].why is Absence.REFUSED


def test_a_server_that_does_not_answer_is_told_with_its_place(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"127.0.0.1:{taken.getsockname()[1]}"  # nobody listens there
        with pytest.raises(ToolFailedError, match=f"no Triton server answers at {url}.*8001"):
            open_triton(_task(tmp_path, _server(url)), 1)


def test_a_server_that_accepts_and_keeps_silent_is_told_in_time(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ToolFailedError, match=r"Triton server at .* within 0.5 s"):
            open_triton(_task(tmp_path, _server(url, timeout_s=0.5)), 1)


def test_a_server_that_answers_slowly_makes_a_partial_table(tmp_path):
    with triton_server(small_network(), delay_s=2.0) as (_, url):
        server = _server(url, timeout_s=0.5)
        found = measured_by(write_job(tmp_path, "triton", protocol=FEW, server=server))

    assert found.measured == ()
    assert "a request of 1 events of 'tagger' within 0.5 s" in found.missing[0].reason
    assert "--triton-timeout" in found.missing[0].reason


def test_a_model_that_the_server_does_not_have_is_told(tmp_path):
    unknown = pytest.raises(ToolFailedError, match="unknown model: 'tagger'")
    with triton_server(small_network(), model="other") as (_, url), unknown:
        open_triton(_task(tmp_path, _server(url)), 1)


def test_a_model_of_other_types_is_told(tmp_path):
    other = pytest.raises(InvalidDesignError, match="x INT8, .*expected FP32")
    with triton_server(small_network(), datatype="INT8") as (_, url), other:
        open_triton(_task(tmp_path, _server(url)), 1)


def test_without_a_server_nothing_is_asked(tmp_path):
    with pytest.raises(InvalidDesignError, match="give --triton HOST:PORT"):
        open_triton(_task(tmp_path, None), 1)
