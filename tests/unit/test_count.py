"""Words counted in every sentence of the reports in scope."""

from __future__ import annotations

import pytest

from rag.steps.count import counted_words, tally
from tests.unit.made import ANKANG, LANGFANG, asked, make_sentence


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("“毛绒玩具”在安康报告里出现了几次？", "毛绒玩具"),
        ("哪些报告提到“新质生产力”？", "新质生产力"),
        ("哪些报告提到了新质生产力？", "新质生产力"),
        ("提到新质生产力的报告有哪些？", "新质生产力"),
        ("有几份报告提到低空经济", "低空经济"),
        ("安康报告提到乡村振兴几次？", "乡村振兴"),
        ("报告提到过几次营商环境？", "营商环境"),
        ("乡村振兴在安康报告里出现了几次？", "乡村振兴"),
        ("安康报告里乡村振兴出现了几次？", "乡村振兴"),
        ("枫桥经验被几份报告提到？", "枫桥经验"),
        ("哪些報告提到「鄉村振興」？", "乡村振兴"),
        ('How many reports mention "new quality productive forces"?', "新质生产力"),
        ("How many times does Ankang's report mention rural revitalization?", "乡村振兴"),
        ('How many times does "5G" appear in Langfang\'s report?', "5G"),
        ("How many times is 新质生产力 mentioned?", "新质生产力"),
    ],
)
def test_the_words_to_count(question: str, words: str) -> None:
    assert counted_words(asked(question)) == words


def test_every_place_where_the_words_stand() -> None:
    sentences = [
        make_sentence("毛绒玩具+文旅,毛绒玩具街区。", ANKANG, ordinal=1),
        make_sentence("旅游拉动消费升温。", ANKANG, ordinal=2, at=30),
        make_sentence("新建毛绒 玩具园。", ANKANG, ordinal=3, at=60),
        make_sentence("毛绒玩具出口。", LANGFANG, ordinal=1),
    ]
    found = tally("毛绒玩具", asked("“毛绒玩具”出现几次？"), [ANKANG, LANGFANG], sentences)
    assert found.by_report == ((ANKANG, 3), (LANGFANG, 1))
    assert found.occurrences == 4
    assert [(s.hit.sentence, s.text) for s in found.shown] == [
        (sentences[0], "毛绒玩具+文旅"),
        (sentences[0], "毛绒玩具街区。"),
        (sentences[3], "毛绒玩具出口。"),
        (sentences[2], "新建毛绒玩具园。"),
    ]


def test_case_does_not_matter_and_nothing_is_nothing() -> None:
    sentences = [make_sentence("新建5G基站,发展5g应用。", ANKANG)]
    intent = asked("“5g”出现几次？")
    assert tally("5g", intent, [ANKANG], sentences).occurrences == 2
    assert tally("6G", intent, [ANKANG], sentences).by_report == ()


@pytest.mark.parametrize(
    ("question", "asks_times"),
    [
        ("“毛绒玩具”出现了几次？", True),
        ("提到多少次“毛绒玩具”？", True),
        ("哪些报告提到“毛绒玩具”？", False),
        ("有几份报告提到“毛绒玩具”？", False),
        ('How many times does "5G" appear?', True),
        ('How many reports mention "5G"?', False),
    ],
)
def test_times_or_reports(question: str, asks_times: bool) -> None:
    assert tally("毛绒玩具", asked(question), [ANKANG], []).asks_times is asks_times
