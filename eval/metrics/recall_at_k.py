"""recall@k = relevant hits among the first k / relevant units, averaged over cases."""

from __future__ import annotations

from eval.metrics.outcome import Metric, Outcome, Share, Unscored
from eval.metrics.ranking import Ranking, ranking_of
from eval.observation import Observation


def recall(ranking: Ranking, k: int) -> float:
    return sum(ranking.relevant[:k]) / ranking.total


def recall_at(k: int) -> Metric:
    def at_k(seen: Observation) -> Outcome:
        ranking = ranking_of(seen)
        return ranking if isinstance(ranking, Unscored) else Share(recall(ranking, k), 1)

    return at_k
