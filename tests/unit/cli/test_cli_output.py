import json

import pytest

from codesign.cli.output import plain_table, show, show_json


def test_a_piped_table_breaks_no_cell(capsys: pytest.CaptureFixture[str]) -> None:
    row = ("a" * 50, "b" * 50, "c" * 30)

    show(plain_table("Title", ("first", "second", "third"), [row], note="In GeV."))

    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "Title"
    assert lines[3] == "  ".join(row)
    assert lines[4] == "In GeV."


def test_a_name_wider_than_its_column_is_broken_where_room_is_short(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = ("reference arithmetic", *(f"outputs compared {index}" for index in range(9)))

    show(plain_table("Title", names, [("float32", *("12",) * 9)]))

    out = capsys.readouterr().out
    assert "reference " in out
    assert "reference arithmetic" not in out


def test_json_keeps_words_of_every_script(capsys: pytest.CaptureFixture[str]) -> None:
    show_json({"sample": "jets à la LHC"})

    out = capsys.readouterr().out
    assert "à" in out
    assert json.loads(out) == {"sample": "jets à la LHC"}
