"""What a question takes for granted against what the evidence says."""

from __future__ import annotations

import pytest

from rag.steps.premise import belied, contradicts, misstated
from tests.unit.made import asked, make_statement

GREW = make_statement("进出口总额3.87万亿元、增长5.9%")
FELL = make_statement("贫困人口减少6800多万人")


@pytest.mark.parametrize("question", ["2023年出口大幅下滑,报告给出了什么解释?", "为什么进出口下降?"])
def test_a_fall_taken_for_granted_where_it_grew(question: str) -> None:
    assert contradicts(GREW, question)


@pytest.mark.parametrize(
    "question",
    [
        "进出口增长多少?",
        "进出口下降了多少?",
        "进出口是涨是跌还是下降?",
        "进出口下降了吗?",
        "进出口总额是多少?",
    ],
)
def test_a_question_that_leaves_it_open_takes_nothing_for_granted(question: str) -> None:
    assert not contradicts(GREW, question)


def test_a_value_given_the_other_direction() -> None:
    assert contradicts(FELL, "五年里贫困人口增加6800多万人,是什么造成的?")
    assert not contradicts(FELL, "五年里贫困人口减少6800多万人,是怎么做到的?")


def test_a_fall_is_no_fault_where_it_fell() -> None:
    assert not contradicts(make_statement("进出口总额92.7亿元,下降3.5%"), "为什么进出口下降?")


GDP = make_statement("全市地区生产总值增长5.1%")


@pytest.mark.parametrize(
    "question", ["张家口2023年GDP增长8%是怎么做到的?", "为什么张家口的地区生产总值能增长百分之七?"]
)
def test_a_value_taken_for_granted_that_the_report_does_not_give(question: str) -> None:
    assert misstated([GDP], asked(question)) is GDP


@pytest.mark.parametrize(
    "question",
    [
        "张家口2023年GDP增长5.1%是怎么做到的?",
        "张家口2023年GDP增长约5%是怎么做到的?",
        "张家口2023年GDP增长8%吗?",
        "张家口2023年GDP增长超过5%是怎么做到的?",
        "张家口的粮食产量增长8%是怎么做到的?",
        "张家口的GDP突破1800亿元是怎么做到的?",
    ],
)
def test_a_value_that_agrees_is_asked_about_or_is_of_something_else(question: str) -> None:
    assert misstated([GDP], asked(question)) is None


def test_another_statement_may_give_the_value() -> None:
    other = make_statement("前三季度地区生产总值增长8%")
    assert misstated([GDP, other], asked("张家口2023年GDP增长8%是怎么做到的?")) is None


def test_a_rise_taken_for_granted_where_it_fell() -> None:
    told = make_statement("固定资产投资28.4亿元,下降9.3%", indicators=("固定资产投资",))
    said = make_statement("固定资产投资连续两年下滑")
    assert belied([said, told], asked("张家口2023年固定资产投资大涨的主要原因是什么?")) is told
    assert belied([said, told], asked("张家口2023年固定资产投资是多少?")) is None


MISSED = make_statement("全国没有实现年初确定的单位能耗降低4%左右、排放总量减少2%的目标")


def test_a_target_taken_for_reached_that_was_missed() -> None:
    assert belied([MISSED], asked("能耗降低4%的目标圆满完成了,报告怎么总结这一成绩?")) is MISSED
    assert belied([MISSED], asked("能耗降低的目标完成了吗?")) is None


@pytest.mark.parametrize(
    "question", ["进出口是负增长吧,跌了多少?", "受疫情冲击进出口下滑,降了多少?", "进出口下滑,具体是多少?"]
)
def test_what_stands_in_front_of_what_is_asked_is_taken_for_granted(question: str) -> None:
    assert contradicts(GREW, question)


def test_a_size_taken_for_granted_in_front_of_what_is_asked() -> None:
    gdp = make_statement("预计全区生产总值完成6600亿元,增长12%")
    assert misstated([gdp], asked("张家口2023年生产总值突破一万亿元,具体是多少?")) is gdp
    assert misstated([gdp], asked("张家口2023年生产总值突破6000亿元,具体是多少?")) is None
    assert misstated([gdp], asked("张家口2023年GDP增长5.1%,2024年的目标是多少?")) is None
