"""Each trap is a record of an environment that has it; nothing is installed or removed."""

from dataclasses import replace
from pathlib import Path

import pytest

from codesign.toolchain.doctor import Finding, Status, diagnose, is_ready
from codesign.toolchain.environment import Distribution, Environment, Program, examine
from codesign.toolchain.requirements import Requirement

_REQUIREMENTS = (
    "numpy<2.5,>=2.0",
    "keras-tuner==1.4.8; extra == 'train'",
    "pyparsing>=3; extra == 'train'",
    "qkeras==0.9.0; extra == 'train'",
    "tensorboard>=2.20; extra == 'train'",
    "tensorflow==2.21.*; extra == 'train'",
    "tf-keras==2.21.*; extra == 'train'",
    "hls4ml==1.3.0; extra == 'hls'",
    "fastjet==3.5.2.0; extra == 'gen'",
    "ruff>=0.9; extra == 'dev'",
)


def _requires(*lines: str) -> tuple[Requirement, ...]:
    return tuple(Requirement.from_text(line) for line in lines)


_INSTALLED = (
    Distribution(name="codesign", version="0.1.0", requirements=_requires(*_REQUIREMENTS)),
    Distribution(name="numpy", version="2.4.6", packages=("numpy",)),
    Distribution(name="keras-tuner", version="1.4.8", packages=("keras_tuner",)),
    Distribution(name="pyparsing", version="3.3.3"),
    Distribution(name="QKeras", version="0.9.0", packages=("qkeras",)),
    Distribution(name="tensorboard", version="2.21.0"),
    Distribution(name="tensorflow", version="2.21.0", packages=("tensorflow",)),
    Distribution(name="tf_keras", version="2.21.0", packages=("tf_keras",)),
    Distribution(name="keras", version="3.15.1", packages=("keras",)),
    Distribution(
        name="hls4ml",
        version="1.3.0",
        packages=("hls4ml",),
        requirements=_requires('da4ml<0.6,>=0.5.2; extra == "da"'),
    ),
)

HEALTHY = Environment(
    python="3.12.4",
    executable="/usr/bin/python",
    system="Linux",
    distributions=_INSTALLED,
    programs=(
        Program(name="g++", path="/usr/bin/g++", version="g++ 12.2.0"),
        Program(name="make", path="/usr/bin/make", version="GNU Make 4.3"),
        Program(name="vivado", problem="vivado is not on PATH; install it"),
    ),
    variables=(),
    loaded=(),
    folder="build",
    writable=True,
    cores=2,
    memory_gb=8.0,
    gpus=(),
)


def _without(name: str) -> Environment:
    kept = tuple(each for each in _INSTALLED if each.name != name)
    return replace(HEALTHY, distributions=kept)


def _with(*more: Distribution) -> Environment:
    return replace(HEALTHY, distributions=(*_INSTALLED, *more))


def _finding(environment: Environment, name: str) -> Finding:
    (found,) = (each for each in diagnose(environment) if each.name == name)
    return found


def test_a_healthy_environment_is_ready_with_nothing_to_mend() -> None:
    findings = diagnose(HEALTHY)

    assert is_ready(findings)
    assert {each.status for each in findings} == {Status.OK, Status.ABSENT}


def test_each_failure_makes_the_main_job_impossible_and_has_a_remedy() -> None:
    broken = replace(_without("codesign"), python="3.10.1", writable=False, programs=())

    failed = [each for each in diagnose(broken) if each.status is Status.FAILED]

    assert [each.name for each in failed] == ["Python", "codesign", "build folder"]
    assert all(each.remedy for each in failed)
    assert not is_ready(failed)


@pytest.mark.parametrize("python", ["3.10.12", "3.14.0", "2.7.18"])
def test_another_python_fails(python: str) -> None:
    assert _finding(replace(HEALTHY, python=python), "Python").status is Status.FAILED


@pytest.mark.parametrize(
    ("installed", "name"),
    [
        ("pyparsing", "pyparsing"),
        ("tensorboard", "tensorboard"),
        ("keras-tuner", "keras-tuner"),
        ("QKeras", "qkeras"),
        ("tf_keras", "tf-keras"),
        ("hls4ml", "hls4ml"),
    ],
)
def test_a_missing_package_fails_with_the_command_that_installs_it(
    installed: str, name: str
) -> None:
    finding = _finding(_without(installed), name)

    assert finding.status is Status.FAILED
    assert finding.found == "not installed"
    assert finding.remedy.startswith(f"python -m pip install '{name}")


def test_another_version_than_the_pinned_one_fails() -> None:
    other = replace(_INSTALLED[9], version="1.2.0")

    finding = _finding(replace(HEALTHY, distributions=(*_INSTALLED[:9], other)), "hls4ml")

    assert finding.status is Status.FAILED
    assert (finding.found, finding.expected) == ("1.2.0", "==1.3.0")


