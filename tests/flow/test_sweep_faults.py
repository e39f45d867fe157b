"""A sweep on real worker processes, and what goes wrong there."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pytest
from sweep_trials import awkward, keeping, quick

from codesign.sweep.execution.batch import queued, read_cluster
from codesign.sweep.execution.clusters import connected, local
from codesign.sweep.execution.driver import drive
from codesign.sweep.execution.verify import Verify
from codesign.sweep.outcome import State
from codesign.sweep.store.places import Places
from codesign.sweep.store.store import Store
from sweeps import SWEEP, small_sweep, write_sweep

HOME = "CODESIGN_TEST_HOME"
SUPPORT = Path(__file__).parents[1] / "support"
DRIVER = """
import sys
from functools import partial
from pathlib import Path
from sweep_trials import slow
from sweeps import SIZES
from codesign.sweep.space.sweep_file import read_sweep
from codesign.sweep.execution.clusters import local
from codesign.sweep.store.places import Places
from codesign.sweep.execution.driver import drive
from codesign.sweep.execution.verify import Verify
if __name__ == "__main__":
    root = Path(sys.argv[2])
    sweep = read_sweep(Path(sys.argv[1]), sizes=lambda _: SIZES)
    drive(
        sweep,
        Places.of(sweep.name, root),
        partial(local, 2, slow, memory_gb=2),
        data="d",
        check=Verify.NONE,
    )
"""


@pytest.fixture(autouse=True)
def _workers_find_the_support(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(SUPPORT))


def run(sweep, root, evaluator, *, workers=2):
    places = Places.of(sweep.name, root)
    lent = partial(local, workers, evaluator, memory_gb=sweep.limits.memory_gb)
    return drive(sweep, places, lent, data="d", check=Verify.NONE)


def stored(root, name="small"):
    with Store(Places.of(name, root).store, readonly=True) as store:
        return list(store.trials())


def result_set(root):
    return {t.id: (t.state, t.measures) for t in stored(root)}


def start_driver(path, root):
    environment = {**os.environ, "PYTHONPATH": str(SUPPORT), HOME: str(root)}
    script = root / "driver.py"
    script.write_text(DRIVER, "utf-8")
    command = [sys.executable, str(script), str(path), str(root)]
    with (root / "driver.err").open("ab") as errors:
        return subprocess.Popen(command, env=environment, stderr=errors)


def workers_of(pid):
    found = []
    for child in psutil.Process(pid).children(recursive=True):
        try:
            if "spawn_main" in " ".join(child.cmdline()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def left_behind(root):
    """Return processes that a driver of this folder has started, or that they have."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(HOME) == str(root):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


def wait_until_nothing_is_left(root):
    deadline = time.monotonic() + 20
    while left_behind(root) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not left_behind(root)


def test_a_worker_that_keeps_memory_is_started_anew_and_no_trial_blamed(tmp_path):
    sweep = small_sweep(SWEEP + "\n[limits]\nattempts = 1\nmemory_gb = 0.8\n")

    run(sweep, tmp_path, keeping, workers=1)

    processes = [line.split()[1] for line in (tmp_path / "calls").read_text("utf-8").splitlines()]
    assert {trial.state for trial in stored(tmp_path)} == {State.DONE}
    assert len(processes) == 12  # keep 2.4 GB together, and no trial was begun twice
    assert 3 <= len(set(processes)) <= 12


def test_trials_that_crash_hang_or_eat_memory_are_set_aside_with_their_reason(tmp_path):
    limits = "\n[limits]\nattempts = 2\ntrain_s = 3\nmemory_gb = 0.9\n"
    text = SWEEP.replace("[3, 4, 5, 6]", "[3, 4, 5, 6, 7]").replace(
        'values = ["latency", "resource"]', 'values = ["latency"]'
    )
    text = text[: text.index('[[dimensions]]\nset = "reuse_factor"')] + limits

    counts = run(small_sweep(text), tmp_path, awkward)

    reasons = {t.point["bits"]: (t.state, t.attempts, t.reason) for t in stored(tmp_path)}
    assert counts[State.FAILED] == 3
    assert reasons[3][:2] == (State.FAILED, 2)
    assert "Segmentation fault" in reasons[3][2]
    assert reasons[4][2] == "training took longer than its limit of 3 s"
    assert "GB of memory, the limit is 0.9 GB" in reasons[5][2]
    assert reasons[6][0] is State.INFEASIBLE
    assert reasons[7][0] is State.DONE
    assert not [p for p in psutil.process_iter() if p.name() == "sleep" and "300" in p.cmdline()]


