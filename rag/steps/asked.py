"""A question of a conversation as it was read: its text, and where its places, years and subject stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from rag.domain import Intent, Language, Report, Span, Stance, Wanted
from rag.steps import question_words as words
from rag.steps.question_years import LAST_YEAR, THIS_YEAR

Understand: TypeAlias = Callable[[str], Intent]

YEAR = re.compile(
    rf"(?<!\d)(?:(?:19|20)\d\d(?!\d|[万亿%家个户项亩元吨人])|\d\d(?=年))(?:年度?)?"
    rf"|{LAST_YEAR.pattern}|{THIS_YEAR.pattern}",
    re.I,
)
_QUOTED = re.compile(r"[“\"「『《][^”\"」』》]{2,40}[”\"」』》]")
_EMPTY = frozenset(("全省", "全国", "省内", "原因", "数字", "水平", "今后", "预期目标"))
"""Nouns that say nothing of what is asked about: 全省排第几?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`text` is what the spans of `places` point into: folded, or an English question as it was put."""

    intent: Intent
    text: str

    @property
    def english(self) -> bool:
        return self.intent.language is Language.ENGLISH

    @property
    def places(self) -> tuple[Span, ...]:
        return self.intent.asked_of

    @property
    def years(self) -> tuple[Span, ...]:
        if not self.intent.periods and not self.intent.report_years:
            return ()
        return tuple(Span(*match.span()) for match in YEAR.finditer(self.text))

    @property
    def has_subject(self) -> bool:
        """Whether it says what it asks about, other than where, when and how much."""
        intent = self.intent
        telling = self._telling(constrains=True)
        aims = words.AHEAD_NOUN.search(self.text) and words.OPEN.search(self.text)  # 主要目标有哪些？
        return bool(intent.indicators or intent.quoted or telling or aims)

    @property
    def says_more(self) -> bool:
        """Whether a verb of its own says what it asks about."""
        return bool(self._telling(constrains=False))

    def _telling(self, *, constrains: bool) -> list[str]:
        """Its nouns, or its verbs, without places and without those that say nothing."""
        empty = _EMPTY | {mention.words for mention in self.intent.others}
        asked = [k.forms[0][0] for k in self.intent.keywords if (k.constrains or k.kind_of) is constrains]
        return [word for word in asked if word not in empty]

    @property
    def subject(self) -> Span | None:
        """From the first to the last word of what it asks about: its indicators, else the words in quotation
        marks, else its nouns."""
        intent = self.intent
        if intent.indicators:
            return self._hull(
                [term for i in intent.indicators for term in (*i.terms, *(i.english if self.english else ()))]
            )
        if intent.quoted and (quoted := _QUOTED.search(self.text)):
            return Span(*quoted.span())
        return self._hull(self._telling(constrains=True))

    def _hull(self, terms: Iterable[str]) -> Span | None:
        lower = self.text.lower()
        found: list[Span] = []
        for term in sorted(terms, key=len, reverse=True):
            start = lower.find(term.lower())
            span = Span(start, start + len(term)) if start >= 0 else None
            if span is not None and not any(span.overlaps(other) for other in found):
                found.append(span)
        if not found:
            return None
        return Span(min(s.start for s in found), max(s.end for s in found))

    @property
    def asks_rate(self) -> bool:
        return self.intent.wanted is Wanted.RATE

    @property
    def looks_ahead(self) -> bool:
        return (self.intent.stance or self.intent.leaning) is Stance.TARGET

    def at(self, span: Span) -> str:
        return self.text[span.start : span.end]


def read_asked(text: str, understand: Understand) -> Asked:
    intent = understand(text)
    english = intent.language is Language.ENGLISH
    return Asked(intent=intent, text=text.strip() if english else intent.text)


def replaced(text: str, spans: Iterable[Span], new: str) -> str:
    """The text with `new` where the first of the spans stood, and nothing in place of the others."""
    ordered = sorted(spans)
    for span in reversed(ordered):
        text = text[: span.start] + (new if span is ordered[0] else "") + text[span.end :]
    return text


def merged(asked: Asked, spans: Iterable[Span], *, joined_by: re.Pattern[str]) -> list[Span]:
    """Spans with only a joining word between them are one: 张家口和廊坊."""
    found: list[Span] = []
    for span in spans:
        if found and joined_by.fullmatch(asked.text[found[-1].end : span.start]):
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def kept_years(follow: Asked, before: Asked, reports: Iterable[Report]) -> tuple[Span, ...]:
    """The years of the question before, as the follow-up names none. A target that no report of that year
    can set is the coming one: 那目标呢？ after what was reached in 2023, where reports begin with 2024."""
    aims = follow.intent.stance is Stance.TARGET and before.intent.leaning is Stance.RESULT
    given = {report.year for report in reports if report.region in before.intent.regions}
    return () if aims and given.isdisjoint(before.intent.periods) else before.years
