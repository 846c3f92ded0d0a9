"""Sentences, clauses and statements: they tile their text and tear nothing that belongs together."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.steps.segment import clauses, sentences, statements
from tests.unit.seeds import folded
from tests.unit.seeds import sentences as seed_sentences

WHOLE = [
    "5.1%",
    "1,234.5亿元",
    "《关于推进改革。开放的意见》",
    "“高质量。发展”",
    "“稳增长;促改革,”",
    "(一期。二期)",
    "【成绩!】",
    "『要点;』",
    "‘十四五’",
]
LOOSE = ["增长", "下降", "。", "!", "?", "……", ",", ";", "、", "\n", " ", "其中", "增速", "全市第一"]
PIECES = st.lists(st.sampled_from(WHOLE + LOOSE), max_size=25)


@given(PIECES)
def test_sentences_tile_the_text(pieces: list[str]) -> None:
    _check_tiles(tuple(sentences("".join(pieces))), "".join(pieces), dropped="")


@given(PIECES)
def test_no_cut_falls_inside_what_belongs_together(pieces: list[str]) -> None:
    text = "".join(pieces)
    cuts = {edge for span in sentences(text) for edge in span}
    cuts |= {edge for line in _lines(text) for edge in line}
    for found in (clauses, statements):
        for start, end in sentences(text):
            cuts |= {start + edge for span in found(text[start:end]) for edge in span}
    position = 0
    for piece in pieces:
        inside = set(range(position + 1, position + len(piece)))
        assert piece not in WHOLE or not cuts & inside, (text, piece)
        position += len(piece)


@given(PIECES)
def test_clauses_and_statements_tile_a_sentence(pieces: list[str]) -> None:
    text = "".join(pieces).replace("\n", "")
    _check_tiles(clauses(text), text, dropped=",;")
    _check_tiles(statements(text), text, dropped=",;")
    starts = {start for start, _ in clauses(text)}
    assert {start for start, _ in statements(text)} <= starts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("增长5.1%。下降2%!", ["增长5.1%。", "下降2%!"]),
        ("他说:“要实干。要苦干。”大会通过。", ["他说:“要实干。要苦干。”", "大会通过。"]),
        ("通过《条例(试行)》。落实到位……", ["通过《条例(试行)》。", "落实到位……"]),
        ("没有句号", ["没有句号"]),
        ("一、回顾\n增长5%。", ["一、回顾", "增长5%。"]),
        ("(记者)报道。完。", ["(记者)报道。", "完。"]),
        ("好!好!", ["好!", "好!"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == found


TORN = [
    "《国防\n教育法》",
    "九十一\n亿元",
    "12\n.5%",
    "(一期\n二期)",
    "“高质量\n发展。好”",
    "第一,\n抓产业",
    "一是\n抓产业",
]


@given(st.lists(st.sampled_from(TORN + WHOLE + ["增长", "。", ",", "!", "持续改善"]), max_size=20))
def test_a_line_break_cuts_nothing_that_belongs_together(pieces: list[str]) -> None:
    """A list mark begins a line, so each piece stands after a full stop or a comma."""
    text = "。".join(pieces)
    cuts = {edge for span in sentences(text) for edge in span}
    position = 0
    for piece in pieces:
        inside = set(range(position + 1, position + len(piece)))
        assert piece not in TORN + WHOLE or not cuts & inside, (text, piece)
        position += len(piece) + 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一是\n发行国债。二是减税。", ["一是\n发行国债。", "二是减税。"]),
        ("去年赤字下降,广义货币M 2\n增长13.6%。", ["去年赤字下降,广义货币M 2\n增长13.6%。"]),
        ("他说:“" + "要实干。" * 30 + "”大会通过。", ["他说:“" + "要实干。" * 30 + "”", "大会通过。"]),
        ("落实《条例》\n一、回顾", ["落实《条例》", "一、回顾"]),
        ("——2024年2月21日在会议上\n区长", ["——2024年2月21日在会议上", "区长"]),
        ("“没有关上。\n“另一句。”", ["“没有关上。", "“另一句。”"]),
    ],
)
def test_lines_that_a_site_broke(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == found


def test_a_bracket_that_is_never_closed_swallows_no_report() -> None:
    text = "“这是开头。" + "地区生产总值增长百分之五。" * 20
    assert len(list(sentences(text))) > 10


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("收入5,000元,支出3元", ["收入5,000元", "支出3元"]),
        ("分别为16,4,3个", ["分别为16", "4", "3个"]),
        ("制定《办法,细则》,落实(一期,二期);见效。", ["制定《办法,细则》", "落实(一期,二期)", "见效。"]),
    ],
)
def test_clauses(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in clauses(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "固定资产投资完成2.31亿元,增长31.1%,增速位列全市第一;社会消费品零售总额完成0.7亿元,增长8.9%。",
            [
                "固定资产投资完成2.31亿元,增长31.1%,增速位列全市第一",
                "社会消费品零售总额完成0.7亿元,增长8.9%。",
            ],
        ),
        (
            "地区生产总值增长5.1%,一般公共预算收入增长7.7%",
            ["地区生产总值增长5.1%", "一般公共预算收入增长7.7%"],
        ),
        (
            "脱贫群众人均纯收入增长18.5%,排名全省第一,乡亲们增收可持续",
            ["脱贫群众人均纯收入增长18.5%,排名全省第一", "乡亲们增收可持续"],
        ),
        (
            "新建公园3座,生产总值974.6亿元,固定资产投资925亿元,财政收入67.1亿元,分别增长14%、32%和22.5%",
            [
                "新建公园3座",
                "生产总值974.6亿元,固定资产投资925亿元,财政收入67.1亿元,分别增长14%、32%和22.5%",
            ],
        ),
        (
            "城镇和农村居民收入分别达到4万元和2万元,分别增长5%和8%",
            ["城镇和农村居民收入分别达到4万元和2万元,分别增长5%和8%"],
        ),
        (
            "工农业总产值的增长速度,1981年计划为3.7%,实际达到4.6%;1982年计划为4%",
            ["工农业总产值的增长速度,1981年计划为3.7%,实际达到4.6%", "1982年计划为4%"],
        ),
        ("财政收入增加15亿元,总额达到113亿元", ["财政收入增加15亿元,总额达到113亿元"]),
        ("积累率由2013年的36.5%,降为33.6%", ["积累率由2013年的36.5%,降为33.6%"]),
    ],
)
def test_statements_keep_to_one_subject(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in statements(text)] == found


@pytest.mark.parametrize("start", ["000", "001", "002", "003", "004"])
def test_the_seeds_are_tiled(start: str) -> None:
    text = folded(start).text
    _check_tiles(tuple(sentences(text)), text, dropped="")


def test_no_sentence_of_the_seeds_tears_a_quotation_a_bracket_or_a_number() -> None:
    for _, sentence in seed_sentences():
        for mark, closing in ("“”", "《》", "()", "【】"):
            assert sentence.text.count(mark) == sentence.text.count(closing), sentence.text
        assert not re.search(r"\d\.$", sentence.text)
        assert not re.match(r"[.%]", sentence.text)


def _check_tiles(spans: Sequence[tuple[int, int]], text: str, *, dropped: str) -> None:
    """In order, none empty; what lies between them is white space or one of `dropped`."""
    position = 0
    for start, end in [*spans, (len(text), len(text))]:
        assert position <= start <= end
        assert all(c.isspace() or c in dropped for c in text[position:start])
        position = end
    assert all(start < end for start, end in spans)


def _lines(text: str) -> list[tuple[int, int]]:
    return [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text)]
