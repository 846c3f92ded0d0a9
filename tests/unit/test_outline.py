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
    assert [(s.path, s.stance, s.years) for s in sections] == [
        ((), Stance.OTHER, None),
        (("一、2023年工作回顾",), Stance.RESULT, (2023, 2023)),
        (("一、2023年工作回顾", "(一)坚持开放"), Stance.RESULT, (2023, 2023)),
        (("二、2024年工作安排",), Stance.PLAN, (2024, 2024)),
        (("二、2024年工作安排", "(一)抓项目"), Stance.PLAN, (2024, 2024)),
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
    assert [(s.path, s.stance, s.years) for s in sections] == [
        ((), Stance.RESULT, (2023, 2023)),
        (("打好项目攻坚战持续加力扩投资",), Stance.RESULT, (2023, 2023)),
        (("【预期目标】",), Stance.TARGET, (2024, 2024)),
    ]


def test_a_heading_that_says_nothing_goes_on_with_its_parent_and_not_with_its_elder_sibling() -> None:
    text = (
        "一、去年工作回顾\n增长5%。\n(一)抓产业\n见效。\n二、推进改革开放\n深化改革。\n(一)抓开放\n扩大开放。"
    )
    assert [(s.path[-1], s.stance) for s in _outline(text)] == [
        ("一、去年工作回顾", Stance.RESULT),
        ("(一)抓产业", Stance.RESULT),
        ("二、推进改革开放", Stance.PLAN),
        ("(一)抓开放", Stance.PLAN),
    ]


def test_a_main_heading_calls_for_work_only_after_the_review() -> None:
    before = _outline("一、加快经济建设\n经济发展了。")
    inside = _outline("一、去年工作回顾\n增长5%。\n(一)加快产业发展\n见效。")
    assert [s.stance for s in before] == [Stance.OTHER]
    assert [s.stance for s in inside] == [Stance.RESULT, Stance.RESULT]


def test_a_title_of_half_a_report_holds_the_marked_headings_under_it() -> None:
    text = (
        "各位代表:\n过去五年的回顾\n成绩很大。\n今后五年的主要任务\n任务很重。\n"
        "(一)关于经济建设\n要提高效益。\n一、农业\n要增产。"
    )
    assert [(s.path[0], s.stance, s.years) for s in _outline(text)[1:]] == [
        ("过去五年的回顾", Stance.RESULT, (2019, 2023)),
        ("今后五年的主要任务", Stance.PLAN, (2024, 2028)),
        ("今后五年的主要任务", Stance.PLAN, (2024, 2028)),
        ("今后五年的主要任务", Stance.PLAN, (2024, 2028)),
    ]


def test_a_heading_keeps_its_title_and_its_spaced_year() -> None:
    text = (
        "一、关于《\n国民经济和社会发展规划纲要(草案)\n》的说明\n说明如下。\n"
        "二、关于2 0 2 4 年政府工作的建议\n要实干。"
    )
    assert [(s.path[-1], s.stance) for s in _outline(text)] == [
        ("一、关于《国民经济和社会发展规划纲要(草案)》的说明", Stance.OTHER),
        ("二、关于2024年政府工作的建议", Stance.PLAN),
    ]


def test_pieces_of_a_broken_line_are_no_headings() -> None:
    long = (
        "我国的态度是坚定不移的,我们坚持开罗宣言和其他各项国际协议所规定的原则,并且要求各方切实遵守下列文件「"
    )
    assert [s.path for s in _outline(f"{long}开罗宣言」和「\n波茨坦公告\n」的规定。")] == [()]
    assert [s.path for s in _outline("治理细颗粒物(PM\n2.5)和可吸入颗粒物(PM\n10)污染。")] == [()]
    assert [s.path for s in _outline("各位代表:\n我国同伟大的苏联已经缔结了\n友好同盟互助条约\n。")] == [()]


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


def test_headings_with_a_colon_and_a_line_that_names_both_years() -> None:
    text = fold(
        "政府工作报告\n2021年成绩单、2022年这样干\n2021年工作回顾：\n全年生产总值完成185.3亿元。\n2022年工作安排：\n生产总值增长6.5%以上。\n"
        "围绕上述目标，重点抓好五个方面工作：\n改造老旧小区10个。\n",
        simplify=simplify,
    )
    found = {s.path[-1]: (s.stance, s.years) for s in outline(text, year=2022) if s.path}
    assert found == {
        "2021年成绩单、2022年这样干": (Stance.OTHER, None),
        "2021年工作回顾": (Stance.RESULT, (2021, 2021)),
        "2022年工作安排": (Stance.PLAN, (2022, 2022)),
    }


def test_work_on_government_itself_under_the_review_was_done() -> None:
    text = fold(
        "一、2018年工作回顾\n（九）持续推进政府自身建设，政务服务能力进一步增强。\n办理代表建议117件。\n"
        "二、2019年目标任务\n（九）推进政府自身建设。\n办好代表建议。\n",
        simplify=simplify,
    )
    under = [(s.path[0], s.stance) for s in outline(text, year=2019) if len(s.path) == 2]
    assert under == [("一、2018年工作回顾", Stance.RESULT), ("二、2019年目标任务", Stance.PLAN)]


def test_a_title_without_a_number_stands_above_the_numbers_under_it() -> None:
    sections = _outline(
        "政府工作报告\n各位代表:\n2023年工作回顾\n过去一年不平凡。\n一、全力打好攻坚战\n贫困村全部退出。\n"
        "二、切实扩大投资\n投资增长8%。\n2024年工作安排\n今年要实干。\n一、全力抓项目\n开工50个。"
    )
    told = {section.path[-1]: (section.path[0], section.stance) for section in sections if section.path}
    assert told["一、全力打好攻坚战"] == ("2023年工作回顾", Stance.RESULT)
    assert told["二、切实扩大投资"] == ("2023年工作回顾", Stance.RESULT)
    assert told["一、全力抓项目"] == ("2024年工作安排", Stance.PLAN)


def test_numbers_that_tell_themselves_stand_beside_such_a_title() -> None:
    sections = _outline("去年工作回顾\n成效明显。\n一、2024年工作安排\n开工50个。\n二、重点任务\n抓产业。")
    assert [section.path for section in sections if section.stance is Stance.PLAN] == [
        ("一、2024年工作安排",),
        ("二、重点任务",),
    ]


def test_a_table_under_the_targets_of_the_year_is_no_review() -> None:
    sections = _outline(
        "2023年工作回顾\n成效明显。\n2024年目标任务\n主要预期目标如下:\n指标名称 2024年目标\n财政收入 3.5%\n"
        "PM2.5平均浓度 完成省下达任务\n为实现上述目标,抓好以下工作。\n1.扩大内需。\n安排项目1180个。"
    )
    assert sections[-1].stance in (Stance.PLAN, Stance.TARGET)
    assert sections[-1].path[0] == "2024年目标任务"


def test_a_heading_that_tells_what_came_about_is_no_plan_whatever_aims_it_names() -> None:
    text = fold(
        "1999年某市政府工作报告\n各位代表:\n1998年工作的回顾与总结\n一年来,我们经受住了考验。\n"
        "一、积极应对复杂环境,基本实现了年初确定的主要增长目标\n全市固定资产投资增长10.2%。\n"
        "二、全面推进各项改革,取得了积极进展\n国企改制面扩大到六成。\n"
        "1999年的主要工作任务\n今年要实干。\n一、加强农业\n新打机井50眼。",
        simplify=simplify,
    )
    sections = outline(text, year=1999)
    told = [(section.path[-1][:2], section.stance, section.years) for section in sections if section.path]
    done, ahead = (Stance.RESULT, (1998, 1998)), (Stance.PLAN, (1999, 1999))
    assert told == [("19", *done), ("一、", *done), ("二、", *done), ("19", *ahead), ("一、", *ahead)]
