"""Where paragraphs end, and what is left out when a text is read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.steps.lay_out import lay_out


def paragraphs(text: str, *, format: str = "txt") -> list[str]:
    """The text as it is read, by the layout alone."""
    found = lay_out(text, format=format)
    hidden = {at for span in found.hidden for at in range(span.start, span.end)}
    pieces = [""]
    for at, character in enumerate(text):
        if at in found.breaks:
            pieces.append("")
        elif at not in hidden:
            pieces[-1] += character
    return pieces


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "全市地区生产总值增长5.1%，\n  一般公共预算收入增长6%。\n",
            ["全市地区生产总值增长5.1%，一般公共预算收入增长6%。"],
        ),
        ("  一、工作回顾\n  全市经济回升。\n  投资增长。", ["一、工作回顾", "全市经济回升。", "投资增长。"]),
        ("the year\nof 2023", ["the year", "of 2023"]),
        ("", [""]),
    ],
)
def test_wraps_are_joined_and_paragraphs_kept(text: str, read: list[str]) -> None:
    assert paragraphs(text) == read


def test_a_page_of_a_pdf_wraps_at_each_line() -> None:
    assert paragraphs("全市经济\n回升向好。\n\n投资增长。", format="pdf") == [
        "全市经济回升向好。",
        "投资增长。",
    ]


def test_page_numbers_are_left_out() -> None:
    page = "全市经济回升向好，城乡面貌焕然一新，人民生活持续改善，社会大局和谐稳定，" * 8
    text = "".join(f"{page}\n- {number} -\n" for number in (1, 2, 3))
    assert "- 2 -" not in "".join(paragraphs(text))


@given(st.text(alphabet="年度经济,，。\n \t　A5%x-", max_size=120))
def test_every_character_is_read_hidden_or_a_break(text: str) -> None:
    found = lay_out(text, format="txt")
    spans = [(span.start, span.end) for span in found.hidden]
    assert spans == sorted(spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    for start, end in spans:
        assert not text[start:end].strip(" \t　\n") or "-" in text[start:end]
