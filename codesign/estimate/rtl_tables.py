"""Published tables of designs of RTL after place and route, read into facts."""

import csv
from collections.abc import Iterable
from io import StringIO

from codesign.design.report import Evidence
from codesign.errors import ReportError
from codesign.estimate.rtl_facts import RtlFact

JEDI_LINEAR = "jedi_linear_postroute.csv"
"""Twenty designs by distributed arithmetic, from the result reports of calad0i/JEDI-linear."""


def read_rtl_table(name: str, text: str) -> tuple[RtlFact, ...]:
    """Return the facts of a published table.

    Args:
        name: Of its file, without folders.
        text: Its content.

    Raises:
        ReportError: If a table of that name is unknown or a cell does not fit.
    """
    if name != JEDI_LINEAR:
        msg = f"{name} is not a table of RTL that is read; {JEDI_LINEAR} is"
        raise ReportError(msg)
    try:
        return tuple(_jedi_linear(text))
    except (KeyError, TypeError, ValueError) as error:
        msg = f"{name}: {error!r}; nothing of it becomes a part of any calibration"
        raise ReportError(msg) from error


def _jedi_linear(text: str) -> Iterable[RtlFact]:
    for row in csv.DictReader(StringIO(text)):
        order = "invariant" if row["perm_invariant"] == "True" else "ordered"
        yield RtlFact(
            source="calad0i/JEDI-linear@4803280",
            licence="facts of published reports",
            group=f"jedi_{row['n_particles']}x{row['n_features']}_{order}",
            tool="vivado",
            stage=Evidence.PLACED,
            part="vu13p",
            period_ns=2.0,
            kind="adder_graph",
            cost=float(row["da4ml_cost"]),
            registers=None,
            latency_cycles=int(row["latency_cycles"]),
            lut=int(row["lut"]),
            ff=int(row["ff"]),
            dsp=int(row["dsp"]),
        )
