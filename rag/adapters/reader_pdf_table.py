"""Ruled lines and characters of a page → the tables on it, each in the place of its lines.

A grid needs ruled lines in both directions. Places that no line divides are one cell, which stands in each of
them, as `tell_table` wants it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.adapters.reader_pdf_page import Glyph, Line, Page, Rule, page_lines

_NEAR = 3.0
"""Points within which two ruled lines are one."""
_LEAST = 6.0
_MAX_PLACES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """`xs` go from the left, `ys` from the top."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    across: tuple[Rule, ...]
    down: tuple[Rule, ...]

    def holds(self, glyph: Glyph) -> bool:
        x, y = (glyph.left + glyph.right) / 2, glyph.base + 0.3 * glyph.size
        return self.xs[0] <= x <= self.xs[-1] and self.ys[-1] <= y <= self.ys[0]


def with_tables(page: Page) -> list[Line]:
    """The lines of a page, those inside a grid replaced by one that is the table."""
    lines = page_lines(page.glyphs)
    for grid in _grids(page.rules):
        inside = [glyph for glyph in page.glyphs if grid.holds(glyph)]
        table = _table(grid, inside)
        if table is None:
            continue
        outside = [glyph for glyph in page.glyphs if not grid.holds(glyph)]
        page = Page(width=page.width, height=page.height, glyphs=tuple(outside), rules=page.rules)
        tables = [line for line in lines if line.table is not None]
        place = Line(
            text="", left=grid.xs[0], right=grid.xs[-1], base=grid.ys[0], size=inside[0].size, table=table
        )
        lines = page_lines(outside)
        for held in (*tables, place):
            at = next((n for n, line in enumerate(lines) if line.base < held.base), len(lines))
            lines.insert(at, held)
    return lines


def _grids(rules: Sequence[Rule]) -> list[_Grid]:
    """Ruled lines that touch each other, as grids of at least two rows and two columns."""
    long = [r for r in rules if max(r.right - r.left, r.high - r.low) > _LEAST]
    groups: list[list[Rule]] = []
    for rule in sorted(long, key=lambda r: -r.high)[:4000]:
        touching = [group for group in groups if any(_touch(rule, other) for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([rule, *(other for group in touching for other in group)])
    grids = []
    for group in groups:
        across = tuple(r for r in group if r.right - r.left > r.high - r.low)
        down = tuple(r for r in group if r.right - r.left <= r.high - r.low)
        xs = _places([(r.left + r.right) / 2 for r in down])
        ys = _places([(r.low + r.high) / 2 for r in across])[::-1]
        if len(xs) >= 3 and len(ys) >= 3 and len(xs) * len(ys) <= _MAX_PLACES:
            grids.append(_Grid(xs=tuple(xs), ys=tuple(ys), across=across, down=down))
    return sorted(grids, key=lambda grid: -grid.ys[0])


def _touch(one: Rule, other: Rule) -> bool:
    return (
        one.left - _NEAR <= other.right
        and other.left - _NEAR <= one.right
        and one.low - _NEAR <= other.high
        and other.low - _NEAR <= one.high
    )


def _places(values: list[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _NEAR:
            places.append(value)
    return places


def _table(grid: _Grid, glyphs: list[Glyph]) -> tuple[tuple[str, ...], ...] | None:
    """Rows of cells; None where the grid holds too little to be a table."""
    columns, height = len(grid.xs) - 1, len(grid.ys) - 1
    owner = _cells(grid, columns, height)
    held: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        x, y = (glyph.left + glyph.right) / 2, glyph.base + 0.3 * glyph.size
        column = max(0, sum(at <= x for at in grid.xs) - 1)
        row = max(0, sum(at >= y for at in grid.ys) - 1)
        held.setdefault(owner[min(row, height - 1) * columns + min(column, columns - 1)], []).append(glyph)
    if len(held) < 4:
        return None
    texts = {cell: "\n".join(line.text for line in page_lines(inside)) for cell, inside in held.items()}
    return tuple(
        tuple(texts.get(cell, "") for cell in owner[row * columns : (row + 1) * columns])
        for row in range(height)
    )


def _cells(grid: _Grid, columns: int, height: int) -> list[int]:
    """For each place of the grid, row by row, the place whose cell it belongs to."""
    owner = list(range(columns * height))

    def root(place: int) -> int:
        while owner[place] != place:
            place = owner[place]
        return place

    for row in range(height):
        middle_y = (grid.ys[row] + grid.ys[row + 1]) / 2
        for column in range(columns):
            place = row * columns + column
            middle_x = (grid.xs[column] + grid.xs[column + 1]) / 2
            if column + 1 < columns and not _ruled_down(grid, grid.xs[column + 1], middle_y):
                owner[root(place + 1)] = root(place)
            if row + 1 < height and not _ruled_across(grid, grid.ys[row + 1], middle_x):
                owner[root(place + columns)] = root(place)
    return [root(place) for place in range(len(owner))]


def _ruled_down(grid: _Grid, x: float, y: float) -> bool:
    near = (r for r in grid.down if abs((r.left + r.right) / 2 - x) <= _NEAR)
    return any(r.low - _NEAR <= y <= r.high + _NEAR for r in near)


def _ruled_across(grid: _Grid, y: float, x: float) -> bool:
    near = (r for r in grid.across if abs((r.low + r.high) / 2 - y) <= _NEAR)
    return any(r.left - _NEAR <= x <= r.right + _NEAR for r in near)
