"""A damaged report gives the right numbers or a typed error.

One changed character may turn a number that a report says once into another number: nobody can see
that. Everything else must be seen: a number that stands twice never changes, and neither lost, nor
doubled, nor moved lines change any number at all.
"""

import re
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from report_mutations import Mutation, facts, is_said_twice, mutations

from codesign.errors import ReportError
from codesign.synthesis.reports import Format
from codesign.synthesis.reports.read import read_source
from codesign.synthesis.reports.source import Source

GOLDEN = Path(__file__).parents[1] / "golden" / "reports"
FILES = sorted(path for path in GOLDEN.rglob("*") if path.suffix in (".rpt", ".xml"))
COUNT = 2_000
LIMIT_S = 2.0
"""CPU seconds for one file of some kilobytes; typically it takes milliseconds."""

ROUNDED = {"dynamic": 0.0015}
"""Numbers that another one tells up to its rounding."""
ONCE = {
    "vivado_hls-2018.3-csynth.xml": {"latency", "available"},  # no nanoseconds, not in the catalog
    "vivado_hls-2018.3-tagger_csynth.rpt": {"latency", "available"},
}
"""What older versions say once."""


def read(data: bytes):
    return read_source(
        Source.from_bytes(data, name="damaged", modified=datetime(2026, 1, 1, tzinfo=UTC))
    )


def mistakes(path: Path, expected: dict, found: dict, mutation: Mutation, kind: Format):
    wrong = [
        f"{key}: {expected[key]!r} became {value!r}"
        for key, value in found.items()
        if key in expected
        and expected[key] != value
        and not is_excused(path, key, expected[key], value, mutation, kind)
    ]
    if not mutation.in_place:
        wrong += [f"{key}: {found[key]!r} was invented" for key in found if key not in expected]
        lost = {key.split(".")[0] for key in expected if key not in found}
        # Nothing sums up the modules of this format: a lost line is a lost module.
        if kind is not Format.CSYNTH_SUMMARY:
            wrong += [f"{name} was lost" for name in lost]
    return wrong


def is_excused(path: Path, key: str, before, value, mutation: Mutation, kind: Format) -> bool:
    if value in (None, ""):
        # Not known is not wrong; what a report must say is an error before it comes to this.
        return (
            mutation.in_place
            or "." in key.removesuffix(".low").removesuffix(".high")
            or (key == "created")
        )
    if key in ROUNDED and abs(value - before) <= ROUNDED[key]:
        return True
    once = ONCE.get(name_of(path), set()).intersection(key.split("."))
    if not mutation.in_place or (is_said_twice(key, kind) and not once):
        return False
    if isinstance(value, float):
        return any(
            float(text) == value for text in re.findall(r"[0-9]+(?:\.[0-9]+)?", mutation.after)
        )
    return True  # a name, which nothing says twice


def name_of(path: Path) -> str:
    return "-".join(path.parts[-3:])


def damage(path: Path, *, count: int) -> None:
    data = path.read_bytes()
    original = read(data)
    expected = facts(original)
    seed = zlib.crc32(name_of(path).encode())
    refusals = []
    for mutation in mutations(data, count=count, seed=seed):
        begin = time.process_time()
        try:
            found = facts(read(mutation.data))
        except ReportError as error:
            refusals.append(str(error))
        else:
            wrong = mistakes(path, expected, found, mutation, original.format)
            where = f"{mutation.kind} at line {mutation.line + 1}"
            assert not wrong, f"{where}: {mutation.before!r} -> {mutation.after!r}: {wrong}"
        assert time.process_time() - begin < LIMIT_S
    assert len(refusals) > count // 20
    assert all(re.match(r"damaged(:\d+)?: ", refusal) for refusal in refusals)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_damaged_report_gives_right_numbers_or_an_error(path):
    damage(path, count=COUNT // 10)


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_report_that_is_damaged_in_any_way_gives_right_numbers_or_an_error(path):
    damage(path, count=COUNT)
