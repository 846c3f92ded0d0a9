"""`CutWords` and `TagWords`: the words that questions and reports must share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.adapters.words_rjieba import cut_words, tag_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("地区生产总值", ["地区", "生产", "总值", "生产总值"]),
        ("增长5.1%。", ["增长", "5.1", "5.1%"]),
        ("增长5.10个百分点", ["增长", "5.10", "个", "百分", "分点", "百分点"]),
        ("1,234.5亿元", ["1234.5", "亿元"]),
        ("2023-2024年", ["2023", "2024", "年"]),
        ("20%-30%", ["20", "20%", "30", "30%"]),
        ("2024,100", ["2024", "100"]),
        ("PM2.5", ["pm2.5"]),
        ("R&D经费", ["r&d", "经费"]),
        ("5G基站", ["5g", "基站"]),
        ("COVID-19", ["covid-19", "covid", "19"]),
        ("GB/T 2260", ["gb/t", "gb", "2260"]),
        ("“三北” 《规划》,(一)", ["三北", "规划", "一"]),
        ("GDP growth of Langfang?", ["gdp", "growth", "of", "langfang"]),
        ("", []),
        (" \n,。%-", []),
        ("\ud800增长", ["增长"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert cut_words(text) == words


@pytest.mark.parametrize("other", ["5.10%", "15.1%", "5.1万", "51%", "35.1", "5.12", "0.5.1"])
def test_a_figure_is_no_part_of_another(other: str) -> None:
    assert "5.1%" not in cut_words(f"增长{other}。")


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("增长5.1%,GDP&-/ \u3000"))))
def test_words_hold_no_white_space_and_come_again_the_same(text: str) -> None:
    words = cut_words(text)
    assert all(word and not any(character.isspace() for character in word) for word in words)
    assert words == cut_words(text)
    assert " ".join(words).split() == words


def test_tags_cover_the_text_without_overlap() -> None:
    tagged = tag_words("张家口市PM2.5下降5.1%")
    assert "".join(word for word, _ in tagged) == "张家口市pm2.5下降5.1%"
    assert ("pm2.5", "eng") in tagged
    assert ("5.1%", "m") in tagged
    assert ("下降", "v") in tagged
