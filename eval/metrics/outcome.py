"""What a metric says of one case. A figure over many cases is Σ hits / Σ of; what could not be scored is no
zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from eval.observation import Observation


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`, `of` > 0."""

    hits: float
    of: float


@dataclass(frozen=True, slots=True)
class Unscored:
    """Why a case says nothing about a metric. `counted` is False where the metric is not about such cases at
    all.
    """

    reason: str
    counted: bool = True


Outcome: TypeAlias = Share | Unscored
Metric: TypeAlias = Callable[[Observation], Outcome]

NOT_ANSWERABLE = Unscored("the case has no answer", counted=False)
ANSWERABLE = Unscored("the case has an answer", counted=False)
FAILED = Unscored("the question ended in an error")
NO_GOLD = Unscored("the case has no gold span")


def share(hits: float, of: float, *, nothing: str) -> Outcome:
    """A Share; Unscored with the words of `nothing` where there is nothing to count, and for NaN."""
    if not (math.isfinite(hits) and math.isfinite(of)):
        return Unscored("not a number")
    return Share(hits, of) if of > 0 else Unscored(nothing)
