"""Two ranked lists → one, by reciprocal ranks.

score(d) = Σ over legs 1 / (60 + rank of d in the leg), Cormack, Clarke and Büttcher, SIGIR 2009.
A leg that found nothing is blind (an English question shares no word with a Chinese text) and adds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_K = 60


def fuse(legs: Mapping[str, Sequence[str]]) -> list[tuple[str, float, tuple[str, ...]]]:
    """(id, score, legs that found it), best first; equal scores stand in the order of their ids."""
    scores: dict[str, float] = {}
    found_by: dict[str, tuple[str, ...]] = {}
    for leg, ids in legs.items():
        for rank, found in enumerate(dict.fromkeys(ids), 1):
            scores[found] = scores.get(found, 0.0) + 1 / (_K + rank)
            found_by[found] = (*found_by.get(found, ()), leg)
    ordered = sorted(scores, key=lambda found: (-scores[found], found))
    return [(found, scores[found], found_by[found]) for found in ordered]
