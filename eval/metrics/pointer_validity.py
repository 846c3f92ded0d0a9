"""pointer_validity = citations with `text[start:end] == quote` / citations (the project's contract).

All citations count, near misses beside a refusal too. `text` is the file as the evaluation read it.
"""

from __future__ import annotations

from eval.metrics.outcome import FAILED, Outcome, Unscored, share
from eval.observation import Observation
from rag.record import CitationRecord

NOTHING_CITED = Unscored("no citation was given", counted=False)


def pointer_validity(seen: Observation) -> Outcome:
    if seen.failed:
        return FAILED
    if not seen.row.citations:
        return NOTHING_CITED
    valid = sum(points_true(seen, citation) for citation in seen.row.citations)
    return share(valid, len(seen.row.citations), nothing=NOTHING_CITED.reason)


def points_true(seen: Observation, citation: CitationRecord) -> bool:
    return citation.end > citation.start and seen.quoted(citation) == citation.quote
