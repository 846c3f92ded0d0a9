"""A draft in JSON → the plain form, however it is cut into pieces."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.adapters.chat_json import plain_draft


def _come(pieces: Sequence[str]) -> Generator[str]:
    yield from pieces


def _read(*pieces: str) -> str:
    return "".join(plain_draft(_come(pieces)))


SENTENCE = '{"text": "张家口市增长5.1%。", "ids": [1, 12]}'


def test_each_sentence_is_a_line_with_its_ids() -> None:
    assert _read(f'{{"sentences": [{SENTENCE}, {SENTENCE}]}}') == "张家口市增长5.1%[1][12]\n" * 2


def test_ids_that_the_model_wrote_into_the_text_go() -> None:
    assert _read('{"sentences": [{"text": "增长5.1% [1]。", "ids": [1]}]}') == "增长5.1%[1]\n"


def test_plain_text_goes_through() -> None:
    assert _read(" ", "增长", "5.1%[1]。") == " 增长5.1%[1]。"


def test_what_is_cut_off_has_no_id() -> None:
    """An id that is cut off may be another one: 1 of 12."""
    assert _read('{"sentences": [{"text": "增长5.1%", "ids": [1') == "增长5.1%"


def test_what_is_no_draft_is_nothing() -> None:
    for text in ('{"sentences": [}', '{"sentences": "增长"}', '{"sentences": [{"text": 5}]}', "{}", ""):
        assert _read(text) == ""


@given(
    st.lists(st.tuples(st.text(max_size=12), st.lists(st.integers(1, 40), max_size=3)), max_size=3),
    st.lists(st.integers(0, 200), max_size=12),
)
def test_pieces_do_not_matter(written: list[tuple[str, list[int]]], cuts: list[int]) -> None:
    whole = json.dumps(
        {"sentences": [{"text": text, "ids": ids} for text, ids in written]}, ensure_ascii=False
    )
    edges = [0, *sorted(cuts), len(whole)]
    pieces = [whole[start:end] for start, end in pairwise(edges)]
    assert _read(*pieces) == _read(whole)
