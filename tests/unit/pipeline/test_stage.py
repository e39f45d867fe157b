import importlib.util
import shutil
from pathlib import Path

import numpy as np
import pytest

from codesign.design.hardware import Clock
from codesign.pipeline import stage as stage_module
from codesign.pipeline.stage import source_digest, stage


class Work:
    """Writes two files and counts how often."""

    def __init__(self, text="result"):
        self.text, self.calls = text, 0

    def __call__(self, folder):
        self.calls += 1
        assert not list(folder.iterdir())
        (folder / "inner").mkdir()
        (folder / "result.txt").write_text(self.text, "utf-8")
        (folder / "inner" / "more.bin").write_bytes(bytes(range(256)))


def run(root, work, *, key=("a", 1), name="train"):
    return stage(root, name, key=key, compute=work)


def test_a_result_is_computed_once_and_then_reused(tmp_path):
    work = Work()
    first, second = run(tmp_path, work), run(tmp_path, work)
    assert work.calls == 1
    assert first.folder == second.folder
    assert (first.time.reused, second.time.reused) == (False, True)
    assert (second.folder / "result.txt").read_text("utf-8") == "result"


def test_a_reused_result_tells_how_long_the_first_run_took(tmp_path):
    first, second = run(tmp_path, Work()), run(tmp_path, Work())
    assert second.time.seconds == pytest.approx(first.time.seconds, abs=1e-3)
    assert second.time.stage == "train"


@pytest.mark.parametrize(
    "key",
    [
        ("a", 2),
        ("b", 1),
        ("a", 1, None),
        (1, "a"),
        (Clock(period_ns=5.0),),
        (np.arange(3),),
        (),
    ],
)
def test_another_key_has_another_folder(tmp_path, key):
    work = Work()
    assert run(tmp_path, work).folder != run(tmp_path, work, key=key).folder
    assert work.calls == 2


def test_another_stage_of_the_same_key_has_another_folder(tmp_path):
    assert run(tmp_path, Work()).folder != run(tmp_path, Work(), name="lower").folder


@pytest.mark.parametrize("name", ["result.txt", "inner/more.bin"])
def test_a_changed_file_is_found_and_made_anew(tmp_path, name):
    work = Work()
    path = run(tmp_path, work).folder / name
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.write_bytes(content)
    found = run(tmp_path, work)
    assert work.calls == 2
    assert not found.time.reused
    content[3] ^= 1
    assert path.read_bytes() == bytes(content)


@pytest.mark.parametrize("name", ["result.txt", "inner/more.bin", "stage.json"])
def test_a_missing_file_is_made_anew(tmp_path, name):
    work = Work()
    path = run(tmp_path, work).folder / name
    path.unlink()
    run(tmp_path, work)
    assert work.calls == 2
    assert path.exists()


def test_a_file_that_was_added_is_found_and_the_result_made_anew(tmp_path):
    work = Work()
    folder = run(tmp_path, work).folder
    (folder / "inner" / "foreign.txt").write_text("x", "utf-8")
    run(tmp_path, work)
    assert work.calls == 2
    assert not (folder / "inner" / "foreign.txt").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"seconds": 1, "files": []}', "null"])
def test_a_damaged_seal_is_not_trusted(tmp_path, text):
    work = Work()
    (run(tmp_path, work).folder / "stage.json").write_text(text, "utf-8")
    run(tmp_path, work)
    assert work.calls == 2


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_nothing_behind(tmp_path, error):
    def fail(folder):
        (folder / "half.txt").write_text("half", "utf-8")
        raise error

    with pytest.raises(error):
        run(tmp_path, fail)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_to_make_a_damaged_result_anew_does_not_bring_it_back(tmp_path):
    folder = run(tmp_path, Work()).folder
    (folder / "result.txt").write_text("changed", "utf-8")

    def fail(_):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        run(tmp_path, fail)
    work = Work()
    assert not run(tmp_path, work).time.reused
    assert work.calls == 1


def test_what_a_killed_run_left_behind_is_not_trusted(tmp_path):
    folder = run(tmp_path, Work()).folder
    (folder / "stage.json").unlink()
    shutil.copytree(folder, tmp_path / ".train-killed")
    work = Work("whole")
    assert (run(tmp_path, work).folder / "result.txt").read_text("utf-8") == "whole"
    assert work.calls == 1


def test_the_folder_is_made_where_there_is_none(tmp_path):
    root = tmp_path / "a" / "b"
    assert run(root, Work()).folder.parent == root


def test_everybody_may_read_the_result(tmp_path):
    assert run(tmp_path, Work()).folder.stat().st_mode & 0o777 == 0o755


@pytest.fixture
def copied(tmp_path):
    """Return the module of stages as part of a copy of the sources it looks at."""
    package = Path(stage_module.__file__).parent.parent
    for name in ("design", "pipeline"):
        shutil.copytree(package / name, tmp_path / name)
    spec = importlib.util.spec_from_file_location("copied", tmp_path / "pipeline" / "stage.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, tmp_path


def test_a_changed_source_changes_the_digest_of_its_part_alone(copied):
    module, top = copied
    design, pipeline = module.source_digest("design"), module.source_digest("pipeline")
    with (top / "design" / "codec.py").open("a", encoding="utf-8") as stream:
        stream.write("# changed\n")
    assert module.source_digest("design") != design
    assert module.source_digest("pipeline") == pipeline


def test_a_changed_source_changes_the_digest_of_its_file(copied):
    module, top = copied
    before = module.source_digest("pipeline/recipe.py")
    with (top / "pipeline" / "recipe.py").open("a", encoding="utf-8") as stream:
        stream.write("# changed\n")
    assert module.source_digest("pipeline/recipe.py") != before


def test_the_digest_of_unchanged_sources_stays(copied):
    module, _ = copied
    assert module.source_digest("design") == source_digest("design")


def test_a_part_that_does_not_exist_is_an_error():
    with pytest.raises(FileNotFoundError):
        source_digest("no_such_part")
