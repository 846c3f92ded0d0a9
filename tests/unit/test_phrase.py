"""The fixed words of answers and refusals, in Chinese and English."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.domain import Language, Stance
from rag.steps import phrase
from rag.steps.answer import Claim, build_answer
from rag.steps.count import Tally, tally
from tests.unit.made import (
    ANKANG,
    JIEFANG,
    LANGFANG,
    ZHANGJIAKOU,
    asked,
    make_report,
    make_sentence,
    make_source,
    make_statement,
)

ZH, EN = Language.SIMPLIFIED, Language.ENGLISH
NATION = make_report("全国", "中国", year=2014)


@pytest.mark.parametrize(
    ("stance", "period", "chinese", "english"),
    [
        (Stance.RESULT, 2023, "廊坊市2023年", "Langfang (廊坊市), 2023 result"),
        (Stance.TARGET, 2024, "廊坊市2024年目标", "Langfang (廊坊市), 2024 target"),
        (Stance.PLAN, 2024, "廊坊市2024年计划", "Langfang (廊坊市), 2024 plan"),
        (Stance.OTHER, None, "廊坊市", "Langfang (廊坊市) report"),
    ],
)
def test_place_and_time(stance: Stance, period: int | None, chinese: str, english: str) -> None:
    statement = make_statement("增长6%", LANGFANG, stance=stance, period=period)
    assert phrase.place_and_time(statement, ZH) == chinese
    assert phrase.place_and_time(statement, EN) == english


def test_places_in_english() -> None:
    assert phrase.english_place(JIEFANG) == "Jiefang (焦作市解放区)"
    assert phrase.english_place(NATION) == "China (全国)"
    assert phrase.english_place(replace(LANGFANG, aliases=("廊坊",))) == "廊坊市"
    assert phrase.english_place(replace(LANGFANG, region=None, aliases=())) == LANGFANG.title


@pytest.mark.parametrize(
    ("display", "chinese", "english"),
    [
        ("地区生产总值增长5.1%。", "地区生产总值增长5.1%", "“地区生产总值增长5.1%”"),
        ("——三级河长巡河率100%；", "三级河长巡河率100%", "“三级河长巡河率100%”"),
        ("、获评“毛绒之都”", "、获评“毛绒之都”", "“、获评“毛绒之都””"),
    ],
)
def test_quotations(display: str, chinese: str, english: str) -> None:
    assert phrase.quote(display, ZH) == chinese
    assert phrase.quote(display, EN) == english


def test_labels_and_stops() -> None:
    assert phrase.labelled("廊坊市2023年", "增长5%", ZH) == "廊坊市2023年：增长5%"
    assert phrase.labelled("Langfang", "“增长5%”", EN) == "Langfang: “增长5%”"
    assert [phrase.stop(ZH, last=last) for last in (True, False)] == ["。", "；"]
    assert [phrase.stop(EN, last=last) for last in (True, False)] == [". ", "; "]


def test_what_there_is() -> None:
    assert phrase.there_is([ZHANGJIAKOU, LANGFANG], ZH) == "廊坊市（2024）、张家口市（2024）"
    years = [make_report("全国", year=year) for year in (2010, 2011, 2012, 2013, 2014)]
    assert phrase.there_is(years, ZH) == "全国（2010–2014, 5）"
    assert phrase.there_is(years[:2], ZH) == "全国（2010, 2011）"
    assert phrase.there_is([replace(LANGFANG, region=None)], ZH) == "没有任何报告"
    assert phrase.there_is([], EN) == "no reports"


def test_refusals_name_what_was_looked_for_and_what_there_is() -> None:
    reports = [ZHANGJIAKOU, LANGFANG]
    for said in (
        phrase.refused_place(["重庆", "天津"], reports, ZH),
        phrase.refused_place(["重庆", "天津"], reports, EN),
        phrase.refused_year("重庆、天津", 2019, reports, ZH),
    ):
        assert all(words in said for words in ("重庆", "天津", "张家口市", "廊坊市", "2024"))
    assert "2019" in phrase.refused_year("廊坊市", 2019, reports, EN)
    assert phrase.not_stated("廊坊市", "地区生产总值", None, ZH) == "廊坊市的报告没有给出地区生产总值。"
    assert phrase.not_stated("廊坊市", "", "廊坊市2023年：增长3.8%", ZH) == (
        "廊坊市的报告没有给出这一点。相近的内容是：廊坊市2023年：增长3.8%。"
    )
    assert "does not state this. The nearest that it says: x." in phrase.not_stated("A", "", "x", EN)
    assert phrase.lacking(["重庆", "天津"], ZH) == "报告中没有给出：重庆、天津。"
    assert phrase.lacking(["重庆", "天津"], EN) == "Not given in the reports here: 重庆, 天津."


@pytest.mark.parametrize("language", [ZH, EN])
def test_fixed_sentences_are_in_the_reader_s_language(language: Language) -> None:
    for said in (
        phrase.out_of_scope(language),
        phrase.differ(language),
        phrase.never_mentioned("5G", language),
    ):
        assert said.isascii() or language is ZH or "“5G”" in said
        assert any("一" <= sign <= "鿿" for sign in said) is (language is ZH)


def count_toys(question: str) -> Tally:
    sentences = [
        make_sentence("毛绒玩具街区,毛绒玩具园。", ANKANG, ordinal=1),
        make_sentence("毛绒玩具出口。", LANGFANG, ordinal=1),
    ]
    return tally("毛绒玩具", asked(question), [ANKANG, LANGFANG], sentences)


@pytest.mark.parametrize(
    ("question", "language", "figure", "expression"),
    [
        ("“毛绒玩具”出现了几次？", ZH, "3次", "2 + 1 = 3"),
        ("哪些报告提到“毛绒玩具”？", ZH, "2份", "1 + 1 = 2"),
        ('How many times does "毛绒玩具" appear?', EN, "3", "2 + 1 = 3"),
        ('How many reports mention "毛绒玩具"?', EN, "2", "1 + 1 = 2"),
    ],
)
def test_a_count_is_a_computed_figure_of_the_answer(
    question: str, language: Language, figure: str, expression: str
) -> None:
    found = count_toys(question)
    text, formulas = phrase.tally(found, language)
    assert formulas[figure] == expression
    answer = build_answer(
        [Claim(text=text, statements=found.shown, computed=formulas)],
        sources={
            ANKANG.source_id: make_source("毛绒玩具街区,毛绒玩具园。"),
            LANGFANG.source_id: make_source("毛绒玩具出口。"),
        },
        language=language,
        mode_used="extractive",
    )
    assert (figure, expression) in [(f.text, f.expression) for f in answer.figures]
    assert all(f.expression for f in answer.figures)


def test_a_count_names_its_reports() -> None:
    text, _ = phrase.tally(count_toys("哪些报告提到“毛绒玩具”？"), ZH)
    assert text == "提到“毛绒玩具”的报告有2份：安康市（2024年）、廊坊市（2024年）"
    text, _ = phrase.tally(count_toys('How many reports mention "毛绒玩具"?'), EN)
    assert text == "2 reports mention “毛绒玩具”: Ankang (安康市) 2024, Langfang (廊坊市) 2024"
