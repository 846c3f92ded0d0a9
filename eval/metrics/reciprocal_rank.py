"""MRR = mean of 1 / rank of the first relevant hit, 0 where there is none (Voorhees, TREC-8, 1999)."""

from __future__ import annotations

from eval.metrics.outcome import Outcome, Share, Unscored
from eval.metrics.ranking import Ranking, ranking_of
from eval.observation import Observation


def reciprocal(ranking: Ranking) -> float:
    return next((1 / place for place, relevant in enumerate(ranking.relevant, 1) if relevant), 0.0)


def reciprocal_rank(seen: Observation) -> Outcome:
    ranking = ranking_of(seen)
    return ranking if isinstance(ranking, Unscored) else Share(reciprocal(ranking), 1)
