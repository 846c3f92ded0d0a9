"""Which reports a question is asked of, and what it says when there are none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.domain import Filters, Report
from rag.steps.scope import decide_scope
from tests.unit.made import ANKANG, LANGFANG, SEEDED, ZHANGJIAKOU, asked, make_report

OLDER = make_report("张家口市", "张家口", "zhangjiakou", parents=("河北省",), year=2023)
UNDATED = replace(LANGFANG, year=None)


def regions(reports: tuple[Report, ...]) -> list[str | None]:
    return [report.region for report in reports]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("张家口2023年GDP", ["张家口市"]),
        ("张家口和廊坊2023年GDP哪个高？", ["张家口市", "廊坊市"]),
        ("哪个市2023年GDP增速最高？", [report.region for report in SEEDED]),
        ("GDP目标是多少？", [report.region for report in SEEDED]),
    ],
)
def test_the_places_asked_about(question: str, found: list[str]) -> None:
    scope = decide_scope(asked(question), SEEDED, Filters())
    assert regions(scope.reports) == found
    assert (scope.missing, scope.missing_year) == ((), None)


def test_a_place_without_a_report_leaves_nothing() -> None:
    scope = decide_scope(asked("重庆2024年GDP目标"), SEEDED, Filters())
    assert (scope.reports, scope.missing) == ((), ("重庆",))


def test_a_place_without_a_report_beside_one_that_has() -> None:
    scope = decide_scope(asked("张家口和重庆2023年GDP增速哪个高？"), SEEDED, Filters())
    assert (regions(scope.reports), scope.missing) == (["张家口市"], ("重庆",))


def test_a_place_inside_a_region_is_asked_of_its_report() -> None:
    scope = decide_scope(asked("石泉县2023年获得什么荣誉？"), SEEDED, Filters())
    assert (scope.reports, scope.missing) == ((ANKANG,), ())


def test_a_place_inside_a_region_does_not_hide_one_that_lacks() -> None:
    scope = decide_scope(asked("石泉县和重庆2023年GDP哪个高？"), SEEDED, Filters())
    assert (scope.reports, scope.missing) == ((ANKANG,), ("重庆",))


@pytest.mark.parametrize("year", [2022, 2025])
def test_a_year_that_no_report_covers(year: int) -> None:
    scope = decide_scope(asked(f"张家口{year}年GDP"), SEEDED, Filters())
    assert (scope.reports, scope.missing_year) == ((ZHANGJIAKOU,), year)


def test_a_report_covers_the_year_before_it_and_its_own() -> None:
    both = (OLDER, ZHANGJIAKOU)
    assert decide_scope(asked("张家口2022年GDP", both), both, Filters()).reports == (OLDER,)
    assert decide_scope(asked("张家口2023年GDP", both), both, Filters()).reports == both
    assert decide_scope(asked("张家口2024年GDP", both), both, Filters()).reports == (ZHANGJIAKOU,)


def test_a_report_year_names_one_report() -> None:
    both = (OLDER, ZHANGJIAKOU)
    scope = decide_scope(asked("张家口2023年政府工作报告提到的GDP目标", both), both, Filters())
    assert scope.reports == (OLDER,)
    scope = decide_scope(asked("张家口2019年政府工作报告提到的GDP目标", both), both, Filters())
    assert (scope.reports, scope.missing_year) == (both, 2019)


def test_a_report_of_unknown_year_may_cover_any() -> None:
    assert decide_scope(asked("廊坊2019年GDP", (UNDATED,)), (UNDATED,), Filters()).reports == (UNDATED,)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(regions=("张家口市",)), (ZHANGJIAKOU,)),
        (Filters(regions=("langfang",)), (LANGFANG,)),
        (Filters(report_ids=(ANKANG.id,)), (ANKANG,)),
        (Filters(years=(2024,)), SEEDED),
        (Filters(years=(2023,)), ()),
        (Filters(regions=("张家口市",), report_ids=(ANKANG.id,)), ()),
    ],
)
def test_the_caller_s_filters_come_first(filters: Filters, found: tuple[Report, ...]) -> None:
    assert decide_scope(asked("GDP增长多少？"), SEEDED, filters).reports == found


def test_filters_and_the_question_both_hold() -> None:
    scope = decide_scope(asked("廊坊2023年GDP"), SEEDED, Filters(regions=("张家口市",)))
    assert (scope.reports, scope.missing_year) == ((), None)
