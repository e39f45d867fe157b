import io

import pytest

from codesign.cli.progress import shown_on


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_elsewhere_than_on_a_terminal_a_stage_is_one_line() -> None:
    stream = io.StringIO()

    with shown_on(stream) as progress:
        progress(0, 1, "training")
        for epoch in range(1, 4):
            progress(epoch, 3, "epochs")
        progress(1, 1, "training")

    assert stream.getvalue() == "codesign: training\n"


def test_on_a_terminal_what_is_going_on_has_a_bar_that_is_gone_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = _Terminal()

    with shown_on(stream) as progress:
        progress(0, 1, "training")
        progress(1_500, 3_000, "events")
        progress(3_000, 3_000, "events")
        progress(1, 1, "training")

    assert "1,500/3,000" in stream.getvalue()
    *_, last = stream.getvalue().split("\x1b[2K")
    assert "training" not in last


def test_the_same_work_may_come_twice() -> None:
    stream = io.StringIO()

    with shown_on(stream) as progress:
        for _ in range(2):
            progress(1, 2, "events")
            progress(2, 2, "events")

    assert stream.getvalue() == ""
