"""citation_precision = served citations that overlap a gold span or hold a required string / served
citations.

Over answerable cases: one that has no answer has no gold either, and an answer to it already counts against
accuracy and refusal recall. What the citation holds is read from the source text, not from its own `quote`.
"""

from __future__ import annotations

from eval.metrics.outcome import FAILED, NOT_ANSWERABLE, Outcome, share
from eval.normalise import contains, normalise
from eval.observation import Observation, touches
from rag.record import CitationRecord


def citation_precision(seen: Observation) -> Outcome:
    if not seen.case.answerable:
        return NOT_ANSWERABLE
    if seen.failed:
        return FAILED
    good = sum(is_relevant(seen, citation) for citation in seen.row.served)
    return share(good, len(seen.row.served), nothing="no citation was served")


def is_relevant(seen: Observation, citation: CitationRecord) -> bool:
    if any(touches(gold, citation.source_id, citation.start, citation.end) for gold in seen.case.golds):
        return True
    quote = normalise(seen.quoted(citation))
    return any(contains(quote, words) for group in seen.case.must_contain for words in group)
