"""Folding joins what a page or a PDF tore apart, and every folded character knows where it stands."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.adapters.script_opencc import simplify
from rag.domain import FoldedText
from rag.steps.fold import fold, fold_query
from tests.unit.seeds import folded, source

SEEDS = ["000", "001", "002", "003", "004"]
WRITTEN = st.text(
    alphabet="增长率市政府經濟發展\uff11\uff12\uff05\uff21，。：；（）《》“”a1.%,;()—一、\n\r\t \u3000\u200b",
    max_size=60,
)


def test_wraps_and_padding_between_chinese_characters_are_joined() -> None:
    assert _fold("实现地区生产总值增 长1.7%。外 派288支") == "实现地区生产总值增长1.7%。外派288支"
    assert _fold("政 府 工 作 报 告") == "政府工作报告"
    assert _fold("植樹2萬株,草原生\n態修復治理,\n休耕") == "植树2万株,草原生态修复治理,休耕"
    assert _fold("完成0.7億元 ,增長8.9%") == "完成0.7亿元,增长8.9%"
    assert _fold("新建5G 基站1000 个") == "新建5G基站1000个"


def test_a_space_between_latin_words_stays() -> None:
    assert _fold("GDP  growth 2023 年") == "GDP growth 2023年"


def test_a_number_spaced_digit_by_digit_is_one_number() -> None:
    assert _fold("1 9 9 7 年产量达到4 9 2 5 0 万吨,增长8 ．8 ％") == "1997年产量达到49250万吨,增长8.8%"
    assert _fold("1 2 3 section") == "1 2 3 section"


def test_forms_are_compatible_ones_and_what_cannot_be_seen_goes() -> None:
    assert _fold(_wide("2023年,增长5.1%(全市)")) == "2023年,增长5.1%(全市)"
    assert _fold("增\u200b长\ufeff5\u00ad.1%") == "增长5.1%"
    assert _fold("Ⅲ类水，㎡") == "III类水,m2"


def test_traditional_characters_become_simplified_one_by_one() -> None:
    assert _fold("錯綜復雜的內外環境,干部群眾") == "错综复杂的内外环境,干部群众"


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("一、回顾\n去年增长5%。\n\n二、安排", ["一、回顾", "去年增长5%。", "二、安排"]),
        ("增长5%。\r\n下降2%。", ["增长5%。", "下降2%。"]),
        ("粮食产量，油料产量\n都有增长。", ["粮食产量,油料产量都有增长。"]),
        ("完善政策,\n——办好实事。", ["完善政策,", "——办好实事。"]),
        ("打好项目攻坚战\n深入开展活动。", ["打好项目攻坚战", "深入开展活动。"]),
        ("实施新的《\n信访条例\n》，畅通渠道。", ["实施新的《信访条例》,畅通渠道。"]),
    ],
)
def test_paragraphs(text: str, paragraphs: list[str]) -> None:
    assert _fold(text).split("\n") == paragraphs


def test_nothing_folds_to_nothing() -> None:
    assert [fold(text, simplify=simplify).origin for text in ("", " ", "\n\u200b")] == [(0,), (1,), (2,)]


def test_a_query_is_one_line() -> None:
    assert fold_query(_wide(" 张家口市\n\n2023年GDP? "), simplify=simplify) == "张家口市2023年GDP?"


def test_a_simplifier_that_changes_the_length_is_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        fold("增长", simplify=lambda text: text + "。")


@given(st.one_of(st.text(max_size=60), WRITTEN))
def test_the_way_back_of_any_text(text: str) -> None:
    _check_origin(fold(text, simplify=simplify), text)


@pytest.mark.parametrize("start", SEEDS)
def test_the_way_back_of_the_seeds(start: str) -> None:
    _check_origin(folded(start), source(start).text)


@given(WRITTEN, st.data())
def test_a_span_is_the_source_under_the_folded_text(text: str, data: st.DataObject) -> None:
    whole = fold(text, simplify=simplify)
    start = data.draw(st.integers(0, len(whole.text)))
    end = data.draw(st.integers(start, len(whole.text)))
    span = whole.span(start, end)
    part = whole.slice(start, end)
    assert 0 <= span.start <= span.end <= len(text)
    assert part.text == whole.text[start:end]
    assert part.span(0, end - start) == span
    assert _bare(_fold(text[span.start : span.end])) == _bare(part.text)


def _check_origin(whole: FoldedText, text: str) -> None:
    """One offset a character and one for the end, never backwards; each points at what it was made of."""
    assert len(whole.origin) == len(whole.text) + 1
    assert all(a <= b for a, b in zip(whole.origin, whole.origin[1:], strict=False))
    assert all(0 <= offset <= len(text) for offset in whole.origin)
    for character, offset in zip(whole.text, whole.origin, strict=False):
        made = unicodedata.normalize("NFKC", text[offset])
        if character in " \n":
            assert made.isspace() or " " in made
        else:
            assert character in made or character in simplify(made)


def _wide(text: str) -> str:
    """The same with full-width letters, digits and marks, as input methods make them."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _fold(text: str) -> str:
    return fold(text, simplify=simplify).text


def _bare(text: str) -> str:
    return "".join(text.split())
