"""The rule by which an answer holds a required string."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.normalise import contains, normalise


def holds(answer: str, words: str) -> bool:
    return contains(normalise(answer), words)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("增长5.1%[1]。", "5.1%"),
        ("增长\uff15．\uff11％。", "5.1%"),  # NFKC of full-width digits
        ("進出口總值增長277.28%", "进出口总值增长277.28%"),  # traditional
        ("综合产值61.1亿 元", "61.1亿元"),  # wraps
        ("旅游总收入1,049亿元", "1049亿"),
        ("旅游总收入1049亿元", "1,049亿"),
        ("7,600 P", "7600p"),  # case
        ("The mayor is LI KELIANG.", "Li Keliang"),
        ("增长5.1[1]%", "5.1%"),
        ("两地是张家口[1]、廊坊[2]", "张家口、廊坊"),
        ("并网装机规模650万千瓦", "650万"),  # 千 belongs to the unit
        ("growth was 5.1, 6.3 and 8.6 percent", "6.3"),  # the comma does not make 5.16.3
        ("in 2023 5.1%", "5.1%"),  # nor the space 20235.1
        ("2023年[1]6%", "6%"),
        ("提到的有4份", "4份"),
        ("①5.1%", "5.1%"),
    ],
)
def test_it_is_there(answer: str, words: str) -> None:
    assert holds(answer, words)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("增长6.5%", "5%"),
        ("增长6.5%", "6%"),
        ("增长16%", "6%"),
        ("增长0.5%", "5%"),
        ("155项", "15"),
        ("15.1%", "5.1%"),
        ("5.12", "5.1"),
        ("1,049亿元", "49亿"),
        ("1,049亿元", "1"),
        ("十八个方面", "八个方面"),
        ("百分之三十三", "百分之三十"),
        ("百分之七点九", "百分之七"),
        ("1.4万亿斤", "1.4万"),
        ("排名第二十三位", "第二"),
        ("增长5.1%", "5.2%"),
        ("20[1]23", "2023"),  # a marker between digits makes no number
        ("5, 1", "51"),
        ("", "5.1%"),
        ("增长", ""),
    ],
)
def test_it_is_not_there(answer: str, words: str) -> None:
    assert not holds(answer, words)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_number_stands_only_as_itself(one: int, other: int) -> None:
    assert holds(f"共有{one}项。", str(other)) == (one == other)


@given(st.text(max_size=60))
def test_every_text_holds_itself(text: str) -> None:
    form = normalise(text)
    assert not form.text or not form.cuts - {0, len(form.text)} or isinstance(contains(form, text), bool)
    if form.text and not form.cuts:
        assert contains(form, text)
