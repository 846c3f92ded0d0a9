"""Intent and the reports that there are → the reports to look into, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.domain import Filters, Intent, Mention, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """`reports` to look into. `missing` are places asked for that no report is about; `missing_year` is a
    year that no report in scope is of: then only sentences that name it can answer."""

    reports: tuple[Report, ...]
    missing: tuple[str, ...] = ()
    missing_year: int | None = None


def decide_scope(intent: Intent, reports: Sequence[Report], filters: Filters) -> Scope:
    """Filters of the caller first, then places, then years.

    A report given in year Y reviews Y-1 and plans Y.
    """
    allowed = tuple(report for report in reports if _allowed(report, filters))
    listed = [mention for mention in intent.others if mention.listed]
    if intent.regions:
        allowed = tuple(report for report in allowed if report.region in intent.regions)
    elif listed:
        allowed = tuple(report for report in allowed if any(_within(m, report) for m in listed))
        listed = [mention for mention in listed if not any(_within(mention, report) for report in allowed)]
    missing = tuple(dict.fromkeys(mention.words for mention in listed))
    if intent.report_years:
        given = tuple(report for report in allowed if report.year in intent.report_years)
        if not given and allowed:
            return Scope(reports=allowed, missing=missing, missing_year=intent.report_years[0])
        allowed = given
    if not intent.periods or intent.report_years:
        return Scope(reports=allowed, missing=missing)
    covering = tuple(report for report in allowed if _covers(report, intent.periods))
    if not covering and allowed:
        return Scope(reports=allowed, missing=missing, missing_year=intent.periods[0])
    return Scope(reports=covering, missing=missing)


def _allowed(report: Report, filters: Filters) -> bool:
    return (
        (
            not filters.regions
            or report.region in filters.regions
            or bool(set(report.aliases) & set(filters.regions))
        )
        and (not filters.years or report.year in filters.years)
        and (not filters.report_ids or report.id in filters.report_ids)
    )


def _within(mention: Mention, report: Report) -> bool:
    """Whether a place that was named lies inside the report's region: 石泉县 is asked of 安康市's report."""
    return report.region is not None and report.region in mention.place.parents


def _covers(report: Report, periods: tuple[int, ...]) -> bool:
    return report.year is None or any(report.year in (period, period + 1) for period in periods)
