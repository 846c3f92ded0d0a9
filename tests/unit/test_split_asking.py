"""A question that asks for several things falls into one for each; others stay whole."""

from __future__ import annotations

import pytest

from rag.steps.split_asking import askings, asks_twice


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("拉萨招商引资落实了几个项目,到位资金多少?", ["拉萨招商引资落实了几个项目", "到位资金多少"]),
        ("2023年要新增多少城镇就业?失业率上限呢", ["2023年要新增多少城镇就业", "失业率上限呢"]),
        ("贵州2026年计划完成的交通投资和水利投资各是多少", ["交通投资各是多少", "水利投资各是多少"]),
        ("2024年争取的转移支付加专项资金合计多少亿", ["转移支付合计多少亿", "专项资金合计多少亿"]),
        (
            "廊坊2023年在基础设施、工业和城市更新三个领域的投资目标各是多少",
            ["基础设施的投资目标各是多少", "工业的投资目标各是多少", "城市更新的投资目标各是多少"],
        ),
        ("GDP是多少,比上年增长多少?", None),
        ("民营经济增加值有多大,占了GDP几成?", None),
        ("粮食产量是多少?", None),
        ("请问,粮食产量是多少?", ["粮食产量是多少"]),
        ("甲多少,乙多少,丙多少,丁多少,戊多少", None),
    ],
)
def test_chinese(text: str, asked: list[str] | None) -> None:
    found = askings(text, english=False)
    assert found == (asked if asked is not None and len(asked) > 1 else [text])


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "How many villages were lifted out of poverty, and how much was spent?",
            ["How many villages were lifted out of poverty", "how much was spent"],
        ),
        ("What were the grain and cotton yields?", None),
    ],
)
def test_english(text: str, asked: list[str] | None) -> None:
    assert askings(text, english=True) == (asked or [text])


def test_a_second_clause_that_leans_on_the_first_is_noticed() -> None:
    assert asks_twice("增加值有多大,占了GDP几成?", english=False)
    assert not asks_twice("增加值有多大?", english=False)
