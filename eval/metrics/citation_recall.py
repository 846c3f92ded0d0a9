"""citation_recall = gold spans that a served citation overlaps / gold spans, over all answerable cases.

After ALCE (Gao et al., EMNLP 2023), with exact spans in the place of an entailment model. A refused case
leaves all its gold spans uncited.
"""

from __future__ import annotations

from eval.metrics.outcome import FAILED, NO_GOLD, NOT_ANSWERABLE, Outcome, Share
from eval.observation import Observation, touches


def citation_recall(seen: Observation) -> Outcome:
    if not seen.case.answerable:
        return NOT_ANSWERABLE
    if not seen.case.golds:
        return NO_GOLD
    if seen.failed:
        return FAILED
    cited = sum(
        any(touches(gold, c.source_id, c.start, c.end) for c in seen.row.served) for gold in seen.case.golds
    )
    return Share(cited, len(seen.case.golds))
