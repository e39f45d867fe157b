"""A file is read in the memory of a chunk, however long it is."""

import tracemalloc

import numpy as np

from codesign.data import EventSet, iterate_root, write_root_chunks

CHUNK, CHUNKS, COLUMNS = 20_000, 40, 4


def chunks():
    generator = np.random.default_rng(1)
    for _ in range(CHUNKS):
        yield EventSet(
            features=generator.integers(0, 500, (CHUNK, COLUMNS)).astype(np.int32),
            feature_names=tuple(f"x{number}" for number in range(COLUMNS)),
            units=("",) * COLUMNS,
            labels=np.zeros(CHUNK, np.int64),
            label_names=("zero_bias",),
            sample="many",
        )


def test_reading_in_chunks_keeps_no_chunk(tmp_path):
    path = tmp_path / "many.root"
    write_root_chunks(chunks(), path)
    whole = CHUNK * CHUNKS * (COLUMNS * 4 + 8)
    tracemalloc.start()
    try:
        events = sum(chunk.num_events for chunk in iterate_root(path, chunk_events=CHUNK))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert events == CHUNK * CHUNKS
    assert peak < whole / 3
