"""Names and paths in Tcl scripts, read by a Tcl interpreter: what comes out is what went in."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from vendor_projects import hardware, rtl_project

from codesign.errors import InvalidDesignError
from codesign.synthesis.vendor import Stage, VendorTool, plan
from codesign.synthesis.vendor.tcl import file_list, number, word

tkinter = pytest.importorskip("tkinter", reason="the Tcl interpreter is that of tkinter")

HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from("a1 $[]{}\\;\"'#\n\t\r*?~-./()&|<>`!%^=,@é中\u2028\u00a0"),
        st.characters(exclude_categories=("Cs",)),
    ),
    min_size=1,
    max_size=24,
)
STUBS = """
proc record {args} {lappend ::calls $args}
foreach name {create_project read_verilog read_vhdl add_files read_xdc synth_design
    report_utilization report_timing_summary report_power write_checkpoint} {
    proc $name {args} "lappend ::calls \\[linsert \\$args 0 $name\\]"
}
proc exit {args} {}
proc file {args} {}
set calls {}
"""


@given(HOSTILE)
@example("[exit]")
@example("$env(HOME)")
@example("a} ; exec rm -rf / ; set b {")
@example("a\\")
@example('"; exit; "')
def test_a_word_is_the_name_or_an_error(name):
    try:
        written = word(name)
    except InvalidDesignError:
        assert any(letter in "{}\\" or not letter.isprintable() for letter in name)
        return

    assert "\n" not in written
    interpreter = tkinter.Tcl()
    interpreter.eval(f"set found {written}")
    assert interpreter.eval("set found") == name


@given(HOSTILE)
@example("a b.v")
@example("-force")
@example("../../../etc/passwd")
def test_a_file_list_is_one_file_inside_of_the_project_or_an_error(path):
    try:
        written = file_list(path, below="../..")
    except InvalidDesignError:
        return

    interpreter = tkinter.Tcl()
    interpreter.eval(f"set found {written}")
    assert interpreter.eval("llength $found") in ("1", 1)
    assert interpreter.eval("lindex $found 0") == f"../../{path}"
    assert ".." not in path.split("/")
    assert not path.startswith("/")


@given(st.floats(1e-6, 1000))
def test_a_number_is_digits_and_a_point(value):
    written = number(value)

    assert set(written) <= set("0123456789.")
    assert float(written) == pytest.approx(value, abs=1e-9)


@given(HOSTILE)
@example("a b")
@example("[exec touch pwned]")
@example("$x;exit")
@example("中 é")
def test_a_hostile_source_reaches_vivado_as_one_file_or_not_at_all(name):
    assume("/" not in name and "\0" not in name and name not in (".", ".."))
    assume(len(name.encode()) < 200)
    with tempfile.TemporaryDirectory() as folder:
        source = f"{name}.v"
        try:
            project = rtl_project(Path(folder) / "p", sources=(source,))
            made = plan(
                project, hardware(), tool=VendorTool.VIVADO, stages=(Stage.SYNTH, Stage.PLACE)
            )
        except InvalidDesignError:
            return

    script = next(file.text for file in made.files if file.path == "synth.tcl")
    interpreter = tkinter.Tcl()
    interpreter.eval(STUBS)
    interpreter.eval(script)
    calls = [interpreter.splitlist(c) for c in interpreter.splitlist(interpreter.eval("set calls"))]
    assert [call[0] for call in calls] == [
        "create_project",
        "read_verilog",
        "read_xdc",
        "synth_design",
        *("report_utilization",) * 2,
        "report_timing_summary",
        "report_power",
        "write_checkpoint",
    ]
    assert interpreter.splitlist(calls[1][1]) == (f"../../../{source}",)


@given(HOSTILE)
def test_a_hostile_top_is_refused(name):
    assume(not name.isascii() or not name.isidentifier())
    with tempfile.TemporaryDirectory() as folder:
        project = rtl_project(Path(folder), top=name)
        with pytest.raises(InvalidDesignError, match="cannot name a top module"):
            plan(project, hardware(), tool=VendorTool.VIVADO)
