"""evidence_recall = answerable cases whose gold spans all lie in the evidence shown / answerable cases with
gold.

"Lie in" counts letters and digits only (`lies_in`). Within a budget, the evidence is read in the order in
which it was shown, as long as its cl100k tokens fit: recall at 150 tokens says how much evidence a model
needs.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.metrics.outcome import FAILED, NO_GOLD, NOT_ANSWERABLE, Metric, Outcome, Share, Unscored
from eval.observation import Observation, lies_in, touches
from eval.rows import Shown
from rag.domain import Span


def evidence_recall(seen: Observation) -> Outcome:
    return _recall(seen, seen.row.evidence)


def evidence_recall_at(tokens: int) -> Metric:
    def within(seen: Observation) -> Outcome:
        return _recall(seen, _fitting(seen.row.evidence, tokens))

    return within


def evidence_overlap(seen: Observation) -> Outcome:
    scored = evidence_recall(seen)
    if isinstance(scored, Unscored):
        return scored
    touched = [
        any(touches(gold, shown.source_id, shown.start, shown.end) for shown in seen.row.evidence)
        for gold in seen.case.golds
    ]
    return Share(float(all(touched)), 1)


def shows_gold(seen: Observation, evidence: Sequence[Shown]) -> bool:
    ranges: dict[str, list[Span]] = {}
    for shown in evidence:
        ranges.setdefault(shown.source_id, []).append(Span(shown.start, shown.end))
    return all(lies_in(gold, ranges, seen.texts[gold.source_id]) for gold in seen.case.golds)


def _recall(seen: Observation, evidence: Sequence[Shown]) -> Outcome:
    if not seen.case.answerable:
        return NOT_ANSWERABLE
    if not seen.case.golds:
        return NO_GOLD
    if seen.failed:
        return FAILED
    return Share(float(shows_gold(seen, evidence)), 1)


def _fitting(evidence: Sequence[Shown], tokens: int) -> list[Shown]:
    kept: list[Shown] = []
    for shown in evidence:
        tokens -= shown.tokens
        if tokens < 0:
            break
        kept.append(shown)
    return kept
