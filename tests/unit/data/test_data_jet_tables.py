"""Local copies of the public jet set: every format gives the same columns and classes."""

import h5py
import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from codesign.data import (
    JET_CLASSES,
    JET_FEATURES,
    load_events,
    read_jets_arff,
    read_jets_csv,
    read_jets_hdf5,
    read_jets_parquet,
)
from codesign.errors import InvalidDataError

NUM_JETS = 10
FEATURES = np.arange(NUM_JETS * 16).reshape(NUM_JETS, 16) / 8
LETTERS = np.array(list("zwtqgzwtqg"))
PUBLIC_ORDER = "gqwzt"
"""The one-hot columns of the HDF5 sets, unlike the sorted labels g, q, t, w, z."""


def text_rows(columns, *, separator=","):
    table = {name: FEATURES[:, index] for index, name in enumerate(JET_FEATURES)}
    table |= {"class": LETTERS, "extra": np.zeros(NUM_JETS)}
    rows = zip(*(table[name] for name in columns), strict=True)
    return [separator.join(str(value) for value in row) for row in rows]


def write_arff(path, columns=(*JET_FEATURES, "class")):
    kinds = ["{g,q,w,z,t}" if name == "class" else "REAL" for name in columns]
    header = [f"@ATTRIBUTE {name} {kind}" for name, kind in zip(columns, kinds, strict=True)]
    lines = ["% a comment", "@RELATION jets", "", *header, "@DATA", *text_rows(columns)]
    path.write_text("\n".join(lines), encoding="utf-8")


def write_csv(path, columns=(*JET_FEATURES, "class")):
    path.write_text("\n".join([",".join(columns), *text_rows(columns)]), encoding="utf-8")


def write_parquet(path, columns=(*JET_FEATURES, "class"), letters=LETTERS):
    table = {name: pa.array(FEATURES[:, index]) for index, name in enumerate(JET_FEATURES)}
    table["class"] = pa.array(letters).dictionary_encode()
    parquet.write_table(pa.table({name: table[name] for name in columns}), path)


def write_npz(path):
    order = np.arange(16)[::-1]
    names = np.array(JET_FEATURES)[order]
    np.savez(path, X=FEATURES[:, order].astype(np.float32), y=LETTERS, features=names)


def one_hot():
    return (LETTERS[:, None] == np.array(list(PUBLIC_ORDER))).astype(np.float64)


def public_array():
    jets = np.full((NUM_JETS, 59), -1.0)
    jets[:, [12, *range(34, 47), 48, 52]] = FEATURES
    jets[:, 53:58] = one_hot()
    return jets


def write_hdf5_array(path, *, jets=None, names=None):
    with h5py.File(path, "w") as file:
        file["jets"] = public_array() if jets is None else jets
        if names is not None:
            file["jetFeatureNames"] = np.array(names, dtype="S")


def public_names():
    names = [f"j_unused_{column}" for column in range(59)]
    columns = [12, *range(34, 47), 48, 52]
    for column, name in zip(columns, JET_FEATURES, strict=True):
        names[column] = f"j_{name}"
    names[53:58] = [f"j_{name}" for name in PUBLIC_ORDER]
    return names


def write_hdf5_named(path):
    """Columns in another order: the names, not the positions, say what they are."""
    order = np.random.default_rng(1).permutation(59)
    names = [public_names()[column] for column in order]
    write_hdf5_array(path, jets=public_array()[:, order], names=names)


def write_hdf5_table(path, leave_out=()):
    columns = {f"j_{name}": FEATURES[:, index] for index, name in enumerate(JET_FEATURES)}
    columns |= {f"j_{name}": one_hot()[:, index] for index, name in enumerate(PUBLIC_ORDER)}
    columns |= {"j_pt": np.ones(NUM_JETS)}
    names = [name for name in columns if name not in leave_out]
    table = np.empty(NUM_JETS, dtype=[(name, np.float32) for name in names])
    for name in names:
        table[name] = columns[name]
    with h5py.File(path, "w") as file:
        file["t_allpar_new"] = table


