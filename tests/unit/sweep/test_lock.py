import json
import os
import subprocess
import sys
import time

import pytest

from codesign.errors import InvalidDesignError
from codesign.sweep.store.lock import Holder, SweepLockedError, holder, locked

_HOLD = """
import sys, time
from pathlib import Path
from codesign.sweep.store.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path):
    """Another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_driver_is_refused_at_once_and_told_who(tmp_path, other):
    begin = time.monotonic()
    with (
        pytest.raises(SweepLockedError, match=rf"process {other.pid} on {os.uname().nodename}"),
        locked(tmp_path),
    ):
        pass
    assert time.monotonic() - begin < 1


def test_the_lock_of_a_killed_process_is_taken_over(tmp_path, other):
    other.kill()
    other.wait()
    with locked(tmp_path):
        assert holder(tmp_path) == Holder.here()
    assert holder(tmp_path) is None


def test_the_lock_of_another_host_is_stale_when_nobody_beats_it(tmp_path):
    path = tmp_path / "lock"
    path.write_text(json.dumps({"host": "far", "pid": 1, "since": 0.0}))
    with pytest.raises(SweepLockedError, match="process 1 on far"), locked(tmp_path):
        pass
    os.utime(path, (time.time() - 3600,) * 2)
    with locked(tmp_path):
        assert holder(tmp_path) == Holder.here()


def test_a_process_number_that_is_used_again_is_not_the_holder(tmp_path):
    mine = Holder.here()
    (tmp_path / "lock").write_text(
        json.dumps({"host": mine.host, "pid": mine.pid, "since": mine.since - 1000})
    )
    with locked(tmp_path):
        assert holder(tmp_path) == mine


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidDesignError, match="cannot be written"), locked(tmp_path / "file"):
        pass
