"""What comes in and goes out over HTTP, beside the records of `rag.record`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from rag.ask import MAX_QUESTION, check_question
from rag.domain import Filters, Mode, Question
from rag.errors import InputError
from rag.record import CitationRecord, HitRecord, ReportRecord
from service.bounds import told

MAX_HITS = 100

Words = Annotated[str, told(min_length=1, max_length=MAX_QUESTION, pattern=r"\S")]
"""A question or a query; `check_question` holds it to these bounds, in its own words."""


class FiltersBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits of a question. An empty list is no limit; `regions` are full official names."""

    regions: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    report_ids: tuple[str, ...] = ()

    def filters(self) -> Filters:
        return Filters(regions=self.regions, years=self.years, report_ids=self.report_ids)


class AskBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question of 1 to 2,000 characters."""

    question: Words
    conversation_id: str | None = None
    filters: FiltersBody = FiltersBody()
    mode: Literal["auto", "extractive"] = "auto"
    stream: bool = False

    def asked(self) -> Question:
        """Raises QuestionError."""
        check_question(self.question, "question")
        return Question(text=self.question, filters=self.filters.filters(), mode=Mode(self.mode))


class SearchBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A query of 1 to 2,000 characters; `k` is the number of hits at most, 1 to 100."""

    query: Words
    k: Annotated[int, told(minimum=1, maximum=MAX_HITS)] = 10
    filters: FiltersBody = FiltersBody()

    def check(self) -> None:
        """Raises QuestionError, InputError."""
        check_question(self.query, "query")
        if not 1 <= self.k <= MAX_HITS:
            raise InputError(f"k is {self.k}: ask for 1 to {MAX_HITS} hits.")


class QueuedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Data of the event `queued`: how many answers come first, this one counted; 1 is next."""

    place: int


class EvidenceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Data of the event `evidence`: what the answer may rest on, in the order of the draft's ids."""

    citations: tuple[CitationRecord, ...]


class TokenRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Data of the event `token`: a piece of the draft, unproven."""

    text: str


class HitsRecord(msgspec.Struct, frozen=True, kw_only=True):
    hits: tuple[HitRecord, ...]


class ReportsRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the reports. `total` counts those that fit the filters, on all pages."""

    reports: tuple[ReportRecord, ...]
    total: int
    limit: int
    offset: int


class SectionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A section by its headings, outermost first; offsets into the source's text."""

    path: tuple[str, ...]
    start: int
    end: int


class OutlinedReportRecord(ReportRecord, frozen=True, kw_only=True):
    outline: tuple[SectionRecord, ...]


class TextRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`text` is the source's from `start` to `end`, of `length` characters in all.

    Where the layout was asked for, `breaks` are the offsets at which paragraphs end and `hidden` the spans
    that are left out when it is read (hard wraps, page numbers), all offsets into the source's text.
    """

    text: str
    start: int
    end: int
    length: int
    breaks: tuple[int, ...] | None = None
    hidden: tuple[tuple[int, ...], ...] | None = None


class LiveRecord(msgspec.Struct, frozen=True, kw_only=True):
    status: Literal["live"] = "live"


class PartRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`problem` is one sentence where the part does not work."""

    ready: bool
    problem: str | None = None


class ReadyRecord(msgspec.Struct, frozen=True, kw_only=True):
    ready: bool
    parts: dict[str, PartRecord]
