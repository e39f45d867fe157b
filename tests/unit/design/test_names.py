import pytest

from codesign.design.names import check_name
from codesign.errors import InvalidDesignError


@pytest.mark.parametrize("name", ["a", "jet_tagger", "Dense1", "x" * 64, "a_", "classes"])
def test_a_c_identifier_is_a_name(name):
    assert check_name(name, what="a design") == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "/etc",
        "a b",
        "a\n",
        "a\0",
        "a;rm",
        "$(x)",
        "a-b",
        "a.b",
        "1a",
        "_a",
        "x" * 65,
        "j\N{LATIN SMALL LETTER E WITH ACUTE}t",
        "\N{CYRILLIC SMALL LETTER A}",
        "a\N{FULLWIDTH DIGIT ONE}",
    ],
)
def test_a_name_that_is_no_c_identifier_is_refused(name):
    with pytest.raises(InvalidDesignError, match="cannot name a design: it becomes a C function"):
        check_name(name, what="a design")


@pytest.mark.parametrize("name", ["int", "class", "nullptr", "constexpr", "main", "std", "xor_eq"])
def test_a_word_of_cpp_is_refused(name):
    with pytest.raises(InvalidDesignError, match=rf"'{name}' cannot name a layer: .*C\+\+ keyword"):
        check_name(name, what="a layer")