WRITERS = {
    "jets.arff": write_arff,
    "jets.csv": write_csv,
    "jets.parquet": write_parquet,
    "jets.npz": write_npz,
    "jets.h5": write_hdf5_array,
    "named.h5": write_hdf5_named,
    "table.hdf5": write_hdf5_table,
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_columns_and_classes(name, tmp_path):
    path = tmp_path / name
    WRITERS[name](path)
    events = load_events(path)
    assert events.feature_names == JET_FEATURES
    assert events.label_names == JET_CLASSES == ("g", "q", "t", "w", "z")
    assert events.features.dtype == np.float32
    np.testing.assert_array_equal(events.features, FEATURES.astype(np.float32))
    np.testing.assert_array_equal(np.array(events.label_names)[events.labels], LETTERS)
    assert events.units[JET_FEATURES.index("mass_mmdt")] == "GeV"


@pytest.mark.parametrize("name", WRITERS)
def test_progress_reaches_the_total(name, tmp_path):
    path = tmp_path / name
    WRITERS[name](path)
    seen = []
    load_events(path, progress=lambda done, total, what: seen.append((done, total, what)))
    done, total, what = seen[-1]
    assert done == total
    assert what in {"bytes", "jets"}


@pytest.mark.parametrize(("write", "suffix"), [(write_arff, "arff"), (write_csv, "csv")])
def test_columns_are_found_by_name_and_others_left_out(write, suffix, tmp_path):
    path = tmp_path / f"jets.{suffix}"
    write(path, ("extra", "class", *reversed(JET_FEATURES)))
    np.testing.assert_array_equal(load_events(path).features, FEATURES.astype(np.float32))


@pytest.mark.parametrize("write", [write_arff, write_csv, write_parquet])
def test_a_missing_column_is_refused_by_name(write, tmp_path):
    path = tmp_path / f"jets.{write.__name__.removeprefix('write_')}"
    write(path, (*JET_FEATURES[1:], "class"))
    with pytest.raises(InvalidDataError, match="no column zlogz; found c1_b0_mmdt, "):
        load_events(path)
    write(path, JET_FEATURES)
    with pytest.raises(InvalidDataError, match="label columns found: none; expected exactly one"):
        load_events(path)


def test_a_missing_field_of_the_hdf5_table_is_refused_by_name(tmp_path):
    write_hdf5_table(tmp_path / "jets.h5", leave_out=("j_zlogz", "j_t"))
    with pytest.raises(InvalidDataError, match="no column j_zlogz, j_t; found j_c1_b0_mmdt"):
        read_jets_hdf5(tmp_path / "jets.h5")


def test_wrong_names_in_hdf5_are_refused(tmp_path):
    names = public_names()
    names[12] = "j_pt"
    write_hdf5_array(tmp_path / "jets.h5", names=names)
    with pytest.raises(InvalidDataError, match="no column j_zlogz; found j_unused_0"):
        read_jets_hdf5(tmp_path / "jets.h5")
    write_hdf5_array(tmp_path / "jets.h5", names=[*public_names(), "j_more"])
    with pytest.raises(InvalidDataError, match="60 names in 'jetFeatureNames' for 59 columns"):
        read_jets_hdf5(tmp_path / "jets.h5")


@pytest.mark.parametrize(
    "row", [[0, 0, 0, 0, 0], [1, 0, 0, 1, 0], [0, 0, 0.5, 0, 0], [1, 0, 2, 0, 0]]
)
def test_a_jet_without_exactly_one_class_is_refused(row, tmp_path):
    jets = public_array()
    jets[7, 53:58] = row
    write_hdf5_array(tmp_path / "jets.h5", jets=jets)
    with pytest.raises(InvalidDataError, match=r"jet 7 has the class columns g=.*a single 1"):
        read_jets_hdf5(tmp_path / "jets.h5")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"other": np.ones(3)}, "holds 'other'; expected the data set 'jets' or 't_allpar_new'"),
        ({}, "holds nothing"),
        ({"jets": np.ones((3, 58))}, "58 columns and no 'jetFeatureNames'; expected 59"),
        ({"jets": np.ones(3)}, r"shape \(3,\); expected \(jets, 59\)"),
        ({"jets": np.ones((0, 59))}, "'jets' holds no jets"),
        ({"jets/group": np.ones(3)}, "'jets' holds no jets"),
    ],
)
def test_other_hdf5_files_are_refused(content, message, tmp_path):
    with h5py.File(tmp_path / "jets.h5", "w") as file:
        for name, values in content.items():
            file[name] = values
    with pytest.raises(InvalidDataError, match=message):
        read_jets_hdf5(tmp_path / "jets.h5")


def test_a_wrong_label_set_is_refused_naming_what_was_found(tmp_path):
    path = tmp_path / "jets.csv"
    write_csv(path)
    path.write_text(path.read_text(encoding="utf-8").replace(",z", ",h"), encoding="utf-8")
    with pytest.raises(InvalidDataError, match="labels are 'g', 'h', 'q', 't', 'w'; expected all"):
        read_jets_csv(path)


def test_a_table_without_every_class_is_refused(tmp_path):
    write_parquet(tmp_path / "jets.parquet", letters=np.array(["g"] * NUM_JETS))
    with pytest.raises(InvalidDataError, match="labels are 'g'; expected all of g, q, t, w, z"):
        read_jets_parquet(tmp_path / "jets.parquet")


