"""A table is told so that each cell keeps its heads, its year first and its unit with it."""

from __future__ import annotations

import pytest

from rag.steps.tell_table import Table, tell_table


def told(*rows: str, heads: int | None = None) -> list[str]:
    """Rows as `a|b|c`."""
    return tell_table(Table(rows=tuple(tuple(row.split("|")) for row in rows), heads=heads))


def test_a_sentence_a_cell() -> None:
    assert told("指标|2023年完成|2024年目标", "GDP增长|5.1%|5.5%左右") == [
        "2023年完成 GDP增长：5.1%。",
        "2024年目标 GDP增长：5.5%左右。",
    ]


def test_years_down_the_side_come_first_too() -> None:
    assert told("年份|GDP增长|粮食产量（万吨）", "2023|5.1%|52.8") == [
        "2023年 GDP增长：5.1%。",
        "2023年 粮食产量：52.8万吨。",
    ]


def test_units_of_a_head_a_row_and_a_column() -> None:
    assert told("指标|2024年（亿元）", "财政收入|340")[0] == "2024年 财政收入：340亿元。"
    assert told("指标|2024年", "增长率(%)|5.5")[0] == "2024年 增长率：5.5%。"
    assert told("指标|单位|2024年目标", "新建学校|所|12", "绿化|万亩|1.5") == [
        "2024年目标 新建学校：12所。",
        "2024年目标 绿化：1.5万亩。",
    ]
    assert told("指标|2024年", "开发区（高新区）|3")[0] == "2024年 开发区（高新区）：3。"


def test_two_rows_of_heads() -> None:
    assert told("指标|2024年|2024年", "指标|目标|预计", "GDP增长|5.5%|5.6%") == [
        "2024年目标 GDP增长：5.5%。",
        "2024年预计 GDP增长：5.6%。",
    ]


def test_running_numbers_name_no_row() -> None:
    assert told("序号|项目|2024年任务", "1|道路|改造12公里") == ["2024年任务 道路：改造12公里。"]


def test_a_table_without_heads() -> None:
    assert told("GDP增长|5.5%左右", "财政收入增长|6%") == ["GDP增长：5.5%左右。", "财政收入增长：6%。"]


def test_titles_across_the_table_stand_alone() -> None:
    rows = ["主要指标|主要指标", "指标|2024年目标", "一、经济|一、经济", "GDP增长|5.5%"]
    assert told(*rows) == ["主要指标", "一、经济", "2024年目标 GDP增长：5.5%。"]


def test_empty_cells_say_nothing() -> None:
    assert told("指标|2023年|2024年", "GDP增长|—|5.5%", "财政||") == ["2024年 GDP增长：5.5%。", "财政"]


def test_a_table_that_places_paragraphs_is_no_table() -> None:
    long = "粮食产量增长5.1%。" * 30
    assert told(f"左栏|{long}", "右栏|短") == ["左栏", long, "右栏", "短"]
    assert told("只有", "一栏") == ["只有", "一栏"]


@pytest.mark.parametrize("rows", [(), ("|", "|")])
def test_nothing(rows: tuple[str, ...]) -> None:
    assert told(*rows) == []
