"""What a metric sees: one case, what became of it, and the texts of the corpus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from eval.cases import Case, Gold
from eval.normalise import Normal, contains, normalise
from eval.rows import ERROR, ReportSpan, Row
from rag.domain import Span
from rag.record import CitationRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """`texts` maps source ids to texts that the evaluation read itself; `reports` maps report ids to their
    spans.
    """

    case: Case
    row: Row
    texts: Mapping[str, str] = field(repr=False)
    reports: Mapping[str, ReportSpan] = field(repr=False)

    @property
    def failed(self) -> bool:
        """Whether the question ended in an error instead of an answer."""
        return self.row.status == ERROR

    @property
    def refused(self) -> bool:
        return self.row.status == "refused"

    @property
    def answer(self) -> Normal:
        return normalise(self.row.answer)

    def missing_groups(self) -> list[tuple[str, ...]]:
        """The groups of `must_contain` of which the answer holds no string."""
        answer = self.answer
        return [
            group for group in self.case.must_contain if not any(contains(answer, words) for words in group)
        ]

    def forbidden(self) -> list[str]:
        """The strings of `must_not_contain` that the answer holds."""
        answer = self.answer
        return [words for words in self.case.must_not_contain if contains(answer, words)]

    def quoted(self, citation: CitationRecord) -> str:
        """What stands in the source where the citation points; empty for a source that the corpus lacks."""
        return self.texts.get(citation.source_id, "")[citation.start : citation.end]

    def quotes(self) -> Iterator[str]:
        return (self.quoted(citation) for citation in self.row.served)


def touches(gold: Gold, source_id: str, start: int, end: int) -> bool:
    """Whether a range of a source shares a character with a gold span, at any of its places."""
    return source_id == gold.source_id and any(span.start < end and start < span.end for span in gold.spans)


def lies_in(gold: Gold, ranges: Mapping[str, list[Span]], text: str) -> bool:
    """Whether every letter and digit of a gold span, at one of its places, is inside the ranges.

    `ranges` maps source ids to spans, `text` is the gold's source. Punctuation and wraps do not count: they
    belong to no sentence.
    """
    held = ranges.get(gold.source_id, [])
    return any(
        all(
            any(span.start <= offset < span.end for span in held)
            for offset in range(place.start, place.end)
            if text[offset].isalnum()
        )
        for place in gold.spans
    )
