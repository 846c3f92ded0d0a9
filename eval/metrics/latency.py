"""Milliseconds from question to answer, and to the first token, as percentiles over cases.

`latency_ms` is the wall clock of the evaluation, not the answer's own `timings_ms`. The first token is
measured inside the line only, from the beginning of the question: a case that no model answered has none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.metrics.outcome import FAILED, Unscored
from eval.observation import Observation


def latency_ms(seen: Observation) -> float | Unscored:
    return FAILED if seen.failed else seen.row.wall_ms


def first_token_ms(seen: Observation) -> float | Unscored:
    timings = seen.row.timings_ms
    if seen.failed:
        return FAILED
    if "first_token" not in timings:
        return Unscored("no model wrote")
    # `first_token` counts from the beginning of the model's stage.
    return float(timings["first_token"] + timings.get("understand", 0) + timings.get("search", 0))


def percentile(values: Sequence[float], q: float) -> float | None:
    """Linear between neighbours; None of no values."""
    return round(float(np.percentile(values, q)), 1) if values else None
