import pytest

from codesign.toolchain.requirements import Requirement, canonical


@pytest.mark.parametrize(
    ("text", "name", "versions", "extra"),
    [
        ("numpy<2.5,>=2.0", "numpy", "<2.5,>=2.0", ""),
        ("QKeras==0.9.0; extra == 'train'", "QKeras", "==0.9.0", "train"),
        ('da4ml<0.6,>=0.5.2; extra == "da"', "da4ml", "<0.6,>=0.5.2", "da"),
        ("scipy-stubs; extra == 'dev'", "scipy-stubs", "", "dev"),
        ("dask[array] (>=2.0) ; python_version > '3'", "dask", ">=2.0", ""),
    ],
)
def test_a_line_of_metadata_is_read(text: str, name: str, versions: str, extra: str) -> None:
    assert Requirement.from_text(text) == Requirement(name=name, versions=versions, extra=extra)


@pytest.mark.parametrize(
    ("versions", "accepted", "refused"),
    [
        ("==2.21.*", "2.21.3", "2.22.0"),
        ("!=2.21.*", "2.22", "2.21.0"),
        ("==0.9.0", "0.9", "0.9.1"),
        (">=2.0,<2.5", "2.4.6", "2.5"),
        (">=2.20", "2.100", "2.9"),
        ("~=1.4.2", "1.4.8", "1.5.0"),
        (">1,!=1.3", "1.2", "1.3.0"),
        ("<=3", "3.0.0", "3.0.1"),
    ],
)
def test_versions_are_compared_number_by_number(versions: str, accepted: str, refused: str) -> None:
    requirement = Requirement(name="a", versions=versions, extra="")

    assert requirement.accepts(accepted)
    assert not requirement.accepts(refused)


def test_without_a_condition_every_version_is_accepted() -> None:
    assert Requirement.from_text("scipy-stubs").accepts("unknown")


def test_two_spellings_of_a_name_are_the_same() -> None:
    assert canonical("Tf_Keras") == canonical("tf-keras")
