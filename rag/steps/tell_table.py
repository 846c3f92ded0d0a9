"""A table → lines of text in which every cell keeps its heads, one sentence a cell.

    指标            2023年完成   2024年目标
    GDP增长         5.1%         5.5%左右        →   2023年完成 GDP增长：5.1%。
                                                     2024年目标 GDP增长：5.5%左右。

The head that names a year comes first, as in a report's own sentences. A bare number takes the unit that its
head (or a column 单位) gives: 一般公共预算收入（亿元） with 340 → 一般公共预算收入：340亿元。
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Row = Sequence[str]

_SAYS = re.compile(r"[\w%％‰√✓]")
_NUMBER = re.compile(r"[-+−±]?\d[\d,，]*(?:\.\d+)?")
_FIGURE = re.compile(r"[-+−±约近]?\d[\d,，]*(?:\.\d+)?\s*[%％‰]?\s*[^\W\d]{0,6}")
_YEAR = re.compile(r"^(?:19|20)\d\d(?:年|$)")
_BARE_YEAR = re.compile(r"^(?:19|20)\d\d$")
_UNIT = re.compile(r"[(（\[［](?:单位[:：])?(?P<unit>[^()（）\[\]［］\d]{1,8})[)）\]］]$")
_UNIT_SIGN = re.compile(r"[%％‰元吨亩户家个项座人次公里米斤倍点美千瓦时位名辆件]")
_ORDINAL_HEAD = re.compile(r"^(?:序号|编号|No\.?|#)$", re.I)
_UNIT_HEAD = re.compile(r"^(?:计量)?单位$")
_LONG_CELL = 200
"""A longer cell holds paragraphs: the table is there to place them, not to relate them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of equal length; a cell that spans several places stands in each of them. `heads` is the number of
    head rows, None where the file does not say."""

    rows: tuple[tuple[str, ...], ...]
    heads: int | None = None


def tell_table(table: Table) -> list[str]:
    """The lines, in the order of the rows."""
    rows = [tuple(_tidy(cell) for cell in row) for row in table.rows]
    rows = [row for row in rows if any(row)]
    if not rows:
        return []
    if len(rows[0]) == 1 or any(len(cell) > _LONG_CELL for row in rows for cell in row):
        return [cell for row in rows for cell in dict.fromkeys(row) if cell]
    titles = 0
    while titles < len(rows) - 1 and _is_title(rows[titles]):
        titles += 1
    body = rows[titles:]
    heads = _heads(body) if table.heads is None else max(0, table.heads - titles)
    lines = [row[0] for row in rows[:titles]]
    return lines + _body(body[heads:], _column_heads(body[:heads], len(rows[0])))


def _body(rows: Sequence[Row], heads: Sequence[str]) -> list[str]:
    """A row that is one cell is a line of its own: the title of the rows under it."""
    unit_column = next((i for i, head in enumerate(heads) if _UNIT_HEAD.match(head)), None)
    key = _key_column(rows, heads)
    lines: list[str] = []
    for row in rows:
        if _is_title(row):
            lines.append(row[0])
            continue
        unit = "" if unit_column is None else row[unit_column]
        name = row[key]
        if len(row) == 1 or not any(row[key + 1 :]):
            lines.append(name)
        for column in range(key + 1, len(row)):
            same = (heads[column], row[column]) == (heads[column - 1], row[column - 1])
            repeats = same and column > key + 1
            if column != unit_column and not repeats and _SAYS.search(row[column]):
                lines.append(_sentence(heads[column], name, row[column], unit))
    return [line for line in lines if line]


def _sentence(column: str, row: str, cell: str, unit: str) -> str:
    """One cell with its heads. It ends as a sentence does."""
    column, own = _without_unit(column)
    row, of_row = _without_unit(row)
    if _NUMBER.fullmatch(cell):
        cell += own or of_row or unit
    heads = [f"{head}年" if _BARE_YEAR.match(head) else head for head in (column, row) if head]
    if len(heads) == 2 and _YEAR.match(heads[1]) and not _YEAR.match(heads[0]):
        heads.reverse()
    if len(heads) == 2 and heads[0] == heads[1]:
        heads.pop()
    told = " ".join(heads)
    line = f"{told}：{cell}" if told and told != cell else cell
    return line if line.endswith(("。", "！", "？", "；", "!", "?")) else f"{line}。"


def _without_unit(head: str) -> tuple[str, str]:
    """一般公共预算收入（亿元） → the name and the unit; a bracket that holds no unit stays."""
    match = _UNIT.search(head)
    if match is None or not _UNIT_SIGN.search(match["unit"]) or match.start() == 0:
        return head, ""
    return head[: match.start()].rstrip(), match["unit"]


def _column_heads(rows: Sequence[Row], width: int) -> list[str]:
    """The head of each column: what its head rows say, from the top, each once."""
    return ["".join(dict.fromkeys(row[i] for row in rows if row[i])) for i in range(width)]


def _heads(rows: Sequence[Row]) -> int:
    """How many head rows there are: none where the first has figures, two where its cells span columns."""
    if len(rows) < 2 or _has_figures(rows[0]):
        return 0
    spans = any(a and a == b for a, b in pairwise(rows[0]))
    return 2 if spans and len(rows) > 2 and not _has_figures(rows[1]) else 1


def _has_figures(row: Row) -> bool:
    return any(_FIGURE.fullmatch(cell) and not _YEAR.match(cell) for cell in row[1:])


def _key_column(rows: Sequence[Row], heads: Sequence[str]) -> int:
    """The column that names the rows: the first, or the one behind running numbers."""
    numbered = all(re.fullmatch(r"\d{0,3}", row[0]) for row in rows)
    if len(heads) > 2 and (_ORDINAL_HEAD.match(heads[0]) or (rows and numbered)):
        return 1
    return 0


def _is_title(row: Row) -> bool:
    """One cell across the whole row."""
    return len(row) > 1 and bool(row[0]) and len(set(row)) == 1


def _tidy(cell: str) -> str:
    """On one line; white space only between ASCII words."""
    pieces = cell.split()
    joined = "".join(pieces[:1])
    for piece in pieces[1:]:
        joined += f" {piece}" if joined[-1:].isascii() and piece[:1].isascii() else piece
    return joined
