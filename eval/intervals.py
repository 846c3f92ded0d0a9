"""95 % intervals by the percentile bootstrap over cases (Efron and Tibshirani, 1993, chapter 13), with a
fixed seed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.metrics.outcome import Share

_SEED = 20240301
_SAMPLES = 2000


def interval(shares: Sequence[Share]) -> tuple[float, float] | None:
    """Bounds of Σ hits / Σ of when cases are drawn again with replacement. None for fewer than two cases."""
    if len(shares) < 2:
        return None
    hits = np.array([s.hits for s in shares])
    of = np.array([s.of for s in shares])
    drawn = np.random.default_rng(_SEED).integers(0, len(shares), size=(_SAMPLES, len(shares)))
    ratios = hits[drawn].sum(axis=1) / of[drawn].sum(axis=1)
    low, high = np.percentile(ratios, [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)
