"""Sections of a report: headings are found with and without line breaks, and nothing lies outside."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.adapters.script_opencc import simplify
from rag.domain import Section, Stance
from rag.steps.fold import fold
from rag.steps.outline import outline
from tests.unit.seeds import folded, readings

LINES = st.lists(
    st.sampled_from(
        [
            "一、去年工作回顾",
            "二、2024年工作安排",
            "(一)抓项目。",
            "三、加强自身建设",
            "——经济运行走在前列。",
            "全市地区生产总值增长5.1%,财政收入增长7%。",
            "【预期目标】",
            "打好项目攻坚战 持续扩投资",
            "各位代表:",
            "一是抓产业;二是惠民生。",
        ]
    ),
    max_size=12,
)


def test_headings_on_lines_of_their_own() -> None:
    sections = _outline(
        "政府工作报告\n各位代表:\n一、2023年工作回顾\n过去一年不平凡。\n(一)坚持开放\n成效明显。\n"
        "二、2024年工作安排\n今年要实干。\n(一)抓项目\n开工50个。"
    )
    assert [(s.path, s.stance, s.period) for s in sections] == [
        ((), Stance.OTHER, None),
        (("一、2023年工作回顾",), Stance.RESULT, 2023),
        (("一、2023年工作回顾", "(一)坚持开放"), Stance.RESULT, 2023),
        (("二、2024年工作安排",), Stance.PLAN, 2024),
        (("二、2024年工作安排", "(一)抓项目"), Stance.PLAN, 2024),
    ]


def test_headings_where_the_line_breaks_are_lost() -> None:
    text = (
        "各位代表: 现在报告工作。 一、过去一年工作回顾 2023年是新冠疫情防控转段后经 济恢复发展的一年。 "
        "(一)重点产业融合破局。旅游拉动消费 升温。 "
        "二、2024年工作要求和目标 今年是中华人民共和国成立75周年,是关键 一年。"
    )
    assert [s.path for s in _outline(text)] == [
        (),
        ("一、过去一年工作回顾",),
        ("一、过去一年工作回顾", "(一)重点产业融合破局"),
        ("二、2024年工作要求和目标",),
    ]


def test_lists_in_a_sentence_are_no_headings() -> None:
    text = "一、2023年工作回顾\n产业分为三类,一、二、三产业都增长;落实(一)(二)两项。推进一、二产融合。"
    assert [s.path for s in _outline(text)] == [("一、2023年工作回顾",)]


def test_bracketed_lists_and_titled_lines() -> None:
    text = "2023年是开局之年。\n打好项目攻坚战 持续加力扩投资\n开展活动233次。\n【預期目標】\n增长6%。"
    sections = _outline(text, first=Stance.RESULT)
    assert [(s.path, s.stance, s.period) for s in sections] == [
        ((), Stance.RESULT, 2023),
        (("打好项目攻坚战持续加力扩投资",), Stance.RESULT, 2023),
        (("【预期目标】",), Stance.TARGET, 2024),
    ]


def test_a_heading_that_says_nothing_goes_on_with_its_parent_and_not_with_its_elder_sibling() -> None:
    text = (
        "一、去年工作回顾\n增长5%。\n(一)抓产业\n见效。\n二、推进改革开放\n深化改革。\n(一)抓开放\n扩大开放。"
    )
    assert [(s.path[-1], s.stance) for s in _outline(text)] == [
        ("一、去年工作回顾", Stance.RESULT),
        ("(一)抓产业", Stance.RESULT),
        ("二、推进改革开放", Stance.OTHER),
        ("(一)抓开放", Stance.OTHER),
    ]


def test_the_main_headings_of_the_seeds() -> None:
    found = {
        report.region: list(
            dict.fromkeys(s.section[0] for s in one.sentences if s.section and s.report_id == report.id)
        )
        for one in readings()
        for report in one.reports
        if report.region != "塞北管理区"
    }
    assert found == {
        "张家口市": ["一、2023年工作回顾"],
        "安康市": ["一、过去一年工作回顾", "二、2024年工作要求和目标", "三、年度重点工作任务"],
        "抚州市": ["一、2023年工作回顾", "二、2024年工作安排"],
        "高平市": ["一、2023年工作回顾", "二、2024年工作安排", "三、加强政府自身建设"],
        "汉中市": ["一、去年工作回顾", "二、2024年总体目标思路", "三、今年重点工作"],
        "焦作市解放区": ["一、2023年工作回顾"],
        "廊坊市": ["2023年工作回顾", "2024年经济社会发展总体要求和主要目标", "2024年重点工作任务"],
    }


@given(LINES, st.sampled_from(["\n", " ", "\n\n"]))
def test_sections_are_gapless(lines: list[str], between: str) -> None:
    text = between.join(lines)
    position = 0
    for section in _outline(text):
        assert section.span.start == position < section.span.end
        position = section.span.end
    assert position == len(fold(text, simplify=simplify).text)


def test_sections_of_the_seeds_are_gapless() -> None:
    for start in ("000", "001", "002", "003", "004"):
        edges = [(s.span.start, s.span.end) for s in outline(folded(start), year=2024)]
        assert edges[0][0] == 0
        assert all(one[1] == other[0] for one, other in pairwise(edges))
        assert edges[-1][1] == len(folded(start).text)


def _outline(text: str, *, first: Stance = Stance.OTHER) -> list[Section]:
    return outline(fold(text, simplify=simplify), year=2024, first_stance=first)
