import multiprocessing
import threading
import time

from codesign.baselines.host import BusyCores, available_cpus, read_host, settled_host

CPU = """\
processor : 0
model name : Imaginary 9000
flags : fpu {more} sse
"""


def machine(folder, *, load="0.10", more=""):
    proc, sys = folder / "proc", folder / "sys"
    proc.mkdir()
    (proc / "cpuinfo").write_text(CPU.format(more=more))
    (proc / "loadavg").write_text(f"{load} 0.20 0.30 1/200 4242\n")
    (proc / "stat").write_text("cpu  100 0 100 5000 50 0 0 0 0 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n")
    for cpu in available_cpus():
        place = sys / f"devices/system/cpu/cpu{cpu}/cpufreq"
        place.mkdir(parents=True)
        (place / "scaling_governor").write_text("performance\n")
    (folder / "dev").mkdir()
    return {"proc": proc, "sys": sys, "dev": folder / "dev"}


def test_a_host_is_what_the_kernel_says(tmp_path):
    found = read_host(**machine(tmp_path, more="hypervisor"))

    assert (found.processor, found.governor, found.virtual) == (
        "Imaginary 9000", "performance", True,
    )  # fmt: skip
    assert found.load_average == 0.10
    assert found.cores == len(available_cpus())
    assert found.gpus == ()
    assert not found.is_busy
    assert {"python", "numpy"} <= {name for name, _ in found.versions}


def test_a_load_above_half_the_cores_is_busy(tmp_path):
    load = 0.5 * len(available_cpus()) + 0.01
    found = read_host(**machine(tmp_path, load=f"{load:.2f}"))

    assert found.is_busy
    assert f"load average {load:.2f}" in found.noise[0]


def test_a_host_that_tells_nothing_is_not_known_instead_of_quiet(tmp_path):
    found = read_host(proc=tmp_path, sys=tmp_path, dev=tmp_path)

    assert (found.load_average, found.foreign_cores, found.governor) == (None, None, "")


def test_a_graphics_processor_is_seen_by_its_device(tmp_path):
    given = machine(tmp_path)
    for name in ("nvidia0", "nvidia1", "nvidiactl", "null"):
        (given["dev"] / name).write_text("")

    assert read_host(**given).gpus == ("nvidia0", "nvidia1")


def _burn(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_another_program_that_keeps_a_core_busy_is_seen():
    context = multiprocessing.get_context("spawn")
    other = context.Process(target=_burn, args=(2.5,))
    other.start()
    time.sleep(0.5)
    try:
        busy = BusyCores()
        time.sleep(1.0)
        found = busy.foreign_cores()
    finally:
        other.join()

    assert found is not None
    assert found > 0.5


def test_our_own_work_is_not_foreign(tmp_path):
    (tmp_path / "stat").write_text("cpu  100 0 0 0 0 0 0 0 0 0\n")
    busy = BusyCores(proc=tmp_path)
    begun = time.process_time()
    _burn(0.7)
    own = round(100 * (time.process_time() - begun))
    (tmp_path / "stat").write_text(f"cpu  {100 + own} 0 0 0 0 0 0 0 0 0\n")

    assert busy.foreign_cores() < 0.1


def test_a_blink_is_too_short_to_tell():
    assert BusyCores().foreign_cores() is None


def test_the_load_of_what_just_ended_is_waited_for(tmp_path):
    given = machine(tmp_path, load="9.00")
    told = []

    def fade(done, total, what):
        told.append((done <= total, what))
        (given["proc"] / "loadavg").write_text("0.05 1.00 2.00 1/200 4242\n")

    found = settled_host(settle_s=30.0, progress=fade, **given)

    assert (found.load_average, found.noise) == (0.05, ())
    assert len(told) == 1
    assert told[0][0]
    assert "load average" in told[0][1]


def test_a_load_that_stays_is_told_when_the_time_is_over(tmp_path):
    given, begun = machine(tmp_path, load="9.00"), time.monotonic()

    found = settled_host(settle_s=1.5, **given)

    assert found.is_loaded
    assert 1.5 <= time.monotonic() - begun < 10.0


def test_nothing_is_waited_for_while_other_programs_work(tmp_path):
    given, told = machine(tmp_path, load="9.00"), []
    work = "cpu  90000 0 100 5000 50 0 0 0 0 0\n"
    busy = threading.Timer(0.3, (given["proc"] / "stat").write_text, [work])
    busy.start()

    found = settled_host(settle_s=30.0, progress=lambda *note: told.append(note), **given)
    busy.join()

    assert found.is_shared
    assert told == []
