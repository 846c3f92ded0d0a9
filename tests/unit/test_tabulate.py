"""The figures of a comparison side by side, by hand."""

from __future__ import annotations

import pytest

from rag.domain import Citation, Comparison, Report, SourceText
from rag.steps.answer import cite
from rag.steps.compare import Reading
from rag.steps.read_figures import read_figures
from rag.steps.tabulate import tabulate
from tests.unit.made import HANZHONG, LANGFANG, ZHANGJIAKOU, indicator, make_statement

SIDES = (ZHANGJIAKOU, LANGFANG, HANZHONG)
GDP = indicator("地区生产总值")


def read(text: str, report: Report, marker: int) -> tuple[Reading, Citation]:
    statement = make_statement(text, report)
    reading = Reading(label=report.region or "", statement=statement, figure=read_figures(statement.text)[0])
    source = SourceText(
        id=report.source_id, name=report.source_name, sha256="", encoding="utf-8", text=text + "。" * 1000
    )
    return reading, cite(statement, {report.source_id: source}, marker=marker)


def table(*clauses: str, missing: tuple[str, ...] = ()) -> Comparison | None:
    """Of what 张家口, 廊坊 and 汉中 say, in this order."""
    sides = [
        read(text, report, marker)
        for marker, (text, report) in enumerate(zip(clauses, SIDES, strict=False), 1)
    ]
    return tabulate(
        [reading for reading, _ in sides],
        missing,
        citations=[citation for _, citation in sides],
        indicators=(GDP,),
    )


def rows(found: Comparison | None) -> list[tuple[str, float | None, str | None, int | None]]:
    assert found is not None
    return [(row.label, row.value, row.text, row.marker) for row in found.rows]


def test_each_place_with_its_figure_and_its_mark() -> None:
    found = table("地区生产总值增长5.1%", "地区生产总值增长6%左右", missing=("重庆",))
    assert found is not None
    assert (found.indicator, found.unit) == ("地区生产总值", "%")
    assert rows(found) == [
        ("张家口市", 5.1, "5.1%", 1),
        ("廊坊市", 6.0, "6%左右", 2),
        ("重庆", None, None, None),
    ]


@pytest.mark.parametrize(
    ("clauses", "unit", "values"),
    [
        (("地区生产总值1841.9亿元", "地区生产总值3605.2亿元"), "亿元", [1841.9, 3605.2]),
        (("地区生产总值1.2万亿元", "地区生产总值3605.2亿元"), "亿元", [12000.0, 3605.2]),
        (("新增就业5.3万人", "新增就业48000人"), "万人", [5.3, 4.8]),
        (("新增就业5.3万人", "新增就业800人"), "人", [53000.0, 800.0]),
        (("进出口总值增长5%", "进出口总值下降3.2%"), "%", [5.0, -3.2]),
        (("地区生产总值增长5%—6%", "地区生产总值增长5%"), "%", [None, 5.0]),
        (("地区生产总值1841.9亿元", "地区生产总值增长5%"), None, [None, None]),
    ],
)
def test_values_are_in_one_unit(
    clauses: tuple[str, ...], unit: str | None, values: list[float | None]
) -> None:
    found = table(*clauses)
    assert found is not None
    assert (found.unit, [row.value for row in found.rows]) == (unit, values)


def test_a_fall_is_written_as_one() -> None:
    assert rows(table("进出口总值增长5%", "进出口总值下降3.2%"))[1][2] == "-3.2%"


def test_one_figure_is_no_comparison() -> None:
    assert table("地区生产总值增长5.1%") is None
