"""Characters on pages → text: lines, then paragraphs, with what the page layout added left out.

A hard wrap inside a paragraph is one newline, paragraphs are divided by a blank line. Running heads and
feet, page numbers and dot-leader contents lines are no part of the text, so a sentence that crosses a page is
whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rag.adapters.reader_pdf_page import Line, Page
from rag.adapters.reader_pdf_table import with_tables
from rag.steps.tell_table import Table, tell_table

_PAGE_NUMBER = re.compile(
    r"[-—–―─~·•|\s]*(?:第\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*页)?(?:\s*[/，,]?\s*(?:共|of)?\s*\d{1,4}\s*页?)?[-—–―─~·•|\s]*|"
    r"(?:page|p\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"(?:[.．·•…‥]\s*){4,}\s*[(（]?\d{0,4}[)）]?$")
_CONTENTS = re.compile(r"目\s*(?:录|次|錄)")
_DIGITS = re.compile(r"\d+")
_STOPS = "。！？；：.!?;:”）)》】"
_EDGE = 3
"""Lines from the top and from the bottom of a page in which running heads and page numbers stand."""


def lay_out(pages: Sequence[Page]) -> tuple[str, tuple[int, ...]]:
    """(text, offset of each page's first code point)."""
    lines = [with_tables(page) for page in pages]
    bodies = _joined_tables(_without_furniture(lines))
    edges = [_edges(body) for body in bodies]
    pieces: list[str] = []
    length = 0
    starts: list[int] = []
    last: tuple[Line, tuple[float, float]] | None = None
    for body, edge in zip(bodies, edges, strict=True):
        begun = False
        for line in body:
            if last is not None:
                separator = "\n\n" if _breaks(*last, line, edge, same_page=begun) else "\n"
                pieces.append(separator)
                length += len(separator)
            if not begun:
                starts.append(length)
                begun = True
            text = line.text if line.table is None else "\n\n".join(tell_table(Table(rows=line.table)))
            pieces.append(text)
            length += len(text)
            last = line, edge
        if not begun:
            starts.append(length)
    return "".join(pieces), tuple(starts)


# --- What is no part of the text --------------------------------------------------------------------


def _without_furniture(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """The lines of the body: without running heads and feet, page numbers and contents lines."""
    seen = Counter(key for page in pages for key in {_key(line) for line in _at_edges(page)})
    needed = 2 if len(pages) < 5 else 3
    bodies = []
    for page in pages:
        edge = {id(line) for line in _at_edges(page)}
        body = [line for line in page if not (id(line) in edge and seen[_key(line)] >= needed)]
        while body and _is_number(body[-1]):
            body.pop()
        while body and _is_number(body[0]) and len(body) > 1:
            body.pop(0)
        if any(_LEADERS.search(line.text) for line in body):
            body = [line for line in body if not _is_contents(line)]
        bodies.append(body)
    return bodies


def _is_contents(line: Line) -> bool:
    return _LEADERS.search(line.text) is not None or _CONTENTS.fullmatch(line.text) is not None


def _at_edges(page: Sequence[Line]) -> list[Line]:
    """By height, as in two columns the lowest line is not the last."""
    ordered = sorted((line for line in page if line.table is None), key=lambda line: -line.base)
    return [*ordered[:_EDGE], *ordered[_EDGE:][-_EDGE:]]


def _key(line: Line) -> tuple[str, int, int]:
    """Lines of one key are the same head on other pages: words, height on the page, size of the font."""
    return _DIGITS.sub("#", line.text), round(line.base / 6), round(line.size)


def _is_number(line: Line) -> bool:
    return line.table is None and _PAGE_NUMBER.fullmatch(line.text.strip()) is not None


def _joined_tables(pages: list[list[Line]]) -> list[list[Line]]:
    """A table that goes on at the top of the next page takes the head of its first part along."""
    above: Line | None = None
    joined = []
    for page in pages:
        body = list(page)
        if body and above is not None and (table := body[0].table) and above.table:
            head = above.table[0]
            if len(head) == len(table[0]) and table[0] != head:
                body[0] = replace(body[0], table=(head, *table))
        above = body[-1] if body and body[-1].table else None
        joined.append(body)
    return joined


# --- Paragraphs -------------------------------------------------------------------------------------


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    """Where full lines of a page begin and end: the leftmost beginning that at least two lines share."""
    plain = [line for line in lines if line.table is None]
    if not plain:
        return 0.0, 0.0
    shared = Counter(round(line.left / 2) for line in plain)
    lefts = [place for place, count in shared.items() if count >= 2] or list(shared)
    return min(lefts) * 2.0, max(line.right for line in plain)


def _breaks(
    last: Line, last_edge: tuple[float, float], line: Line, edge: tuple[float, float], *, same_page: bool
) -> bool:
    """Whether a paragraph ends between two lines that follow each other."""
    if last.table is not None or line.table is not None:
        return True
    size = max(line.size, last.size)
    if abs(line.size - last.size) > 0.15 * size:
        return True
    if same_page and last.base - line.base > 2.6 * size:
        return True
    if line.left - edge[0] > 1.2 * size:  # the indent of a first line, or a centred one
        return True
    short = last_edge[1] - last.right
    return short > 5 * size or (short > 1.2 * size and last.text[-1:] in _STOPS)
