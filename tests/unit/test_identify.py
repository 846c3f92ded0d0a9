"""Which reports are in a source: whose, of which year, from where to where. What is not known stays None."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rag.adapters.script_opencc import simplify
from rag.domain import Report, ReportKind
from rag.steps.fold import fold
from rag.steps.identify import Hints, identify
from tests.unit.seeds import GAZETTEER, reading, readings, source

EIGHT = [
    ("000", "张家口市", ("河北省",), ReportKind.REPORT),
    ("001", "塞北管理区", ("张家口市", "河北省"), ReportKind.NEWS),
    ("002", "安康市", ("陕西省",), ReportKind.COMPILATION_PART),
    ("002", "抚州市", ("江西省",), ReportKind.COMPILATION_PART),
    ("002", "高平市", ("晋城市", "山西省"), ReportKind.COMPILATION_PART),
    ("002", "汉中市", ("陕西省",), ReportKind.COMPILATION_PART),
    ("003", "焦作市解放区", ("焦作市", "河南省"), ReportKind.REPORT),
    ("004", "廊坊市", ("河北省",), ReportKind.EXCERPT),
]
FURNITURE = (
    "导航菜单",
    "验证码",
    "本文地址",
    "本文仅代表",
    "留言与评论",
    "加入Vip",
    "立即下载",
    "购物车",
    "我的足迹",
    "评论(0)",
    "稿件来源",
    "联系电话",
    "两会”进行时",
    "通讯员",
)
ELSEWHERE = ("鹤壁市", "辉县市", "界首市", "津市市", "晋中市", "凯里市", "丽水市", "攀枝花市西区")
"""Places of 002's contents page without a body."""


def test_the_seeds_hold_exactly_eight_reports() -> None:
    found = [(r.source_name[:3], r.region, r.parents, r.kind) for one in readings() for r in one.reports]
    assert found == EIGHT
    assert {report.year for one in readings() for report in one.reports} == {2024}


def test_only_hanzhong_is_cut_off() -> None:
    assert [r.region for one in readings() for r in one.reports if r.truncated] == ["汉中市"]


def test_other_names_lead_to_the_same_place() -> None:
    aliases = {report.region: report.aliases for one in readings() for report in one.reports}
    assert {"张家口", "zhangjiakou"} <= set(aliases["张家口市"])
    assert {"解放区", "焦作市解放区"} <= set(aliases["焦作市解放区"])
    assert {"塞北", "saibei"} <= set(aliases["塞北管理区"])


def test_a_compilation_is_cut_at_its_bodies() -> None:
    text = source("002").text
    spans = [report.span for report in reading("002").reports]
    assert [text[span.start :][:14] for span in spans] == [
        f"2024年{city}政府工作报告" for city in ("安康市", "抚州市", "高平市", "汉中市")
    ]
    assert "目录" in text[: spans[0].start]
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert text[spans[-1].end :].strip() == ""


def test_no_sentence_is_of_the_contents_page_or_the_furniture_around() -> None:
    first = reading("002").reports[0].span.start
    for one in readings():
        for sentence in one.sentences:
            assert not [words for words in FURNITURE if words in sentence.text], sentence.text
            assert "......" not in sentence.text
            assert "汇编" not in sentence.text
    assert all(sentence.span.start >= first for sentence in reading("002").sentences)
    assert not [place for place in ELSEWHERE for s in reading("002").sentences if place in s.text]


@pytest.mark.parametrize(
    ("text", "region", "year", "kind"),
    [
        ("2023年怀来县政府工作报告\n各位代表:去年增长5%。", "怀来县", 2023, ReportKind.REPORT),
        (
            "政府工作报告\n——2022年3月1日在县人民代表大会上\n石泉县人民政府县长 李四\n各位代表:增长。",
            "石泉县",
            2022,
            ReportKind.REPORT,
        ),
        (
            "政府工作报告(摘要)\n(2021年1月20日)\n赣州市市长 王五\n各位代表:去年增长。",
            "赣州市",
            2021,
            ReportKind.EXCERPT,
        ),
        ("2014年国务院政府工作报告\n各位代表:现在,我代表国务院作报告。", "全国", 2014, ReportKind.REPORT),
        ("各位代表:现在,我代表国务院,向大会作政府工作报告。", "全国", None, ReportKind.REPORT),
        ("各位代表:\n去年粮食产量增长3%。", None, None, ReportKind.REPORT),
        ("去年粮食产量增长3%,今年要增长4%。", None, None, ReportKind.NEWS),
        ("", None, None, ReportKind.NEWS),
    ],
)
def test_title_date_and_speaker(text: str, region: str | None, year: int | None, kind: ReportKind) -> None:
    (report,) = _identify(text)
    assert (report.region, report.year, report.kind) == (region, year, kind)


def test_the_name_of_the_file_tells_what_the_text_does_not() -> None:
    (report,) = _identify("各位代表:\n粮食产量增长。", name="1981年国务院政府工作报告.txt")
    assert (report.region, report.year, report.title) == ("全国", 1981, "1981年国务院政府工作报告")


def test_what_the_person_says_comes_first() -> None:
    text = "2023年怀来县政府工作报告\n各位代表:去年增长5%。"
    (report,) = _identify(text, hints=Hints(region="蔚县", year=2020))
    assert (report.region, report.parents, report.year) == ("蔚县", ("张家口市", "河北省"), 2020)


def test_furniture_at_both_ends_belongs_to_no_report() -> None:
    text = "导航菜单\n2023年怀来县政府工作报告\n各位代表:去年增长5%。\n责任编辑:某某\n版权所有"
    (report,) = _identify(text)
    assert text[report.span.start : report.span.end] == "2023年怀来县政府工作报告\n各位代表:去年增长5%。"
    assert not report.truncated


def _identify(text: str, *, name: str = "report.txt", hints: Hints = Hints()) -> list[Report]:
    whole = fold(text, simplify=simplify)
    return identify(whole, source_id="s", source_name=name, gazetteer=GAZETTEER, hints=hints)
