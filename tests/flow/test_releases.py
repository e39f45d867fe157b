"""Releases: every committed one is simulated again; what is promoted is whole and proved."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from promoted_designs import certified_design, small_network

from codesign.design.codec import from_json, to_json
from codesign.design.rtl import RtlDesign, RtlPort
from codesign.errors import InvalidDataError, InvalidDesignError, ToolNotFoundError, ValidationError
from codesign.lowering import save_network
from codesign.pipeline import promote as promotion
from codesign.pipeline.promote import promote, read_certified
from codesign.pipeline.release import Release, read_release, released_files, resimulate
from codesign.pipeline.vectors import read_vectors, write_vectors
from codesign.toolchain import find_tool, run
from codesign.toolchain.simulators import find_icarus, find_verilator

RELEASES = Path(__file__).parents[2] / "firmware" / "releases"
COMMITTED = sorted(path.parent for path in RELEASES.glob("*/release.json"))


def _skip_without(finder) -> None:
    try:
        finder()
    except ToolNotFoundError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("folder", COMMITTED, ids=lambda folder: folder.name)
def test_a_committed_release_answers_as_when_it_was_promoted(folder: Path) -> None:
    _skip_without(find_verilator)
    before = released_files(folder)

    found = resimulate(folder)

    assert found.latency_cycles == found.release.latency_cycles
    assert found.initiation_interval == found.release.initiation_interval
    assert released_files(folder) == before
    assert sum(path.stat().st_size for path in folder.rglob("*")) <= promotion.LIMIT_BYTES


@pytest.fixture(scope="module")
def design(tmp_path_factory):
    """A small certified design and its events."""
    pytest.importorskip("alkaid", reason="the RTL back end needs the extra rtl")
    _skip_without(find_icarus)
    _skip_without(find_verilator)
    return certified_design(tmp_path_factory.mktemp("design") / "firmware")


@pytest.fixture(scope="module")
def released(design, tmp_path_factory):
    """The folder of its release."""
    certified, inputs = design
    folder = tmp_path_factory.mktemp("releases") / "tiny"
    promote(certified, folder, inputs=inputs)
    return folder


def _copied(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to)
    return to


def test_a_release_holds_what_a_firmware_engineer_needs(design, released) -> None:
    release = read_release(released)
    names = {file.path for file in release.files}

    assert {
        "README.md",
        "certificate.json",
        "rtl_certificate.json",
        "reports/yosys.json",
        "rtl/codesign.json",
        "rtl/rtl.json",
        "vectors/x.hex",
        "vectors/relu.hex",
    } <= names
    assert (release.events, release.device) == (256, "vu9p")
    assert release.firmware_digest == design[0].project.digest
    assert not any(path.name.startswith(".") for path in released.parent.iterdir())
    page = (released / "README.md").read_text(encoding="utf-8")
    assert f"| latency | {release.latency_cycles} cycles" in page
    assert "| in | `x` | 24 | fixed<6,3,RND_CONV,SAT> | 4 | 1 |" in page


def test_a_release_is_the_same_bytes_again(design, released, tmp_path) -> None:
    certified, inputs = design

    again = promote(certified, tmp_path / "tiny", inputs=inputs)

    assert again == read_release(released)


def test_a_release_is_simulated_again(released) -> None:
    found = resimulate(released)

    assert found.release == read_release(released)
    assert found.latency_cycles == found.release.latency_cycles


def test_the_trigger_shell_takes_a_release(released, tmp_path) -> None:
    rtl = released / "rtl"
    design = from_json(RtlDesign, (rtl / "rtl.json").read_text(encoding="utf-8"), place="rtl.json")
    (features,), (scores,) = design.inputs, design.outputs
    macros = {"": design.top, "_INPUT": features.name, "_OUTPUT": scores.name}
    parameters = {
        "INPUT_BITS": features.bits,
        "OUTPUT_BITS": scores.bits,
        "SCORE_BITS": scores.width,
        "SCORE_LSB": scores.width,
        "SCORE_SIGNED": int(scores.signed),
    }
    options = [
        *("-g2005", "-Wall", "-t", "null", "-s", "trigger_shell"),
        *(f"-DNETWORK{name}={value}" for name, value in macros.items()),
        *(f"-Ptrigger_shell.{name}={value}" for name, value in parameters.items()),
    ]
    shell = RELEASES.parent / "rtl" / "trigger_shell.v"
    sources = [rtl / name for name in design.sources]

    log = tmp_path / "icarus.log"
    run([find_tool("iverilog"), *options, shell, *sources], cwd=tmp_path, timeout_s=60, log=log)

    printed = log.read_text(encoding="utf-8")
    assert not [
        line for line in printed.splitlines() if "trigger_shell.v" in line and "warning" in line
    ]


def test_a_changed_file_is_refused(released, tmp_path) -> None:
    folder = _copied(released, tmp_path / "tiny")
    (folder / "vectors" / "x.hex").write_text("000000\n", encoding="ascii")
    (folder / "notes.txt").write_text("mine\n", encoding="utf-8")

    with pytest.raises(ValidationError, match=r"notes\.txt, vectors/x\.hex differ from what was"):
        resimulate(folder)


def test_firmware_that_answers_otherwise_is_refused(released, tmp_path) -> None:
    folder = _copied(released, tmp_path / "tiny")
    path = folder / "vectors" / "relu.hex"
    lines = path.read_text(encoding="ascii").splitlines()
    lines[7] = f"{int(lines[7], 16) ^ 1:0{len(lines[7])}x}"
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    release = replace(_record(folder), files=released_files(folder))
    _write_record(folder, release)

    with pytest.raises(ValidationError, match=r"answers otherwise at relu, event 7, element \[0\]"):
        resimulate(folder)


def test_a_design_without_proof_is_refused(design, tmp_path) -> None:
    certified, inputs = design
    wrong = replace(certified.certificate.comparisons[0], exact_outputs=1199)
    disproved = replace(certified.certificate, comparisons=(wrong,))

    with pytest.raises(ValidationError, match="a certificate is not bit-exact"):
        promote(replace(certified, certificate=disproved), tmp_path / "tiny", inputs=inputs)

    assert not (tmp_path / "tiny").exists()


def test_a_proof_of_another_network_or_firmware_is_refused(design, tmp_path) -> None:
    certified, inputs = design
    other = replace(certified, network=small_network(seed=9))
    with pytest.raises(ValidationError, match="are not of one network"):
        promote(other, tmp_path / "tiny", inputs=inputs)
    elsewhere = replace(certified.rtl_certificate, firmware_digest="1" * 64)
    with pytest.raises(ValidationError, match="the RTL certificate is of other firmware"):
        promote(replace(certified, rtl_certificate=elsewhere), tmp_path / "tiny", inputs=inputs)


def test_a_project_that_was_edited_is_refused(design, tmp_path) -> None:
    certified, inputs = design
    folder = _copied(Path(certified.project.path), tmp_path / "edited")
    source = next(folder.rglob("*.v"))
    source.write_text(source.read_text(encoding="utf-8") + "// mine\n", encoding="utf-8")
    project = replace(certified.project, path=str(folder))

    with pytest.raises(ValidationError, match="differ from what was generated"):
        promote(replace(certified, project=project), tmp_path / "tiny", inputs=inputs)


def test_a_release_that_is_too_large_is_refused(design, tmp_path, monkeypatch) -> None:
    certified, inputs = design
    monkeypatch.setattr(promotion, "LIMIT_BYTES", 5_000)

    with pytest.raises(InvalidDesignError, match=r"above the 5,000 that git should hold; the larg"):
        promote(certified, tmp_path / "tiny", inputs=inputs)

    assert not any(tmp_path.iterdir())


def test_a_folder_of_somebody_else_is_not_replaced(design, tmp_path) -> None:
    certified, inputs = design
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "thesis.tex").write_text("...", encoding="utf-8")

    with pytest.raises(InvalidDesignError, match="exists and is no release"):
        promote(certified, tmp_path / "tiny", inputs=inputs)


def test_a_design_without_certificate_is_refused(design, tmp_path) -> None:
    certified, _ = design
    _copied(Path(certified.project.path), tmp_path / "firmware")
    save_network(certified.network, tmp_path / "network")

    with pytest.raises(
        InvalidDesignError, match=r"certificate\.json is missing: the design is not"
    ):
        read_certified(tmp_path)


@pytest.mark.parametrize("signed", [False, True])
def test_vectors_come_back_as_they_were(tmp_path, signed) -> None:
    port = RtlPort(name="x", width=5, signed=signed, elements=3, beats=2)
    low, high = (-16, 16) if signed else (0, 32)
    values = np.random.default_rng(3).integers(low, high, (20, 2, 3))

    write_vectors(tmp_path, [port], {"x": values})

    np.testing.assert_array_equal(read_vectors(tmp_path, port, (2, 3)), values)


def test_damaged_vectors_are_refused(tmp_path) -> None:
    port = RtlPort(name="x", width=5, signed=True, elements=3)
    for text in ("", "zzzz\n", "123\n12345\n"):
        (tmp_path / "x.hex").write_text(text, encoding="ascii")
        if text:
            with pytest.raises(InvalidDataError, match=r"x\.hex"):
                read_vectors(tmp_path, port, (3,))
    (tmp_path / "x.hex").unlink()
    with pytest.raises(InvalidDataError, match=r"x\.hex is no file of vectors"):
        read_vectors(tmp_path, port, (3,))


def _record(folder: Path) -> Release:
    text = (folder / "release.json").read_text(encoding="utf-8")
    return from_json(Release, text, place="release.json")


def _write_record(folder: Path, release: Release) -> None:
    (folder / "release.json").write_text(to_json(release), encoding="utf-8")


def test_the_verb_simulates_a_release_and_refuses_what_is_none(released, tmp_path) -> None:
    from typer.testing import CliRunner

    from codesign.cli.app import app

    done = CliRunner().invoke(app, ["resimulate", str(released)])
    refused = CliRunner().invoke(app, ["resimulate", str(tmp_path)])

    assert done.exit_code == 0
    assert "tiny: 256 events agree bit by bit, latency" in done.stdout
    assert refused.exit_code == 2
    assert "holds no release.json" in refused.stderr
