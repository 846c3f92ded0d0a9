"""A compilation is cut at its bodies: whatever its contents page and the heads of its reports look like."""

from __future__ import annotations

import pytest

from rag.adapters.script_opencc import simplify
from rag.domain import Report, ReportKind
from rag.steps.fold import fold
from rag.steps.identify import identify
from tests.unit.seeds import GAZETTEER, shared_reports

CITIES = ("张家口市", "廊坊市", "石泉县")
BODY = "一、过去一年工作回顾\n去年粮食产量增长3%。\n二、今年工作安排\n今年要增长4%。"
CONTENTS = {
    "dots": "{title}......{page}",
    "spaced dots": "{title} . . . . . . . {page}",
    "ellipsis": "{title}……………………{page}",
    "page": "{title} {page}",
    "plain": "{title}",
    "numbered": "{page}.{title}",
}
HEADS = {
    "title": "{title}\n各位代表：",
    "one line": "{title} 各位代表:",
    "day": "{title}\n（2024年1月22日）\n各位代表：",
    "day and speaker": "{title}\n（2024年1月22日）\n市长 张三\n各位代表：",
    "session": "{title}\n——2024年1月22日在{place}第十五届人大四次会议上\n{place}市长 张三\n\n各位代表：",
    "speaker": "{title}\n张三\n各位代表！",
    "bare title": "政府工作报告\n——2024年1月22日在{place}第十五届人民代表大会上\n市长 张三\n各位代表：",
}


@pytest.mark.parametrize("entry", CONTENTS.values(), ids=CONTENTS)
@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_bodies_are_found_and_contents_are_not(entry: str, head: str) -> None:
    titles = {place: f"2024年{place}政府工作报告" for place in CITIES}
    elsewhere = [f"2024年{place}政府工作报告" for place in ("重庆市", "太原市", "攀枝花市西区")]
    lines = [entry.format(title=t, page=n) for n, t in enumerate([*titles.values(), *elsewhere], 1)]
    bodies = [head.format(title=title, place=place) + "\n" + BODY for place, title in titles.items()]
    text = "2024年政府工作报告汇编(6篇)\n目录\n" + "\n".join(lines) + "\n" + "\n".join(bodies)
    reports = _identify(text)
    assert [report.region for report in reports] == list(CITIES)
    assert {report.year for report in reports} == {2024}
    assert {report.kind for report in reports} == {ReportKind.COMPILATION_PART}
    for report in reports:
        part = text[report.span.start : report.span.end]
        assert part.count("去年粮食产量增长3%") == 1
        assert part.startswith("政府工作报告" if head is HEADS["bare title"] else report.title[:5])
        assert not report.truncated


def test_two_reports_of_one_place_keep_their_years() -> None:
    text = "\n".join(f"{year}年廊坊市政府工作报告\n各位代表：\n{BODY}" for year in (2022, 2023, 2024))
    reports = _identify(text)
    assert [(report.region, report.year) for report in reports] == [("廊坊市", y) for y in (2022, 2023, 2024)]


def test_only_the_last_part_is_cut_off() -> None:
    whole = f"2024年廊坊市政府工作报告\n各位代表：\n{BODY}\n"
    reports = _identify(
        whole + "2024年石泉县政府工作报告\n各位代表：\n过去一年，粮食产量增长3%，延续系列政策，"
    )
    assert [(report.region, report.truncated) for report in reports] == [("廊坊市", False), ("石泉县", True)]


def test_a_contents_page_with_one_body_behind_it_is_one_report() -> None:
    contents = "\n".join(f"2024年{place}政府工作报告" for place in CITIES)
    text = f"目录\n{contents}\n2024年廊坊市政府工作报告\n各位代表：\n{BODY}"
    (report,) = _identify(text)
    assert (report.region, report.kind) == ("廊坊市", ReportKind.COMPILATION_PART)
    assert text[report.span.start :].startswith("2024年廊坊市政府工作报告\n各位代表")


def test_a_report_that_names_its_kind_in_passing_stays_whole() -> None:
    text = (
        f"2024年廊坊市政府工作报告\n各位代表：\n{BODY}\n我们落实2023年廊坊市政府工作报告，各位代表，任务完成。\n"
        "各位代表：\n让我们努力奋斗！"
    )
    (report,) = _identify(text)
    assert report.span.end == len(text)


@pytest.mark.parametrize("entry", [CONTENTS["dots"], CONTENTS["plain"], CONTENTS["page"]])
def test_reports_of_the_state_council_bound_together(entry: str) -> None:
    """1964 has no address to the deputies: its title stands over its text."""
    files = {year: text for year, text in shared_reports().items() if year in (1964, 1978, 1994, 2003, 2014)}
    titles = {year: f"{year}年国务院政府工作报告" for year in files}
    contents = "\n".join(entry.format(title=title, page=n) for n, title in enumerate(titles.values(), 1))
    bound = "\n".join(f"{titles[year]}\n{text}" for year, text in files.items())
    reports = _identify(f"国务院政府工作报告汇编\n目录\n{contents}\n{bound}") if files else []
    assert [(report.region, report.year) for report in reports] == [("全国", year) for year in files]
    assert not any(report.truncated for report in reports)


def _identify(text: str) -> list[Report]:
    whole = fold(text, simplify=simplify)
    return identify(whole, source_id="s", source_name="汇编.txt", gazetteer=GAZETTEER)
