"""A model's draft read into claims: which evidence each names, and what is said without any."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Language, Statement
from rag.steps.answer import Claim
from rag.steps.cite import lists_all, read_draft, tells
from tests.unit.made import LANGFANG, make_statement, number

GDP = make_statement("地区生产总值增长5.1%", ordinal=1)
BUDGET = make_statement("一般公共预算收入增长7.7%", ordinal=2, at=30)
RETAIL = make_statement("社会消费品零售总额增长8%", LANGFANG, ordinal=3)
EVIDENCE = number(GDP, BUDGET, RETAIL)


def read(text: str, language: Language = Language.SIMPLIFIED) -> tuple[list[Claim], list[str]]:
    return read_draft(text, EVIDENCE, language)


def cited(text: str) -> list[tuple[str, tuple[Statement, ...]]]:
    """The claims of a draft without fault."""
    claims, faults = read(text)
    assert faults == []
    return [(claim.text, claim.statements) for claim in claims]


@pytest.mark.parametrize(
    "text",
    [
        "GDP增长5.1%[1]。",
        "GDP增长5.1%[1]",
        "GDP增长5.1% [1] 。",
        "  GDP增长5.1%。[1]\n",
        "回答：GDP增长5.1%[1]。",
        "GDP增长5.1%[1][1]。",
    ],
)
def test_one_claim(text: str) -> None:
    assert cited(text) == [("GDP增长5.1%", (GDP,))]


def test_several_claims_in_order() -> None:
    assert cited("GDP增长5.1%[1]。预算收入增长7.7%[2]。\n社零增长8%[3]") == [
        ("GDP增长5.1%", (GDP,)),
        ("预算收入增长7.7%", (BUDGET,)),
        ("社零增长8%", (RETAIL,)),
    ]


def test_several_ids_of_one_claim_in_the_order_written() -> None:
    assert cited("预算收入增长7.7%，GDP增长5.1%[2][1]。") == [
        ("预算收入增长7.7%，GDP增长5.1%", (BUDGET, GDP))
    ]


def test_an_id_that_does_not_exist_is_dropped() -> None:
    assert cited("GDP增长5.1%[1][7]。") == [("GDP增长5.1%", (GDP,))]


def test_a_claim_whose_ids_do_not_exist_is_no_claim() -> None:
    claims, faults = read("社零增长8%[3]。GDP增长5.1%[9]。")
    assert [claim.text for claim in claims] == ["社零增长8%"]
    assert faults == ["cites nothing that exists: GDP增长5.1%"]


@pytest.mark.parametrize("text", ["GDP增长5.1%。", "GDP增长5.1%（1）。", "GDP增长5.1%[一]。"])
def test_a_claim_without_an_id_is_no_claim(text: str) -> None:
    claims, faults = read(text)
    assert claims == []
    assert faults[0].startswith("without evidence: GDP增长5.1%")
    assert faults[-1] == "no statement with evidence"


def test_what_trails_behind_the_last_id_is_a_fault() -> None:
    claims, faults = read("GDP增长5.1%[1]。廊坊表现更好。")
    assert [claim.text for claim in claims] == ["GDP增长5.1%"]
    assert faults == ["without evidence: 廊坊表现更好。"]


def test_an_id_alone_is_no_claim() -> None:
    assert read("。[1]") == ([], ["an id without a statement", "no statement with evidence"])


def test_an_empty_draft_has_no_statement() -> None:
    assert read("") == ([], ["no statement with evidence"])


# --- a wrong id -------------------------------------------------------------------------------------


def test_the_one_holder_of_all_figures_replaces_a_wrong_id() -> None:
    assert cited("一般公共预算收入增长7.7%[1]。") == [("一般公共预算收入增长7.7%", (BUDGET,))]


def test_a_right_id_stays_though_another_holds_the_figures_too() -> None:
    twin = make_statement("税收收入增长5.1%", ordinal=4, at=60)
    claims, _ = read_draft("GDP增长5.1%[1]。", number(GDP, twin), Language.SIMPLIFIED)
    assert claims[0].statements == (GDP,)


def test_between_two_holders_nothing_is_chosen() -> None:
    twin = make_statement("税收收入增长7.7%", ordinal=4, at=60)
    claims, _ = read_draft("预算收入增长7.7%[1]。", number(GDP, BUDGET, twin), Language.SIMPLIFIED)
    assert claims[0].statements == (GDP,)


@pytest.mark.parametrize("text", ["一般公共预算收入继续增长[1]。", "2023年一般公共预算收入[1]。"])
def test_likeness_of_words_never_moves_an_id(text: str) -> None:
    assert cited(text)[0][1] == (GDP,)


def test_a_figure_that_is_nowhere_moves_nothing() -> None:
    assert cited("一般公共预算收入增长9.9%[1]。")[0][1] == (GDP,)


def test_no_single_holder_of_all_figures_moves_nothing() -> None:
    assert cited("预算收入增长7.7%，社零增长8%[1]。")[0][1] == (GDP,)


def test_english_claims_end_in_a_full_stop() -> None:
    claims, faults = read("GDP grew by 5.1%[1].\nRetail sales grew by 8%[3].", Language.ENGLISH)
    assert faults == []
    assert [(claim.text, claim.end) for claim in claims] == [
        ("GDP grew by 5.1%", ". "),
        ("Retail sales grew by 8%", ". "),
    ]


@pytest.mark.parametrize(
    ("text", "language", "right"),
    [
        ("Langfang's GDP growth target is 6%左右", Language.ENGLISH, True),
        ('Ankang received the title "中国毛绒玩具产业新都"', Language.ENGLISH, True),
        ("Jiefang (焦作市解放区) built 570 stations (5G基站570个)", Language.ENGLISH, True),
        ("焦作市解放区已建成5G基站570个", Language.ENGLISH, False),
        ("Hanzhong的零售销售额增长了6.1%", Language.ENGLISH, False),
        ("解放区建成570个5G基站", Language.SIMPLIFIED, True),
        ("解放區建成570個5G基站", Language.TRADITIONAL, True),
        ("Jiefang built 570 stations", Language.SIMPLIFIED, False),
        ("5.1%", Language.ENGLISH, True),
        ("5.1%", Language.SIMPLIFIED, True),
        ("4033", Language.SIMPLIFIED, False),
        ("1102", Language.ENGLISH, False),
    ],
)
def test_an_answer_is_in_the_language_of_the_question(text: str, language: Language, right: bool) -> None:
    claims, faults = read(f"{text}[1]。", language)
    assert [claim.text for claim in claims] == [text]
    assert faults == ([] if right else [f"not in the language of the question: {text}"])


@given(st.text(alphabet="增长5.1%7[]()123 。.\n，GDP", max_size=60))
def test_whatever_a_model_writes_cites_only_what_exists(text: str) -> None:
    claims, faults = read(text)
    assert claims or faults
    for claim in claims:
        assert claim.statements
        assert set(claim.statements) <= {GDP, BUDGET, RETAIL}
        assert "[" not in claim.text
        assert claim.text.strip() == claim.text != ""


@pytest.mark.parametrize(
    ("text", "count", "complete"),
    [
        ("三大主导产业是数字经济、都市新工业、文旅文创", 3, True),
        ("集中打造5个千亿级产业集群", 5, False),
        ("建成体育馆和游泳馆", 2, True),
        ("建成体育馆", None, True),
    ],
)
def test_a_list_that_leaves_items_out_is_told(text: str, count: int | None, complete: bool) -> None:
    claim = Claim(text=text, statements=())
    assert lists_all([claim], count) is complete


@pytest.mark.parametrize(
    ("draft", "question", "new"),
    [
        (
            "The group moved its headquarters from Beijing to Gaoping[1].",
            "Which group moved its headquarters from Beijing to Gaoping?",
            False,
        ),
        (
            "The Kangshuo group moved its headquarters to Gaoping[1].",
            "Which group moved its headquarters to Gaoping?",
            True,
        ),
        ("廊坊市的GDP[1]。", "廊坊市的GDP是多少？", False),
        ("廊坊市的GDP增长5.1%[1]。", "廊坊市的GDP增长多少？", True),
        ("廊坊市的GDP增长了[1]。", "廊坊市的GDP增长了吗？", True),
    ],
)
def test_an_answer_says_what_its_question_does_not(draft: str, question: str, *, new: bool) -> None:
    claims, _ = read(draft, Language.ENGLISH if draft.isascii() else Language.SIMPLIFIED)
    assert tells(claims, question) is new
