"""Search results against gold spans: what recall@k, MRR and nDCG@10 count.

The unit of relevance is a gold span; spans that one and the same sentence covers are one. A hit is relevant
when it touches a unit that no better hit touched before: a second copy of what is found already helps
nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.cases import Gold
from eval.metrics.outcome import FAILED, NO_GOLD, NOT_ANSWERABLE, Unscored
from eval.observation import Observation, touches
from eval.rows import Found


@dataclass(frozen=True, slots=True)
class Ranking:
    """`relevant[i]` belongs to the hit of rank i + 1; `total` is how many relevant units there are, > 0."""

    relevant: tuple[bool, ...]
    total: int


def rank(golds: Sequence[Gold], found: Sequence[Found]) -> Ranking:
    left = set(range(len(golds)))
    relevant: list[bool] = []
    for hit in found:
        newly = {i for i in left if touches(golds[i], hit.source_id, hit.start, hit.end)}
        left -= newly
        relevant.append(bool(newly))
    return Ranking(tuple(relevant), sum(relevant) + len(left))


def ranking_of(seen: Observation) -> Ranking | Unscored:
    if not seen.case.answerable:
        return NOT_ANSWERABLE
    if not seen.case.golds:
        return NO_GOLD
    if seen.failed:
        return FAILED
    if seen.row.search is None:
        return Unscored("search was not asked")
    return rank(seen.case.golds, seen.row.search)
