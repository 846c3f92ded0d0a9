"""Reading a source: every character of a report is in one sentence, and every span points at its words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.adapters.script_opencc import simplify
from rag.domain import SourceText, Stance
from rag.steps.divide import is_furniture
from rag.steps.fold import fold
from rag.steps.read import join_wraps, read
from rag.stores import Reading
from tests.unit.seeds import GAZETTEER, reading, readings, sentences, source

SEEDS = ["000", "001", "002", "003", "004"]
LINES = st.lists(
    st.sampled_from(
        [
            "导航菜单",
            "2023年怀来县政府工作报告",
            "各位代表:",
            "一、2022年工作回顾",
            "地区生产总值增长5.1%,财政收入 增长7%。",
            "(一)抓项目。开工50个;竣工20个。",
            "二、2023年工作安排",
            "2024年汉中市政府工作报告 各位代表: 去年增长4%。",
            "“引号没有关上。",
            "\u3000\u3000",
            "验证码:",
        ]
    ),
    max_size=14,
)


def test_every_span_folds_to_its_sentence() -> None:
    for text, sentence in sentences():
        quote = text.text[sentence.span.start : sentence.span.end]
        assert quote == quote.strip()
        assert _bare(fold(quote, simplify=simplify).text) == _bare(sentence.text)


def test_the_display_is_the_quotation_with_wraps_joined() -> None:
    for text, sentence in sentences():
        quote = text.text[sentence.span.start : sentence.span.end]
        assert _bare(sentence.display) == _bare(quote)
        assert "\n" not in sentence.display


@pytest.mark.parametrize("start", SEEDS)
def test_every_character_of_a_report_is_in_one_sentence(start: str) -> None:
    _check(reading(start))


def test_a_quotation_keeps_the_glyphs_of_its_source() -> None:
    shown = [sentence.display for sentence in reading("001").sentences]
    assert any("草原生態修復治理2萬畝" in display for display in shown)
    assert any("社會消費品零售總額完成0.7億元,增長8.9%" in display for display in shown)


def test_wraps_are_joined_for_reading() -> None:
    assert join_wraps("增 长1.7%,外\n派288支") == "增长1.7%,外派288支"
    assert join_wraps("GDP growth  of 5G") == "GDP growth of 5G"
    assert join_wraps("2023年 工作回顾") == "2023年工作回顾"
    assert join_wraps(" ") == ""
    assert join_wraps("1 9 9 7 年达到4 9 2 5 0 万吨、1 0 ．0 6 ‰") == "1997年达到49250万吨、10．06‰"
    assert join_wraps("2023 2024 年共 12 5 项") == "2023 2024年共12 5项"


def test_a_sentence_says_where_it_stands() -> None:
    (sentence,) = [s for s in reading("000").sentences if "规上工业增加值增长8.8%" in s.text]
    assert sentence.section == (
        "一、2023年工作回顾",
        "(二)坚持创新驱动、集群发展,产业优化升级步伐加快",
    )
    assert source("000").text[sentence.span.start : sentence.span.end] == sentence.display


def test_passages_hold_each_sentence_once_under_its_place_and_year() -> None:
    for one in readings():
        held = [sentence_id for passage in one.passages for sentence_id in passage.sentence_ids]
        assert held == [sentence.id for sentence in one.sentences]
    (passage,) = [p for p in reading("004").passages if "居民消费价格指数涨幅控制在3%左右" in p.search_text]
    assert passage.search_text.startswith("廊坊市 2024年目标 2024年经济社会发展总体要求和主要目标\n")


def test_ids_are_the_sources_own_and_stable() -> None:
    for one in readings():
        again = read(one.source, simplify=simplify, gazetteer=GAZETTEER)
        assert again == one
        ids = [sentence.id for sentence in one.sentences]
        assert len(set(ids)) == len(ids)
        assert all(sentence_id.startswith(one.source.id) for sentence_id in ids)


@settings(max_examples=60)
@given(LINES, st.sampled_from(["\n", " ", "\n\n", "\r\n"]))
def test_any_text_is_read(lines: list[str], between: str) -> None:
    text = SourceText(id="s", name="any.txt", sha256="0", encoding="utf-8", text=between.join(lines))
    _check(read(text, simplify=simplify, gazetteer=GAZETTEER))


def _check(one: Reading) -> None:
    """Sentences stand in order inside their report; between them is nothing but white space and furniture."""
    text = one.source.text
    for report in one.reports:
        position = report.span.start
        for sentence in [s for s in one.sentences if s.report_id == report.id]:
            assert position <= sentence.span.start < sentence.span.end <= report.span.end
            _check_dropped(text[position : sentence.span.start])
            position = sentence.span.end
        _check_dropped(text[position : report.span.end])


def _check_dropped(between: str) -> None:
    for line in fold(between, simplify=simplify).text.splitlines():
        assert is_furniture(line), line


def _bare(text: str) -> str:
    return "".join(text.split())


def test_a_sentence_whose_lines_a_site_broke_is_read_on_one_line() -> None:
    text = (
        "2024年国务院政府工作报告\n各位代表:\n一、2023年工作回顾\n\n"
        "一是\n\n制定《\n\n国防法\n\n》,产值达到九十一\n\n亿元。"
    )
    source = SourceText(id="s", name="any.txt", sha256="0", encoding="utf-8", text=text)
    last = read(source, simplify=simplify, gazetteer=GAZETTEER).sentences[-1]
    assert last.text == "一是制定《国防法》,产值达到九十一亿元。"
    assert len(last.folded.origin) == len(last.text) + 1
    assert text[last.span.start : last.span.end].startswith("一是")
    assert text[last.span.start : last.span.end].endswith("亿元。")


def test_a_past_year_named_among_the_plans_is_followed_to_the_next_plan() -> None:
    text = (
        "2011年国务院政府工作报告\n各位代表:\n一、2011年的工作\n"
        "2011年是开局之年,要做好工作。过去一年,成绩很大。生产总值增长10.3%。今年要实现增长8%左右。"
    )
    source = SourceText(id="s", name="2011年国务院政府工作报告.txt", sha256="0", encoding="utf-8", text=text)
    found = read(source, simplify=simplify, gazetteer=GAZETTEER).sentences
    assert [(s.stance, s.period) for s in found if "增长" in s.text] == [
        (Stance.RESULT, 2010),
        (Stance.TARGET, 2011),
    ]


def test_what_follows_a_lead_of_lessons_was_not_done() -> None:
    text = (
        "2008年国务院政府工作报告\n各位代表:\n一、过去五年工作回顾\n经济增长5%。\n"
        "我们的主要体会是:\n第一,坚持解放思想。\n二、2008年主要任务\n今后五年是关键时期。\n要抓产业。"
    )
    source = SourceText(id="s", name="2008年国务院政府工作报告.txt", sha256="0", encoding="utf-8", text=text)
    found = read(source, simplify=simplify, gazetteer=GAZETTEER).sentences
    said = {s.text: (s.stance, s.years or s.period) for s in found}
    assert said["经济增长5%。"] == (Stance.RESULT, (2003, 2007))
    assert said["第一,坚持解放思想。"][0] is Stance.OTHER
    assert said["要抓产业。"] == (Stance.PLAN, (2008, 2012))


BOTH = """2024年云县政府工作报告
各位代表：
一、2023年和过去五年工作回顾
2023年是极不平凡的一年。粮食总产量119.3万吨。
就业稳定。城镇调查失业率5.4%。
五年来，我们久久为功。城镇调查失业率控制在5.5%以内。
过去一年，我们办了十件实事。其中一件仅完成1640个，将于今年上半年补齐。
二、2024年工作安排
今年粮食总产量达到120万吨。"""


@pytest.mark.parametrize(
    ("words", "years"),
    [
        ("粮食总产量119.3万吨", (2023, None)),
        ("城镇调查失业率5.4%", (2023, None)),
        ("城镇调查失业率控制在5.5%以内", (None, (2019, 2023))),
        ("其中一件仅完成1640个", (2023, None)),
    ],
)
def test_a_heading_that_reviews_a_year_and_a_span(
    words: str, years: tuple[int | None, tuple[int, int] | None]
) -> None:
    told = read(
        SourceText(id="s", name="s.txt", sha256="s", encoding="utf-8", text=BOTH),
        simplify=simplify,
        gazetteer=GAZETTEER,
    )
    sentence = next(one for one in told.sentences if words in one.text)
    assert (sentence.stance, (sentence.period, sentence.years)) == (Stance.RESULT, years)