def test_a_killed_worker_costs_nothing_but_its_time(tmp_path):
    path = write_sweep(tmp_path, text=SWEEP + "\n[limits]\nattempts = 9\n")
    driver = start_driver(path, tmp_path)
    killed = 0
    while driver.poll() is None and killed < 2:
        time.sleep(1.0)
        if (tmp_path / "calls").is_file() and (workers := workers_of(driver.pid)):
            workers[0].kill()
            killed += 1
    assert driver.wait(timeout=120) == 0

    trials = stored(tmp_path)

    assert len(trials) == 12
    assert {t.state for t in trials} == {State.DONE}


def test_a_killed_driver_loses_and_doubles_nothing(tmp_path):
    path = write_sweep(tmp_path)
    dice = np.random.default_rng(1)
    for _ in range(3):
        driver = start_driver(path, tmp_path)
        begin = time.monotonic()
        while not (tmp_path / "calls").is_file() and time.monotonic() - begin < 60:
            time.sleep(0.05)
        time.sleep(2.0 + dice.random())
        driver.kill()
        driver.wait()
    assert start_driver(path, tmp_path).wait(timeout=120) == 0

    (tmp_path / "whole").mkdir()
    run(small_sweep(), tmp_path / "whole", quick)

    assert result_set(tmp_path) == result_set(tmp_path / "whole")
    wait_until_nothing_is_left(tmp_path)


def test_ctrl_c_once_finishes_what_is_under_way(tmp_path):
    path = write_sweep(tmp_path)
    driver = start_driver(path, tmp_path)
    while not (tmp_path / "calls").is_file():
        time.sleep(0.05)
    driver.send_signal(signal.SIGINT)
    driver.wait(timeout=60)

    states = {t.state for t in stored(tmp_path)}

    assert State.RUNNING not in states
    assert State.DONE in states
    assert len(stored(tmp_path)) < 12


def test_a_cluster_started_by_hand_is_used(tmp_path):
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
    ) as cluster:
        sweep = small_sweep()
        places = Places.of(sweep.name, tmp_path)
        lent = partial(connected, cluster.scheduler_address, quick)
        counts = drive(sweep, places, lent, data="d", check=Verify.NONE)
    assert counts[State.DONE] == 12


# dask-jobqueue's local cluster kills its workers and does not wait for them or close their pipes
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_batch_system_is_used(tmp_path):
    file = tmp_path / "cluster.toml"
    file.write_text('kind = "local"\njobs = 2\nmemory = "1GB"\n', "utf-8")
    sweep = small_sweep()
    places = Places.of(sweep.name, tmp_path)

    counts = drive(
        sweep, places, partial(queued, read_cluster(file), quick), data="d", check=Verify.NONE
    )

    assert counts[State.DONE] == 12


@pytest.mark.slow
def test_two_hundred_kills_of_drivers_and_workers_lose_nothing(tmp_path, record_property):
    bits = ", ".join(str(bits) for bits in range(3, 63))
    text = SWEEP.replace("[3, 4, 5, 6]", f"[{bits}]") + "\n[limits]\nattempts = 1000\n"
    (tmp_path / "whole").mkdir()
    run(small_sweep(text), tmp_path / "whole", quick)
    whole, dice = result_set(tmp_path / "whole"), np.random.default_rng(7)
    drivers, workers, rounds = 0, 0, 0
    while drivers + workers < 200:
        rounds += 1
        home = tmp_path / f"round-{rounds}"
        home.mkdir()
        killed = kill_until_done(write_sweep(home, text=text), home, dice)
        drivers, workers = drivers + killed[0], workers + killed[1]

        assert result_set(home) == whole
        assert len(stored(home)) == len(whole) == 180
        wait_until_nothing_is_left(home)
    record_property("killed", f"{drivers} drivers, {workers} workers in {rounds} sweeps")


def kill_until_done(path, home, dice):
    """Drive a sweep to its end, killing drivers and workers; return how many of each."""
    drivers = workers = 0
    driver = start_driver(path, home)
    while True:
        wait_for_work(driver, home)
        time.sleep(0.8 * dice.random())
        if driver.poll() is not None:
            if driver.returncode == 0:
                return drivers, workers
            assert driver.returncode == -signal.SIGKILL, (home / "driver.err").read_text("utf-8")
            driver = start_driver(path, home)
            continue
        victims = workers_of(driver.pid)
        if dice.random() < 0.3 or not victims:
            drivers += 1
            driver.kill()
            driver.wait()
        else:
            workers += 1
            victims[dice.integers(len(victims))].kill()


def wait_for_work(driver, home):
    """Wait until another trial has been done, or the driver has ended."""
    calls = home / "calls"
    before, begin = calls.stat().st_size if calls.is_file() else 0, time.monotonic()
    while driver.poll() is None and time.monotonic() - begin < 120:
        if calls.is_file() and calls.stat().st_size > before:
            return
        time.sleep(0.02)
