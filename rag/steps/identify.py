"""Folded source → the reports in it: where each begins and ends, whose it is, of which year, of which kind.

A region or a year that cannot be found stays None; it is never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.domain import FoldedText, Report
from rag.ports import Gazetteer
from rag.steps import place_report
from rag.steps.divide import divide

_SENTENCE_END = "。!?”)】"
_CUT_OFF = re.compile(r"(?:…|\.{3}|[(](?:未完|下转|待续|下接)[^)]*[)])\s*$")
_NOTES = re.compile(r"\n[^\n。]{0,8}注释?:\n")
_WHOLE = re.compile(
    r"(?:谢谢(?:大家|各位)?|\d{4}年\d{1,2}月\d{1,2}日|(?:政府|管委会|委员会|办公室)|"
    r"\n[^\n。]{0,20}[省市县区州盟旗]长[:\s]?[一-龥]{2,4})\s*$"
)
"""How a whole report may end without a full stop: thanks, the day, who signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the person who gave the file says of it."""

    region: str | None = None
    year: int | None = None


def identify(
    folded: FoldedText, *, source_id: str, source_name: str, gazetteer: Gazetteer, hints: Hints = Hints()
) -> list[Report]:
    """The reports of a source in order."""
    text = folded.text
    own_name = source_name.rpartition("/")[2]  # an archive's name says nothing of a file in it
    reports = []
    for number, extent in enumerate(divide(text, source_name=own_name), 1):
        place = (
            place_report.place_of(hints.region, context=text, gazetteer=gazetteer)
            if hints.region
            else place_report.region(extent, text=text, source_name=own_name, gazetteer=gazetteer)
        )
        reports.append(
            Report(
                id=f"{source_id}-{number}",
                source_id=source_id,
                source_name=source_name,
                span=folded.span(extent.start, extent.end),
                region=place.name if place else None,
                parents=place.parents if place else (),
                aliases=place.aliases if place else (),
                year=hints.year or place_report.year(extent, text=text, source_name=own_name),
                session=place_report.session(extent, text=text),
                kind=extent.kind,
                title=extent.title.replace("\n", "") or own_name.rpartition(".")[0] or own_name,
                truncated=_is_cut_off(text[extent.start : extent.end].rstrip()),
            )
        )
    return reports


def _is_cut_off(body: str) -> bool:
    if notes := _NOTES.search(body, max(0, len(body) - 2000)):
        body = body[: notes.start()].rstrip()
    if _CUT_OFF.search(body[-40:]):
        return True
    return body[-1:] not in _SENTENCE_END and _WHOLE.search(body[-60:]) is None
