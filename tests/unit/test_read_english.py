"""English words that the lexicon does not know, by the real dictionary."""

from __future__ import annotations

import pytest

from rag.adapters.dictionary_cccedict import look_up
from rag.steps.read_english import english_amounts
from tests.unit.made import asked


def words_of(question: str) -> dict[str, bool]:
    """Every Chinese word looked for, and whether the answer must be about it."""
    return {form[0]: keyword.constrains for keyword in asked(question).keywords for form in keyword.forms}


@pytest.mark.parametrize(
    ("phrase", "word"),
    [("potato", "马铃薯"), ("drone", "无人机"), ("to dredge", "清淤"), ("wind power", "风电")],
)
def test_an_english_phrase_gives_chinese_words(phrase: str, word: str) -> None:
    assert word in look_up(phrase)


def test_what_no_entry_glosses_gives_none() -> None:
    assert look_up("tea oil") == ()


def test_single_characters_only_where_there_is_nothing_longer() -> None:
    assert look_up("pig") == ("猪",)
    assert "下" not in look_up("to decline")


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("How many drones did Hanzhong sell last year?", "无人机"),
        ("Which landslides were treated in Hanzhong?", "滑坡"),
        ("What is said of apple orchards in Hanzhong?", "果园"),
    ],
)
def test_nouns_bind_in_singular_and_plural(question: str, word: str) -> None:
    assert words_of(question)[word] is True


def test_verbs_do_not_bind() -> None:
    assert words_of("Which rivers did Hanzhong dredge?")["清淤"] is False


def test_function_words_are_not_looked_up() -> None:
    assert words_of("Why in 2023 was it so for Hanzhong?") == {}


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("Which cities passed 200 billion yuan?", ["2000亿"]),
        ("Did 1.5 million people and 5.5 percent benefit in 2025?", ["150万", "5.5%"]),
        ("Were 3,000 thousand tons and 15% reached?", ["300万", "15%"]),
        ("Which 12 counties are named?", []),
    ],
)
def test_amounts_are_looked_for_as_reports_write_them(question: str, written: list[str]) -> None:
    assert english_amounts(question) == written
    assert set(written) <= set(words_of(f"{question[:-1]} in Hanzhong?"))
