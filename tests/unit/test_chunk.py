"""Sentences → passages: neighbours of one section together, a few words never alone."""

from __future__ import annotations

from rag.steps.chunk import chunk
from tests.unit.made import ZHANGJIAKOU, make_sentence

LONG = "全市地区生产总值增长5.1%,一般公共预算收入增长7.7%,固定资产投资增长4%,社会消费品零售总额增长8%。"
SHORT = "[来源请求]"


def _texts(*texts: str) -> list[str]:
    sentences = [make_sentence(text, ordinal=n, at=100 * n) for n, text in enumerate(texts)]
    return [passage.search_text.partition("\n")[2] for passage in chunk(ZHANGJIAKOU, sentences)]


def test_a_passage_is_full_at_its_length() -> None:
    assert _texts(LONG, LONG, LONG) == [LONG + LONG, LONG]


def test_a_few_words_stay_with_what_is_beside_them() -> None:
    assert _texts(LONG, LONG, SHORT) == [LONG + LONG + SHORT]
    assert _texts(LONG, LONG, SHORT, LONG) == [LONG + LONG + SHORT, LONG]


def test_a_list_of_few_words_is_no_passage_without_an_end() -> None:
    assert max(map(len, _texts(*["新建幼儿园12所。"] * 40))) <= 144


def test_every_sentence_is_in_one_passage_in_order() -> None:
    texts = (LONG, SHORT, SHORT, LONG, LONG, SHORT)
    assert "".join(_texts(*texts)) == "".join(texts)
