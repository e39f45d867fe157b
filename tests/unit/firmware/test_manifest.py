from dataclasses import replace
from pathlib import Path

import pytest

from codesign.design.hardware import Backend, Clock, HardwareConfig
from codesign.errors import InvalidDesignError, ValidationError
from codesign.firmware import files_digest, read_project
from codesign.firmware.manifest import (
    Manifest,
    generated_files,
    read_manifest,
    write_manifest,
)


def _project(folder: Path) -> Manifest:
    (folder / "firmware" / "weights").mkdir(parents=True)
    (folder / "firmware" / "top.cpp").write_text("void top() {}\n", encoding="utf-8")
    (folder / "firmware" / "weights" / "w2.h").write_text("w2 = {0.5}\n", encoding="utf-8")
    manifest = Manifest(
        backend=Backend.VITIS,
        top="top",
        network_digest="0" * 64,
        hardware=HardwareConfig(device="vu13p", clock=Clock(period_ns=5.0)),
        tool_versions=(("hls4ml", "1.3.0"),),
        generator_digest="1" * 64,
        files=generated_files(folder),
    )
    write_manifest(folder, manifest)
    return manifest


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    manifest = _project(tmp_path)

    assert read_manifest(tmp_path) == manifest


def test_an_untouched_project_is_read_with_its_digest(tmp_path: Path) -> None:
    _project(tmp_path)

    project = read_project(tmp_path)

    assert project.digest == files_digest(tmp_path)
    assert project.path == str(tmp_path)


def test_one_changed_byte_is_seen(tmp_path: Path) -> None:
    _project(tmp_path)
    (tmp_path / "firmware" / "weights" / "w2.h").write_text("w2 = {0.4}\n", encoding="utf-8")

    with pytest.raises(ValidationError, match=r"firmware/weights/w2\.h differ"):
        read_project(tmp_path)


def test_a_missing_and_an_added_file_are_seen(tmp_path: Path) -> None:
    _project(tmp_path)
    (tmp_path / "firmware" / "top.cpp").rename(tmp_path / "firmware" / "other.cpp")

    with pytest.raises(ValidationError, match=r"other\.cpp, firmware/top\.cpp"):
        read_project(tmp_path)


def test_what_tools_leave_in_build_is_no_part_of_the_project(tmp_path: Path) -> None:
    manifest = _project(tmp_path)
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "csim.log").write_text("", encoding="utf-8")

    assert generated_files(tmp_path) == manifest.files
    read_project(tmp_path)


def test_the_place_of_a_project_is_not_in_its_digest(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        _project(tmp_path / name)

    one, two = read_project(tmp_path / "one"), read_project(tmp_path / "two")

    assert replace(one, path="") == replace(two, path="")


def test_a_folder_without_a_manifest_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(InvalidDesignError, match=r"holds no codesign\.json"):
        read_project(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"backend": "vitis"}'])
def test_a_broken_manifest_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "codesign.json").write_bytes(content)

    with pytest.raises(InvalidDesignError, match=r"codesign\.json"):
        read_project(tmp_path)
