"""Lines of plain text that a page put there, not its author: page numbers, contents lines, running heads.

They stand in the middle of sentences that cross a page, so they are left out where a text is folded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

Lines = list[tuple[int, int]]

_NUMBERED = re.compile(
    r"^[^\S\n]*(?:"
    r"[-－—–―─·~]{1,4}[^\S\n]*\d{1,4}[^\S\n]*[-－—–―─·~]{1,4}"
    r"|第[^\S\n]*\d{1,4}[^\S\n]*页(?:[^\S\n]*[,，/]?[^\S\n]*共[^\S\n]*\d{1,4}[^\S\n]*页)?"
    r"|\d{1,4}[^\S\n]*/[^\S\n]*\d{1,4}"
    r"|[Pp]age[^\S\n]*\d{1,4}(?:[^\S\n]*of[^\S\n]*\d{1,4})?"
    r"|[^\n]{1,60}?[.．…·]{4,}[^\S\n]*[(（]?\d{1,4}[)）]?"
    r")[^\S\n]*$",
    re.MULTILINE,
)
_BARE = re.compile(r"^[^\S\n]*(\d{1,4})[^\S\n]*$", re.MULTILINE)
_DIGITS = re.compile(r"\d+")
_APART = 200
"""Code points between two page numbers at least: figures that stand closer are a list."""
_PAGES = 3
_HEAD = 40
_ENDS = "。！？；，、：.!?;,:"


def page_marks(text: str) -> Lines:
    """(start, end) of each such line with the white space around it, in order, never overlapping."""
    marks = [match.span() for match in _NUMBERED.finditer(text)]
    marks = sorted({*marks, *_counting(text)})
    if not marks:
        return []
    merged: Lines = []
    for start, end in sorted([*marks, *_heads(text, marks)]):
        while start > 0 and text[start - 1].isspace():
            start -= 1
        while end < len(text) and text[end].isspace():
            end += 1
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _counting(text: str) -> Iterator[tuple[int, int]]:
    """Lines that are a bare number, where they count on from page to page."""
    run: list[re.Match[str]] = []
    for match in _BARE.finditer(text):
        counts_on = run and int(match[1]) == int(run[-1][1]) + 1 and match.start() - run[-1].end() > _APART
        if not counts_on:
            yield from (one.span() for one in run if len(run) >= _PAGES)
            run = []
        run.append(match)
    yield from (one.span() for one in run if len(run) >= _PAGES)


def _heads(text: str, marks: Lines) -> Iterator[tuple[int, int]]:
    """Lines beside a page number that come again on other pages and end no sentence or clause."""
    beside = [line for start, end in marks for line in (_line_before(text, start), _line_after(text, end))]
    found = [line for line in dict.fromkeys(beside) if line is not None and text[line[1] - 1] not in _ENDS]
    seen = Counter(_DIGITS.sub("#", text[start:end].strip()) for start, end in found)
    for start, end in found:
        if seen[_DIGITS.sub("#", text[start:end].strip())] >= _PAGES:
            yield start, end


def _line_before(text: str, end: int) -> tuple[int, int] | None:
    while end > 0 and text[end - 1].isspace():
        end -= 1
    start = text.rfind("\n", max(0, end - _HEAD - 1), end) + 1
    return (start, end) if 0 < end - start <= _HEAD and (start or end <= _HEAD) else None


def _line_after(text: str, start: int) -> tuple[int, int] | None:
    while start < len(text) and text[start].isspace():
        start += 1
    stop = text.find("\n", start, start + _HEAD + 1)
    return (start, stop) if stop > start else None


def without(text: str, marks: Lines) -> list[tuple[int, int]]:
    """What is left of the text between the marks."""
    edges = [(0, 0), *marks, (len(text), len(text))]
    return [(before[1], after[0]) for before, after in pairwise(edges)]
