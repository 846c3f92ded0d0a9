"""What a question takes for granted against what the evidence says."""

from __future__ import annotations

import pytest

from rag.steps.premise import contradicts
from tests.unit.made import make_statement

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
