"""A page of a PDF as it is drawn: characters, ruled lines, and the lines of text that the characters make.

Coordinates are points from the lower left corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyph:
    """One character: its edges, its base line, the height of its font; `readable` where the font says what it
    is."""

    text: str
    left: float
    right: float
    base: float
    size: float
    readable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A ruled line, horizontal or vertical."""

    left: float
    right: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...] = ()
    has_image: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text, or, where `table` is set, a table in its place."""

    text: str
    left: float
    right: float
    base: float
    size: float
    table: tuple[tuple[str, ...], ...] | None = None


def page_lines(glyphs: Sequence[Glyph]) -> list[Line]:
    """Lines from top to bottom; of two columns the left one first."""
    gutter = _gutter(glyphs)
    if gutter is None:
        return _lines(glyphs)
    left = [g for g in glyphs if (g.left + g.right) / 2 <= gutter]
    right = [g for g in glyphs if (g.left + g.right) / 2 > gutter]
    return _lines(left) + _lines(right)


def _lines(glyphs: Sequence[Glyph]) -> list[Line]:
    """Characters on one base line, give or take what raised or small ones differ."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: -g.base):
        if rows and rows[-1][0].base - glyph.base < 0.45 * max(rows[-1][0].size, glyph.size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [_line(sorted(row, key=lambda g: g.left)) for row in rows]


def _line(row: list[Glyph]) -> Line:
    text = row[0].text
    for before, glyph in pairwise(row):
        if glyph.text == before.text and glyph.left - before.left < 0.4 * (glyph.right - glyph.left):
            continue  # drawn twice, to look bold
        gap = glyph.left - before.right
        latin = glyph.text.isascii() and before.text.isascii()
        if gap > (0.2 if latin else 0.6) * glyph.size:
            text += " "
        text += glyph.text
    sizes = sorted(glyph.size for glyph in row)
    return Line(
        text=text,
        left=row[0].left,
        right=max(glyph.right for glyph in row),
        base=row[0].base,
        size=sizes[len(sizes) // 2],
    )


def _gutter(glyphs: Sequence[Glyph]) -> float | None:
    """The middle of the white strip between two columns of one page; None where there is one column."""
    if len(glyphs) < 400:
        return None
    left, right = min(g.left for g in glyphs), max(g.right for g in glyphs)
    size = sorted(g.size for g in glyphs)[len(glyphs) // 2]
    width = right - left
    for tenth in (50, 48, 52, 46, 54, 44, 56):
        at = left + width * tenth / 100
        crossing = sum(g.left < at + 0.4 * size and g.right > at - 0.4 * size for g in glyphs)
        on_left = sum(g.right <= at for g in glyphs)
        if crossing == 0 and 0.25 * len(glyphs) < on_left < 0.75 * len(glyphs):
            return at
    return None
