from pathlib import Path

import pytest

from codesign.errors import ToolNotFoundError
from codesign.toolchain import find_tool, package_versions, tool_version


def _make_program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\necho {text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_tool_is_found_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = _make_program(tmp_path / "my-tool", "1")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_tool("my-tool") == program


def test_a_variable_comes_before_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = _make_program(tmp_path / "other compiler", "1")
    monkeypatch.setenv("CODESIGN_CXX", str(program))

    assert find_tool("g++") == program


def test_a_missing_tool_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CODESIGN_VITIS_HLS", raising=False)
    monkeypatch.setenv("PATH", "")

    with pytest.raises(
        ToolNotFoundError,
        match="vitis_hls is not on PATH; install it or set CODESIGN_VITIS_HLS to its full path",
    ):
        find_tool("vitis_hls")


def test_a_variable_that_names_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESIGN_CXX", "no/such/g++")

    with pytest.raises(ToolNotFoundError, match="CODESIGN_CXX=no/such/g"):
        find_tool("g++")


def test_the_version_is_the_first_line_printed(tmp_path: Path) -> None:
    assert tool_version(_make_program(tmp_path / "tool", "tool 1.2")) == "tool 1.2"


def test_package_versions_keep_the_order() -> None:
    versions = package_versions(["numpy", "codesign"])

    assert [name for name, _ in versions] == ["numpy", "codesign"]
    assert all(version for _, version in versions)


def test_a_missing_package_names_the_remedy() -> None:
    with pytest.raises(ToolNotFoundError, match="no-such-package is not installed"):
        package_versions(["no-such-package"])


def test_a_tool_is_found_in_the_installation_that_its_variable_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    program = _make_program(tmp_path / "bin" / "vivado", "1")
    monkeypatch.delenv("CODESIGN_VIVADO", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("XILINX_VIVADO", str(tmp_path))

    assert find_tool("vivado") == program
