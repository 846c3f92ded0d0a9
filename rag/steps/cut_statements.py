"""A found sentence → the runs of clauses in it that may answer a question by themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.domain import Intent, QuestionKind, Wanted
from rag.steps.cover import cover
from rag.steps.indicate import states
from rag.steps.pick_values import values
from rag.steps.segment import clauses, statements

_ONE_FACT = 2
_QUOTABLE = 90
"""A longer sentence is quoted in part when its wording is asked for."""
_LEAST_LONG = 60
_LONG = 110
"""A sentence up to this many code points is shown whole when its statements do not stand apart."""


def cut_statements(text: str, intent: Intent) -> list[tuple[int, int]]:
    """(start, end) of the statements of folded text, and of the whole of it where one alone would not
    answer: lists and wordings."""
    if intent.kind is QuestionKind.WORDING and len(text) > _QUOTABLE:
        return _windows(text)
    if intent.wanted is Wanted.NONE or not re.search(r"\d|[一二三四五六七八九十]", text):
        return [(0, len(text)), *_rows(text, intent)]
    parts = statements(text)
    units = [_narrowed(text, start, end, intent) for start, end in parts]
    if (
        len(text) <= _LONG
        and len(parts) > 1
        and (intent.keywords or not _answered_apart(text, parts, intent))
    ):
        units.append((0, len(text)))
    return units


def _rows(text: str, intent: Intent) -> list[tuple[int, int]]:
    """The statements of a long sentence that name several things in a row, where a list is asked for: 成都、
    广元、阿坝入选…名单 beside 成都、眉山入选…城市."""
    if intent.kind is not QuestionKind.LIST or len(text) <= _LEAST_LONG or ":" in text:
        return []
    return [(start, end) for start, end in statements(text) if "、" in text[start:end]]


def _answered_apart(text: str, parts: Sequence[tuple[int, int]], intent: Intent) -> bool:
    """Whether some statement states the indicator with its value, or so many stand here that the value of one
    would pass for that of another: 继续推进老旧小区改造,今年再完成28个 is one fact, a row of rates is not.
    """
    if not intent.indicators:
        return False
    return len(parts) > _ONE_FACT or any(
        values(text[start:end], intent.wanted) and any(states(text[start:end], i) for i in intent.indicators)
        for start, end in parts
    )


def _narrowed(text: str, start: int, end: int, intent: Intent) -> tuple[int, int]:
    """Without the clauses at the head that bring neither a figure nor a word of the question:
    努力克服…等困难,实现地区生产总值增长1.7%.
    """
    parts = clauses(text[start:end])
    for begin, stop in parts[:-1]:
        clause = text[start + begin : start + stop]
        if re.search(r"\d", clause) or cover(clause, (*intent.keywords, *intent.indicator_words)):
            return start + begin, end
        if any(states(clause, indicator) for indicator in intent.indicators):
            return start + begin, end
    return start + parts[-1][0], end


def _windows(text: str) -> list[tuple[int, int]]:
    """Each statement with those behind it, up to a length: enough to show how something is worded."""
    parts = statements(text)
    return [
        (start, max(stop for _, stop in parts[number:] if stop - start <= _QUOTABLE or stop == end))
        for number, (start, end) in enumerate(parts)
    ]
