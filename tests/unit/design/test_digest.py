import subprocess
import sys

import numpy as np
import pytest

from codesign.design.digest import digest, file_digest
from codesign.design.hardware import Clock

PROGRAM = """
import numpy as np
from codesign.design.digest import digest
from codesign.design.hardware import Clock
print(digest(Clock(period_ns=5.0), {"b": 1, "a": "x"}, np.arange(3)))
"""


def test_another_process_finds_the_same_digest():
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7"},
    )
    assert run.stdout.strip() == digest(Clock(period_ns=5.0), {"a": "x", "b": 1}, np.arange(3))


def test_a_digest_is_64_hexadecimal_digits():
    assert len(digest("a")) == 64
    assert int(digest("a"), 16) >= 0


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("ab",), ("a", "b")),
        (("a", "b"), ("b", "a")),
        ((1, 2), (12,)),
        ((1,), ("1",)),
        ((1,), (1.0,)),
        ((None,), ("",)),
        (("a\0",), ("a", "")),
        ((Clock(period_ns=5.0),), (Clock(period_ns=5.0, uncertainty_percent=12.0),)),
    ],
)
def test_different_parts_have_different_digests(first, second):
    assert digest(*first) != digest(*second)


def test_arrays_of_another_type_shape_or_content_have_other_digests():
    arrays = [
        np.arange(4),
        np.arange(4, dtype=np.int32),
        np.arange(4.0),
        np.arange(4).reshape(2, 2),
        np.arange(1, 5),
        np.array(0),
        np.array([0]),
    ]
    assert len({digest(array) for array in arrays}) == len(arrays)


def test_the_order_in_memory_does_not_matter():
    array = np.arange(6).reshape(2, 3)
    same = [np.asfortranarray(array), array.astype(">i8"), np.repeat(array, 2, axis=1)[:, ::2]]
    assert {digest(other) for other in same} == {digest(array)}


def test_the_digest_of_a_file_is_that_of_its_bytes(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    # FIPS 180-2, appendix B.1
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file_digest(path) == known
