"""Sentences of one report that contradict each other, and those that only look as if they did."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from rag.domain import Stance, Statement
from rag.steps.conflict import distinct, other_values, rivals
from tests.unit import seeds
from tests.unit.made import SAIBEI, indicator, make_hit, make_sentence, make_statement

# The two clauses of a report. They contradict each other:
CONTRADICT = [
    ("进出口总值增长277.28%,位列全市第二", "进出口总值增长300%,预计位列全市第二"),
    ("全年实施项目29个", "全年实施项目21个"),
    ("投资570万元建设10千伏双回路输电线路", "投资507万元建设10千伏双回路输电线路"),
    ("全市地区生产总值增长5.1%", "地区生产总值增长5.2%"),
    ("投資570萬元建設10千伏雙回路輸電線路", "投资507万元建设10千伏双回路输电线路"),
    ("固定资产投资完成2.31亿元,增长31.1%", "固定资产投资完成2.13亿元"),
]
# … and these do not:
AGREE = [
    ("全市地区生产总值增长5.1%", "地区生产总值增长5.1%"),
    ("地区生产总值增长6%", "地区生产总值增长6.0%"),
    ("城镇新增就业5000人", "城镇新增就业0.5万人"),
    ("新建排涝泵站3座", "新建排涝泵站300万元"),
    ("固定资产投资增长4%", "地区生产总值增长5.1%"),
    ("较上年提高0.3个百分点", "较上年提高4.1个百分点"),
    ("种植面积稳定在5万亩以上", "种植面积稳定在3万亩以上"),
    ("增速位列全市第一", "增速位列全市第二"),
    ("同比增长5%", "同比增长6%"),
    ("完成投资2.31亿元", "完成投资104.5亿元"),
    ("营商环境持续优化", "营商环境全面改善"),
]

ANY = make_statement("增长")


def against(one: str, other: str, stance: Stance = Stance.RESULT, period: int = 2023) -> list[Statement]:
    """The rivals of `one` where the same report says `other`, in this stance and period."""
    rival = make_sentence(other, SAIBEI, stance=stance, period=period, at=500, ordinal=9)
    return rivals(make_statement(one, SAIBEI), [make_sentence(one, SAIBEI), rival])


@pytest.mark.parametrize(("one", "other"), CONTRADICT)
def test_contradictions_are_found_from_either_side(one: str, other: str) -> None:
    for said, rival in ((one, other), (other, one)):
        (found,) = against(said, rival)
        assert found.hit.sentence.ordinal == 9
        assert found.hit.report is SAIBEI
        assert found.text == found.hit.sentence.text


@pytest.mark.parametrize(("one", "other"), AGREE)
def test_what_agrees_or_is_about_nothing_is_no_contradiction(one: str, other: str) -> None:
    assert against(one, other) == []
    assert against(other, one) == []


def test_a_target_is_no_rival_of_a_result() -> None:
    one, other = "地区生产总值增长3.8%", "地区生产总值增长6%"
    assert against(one, other, stance=Stance.TARGET) == []
    assert against(one, other, period=2024) == []
    assert len(against(one, other)) == 1


def test_different_spans_of_years_do_not_contradict() -> None:
    said = make_statement("财政收入增长5%", SAIBEI, period=None)
    other = make_sentence("财政收入增长9%", SAIBEI, period=None, at=500, ordinal=9)
    assert rivals(said, [other])
    assert rivals(said, [replace(other, years=(2019, 2023))]) == []


def test_a_sentence_does_not_contradict_itself() -> None:
    statement = make_statement("实施项目29个,实施项目21个", SAIBEI, part="实施项目29个")
    assert rivals(statement, [statement.hit.sentence]) == []


def test_only_the_rival_statement_of_a_longer_sentence_is_taken() -> None:
    (found,) = against("全年实施项目29个", "签订合作协议35个;全年实施项目21个;年内竣工项目6个")
    assert found.text == "全年实施项目21个"


def test_each_wording_once() -> None:
    said = [make_statement("进出口总值增长300%。"), make_statement("进出口总值增长300%;", at=30)]
    other = make_statement("进出口总值增长277.28%", at=60)
    assert distinct([*said, other]) == [said[0], other]


def test_the_seeds_contradict_themselves_in_three_places_only() -> None:
    """All of them in the news report on 塞北管理区; every other report agrees with itself."""
    found: dict[str | None, set[frozenset[str]]] = {}
    for reading in seeds.readings():
        for report in reading.reports:
            figured = [s for s in reading.sentences if s.report_id == report.id and re.search(r"\d", s.text)]
            for sentence in figured:
                statement = replace(ANY, hit=make_hit(sentence, report), end=len(sentence.text))
                for rival in rivals(statement, figured):
                    pair = frozenset((sentence.id, rival.hit.sentence.id))
                    found.setdefault(report.region, set()).add(pair)
    assert {region: len(pairs) for region, pairs in found.items()} == {"塞北管理区": 3}


@pytest.mark.parametrize(
    ("other", "conflicts"),
    [
        ("去年全省生产总值迈上5.7万亿元台阶,增长5.5%", True),
        ("去年全省生产总值增长5.4%", False),
        ("一季度地区生产总值增长5.5%", False),
        ("规模以上工业增加值增长5.5%", False),
        ("地区生产总值增长5.5%以上", False),
    ],
)
def test_one_indicator_with_two_values(other: str, *, conflicts: bool) -> None:
    told = make_statement("全省地区生产总值57812亿元,增长5.4%", SAIBEI)
    rival = make_statement(other, SAIBEI, at=500, ordinal=9)
    assert bool(other_values(told, [told, rival], indicator("地区生产总值"))) is conflicts
