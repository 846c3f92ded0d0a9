"""哪些报告提到…、出现几次: an exhaustive scan of the reports in scope, not a search."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.domain import Hit, Intent, Language, Report, Sentence, Statement

_TIMES = re.compile(r"(?:几|多少)[次处回]|\b(?:how many times|how often)\b", re.I)
_CHINESE = re.compile(r"[一-龥]")
_OFTEN = r"(?:几|多少)[次处回]"
_AFTER = re.compile(
    rf"(?:提到?+|提及|写到|说到|讲到|谈到|出现)了?+过?+(?:{_OFTEN})?+"
    rf"(?P<words>[^的?,。了过]{{2,20}}?)(?:{_OFTEN}|[的?,。了过]|$)"
)
_BEFORE = re.compile(
    r"(?:.*?报告[里中]?)?(?P<words>[^,。?]{2,20}?)(?:一词)?(?:在[^,。?]{0,12}?)?(?:出现|被[^,。?]{0,8}?提)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """`occurrences` counts every place where the words stand;
    `first` has the first statement of each report.
    """

    words: str
    occurrences: int
    by_report: tuple[tuple[Report, int], ...]
    first: tuple[Statement, ...]
    asks_times: bool


def counted_words(intent: Intent) -> str | None:
    """The words that are to be counted: those in quotation marks, else those after 提到 or before 出现几次,
    else a keyword. English ones are counted as the glossary puts them: no report holds them.
    """
    found = [keyword.forms[0][0] for keyword in intent.keywords]
    foreign = intent.language is Language.ENGLISH
    if intent.quoted and not (foreign and found and _CHINESE.search(intent.quoted[0]) is None):
        return intent.quoted[0]
    if not foreign and (match := _AFTER.search(intent.text) or _BEFORE.search(intent.text)):
        return match["words"].strip()
    if intent.indicators and not intent.keywords:
        return intent.indicators[0].terms[0]
    return max(found, key=len) if found else None


def tally(words: str, intent: Intent, reports: Sequence[Report], sentences: Sequence[Sentence]) -> Tally:
    """Count folded words in folded sentences. A heading that repeats in no sentence counts once."""
    by_id = {report.id: report for report in reports}
    counts: dict[str, int] = {}
    first: dict[str, Statement] = {}
    for sentence in sentences:
        found = sentence.text.lower().count(words.lower())
        if found:
            counts[sentence.report_id] = counts.get(sentence.report_id, 0) + found
            first.setdefault(sentence.report_id, _statement(sentence, by_id[sentence.report_id]))
    return Tally(
        words=words,
        occurrences=sum(counts.values()),
        by_report=tuple((by_id[report_id], n) for report_id, n in counts.items()),
        first=tuple(first.values()),
        asks_times=_TIMES.search(intent.text) is not None,
    )


def _statement(sentence: Sentence, report: Report) -> Statement:
    return Statement(
        hit=Hit(sentence=sentence, report=report, score=1.0, found_by=("scan",)),
        start=0,
        end=len(sentence.text),
        score=1.0,
        indicators=(),
        cover=1.0,
        held=1.0,
        fits_stance=True,
        fits_period=True,
        fits_value=True,
    )
