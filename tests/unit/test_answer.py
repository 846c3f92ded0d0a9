"""Claims made into an answer: markers, exact quotations, and the proof of each figure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.adapters.script_opencc import simplify
from rag.domain import (
    Answer,
    FigureStatus,
    Language,
    Refusal,
    RefusalReason,
    Report,
    Stance,
    Statement,
    Status,
)
from rag.steps.answer import Claim, build_answer, cite
from tests.unit.made import SAIBEI, ZHANGJIAKOU, make_claim, make_source, make_statement

# The sources as they stand, with a wrap inside a word, a padded comma and traditional characters.
ZHANGJIAKOU_TEXT = "工作回顾\n全市地区生产总值增 长5.1%，一般公共预算收入增长7.7%。粮食产量52.8亿 斤。"
SAIBEI_TEXT = "固定資產投資完成2.31億元 ,增長31.1%。"
ZH = Language.SIMPLIFIED
TEXTS = {ZHANGJIAKOU.source_id: ZHANGJIAKOU_TEXT, SAIBEI.source_id: SAIBEI_TEXT}
SOURCES = {source_id: make_source(text, source_id) for source_id, text in TEXTS.items()}


def find(quote: str, report: Report = ZHANGJIAKOU, part: str | None = None) -> Statement:
    """The statement over a piece of the source, or over a part of its folded text."""
    at = TEXTS[report.source_id].index(quote)
    return make_statement(quote, report, at=at, part=part, section=("工作回顾",))


GDP = find("全市地区生产总值增 长5.1%")
BUDGET = find("一般公共预算收入增长7.7%")
GRAIN = find("粮食产量52.8亿 斤")
INVESTMENT = find("固定資產投資完成2.31億元 ,增長31.1%。", SAIBEI)


def build(*claims: Claim, language: Language = ZH, refusal: Refusal | None = None) -> Answer:
    return build_answer(claims, sources=SOURCES, language=language, mode_used="model", refusal=refusal)


def test_one_claim() -> None:
    answer = build(make_claim("张家口市2023年GDP增长5.1%", GDP))
    assert answer.text == "张家口市2023年GDP增长5.1%[1]。"
    assert (answer.status, answer.mode_used, answer.refusal) == (Status.ANSWERED, "model", None)
    (citation,) = answer.citations
    assert citation.quote == "全市地区生产总值增 长5.1%"
    assert citation.display == "全市地区生产总值增长5.1%"
    assert ZHANGJIAKOU_TEXT[citation.start : citation.end] == citation.quote
    assert answer.text[citation.answer_start : citation.answer_end] == "张家口市2023年GDP增长5.1%"
    assert (citation.marker, citation.region, citation.year) == (1, "张家口市", 2024)
    assert (citation.stance, citation.period, citation.section) == (Stance.RESULT, 2023, ("工作回顾",))


def test_the_original_glyphs_and_wraps_are_quoted() -> None:
    (citation,) = build(make_claim("投资2.31亿元", INVESTMENT)).citations
    assert citation.quote == SAIBEI_TEXT
    assert citation.display == "固定資產投資完成2.31億元,增長31.1%。"
    (part,) = build(make_claim("增长31.1%", find(SAIBEI_TEXT, SAIBEI, part="增长31.1%"))).citations
    assert part.quote == "增長31.1%"


def test_markers_are_numbered_in_order_and_used_again() -> None:
    answer = build(
        make_claim("预算收入增长7.7%", BUDGET),
        make_claim("GDP增长5.1%", GDP),
        make_claim("两项分别增长5.1%、7.7%", GDP, BUDGET),
    )
    assert answer.text == "预算收入增长7.7%[1]。GDP增长5.1%[2]。两项分别增长5.1%、7.7%[2][1]。"
    assert [citation.marker for citation in answer.citations] == [1, 2, 2, 1]
    bounds = [answer.text[c.answer_start : c.answer_end] for c in answer.citations]
    assert bounds == ["预算收入增长7.7%", "GDP增长5.1%", *["两项分别增长5.1%、7.7%"] * 2]


def test_a_statement_that_carries_a_claim_twice_is_cited_once() -> None:
    answer = build(make_claim("较高的是城镇居民（5.1%）", GDP, GDP))
    assert answer.text == "较高的是城镇居民（5.1%）[1]。"
    assert len(answer.citations) == 1
    assert answer.figures[0].markers == (1,)


def test_two_parts_of_one_sentence_have_two_markers() -> None:
    whole, part = INVESTMENT, find(SAIBEI_TEXT, SAIBEI, part="增长31.1%")
    assert build(make_claim("甲", whole), make_claim("乙", part)).text == "甲[1]。乙[2]。"


def test_figures_say_which_citation_holds_them() -> None:
    answer = build(make_claim("GDP增长5.1%,粮食52.8亿斤", GDP, GRAIN))
    assert [(f.text, f.status, f.markers) for f in answer.figures] == [
        ("5.1%", FigureStatus.QUOTED, (1,)),
        ("52.8亿斤", FigureStatus.QUOTED, (2,)),
    ]
    assert [answer.text[f.answer_start : f.answer_end] for f in answer.figures] == ["5.1%", "52.8亿斤"]


def test_a_computed_figure_has_its_expression_and_all_markers() -> None:
    formula = "7.7% - 5.1% = 2.6个百分点"
    claim = Claim(text="相差2.6个百分点", statements=(GDP, BUDGET), computed={"2.6个百分点": formula})
    (figure,) = build(claim).figures
    assert (figure.status, figure.expression, figure.markers) == (FigureStatus.COMPUTED, formula, (1, 2))


def test_a_computed_number_without_a_unit_is_accounted_for_too() -> None:
    claim = Claim(text="by 2.6 percentage points", statements=(GDP, BUDGET), computed={"2.6": "7.7% - 5.1%"})
    (figure,) = build(claim, language=Language.ENGLISH).figures
    assert (figure.text, figure.status) == ("2.6", FigureStatus.COMPUTED)


def test_figures_in_traditional_characters() -> None:
    claim = make_claim("塞北管理区2023年：固定資產投資完成2.31億元,增長31.1%", INVESTMENT)
    answer = build_answer([claim], sources=SOURCES, language=ZH, mode_used="extractive", simplify=simplify)
    assert [(f.text, f.markers) for f in answer.figures] == [("2.31億元", (1,)), ("31.1%", (1,))]
    assert [answer.text[f.answer_start : f.answer_end] for f in answer.figures] == ["2.31億元", "31.1%"]


def test_years_and_numbers_of_names_are_no_figures() -> None:
    assert build(make_claim("2023年1月,12345热线与5G发展良好", GDP)).figures == ()


def test_ends_of_claims() -> None:
    one, other = (
        Claim(text="One", statements=(GDP,), end="; "),
        Claim(text="Two", statements=(GDP,), end=". "),
    )
    assert build(one, other, language=Language.ENGLISH).text == "One[1]; Two[1]."


def test_a_refused_part_makes_the_answer_partial() -> None:
    refusal = Refusal(reason=RefusalReason.NOT_STATED, detail="报告中没有给出：汉中市。")
    answer = build(make_claim("GDP增长5.1%", GDP), refusal=refusal)
    assert (answer.status, answer.refusal) == (Status.PARTIAL, refusal)


def test_a_near_miss_has_no_marker_and_no_bounds() -> None:
    near = cite(GDP, SOURCES)
    assert (near.marker, near.answer_start, near.answer_end) == (None, None, None)
    assert near.quote == "全市地区生产总值增 长5.1%"


CLAIMS = st.lists(
    st.builds(
        Claim,
        text=st.text(alphabet="张家口增长5.1%亿元第一年2023[]， ", min_size=1, max_size=30).filter(
            lambda text: text == text.strip() != ""
        ),
        statements=st.lists(
            st.sampled_from([GDP, BUDGET, GRAIN, INVESTMENT]), min_size=1, max_size=3, unique_by=id
        ).map(tuple),
        end=st.sampled_from(["。", "；", ". "]),
    ),
    min_size=1,
    max_size=5,
)


@given(CLAIMS)
def test_whatever_is_claimed_offsets_and_markers_hold(claims: list[Claim]) -> None:
    answer = build(*claims)
    said = iter(answer.citations)
    first_seen: list[int] = []
    for claim in claims:
        for statement in claim.statements:
            citation = next(said)
            assert answer.text[citation.answer_start : citation.answer_end] == claim.text
            assert TEXTS[citation.source_id][citation.start : citation.end] == citation.quote
            assert (citation.start, citation.end) == (statement.span.start, statement.span.end)
            assert citation.marker is not None
            assert f"[{citation.marker}]" in answer.text[citation.answer_end :]
            first_seen.append(citation.marker)
    assert next(said, None) is None
    assert list(dict.fromkeys(first_seen)) == list(range(1, len(set(first_seen)) + 1))
    for figure in answer.figures:
        assert answer.text[figure.answer_start : figure.answer_end] == figure.text
        assert set(figure.markers) <= set(first_seen)


@pytest.mark.parametrize("statement", [GDP, BUDGET, GRAIN, INVESTMENT])
def test_display_has_the_same_characters_but_for_white_space(statement: Statement) -> None:
    citation = cite(statement, SOURCES, marker=1, answer=(0, 1))
    assert "".join(citation.display.split()) == "".join(citation.quote.split())
