"""哪些报告提到…、出现几次: an exhaustive scan of the reports in scope, not a search."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.domain import Hit, Intent, Language, Report, Sentence, Statement
from rag.steps.segment import statements

_SHOWN = 24
"""Statements that are cited for a count; the count itself goes over all."""
_TIMES = re.compile(r"(?:几|多少)[次处回]|\b(?:how many times|how often)\b", re.I)
_FOREIGN = re.compile(r"[^一-龥]*[A-Za-z]{3,}[^一-龥]*")
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
    """`occurrences` counts every place where the words stand; `shown` are the statements that hold them, the
    first of each report first, at most `_SHOWN`.
    """

    words: str
    occurrences: int
    by_report: tuple[tuple[Report, int], ...]
    shown: tuple[Statement, ...]
    asks_times: bool


def counted_words(intent: Intent) -> str | None:
    """The words that are to be counted: those in quotation marks, else those after 提到 or before 出现几次,
    else a keyword. English ones are counted as the glossary puts them: no report holds them.
    """
    found = [keyword.forms[0][0] for keyword in intent.keywords]
    foreign = intent.language is Language.ENGLISH
    if intent.quoted and not (foreign and found and _FOREIGN.fullmatch(intent.quoted[0])):
        return intent.quoted[0]
    if not foreign and (match := _AFTER.search(intent.text) or _BEFORE.search(intent.text)):
        return match["words"].strip()
    if intent.indicators and not intent.keywords:
        return intent.indicators[0].terms[0]
    return max(found, key=len) if found else None


def main_noun(intent: Intent) -> str | None:
    """The longest noun or term of a question whose words for what is counted stand nowhere; None where it
    quotes them, or has none."""
    nouns = [keyword.forms[0][0] for keyword in intent.keywords if keyword.constrains]
    nouns += [term for indicator in intent.indicators for term in indicator.terms if term in intent.text]
    return None if intent.quoted else max(nouns, key=len, default=None)


def tally(words: str, intent: Intent, reports: Sequence[Report], sentences: Sequence[Sentence]) -> Tally:
    """Count folded words in folded sentences. A heading that repeats in no sentence counts once."""
    by_id = {report.id: report for report in reports}
    counts: dict[str, int] = {}
    first: list[Statement] = []
    further: list[Statement] = []
    for sentence in sentences:
        found = sentence.text.lower().count(words.lower())
        if found:
            known = sentence.report_id in counts
            counts[sentence.report_id] = counts.get(sentence.report_id, 0) + found
            (further if known else first).extend(_holding(words, sentence, by_id[sentence.report_id]))
    return Tally(
        words=words,
        occurrences=sum(counts.values()),
        by_report=tuple((by_id[report_id], n) for report_id, n in counts.items()),
        shown=tuple([*first, *further][:_SHOWN]),
        asks_times=_TIMES.search(intent.text) is not None,
    )


def _holding(words: str, sentence: Sentence, report: Report) -> list[Statement]:
    """The statements of a sentence that hold the words; all of it where they stand across two."""
    found = [
        _statement(sentence, report, start, end)
        for start, end in statements(sentence.text)
        if words.lower() in sentence.text[start:end].lower()
    ]
    return found or [_statement(sentence, report, 0, len(sentence.text))]


def _statement(sentence: Sentence, report: Report, start: int, end: int) -> Statement:
    return Statement(
        hit=Hit(sentence=sentence, report=report, score=1.0, found_by=("scan",)),
        start=start,
        end=end,
        score=1.0,
        indicators=(),
        cover=1.0,
        held=1.0,
        fits_stance=True,
        fits_period=True,
        fits_value=True,
    )
