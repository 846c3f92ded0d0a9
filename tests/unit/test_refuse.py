"""Whether judged statements answer at all: what may carry an answer, and the nearest miss."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.domain import Intent, Keyword, Statement, Wanted
from rag.steps.refuse import weigh
from tests.unit.made import ANKANG, asked, indicator, make_intent, make_statement

GDP = "地区生产总值"
TOYS = Keyword(forms=(("毛绒玩具",),), weight=4)
BUILT = Keyword(forms=(("建成",),), weight=1, constrains=False)
OF_GDP = make_intent(indicators=(indicator(GDP),))
OF_TOYS = make_intent(keywords=(TOYS, BUILT))
GOOD = make_statement("全市地区生产总值增长5.1%", indicators=(GDP,))


def test_what_fits_in_all_carries_the_answer() -> None:
    other = make_statement("生产总值增长5%", indicators=(GDP,), at=40)
    assert weigh([GOOD, other], OF_GDP).good == (GOOD, other)
    assert weigh([GOOD, other], OF_GDP).near is None


@pytest.mark.parametrize(
    "miss",
    [
        make_statement("地区生产总值增长6%左右", indicators=(GDP,), fits_stance=False),
        make_statement("地区生产总值增长4%", indicators=(GDP,), fits_period=False),
        make_statement("地区生产总值增速全省第一", indicators=(GDP,), fits_value=False),
        make_statement("全市地铁拉动地区生产总值增长1%", indicators=(GDP,), held=0.3),
    ],
)
def test_one_thing_amiss_is_a_near_miss(miss: Statement) -> None:
    assert weigh([miss], OF_GDP).good == ()
    assert weigh([miss], OF_GDP).near is miss
    assert weigh([miss, GOOD], OF_GDP) == weigh([GOOD], OF_GDP)


def test_another_indicator_is_no_answer_and_no_miss_worth_showing() -> None:
    other = make_statement("固定资产投资增长4%", indicators=(), cover=0.2, held=0.0)
    verdict = weigh([other], OF_GDP)
    assert (verdict.good, verdict.near) == ((), None)


def test_an_indicator_put_in_other_words_counts_where_they_are_all_but_there() -> None:
    nearly = make_statement("茶叶、食用菌、蔬菜产量分别增长5%、15%、5%", cover=0.8, held=0.8)
    assert weigh([nearly], OF_GDP).good == (nearly,)
    half = make_statement("食用菌基地增长5%", cover=0.6, held=0.6)
    assert weigh([half], OF_GDP).good == ()


@pytest.mark.parametrize(("held", "answers"), [(1.0, True), (0.5, True), (0.4, False), (0.0, False)])
def test_the_nouns_of_the_question_have_to_be_there(held: float, answers: bool) -> None:
    judged = make_statement("毛绒玩具综合产值61.1亿元", cover=held, held=held)
    assert bool(weigh([judged], OF_TOYS).good) is answers


def test_verbs_do_not_have_to_be() -> None:
    judged = make_statement("毛绒玩具综合产值61.1亿元", cover=0.8, held=1.0)
    assert weigh([judged], OF_TOYS).good == (judged,)


def test_a_question_without_a_value_needs_none() -> None:
    listed = make_statement("新建毛绒玩具街区", fits_value=False)
    intent = make_intent(wanted=Wanted.NONE, keywords=(TOYS,))
    assert weigh([listed], intent).good == (listed,)


@pytest.mark.parametrize(
    ("intent", "answers"),
    [(make_intent(regions=("张家口市",)), True), (make_intent(), False)],
)
def test_a_question_of_no_words_is_answered_only_of_a_place(intent: Intent, answers: bool) -> None:
    assert bool(weigh([make_statement("增长5.1%", cover=0.0)], intent).good) is answers


def test_nothing_found_is_nothing_near() -> None:
    verdict = weigh([], OF_GDP)
    assert (verdict.good, verdict.near) == ((), None)


@pytest.mark.parametrize(
    ("text", "answers"),
    [("石泉新区地区生产总值增长5%", False), ("石泉县地区生产总值增长5%", True), ("石泉增长5%", True)],
)
def test_what_is_called_after_a_place_is_not_the_place(text: str, answers: bool) -> None:
    intent = replace(asked("石泉县2023年GDP增长多少?"), indicators=())
    statement = make_statement(text, ANKANG)
    assert bool(weigh([statement], intent).good) is answers
