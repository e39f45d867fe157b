"""Crossings for the trigger shell's test bench, and what the example network answers to them."""

import numpy as np

SCORE_BITS = 12


def vector_lines(*, crossings, threshold, seed):
    """Return the lines of ``vectors.hex``: the example network's arithmetic, written again."""
    rng = np.random.default_rng(seed)
    features = rng.integers(-128, 128, (crossings, 4))
    features[:3] = [[-128] * 4, [127] * 4, [127, 127, 127, -128]]
    scores = 3 * features[:, 3] - features[:, 0]
    return [
        f"{int(score >= threshold):x}{score % 2**SCORE_BITS:03x}{_word(row):08x}"
        for row, score in zip(features.tolist(), scores.tolist(), strict=True)
    ]


def _word(features):
    return sum((value % 256) << (8 * place) for place, value in enumerate(features))