@pytest.mark.parametrize("suffix", ["arff", "csv"])
@pytest.mark.parametrize("value", ["?", "many", ""])
def test_a_value_that_is_no_number_is_refused_naming_line_and_column(suffix, value, tmp_path):
    path = tmp_path / f"jets.{suffix}"
    WRITERS[path.name](path)
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[-1].split(",")
    cells[3] = value
    path.write_text("\n".join([*lines[:-1], ",".join(cells)]), encoding="utf-8")
    with pytest.raises(
        InvalidDataError, match=rf"line {len(lines)}, column 'c1_b2_mmdt': '.*' is not a number"
    ):
        load_events(path)


@pytest.mark.parametrize(("value", "shown"), [("nan", "nan"), ("-inf", "-inf"), ("1e300", "inf")])
def test_a_value_that_is_not_finite_is_refused_by_column(value, shown, tmp_path):
    path = tmp_path / "jets.csv"
    write_csv(path)
    text = path.read_text(encoding="utf-8").replace("\n0.0,", f"\n{value},")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidDataError, match=f"{shown} in event 0, column 'zlogz'"):
        read_jets_csv(path)


@pytest.mark.parametrize("suffix", ["arff", "csv"])
def test_a_cut_row_is_refused_by_line(suffix, tmp_path):
    path = tmp_path / f"jets.{suffix}"
    WRITERS[path.name](path)
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    with pytest.raises(InvalidDataError, match=r"line \d+ has \d+ values; expected 17: is it cut"):
        load_events(path)


@pytest.mark.parametrize("name", WRITERS)
def test_an_empty_or_strange_file_is_refused(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(b"")
    with pytest.raises(InvalidDataError, match=r"is empty \(0 bytes\)"):
        load_events(path)
    path.write_bytes(b"\x80\x81\xff nothing of the kind")
    with pytest.raises(InvalidDataError, match=name):
        load_events(path)


@pytest.mark.parametrize("name", ["jets.parquet", "jets.h5", "table.hdf5"])
def test_a_truncated_file_is_refused(name, tmp_path):
    path = tmp_path / name
    WRITERS[name](path)
    content = path.read_bytes()
    for share in (0.1, 0.5, 0.9):
        path.write_bytes(content[: int(share * len(content))])
        with pytest.raises(InvalidDataError, match=name):
            load_events(path)


@pytest.mark.parametrize("header_only", [write_arff, write_csv])
def test_a_table_without_rows_is_refused(header_only, tmp_path):
    path = tmp_path / f"jets.{header_only.__name__.removeprefix('write_')}"
    header_only(path)
    lines = path.read_text(encoding="utf-8").splitlines()[:-NUM_JETS]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InvalidDataError, match="no row of values below the header"):
        load_events(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("zlogz,class\n1,g\n", "line 1: 'zlogz,class' is not an ARFF header line"),
        ("@relation a\n@attribute zlogz real\n", "1 attributes and no data section"),
        ("@relation a\n@data\n", "0 attributes and no data section"),
        ("@relation a\n@attribute zlogz real\n@data\n1\n", "no column c1_b0_mmdt"),
    ],
)
def test_a_broken_arff_header_is_refused(text, message, tmp_path):
    path = tmp_path / "jets.arff"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidDataError, match=message):
        read_jets_arff(path)


def test_sparse_arff_is_refused(tmp_path):
    path = tmp_path / "jets.arff"
    write_arff(path)
    with path.open("a", encoding="utf-8") as stream:
        stream.write("\n{0 1.5, 16 g}\n")
    with pytest.raises(InvalidDataError, match="sparse ARFF data is not read"):
        read_jets_arff(path)


def test_quoted_arff_is_read(tmp_path):
    path = tmp_path / "jets.arff"
    write_arff(path)
    text = path.read_text(encoding="utf-8").replace("@ATTRIBUTE zlogz", "@attribute 'zlogz'")
    for letter in "gqtwz":
        text = text.replace(f",{letter}\n", f",'{letter}'\n")
    path.write_text(text, encoding="utf-8")
    np.testing.assert_array_equal(read_jets_arff(path).features, FEATURES.astype(np.float32))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"X": np.ones((NUM_JETS, 15))}, r"X has shape \(10, 15\).*expected numbers"),
        ({"features": np.array([*JET_FEATURES[1:], "pt"])}, "no column zlogz"),
        ({"y": np.arange(NUM_JETS)}, "labels have shape .* expected the letters g, q, t, w, z"),
        ({"y": LETTERS[:5]}, r"labels have shape \(5,\); expected \(10,\)"),
    ],
)
def test_a_wrong_npz_table_is_refused(changes, message, tmp_path):
    path = tmp_path / "jets.npz"
    np.savez(path, **({"X": FEATURES, "y": LETTERS} | changes))
    with pytest.raises(InvalidDataError, match=message):
        load_events(path)
