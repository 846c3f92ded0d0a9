"""The corpus: reports, their outlines, and the text of their sources."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from rag.domain import Report
from rag.errors import InputError
from rag.library import Rag
from rag.record import report_record
from rag.steps.find_duplicates import find_duplicates
from rag.steps.lay_out import lay_out
from service.bounds import MAX_OFFSET
from service.problems import documented
from service.turns import Desk
from service.wire import OutlinedReportRecord, ReportsRecord, SectionRecord, TextRecord

MAX_PAGE = 1_000
MAX_TEXT = 1_000_000
"""Characters of one response; `end` tells where it stopped."""


@get("/v1/reports", summary="The reports that there are, a page at a time", responses=documented())
async def list_reports(
    desk: NamedDependency[Desk],
    region: Annotated[list[str] | None, QueryParameter(description="Full official name; repeatable")] = None,
    year: Annotated[list[int] | None, QueryParameter(description="Year of giving; repeatable")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = 100,
    offset: Annotated[int, QueryParameter(ge=0, le=MAX_OFFSET)] = 0,
) -> ReportsRecord:
    everything = await desk.quick.run(desk.rag.reports)
    found = [report for report in everything if _fits(report, region, year)]
    duplicates = find_duplicates(everything)
    page = tuple(
        report_record(report, duplicate_of=duplicates.get(report.id))
        for report in found[offset : offset + limit]
    )
    return ReportsRecord(reports=page, total=len(found), limit=limit, offset=offset)


@get("/v1/reports/{report_id:str}", summary="One report with its outline", responses=documented(404))
async def one_report(report_id: FromPath[str], desk: NamedDependency[Desk]) -> OutlinedReportRecord:
    return await desk.quick.run(lambda: _outlined(desk.rag, report_id))


@get(
    "/v1/sources/{source_id:str}/text",
    summary="A part of a source's immutable text",
    responses=documented(404),
)
async def source_text(
    source_id: FromPath[str],
    desk: NamedDependency[Desk],
    start: Annotated[int, QueryParameter(ge=0, le=MAX_OFFSET, description="First code point, 0-based")] = 0,
    end: Annotated[
        int | None,
        QueryParameter(
            ge=0, le=MAX_OFFSET, description="Code point after the last; the text's end where left out"
        ),
    ] = None,
    layout: Annotated[bool, QueryParameter(description="Whether to tell paragraphs and hard wraps")] = False,
) -> TextRecord:
    source = await desk.quick.run(lambda: desk.rag.source_text(source_id))
    text = source.text
    last = len(text) if end is None else end
    if not 0 <= start <= last <= len(text):
        raise InputError(
            f"There are no characters {start} to {last}: start and end lie in 0 to {len(text)}, in order."
        )
    last = min(last, start + MAX_TEXT)
    record = TextRecord(text=text[start:last], start=start, end=last, length=len(text))
    if not layout:
        return record
    return await desk.quick.run(lambda: _laid_out(record, source.format))


ROUTES = (list_reports, one_report, source_text)


def _fits(report: Report, regions: list[str] | None, years: list[int] | None) -> bool:
    """By the same rule as the filters of a question: a region by its name or an alias."""
    named = not regions or report.region in regions or not set(report.aliases).isdisjoint(regions)
    return named and (not years or report.year in years)


def _laid_out(record: TextRecord, format: str) -> TextRecord:
    found, start = lay_out(record.text, format=format), record.start
    return msgspec.structs.replace(
        record,
        breaks=tuple(start + at for at in found.breaks),
        hidden=tuple((start + span.start, start + span.end) for span in found.hidden),
    )


def _outlined(rag: Rag, report_id: str) -> OutlinedReportRecord:
    record = report_record(rag.report(report_id), duplicate_of=rag.duplicates().get(report_id))
    outline = rag.outline(report_id)
    sections = tuple(SectionRecord(path=path, start=start, end=end) for path, start, end in outline)
    return OutlinedReportRecord(**msgspec.structs.asdict(record), outline=sections)
