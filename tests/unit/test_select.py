"""Sentences judged against a question: which statement is best, what fits, and what the model is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Hit, Keyword, QuestionKind, Stance, Statement, Wanted
from rag.steps.cover import cover
from rag.steps.judge_statements import judge_statements
from rag.steps.pick_values import values
from rag.steps.select import as_evidence, choose_statements
from tests.unit.made import (
    LANGFANG,
    ZHANGJIAKOU,
    asked,
    indicator,
    make_hit,
    make_intent,
    make_sentence,
    make_statement,
)

GDP = "地区生产总值"
RESULT_2023 = make_sentence("地区生产总值增长3.8%,固定资产投资增长6.5%。", LANGFANG, ordinal=1)
TARGET_2024 = make_sentence(
    "地区生产总值增长6%左右,一般公共预算收入增长5%左右。",
    LANGFANG,
    stance=Stance.TARGET,
    period=2024,
    ordinal=2,
    at=100,
)
OTHER_TOPIC = make_sentence("新建口袋公园10个。", LANGFANG, ordinal=3, at=200)
HITS = [make_hit(sentence, LANGFANG) for sentence in (OTHER_TOPIC, RESULT_2023, TARGET_2024)]


def test_the_result_for_what_was_done_the_target_for_what_is_ahead() -> None:
    done = judge_statements(HITS, asked("廊坊2023年GDP增长了多少？"))
    ahead = judge_statements(HITS, asked("廊坊2024年GDP增长目标是多少？"))
    assert done[0].text == "地区生产总值增长3.8%"
    assert ahead[0].text == "地区生产总值增长6%左右"
    assert done[0].fits
    assert ahead[0].fits
    assert not any(s.fits_stance for s in done if s.hit.sentence is TARGET_2024)
    assert not any(s.fits_stance for s in ahead if s.hit.sentence is RESULT_2023)


def test_a_plan_fits_what_is_ahead_and_neither_stance_misfits_other() -> None:
    plan = make_hit(
        make_sentence("城镇新增就业5.73万人。", LANGFANG, stance=Stance.PLAN, period=2024), LANGFANG
    )
    other = make_hit(make_sentence("城镇新增就业5.73万人。", LANGFANG, stance=Stance.OTHER), LANGFANG)
    ahead, done = asked("廊坊今年要新增多少城镇就业？"), asked("廊坊去年新增了多少城镇就业？")
    assert judge_statements([plan], ahead)[0].fits_stance
    assert not judge_statements([plan], done)[0].fits_stance
    assert judge_statements([other], ahead)[0].fits_stance
    assert judge_statements([other], done)[0].fits_stance


def test_the_year_must_be_the_one_asked_about_where_the_sentence_has_one() -> None:
    intent = make_intent(periods=(2022,), indicators=(indicator(GDP),))
    without = make_sentence("地区生产总值增长3.8%。", LANGFANG, period=None)
    assert not any(s.fits_period for s in judge_statements([make_hit(RESULT_2023, LANGFANG)], intent))
    assert judge_statements([make_hit(without, LANGFANG)], intent)[0].fits_period


def test_a_span_of_years_answers_for_a_year_in_it_and_for_none_outside() -> None:
    sentence = replace(make_sentence("财政收入增长一倍。", period=None), years=(2019, 2023))
    for period, fits in ((2021, True), (2024, False)):
        (judged,) = judge_statements([make_hit(sentence)], make_intent(periods=(period,)))
        assert judged.fits_period is fits


def test_only_statements_with_a_value_of_the_kind_asked_for_fit() -> None:
    raw = "固定资产投资完成2.31亿元;固定资产投资增长31.1%;固定资产投资增速位列全市第一;固定资产投资稳中有进。"
    hits = [make_hit(make_sentence(raw))]
    for wanted, fitting in [
        (Wanted.AMOUNT, {"固定资产投资完成2.31亿元"}),
        (Wanted.RATE, {"固定资产投资增长31.1%"}),
        (Wanted.RANK, {"固定资产投资增速位列全市第一"}),
        (Wanted.ANY, {"固定资产投资完成2.31亿元", "固定资产投资增长31.1%"}),
    ]:
        intent = make_intent(wanted=wanted, indicators=(indicator("固定资产投资"),))
        judged = judge_statements(hits, intent)
        assert {s.text for s in judged if s.fits_value and s.text != raw} == fitting, wanted


def test_a_statement_is_the_run_of_clauses_about_one_subject() -> None:
    raw = "固定资产投资完成2.31亿元,增长31.1%,增速位列全市第一;社会消费品零售总额完成0.7亿元,增长8.9%。"
    best = judge_statements([make_hit(make_sentence(raw))], asked("张家口固定资产投资增长多少？"))[0]
    assert best.text == "固定资产投资完成2.31亿元,增长31.1%,增速位列全市第一"
    assert best.indicators == ("固定资产投资",)


def test_a_list_question_judges_whole_sentences() -> None:
    intent = asked("张家口有哪些口袋公园和美丽街区？")
    assert intent.wanted is Wanted.NONE
    (judged,) = judge_statements([make_hit(make_sentence("新建口袋公园26个,打造美丽街区19个。"))], intent)
    assert judged.text == "新建口袋公园26个,打造美丽街区19个。"


def test_words_of_the_question_decide_between_like_statements() -> None:
    toys = make_hit(make_sentence("毛绒玩具综合产值61.1亿元。", ordinal=1))
    farms = make_hit(make_sentence("现代农业产业园综合产值378亿元。", ordinal=2, at=50))
    best = judge_statements([farms, toys], asked("毛绒玩具综合产值是多少？"))[0]
    assert best.hit is toys
    assert (best.cover, best.held) == (1.0, 1.0)


def test_another_indicator_is_not_the_one_asked_for() -> None:
    per_head = make_sentence("人均地区生产总值7.2万元。", ordinal=4)
    judged = judge_statements([make_hit(per_head)], asked("张家口GDP是多少？"))
    assert judged[0].indicators == ()


def test_what_search_ranked_first_is_best_among_equals() -> None:
    hits = [make_hit(make_sentence("景区5家。", ordinal=n, at=10 * n)) for n in (2, 0, 1)]
    judged = judge_statements(hits, make_intent(wanted=Wanted.NONE))
    assert [s.hit.sentence.ordinal for s in judged] == [2, 0, 1]
    assert [s.score for s in judged] == sorted((s.score for s in judged), reverse=True)


@pytest.mark.parametrize(
    ("text", "share"),
    [("毛绒玩具产值", 1.0), ("毛绒与玩具的产值", 1.0), ("玩具产值", 2 / 3), ("毛绒玩具", 2 / 3), ("", 0.0)],
)
def test_cover_is_the_share_of_the_keywords_weights(text: str, share: float) -> None:
    toys = Keyword(forms=(("毛绒玩具",), ("毛绒", "玩具")), weight=4)
    value = Keyword(forms=(("产值",),), weight=2)
    assert cover(text, [toys, value]) == pytest.approx(share)
    assert cover(text, []) == 0.0


def test_words_that_overlap_do_not_make_another_name_the_same() -> None:
    output = Keyword(forms=(("工业", "总产", "产值", "总产值"),), weight=4)
    assert cover("农业总产值增长5%左右", [output]) == pytest.approx(0.6)
    assert cover("轻工业和重工业的总产值增长5%", [output]) == 1.0


def test_cover_ignores_case() -> None:
    assert cover("建设5G基站", [Keyword(forms=(("5g",),), weight=1)]) == 1.0


def test_values_by_kind() -> None:
    text = "完成2.31亿元,增长31.1%,提高2个百分点,位列第一,2024年达到2.5倍"
    assert [figure.text for figure in values(text, Wanted.AMOUNT)] == ["2.31亿元"]
    assert [figure.text for figure in values(text, Wanted.RATE)] == ["31.1%", "2个百分点", "2.5倍"]
    assert [figure.text for figure in values(text, Wanted.RANK)] == ["第一"]
    assert values(text, Wanted.NONE) == []


# --- what the model is shown ------------------------------------------------------------------------


def make_ranked(count: int) -> list[Statement]:
    """Statements of 11 code points each, best first."""
    return [
        make_statement(f"第{n:02d}项指标增长{n:02d}%", ordinal=n, at=20 * n, score=5 - n / 100)
        for n in range(count)
    ]


def test_statements_are_chosen_best_first_and_limited() -> None:
    evidence = choose_statements(make_ranked(9), intent=make_intent(), budget=9999, count_tokens=len)
    assert [item.hit.sentence.ordinal for item in evidence] == [0, 1, 2, 3, 4, 5]


def test_evidence_keeps_to_the_budget_but_for_the_first() -> None:
    ranked = make_ranked(6)
    assert len(choose_statements(ranked, intent=make_intent(), budget=1, count_tokens=len)) == 1
    assert len(choose_statements(ranked, intent=make_intent(), budget=2 * (11 + 14), count_tokens=len)) == 2


def test_evidence_is_numbered_and_shown_in_its_whole_sentence_as_far_as_the_budget_goes() -> None:
    raw = "地区生产总值增长5.1%,固定资产投资增长4%"
    chosen = [make_statement(raw, part="固定资产投资增长4%"), make_statement("增长5.1%", ordinal=2, at=30)]
    wide = as_evidence(chosen, budget=9999, count_tokens=len)
    assert [(item.id, item.text) for item in wide] == [(1, raw), (2, "增长5.1%")]
    assert wide[0].span == chosen[0].hit.sentence.span
    narrow = as_evidence(chosen, budget=1, count_tokens=len)
    assert [item.text for item in narrow] == ["固定资产投资增长4%", "增长5.1%"]


def test_every_indicator_asked_for_comes_first() -> None:
    ranked = [
        make_statement("地区生产总值增长5.1%", score=5, ordinal=1, indicators=(GDP,)),
        make_statement("地区生产总值再创新高5%", score=4.9, ordinal=2, at=30, indicators=(GDP,)),
        make_statement("固定资产投资增长4%", score=4, ordinal=3, at=60, indicators=("固定资产投资",)),
    ]
    intent = make_intent(indicators=(indicator(GDP), indicator("固定资产投资")))
    evidence = choose_statements(ranked, intent=intent, budget=9999, count_tokens=len)
    assert [item.hit.sentence.ordinal for item in evidence] == [1, 3, 2]


def test_no_wording_twice_unless_two_reports_say_it() -> None:
    first = make_statement("增长5.1%", ordinal=1)
    again = make_statement("增长5.1%", ordinal=2, at=30)
    elsewhere = make_statement("增长5.1%", LANGFANG, ordinal=1)
    evidence = choose_statements(
        [first, again, elsewhere], intent=make_intent(), budget=9999, count_tokens=len
    )
    assert evidence == [first, elsewhere]


def test_no_overlapping_statements_of_one_sentence() -> None:
    raw = "地区生产总值增长5.1%,固定资产投资增长4%"
    whole, part = make_statement(raw), make_statement(raw, part="固定资产投资增长4%")
    for order in ([whole, part], [part, whole]):
        evidence = choose_statements(order, intent=make_intent(), budget=9999, count_tokens=len)
        assert evidence == order[:1]


def test_what_is_far_worse_than_the_best_is_left_out() -> None:
    ranked = [
        make_statement("增长5.1%", score=6, ordinal=1),
        make_statement("增长4%", score=3, ordinal=2, at=30),
    ]
    assert len(choose_statements(ranked, intent=make_intent(), budget=9999, count_tokens=len)) == 1


@given(
    st.lists(
        st.text(alphabet="地区生产总值增长5.1%,;。、“”()第一亿元个", min_size=1, max_size=80), max_size=6
    ),
    st.sampled_from(list(Wanted)),
    st.sampled_from(list(QuestionKind)),
)
def test_statements_lie_in_their_sentences(texts: list[str], wanted: Wanted, kind: QuestionKind) -> None:
    sentences = [make_sentence(text, ordinal=n) for n, text in enumerate(texts) if text.strip()]
    hits: list[Hit] = [make_hit(sentence, ZHANGJIAKOU) for sentence in sentences]
    for judged in judge_statements(hits, make_intent(wanted=wanted, kind=kind)):
        text = judged.hit.sentence.text
        assert 0 <= judged.start < judged.end <= len(text)
        assert judged.hit.sentence.span.holds(judged.span)
        assert 0 <= judged.cover <= 1
        assert 0 <= judged.held <= 1
