"""nDCG@k = DCG@k / ideal DCG@k with DCG@k = Σ over ranks i ≤ k of rel(i) / log2(i + 1), rel 0 or 1.

Järvelin and Kekäläinen, ACM TOIS 20(4), 2002. The ideal puts all relevant units first.
"""

from __future__ import annotations

from math import log2

from eval.metrics.outcome import Outcome, Share, Unscored
from eval.metrics.ranking import Ranking, ranking_of
from eval.observation import Observation


def ndcg(ranking: Ranking, k: int) -> float:
    gained = sum(1 / log2(place + 1) for place, relevant in enumerate(ranking.relevant[:k], 1) if relevant)
    ideal = sum(1 / log2(place + 1) for place in range(1, min(k, ranking.total) + 1))
    return gained / ideal


def ndcg_at_10(seen: Observation) -> Outcome:
    ranking = ranking_of(seen)
    return ranking if isinstance(ranking, Unscored) else Share(ndcg(ranking, 10), 1)
