"""`LexicalIndex`: BM25 as it is defined, inside the reports asked for, on disk when the call returns."""

from __future__ import annotations

import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.adapters.lexical_tantivy import TantivyLexicalIndex
from rag.adapters.words_rjieba import cut_words
from rag.domain import Sentence
from rag.errors import DataFolderError
from tests.contract.made_reports import make_sentence

TEXTS = (
    "全市地区生产总值增长5.1%,一般公共预算收入增长7.7%。",
    "地区生产总值增长6%左右。",
    "固定资产投资增长15.1%,社会消费品零售总额增长8%。",
    "粮食总产量达到52.8亿斤。",
    "PM2.5平均浓度下降5.10%,R&D经费投入强度达到1.8%。",
    "新建5G基站1,200个。",
)


def make_sentences() -> list[Sentence]:
    """Six sentences of two reports, r0 and r1 in turn."""
    return [
        make_sentence(f"s{i}", text, report_id=f"r{i % 2}", ordinal=i // 2) for i, text in enumerate(TEXTS)
    ]


@pytest.fixture
def index(tmp_path: Path) -> TantivyLexicalIndex:
    opened = TantivyLexicalIndex(tmp_path / "words", cut_words)
    opened.add(make_sentences())
    return opened


def ids(found: list[tuple[str, float]]) -> list[str]:
    return [sentence_id for sentence_id, _ in found]


def bm25(words: list[str], text: str) -> float:
    """Robertson's formula with k1 = 1.2 and b = 0.75, over all of TEXTS. `text` shorter than 40 words."""
    documents = [cut_words(other) for other in TEXTS]
    mean_length = sum(map(len, documents)) / len(documents)
    document = cut_words(text)
    counts = Counter(document)
    score = 0.0
    for word in words:
        holding = sum(word in other for other in documents)
        rarity = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
        length_norm = 1.2 * (1 - 0.75 + 0.75 * len(document) / mean_length)
        score += rarity * counts[word] * 2.2 / (counts[word] + length_norm)
    return score


def test_scores_are_bm25_with_statistics_of_the_whole_index(index: TantivyLexicalIndex) -> None:
    words = ["地区", "生产总值", "增长"]
    everywhere = index.search(words, report_ids=["r0", "r1"], limit=10)
    assert set(ids(everywhere)) == {"s0", "s1", "s2"}
    for sentence_id, score in everywhere:
        assert score == pytest.approx(bm25(words, TEXTS[int(sentence_id[1])]), rel=1e-5)
    assert everywhere == sorted(everywhere, key=lambda hit: -hit[1])
    assert index.search(words, report_ids=["r1"], limit=10) == [hit for hit in everywhere if hit[0] == "s1"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("5.1%", ["s0"]),
        ("15.1", ["s2"]),
        ("5.10%", ["s4"]),
        ("pm2.5", ["s4"]),
        ("R&D", ["s4"]),
        ("5G", ["s5"]),
        ("1200", ["s5"]),
        ("粮食产量", ["s3"]),
    ],
)
def test_figures_and_terms_are_found_whole(
    index: TantivyLexicalIndex, question: str, expected: list[str]
) -> None:
    assert ids(index.search(cut_words(question), report_ids=["r0", "r1"], limit=10)) == expected


def test_the_filter_and_the_limit_hold(index: TantivyLexicalIndex) -> None:
    assert ids(index.search(["增长"], report_ids=["r0"], limit=10)) == ["s0", "s2"]
    assert ids(index.search(["增长"], report_ids=["r0"], limit=1)) == ["s0"]
    assert index.search(["增长"], report_ids=["r9"], limit=10) == []
    assert index.search(["增长"], report_ids=[], limit=10) == []
    assert index.search(["增长"], report_ids=["r0"], limit=0) == []
    assert index.search([], report_ids=["r0"], limit=10) == []
    assert index.search(["不存在的词"], report_ids=["r0"], limit=10) == []


def test_signs_of_a_query_language_are_only_characters(index: TantivyLexicalIndex) -> None:
    hostile = [
        '"',
        "*",
        "words:增长",
        "+增长",
        "-增长",
        "(",
        "增长^9",
        "AND",
        "[a TO b]",
        "~",
        "\\",
        "",
        " ",
        "\x00",
        "r&d",
    ]
    assert ids(index.search(hostile, report_ids=["r0", "r1"], limit=10)) == ["s4"]


def test_a_word_given_twice_counts_once(index: TantivyLexicalIndex) -> None:
    once = index.search(["增长"], report_ids=["r0"], limit=10)
    assert index.search(["增长", "增长"], report_ids=["r0"], limit=10) == once


def test_adding_again_replaces(index: TantivyLexicalIndex) -> None:
    index.add(make_sentences())
    index.add([make_sentence("s0", "常住人口37.2万人。", report_id="r7")])
    assert index.count() == 6
    assert sorted(index.ids()) == ["s0", "s1", "s2", "s3", "s4", "s5"]
    assert index.report_ids() == {"r0", "r1", "r7"}
    assert ids(index.search(["5.1%"], report_ids=["r0", "r7"], limit=10)) == []
    assert ids(index.search(["37.2"], report_ids=["r7"], limit=10)) == ["s0"]


def test_removing_and_clearing(index: TantivyLexicalIndex) -> None:
    index.remove(["r0", "r9"])
    index.remove([])
    assert sorted(index.ids()) == ["s1", "s3", "s5"]
    assert (index.count(), index.report_ids()) == (3, {"r1"})
    assert ids(index.search(["增长"], report_ids=["r0", "r1"], limit=10)) == ["s1"]
    index.clear()
    assert (index.count(), index.report_ids()) == (0, set())
    assert index.search(["增长"], report_ids=["r1"], limit=10) == []
    index.add(make_sentences()[:1])
    assert (index.count(), index.report_ids()) == (1, {"r0"})


def test_it_is_there_after_reopening(index: TantivyLexicalIndex, tmp_path: Path) -> None:
    """The first index stays open, as in a process that was killed: no lock of it is in the way."""
    again = TantivyLexicalIndex(tmp_path / "words", cut_words)
    asked = cut_words("地区生产总值增长")
    assert again.search(asked, report_ids=["r0", "r1"], limit=5) == index.search(
        asked, report_ids=["r0", "r1"], limit=5
    )
    again.add([make_sentence("s9", "新增城镇就业1.9万人。", report_id="r0")])
    assert again.count() == 7


def test_an_add_that_fails_midway_leaves_nothing(tmp_path: Path) -> None:
    def cut(text: str) -> list[str]:
        if "粮食" in text:
            raise LookupError(text)
        return cut_words(text)

    index = TantivyLexicalIndex(tmp_path, cut)
    with pytest.raises(LookupError):
        index.add(make_sentences())
    assert index.count() == 0
    index.add(make_sentences()[:2])
    assert index.count() == 2


def test_damage_is_named(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataFolderError, match="wenbao rebuild"):
        TantivyLexicalIndex(tmp_path, cut_words)


def test_searches_and_writes_at_the_same_time(index: TantivyLexicalIndex) -> None:
    def write(i: int) -> None:
        index.add([make_sentence(f"n{i}", "地区生产总值增长9%。", report_id=f"new{i}")])

    def search(_: int) -> list[str]:
        return ids(index.search(["生产总值"], report_ids=["r0", "r1"], limit=10))

    with ThreadPoolExecutor(4) as pool:
        written = pool.map(write, range(8))
        found = list(pool.map(search, range(200)))
        list(written)
    assert all(set(seen) == {"s0", "s1"} for seen in found)
    assert index.count() == 14