@pytest.mark.parametrize("second", ["qkeras-v3", "hgq2"])
def test_two_packages_that_install_qkeras_fail(second: str) -> None:
    twice = _with(Distribution(name=second, version="1.2.1", packages=("qkeras",)))

    finding = _finding(twice, "import qkeras")

    assert finding.status is Status.FAILED
    assert second in finding.found
    assert finding.remedy.endswith("python -m pip install 'qkeras==0.9.0'")


def test_tensorflow_installed_twice_fails() -> None:
    twice = _with(Distribution(name="tensorflow-cpu", version="2.21.0", packages=("tensorflow",)))

    finding = _finding(twice, "import tensorflow")

    assert finding.status is Status.FAILED
    assert finding.found == "installed by tensorflow and by tensorflow-cpu"
    assert "pip uninstall tensorflow tensorflow-cpu" in finding.remedy


@pytest.mark.parametrize(
    ("value", "status"),
    [("0", Status.WARNING), ("", Status.WARNING), ("1", Status.OK), ("True", Status.OK)],
)
def test_a_contradicting_keras_switch_is_a_warning(value: str, status: Status) -> None:
    switched = replace(HEALTHY, variables=(("TF_USE_LEGACY_KERAS", value),))

    finding = _finding(switched, "TF_USE_LEGACY_KERAS")

    assert finding.status is status
    assert bool(finding.remedy) == (status is Status.WARNING)
    assert is_ready(diagnose(switched))


def test_tensorflow_imported_with_keras_3_fails() -> None:
    finding = _finding(replace(HEALTHY, loaded=(("tensorflow", "keras"),)), "imported already")

    assert finding.status is Status.FAILED
    assert "import codesign.models.keras first" in finding.remedy


def test_tensorflow_imported_with_legacy_keras_is_fine() -> None:
    loaded = replace(HEALTHY, loaded=(("tensorflow", "tf_keras"),))

    assert "imported already" not in [each.name for each in diagnose(loaded)]


def test_keras_3_imported_alone_is_a_warning() -> None:
    finding = _finding(replace(HEALTHY, loaded=(("keras", "3.15.1"),)), "imported already")

    assert finding.status is Status.WARNING


def test_a_da4ml_that_hls4ml_cannot_use_is_a_warning() -> None:
    finding = _finding(_with(Distribution(name="da4ml", version="0.6.1")), "da4ml")

    assert finding.status is Status.WARNING
    assert "<0.6,>=0.5.2" in finding.expected


def test_a_da4ml_that_fits_is_not_mentioned() -> None:
    fitting = _with(Distribution(name="da4ml", version="0.5.4"))

    assert "da4ml" not in [each.name for each in diagnose(fitting)]


def test_a_missing_compiler_fails_with_the_words_of_the_search() -> None:
    missing = Program(name="g++", problem="g++ is not on PATH; install it")

    finding = _finding(replace(HEALTHY, programs=(missing,)), "g++")

    assert finding.status is Status.FAILED
    assert finding.remedy == "g++ is not on PATH; install it"


def test_a_missing_vendor_tool_is_no_failure() -> None:
    finding = _finding(HEALTHY, "vivado")

    assert finding.status is Status.ABSENT
    assert finding.found == "not found"


def test_a_missing_optional_package_is_no_failure() -> None:
    assert _finding(HEALTHY, "fastjet").status is Status.ABSENT


def test_an_optional_package_of_another_version_is_a_warning() -> None:
    other = _with(Distribution(name="fastjet", version="3.4.0"))

    assert _finding(other, "fastjet").status is Status.WARNING


def test_little_memory_is_a_warning() -> None:
    finding = _finding(replace(HEALTHY, memory_gb=1.0), "memory")

    assert finding.status is Status.WARNING


def test_a_folder_that_cannot_be_written_fails() -> None:
    assert _finding(replace(HEALTHY, writable=False), "build folder").status is Status.FAILED


def test_what_is_installed_here_is_seen(tmp_path: Path) -> None:
    here = examine(tmp_path / "not" / "there")

    numpy = [each for each in here.distributions if "numpy" in each.packages]
    assert [each.name for each in numpy] == ["numpy"]
    assert here.version("NumPy") == numpy[0].version
    assert here.requirements("codesign")
    assert here.writable
    assert here.cores >= 1


def test_a_file_where_the_folder_should_be_cannot_be_written_into(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("", encoding="utf-8")

    assert not examine(tmp_path / "build").writable


def test_variables_that_matter_are_seen_and_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "0")
    monkeypatch.setenv("CODESIGN_CXX", "/no/g++")
    monkeypatch.setenv("SECRET", "hidden")

    here = examine(tmp_path)

    assert {"TF_USE_LEGACY_KERAS", "CODESIGN_CXX"} <= dict(here.variables).keys()
    assert "SECRET" not in dict(here.variables)
    assert "CODESIGN_CXX=/no/g++ is not a program" in here.programs[0].problem


def test_a_compiler_that_fails_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "g++"
    broken.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("CODESIGN_CXX", str(broken))

    here = examine(tmp_path)

    assert "ended with status 3" in here.programs[0].problem
    assert not is_ready(diagnose(here))
