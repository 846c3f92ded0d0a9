"""citation_focus = cited letters and digits that lie in gold spans / cited letters and digits.

Precision asks whether a citation touches the answer; this asks how much else it drags along. A system that
cites whole passages has full precision and a focus near zero. Gold quotes are clauses, so a system that
cites the whole sentence of each stays below 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from eval.metrics.outcome import FAILED, NO_GOLD, NOT_ANSWERABLE, Outcome, share
from eval.observation import Observation


def citation_focus(seen: Observation) -> Outcome:
    if not seen.case.answerable:
        return NOT_ANSWERABLE
    if not seen.case.golds:
        return NO_GOLD
    if seen.failed:
        return FAILED
    cited = set(_cited(seen))
    gold = {
        (gold.source_id, offset)
        for gold in seen.case.golds
        for span in gold.spans
        for offset in range(span.start, span.end)
    }
    return share(len(cited & gold), len(cited), nothing="no citation was served")


def _cited(seen: Observation) -> Iterator[tuple[str, int]]:
    """(source id, offset) of each cited letter or digit."""
    for citation in seen.row.served:
        for number, character in enumerate(seen.quoted(citation)):
            if character.isalnum():
                yield citation.source_id, citation.start + number
