"""A cell of a table told as a sentence → its stance and years, by its own head."""

from __future__ import annotations

import re

from rag.domain import Stance
from rag.steps.tell_years import Years

_CELL = re.compile(
    r"(?P<head>(?:(?P<year>(?:19|20)\d\d)年)?[^,。;:!?“]{1,40}):(?:[^,。;:!?“]{0,12}\d[^,。;:!?“]{0,12})[。]?$"
)
"""Heads, a colon and one figure: how a table is told (rag.steps.tell_table)."""
_CELL_AIM = re.compile(r"目标|预期|计划|预计|力争|指标值|任务")
_CELL_DONE = re.compile(r"完成(?!率)|实绩|实际(?!利用)|实现|执行|达到|决算|增长率|结果")


def judge_cell(text: str, year: int | None) -> tuple[Stance, Years | None] | None:
    """Of a cell of a table (2024年目标地区生产总值增长:6%左右。): its own head tells, whatever the section.

    None where the sentence is none, or its head says neither done nor aimed at.
    """
    match = _CELL.match(text)
    if match is None:
        return None
    told = int(match["year"]) if match["year"] else None
    if _CELL_AIM.search(match["head"]):
        return Stance.TARGET, _one(told or year)
    if _CELL_DONE.search(match["head"]) or (told is not None and year is not None and told < year):
        return Stance.RESULT, _one(told or (year and year - 1))
    return None


def _one(year: int | None) -> Years | None:
    return None if year is None else (year, year)
