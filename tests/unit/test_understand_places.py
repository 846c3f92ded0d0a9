"""The places that a question names: asked of, compared, only a frame, only spoken of."""

from __future__ import annotations

import pytest

from rag.domain import QuestionKind
from tests.unit.made import asked

FACT, COMPARISON = QuestionKind.FACT, QuestionKind.COMPARISON


@pytest.mark.parametrize(
    ("question", "region"),
    [
        ("张家口GDP", "张家口市"),
        ("张家口市GDP", "张家口市"),
        ("Zhangjiakou GDP", "张家口市"),
        ("ZHANGJIAKOU GDP in 2023", "张家口市"),
        ("塞北管理区GDP", "塞北管理区"),
        ("塞北管理區GDP", "塞北管理区"),
        ("焦作市解放区的GDP", "焦作市解放区"),
        ("焦作解放区的GDP", "焦作市解放区"),
        ("Gaoping's GDP", "高平市"),
        ("How about Hanzhong city?", "汉中市"),
    ],
)
def test_a_place_by_its_names(question: str, region: str) -> None:
    intent = asked(question)
    assert intent.regions == (region,)
    assert intent.others == ()


def test_pinyin_inside_a_word_is_no_place() -> None:
    assert asked("Is fuzhoulike growth a thing in the reports?").regions == ()


def test_one_name_of_two_cities_is_that_of_the_report() -> None:
    """福州 and 抚州 are spelled alike; only 抚州 has a report."""
    intent = asked("What is Fuzhou's GDP growth target for 2024?")
    assert (intent.regions, intent.others) == (("抚州市",), ())


@pytest.mark.parametrize(
    "question",
    [
        "塞北管理区固定资产投资增速在张家口排第几？",
        "塞北管理区的固定资产投资在全市（张家口市）位列第几？",
        "张家口市塞北管理区固定资产投资增速排名第几？",
    ],
)
def test_a_place_around_another_is_only_its_frame(question: str) -> None:
    intent = asked(question)
    assert (intent.regions, intent.kind) == (("塞北管理区",), FACT)


def test_a_place_and_one_around_it_are_compared_where_that_is_asked() -> None:
    intent = asked("塞北管理区和张家口市的GDP增速相差多少？")
    assert (intent.regions, intent.kind) == (("塞北管理区", "张家口市"), COMPARISON)


@pytest.mark.parametrize(
    "question",
    ["河北省廊坊市2024年GDP目标是多少？", "河北廊坊今年的GDP目标", "GDP target of Langfang, Hebei, 2024"],
)
def test_the_province_of_a_place_needs_no_mention_in_the_evidence(question: str) -> None:
    intent = asked(question)
    assert intent.regions == ("廊坊市",)
    assert intent.others == ()
    assert not any(keyword.constrains for keyword in intent.keywords)


def test_an_unknown_place_alone_is_what_is_asked_of() -> None:
    (mention,) = asked("重庆2024年GDP增长目标是多少？").others
    assert (mention.words, mention.place.name, mention.listed) == ("重庆", "重庆市", True)


@pytest.mark.parametrize(
    "question",
    [
        "张家口和重庆2023年GDP增速哪个高？",
        "重庆与张家口2023年GDP对比",
        "Compare GDP of Zhangjiakou and Chongqing",
    ],
)
def test_an_unknown_place_beside_a_known_one_is_listed(question: str) -> None:
    intent = asked(question)
    assert intent.regions == ("张家口市",)
    assert [(mention.place.name, mention.listed) for mention in intent.others] == [("重庆市", True)]
    assert intent.kind is COMPARISON


@pytest.mark.parametrize(
    ("question", "asked_of"),
    [
        ("重庆2024年政府工作报告的GDP目标", True),
        ("2024年重庆市政府工作报告的GDP目标", True),
        ("What is the GDP target in Chongqing's 2024 government work report?", True),
        ("Who delivered the 2024 government work report of Chongqing?", True),
        ("2010年政府工作报告如何提到上海世博会？", False),
    ],
)
def test_the_place_of_a_report_and_one_that_a_report_speaks_of(question: str, asked_of: bool) -> None:
    assert [mention.listed for mention in asked(question).others] == [asked_of]


def test_a_place_that_is_only_spoken_of_is_not_listed() -> None:
    intent = asked("廊坊2023年开行至天津的跨省公交有几条？")
    assert intent.regions == ("廊坊市",)
    assert [(mention.words, mention.listed) for mention in intent.others] == [("天津", False)]
    assert intent.kind is FACT


@pytest.mark.parametrize("question", ["石泉县2023年GDP增速是多少？", "安康市石泉县获得了什么荣誉？"])
def test_a_place_inside_one_of_a_report_has_to_be_named_by_the_evidence(question: str) -> None:
    intent = asked(question)
    (mention,) = intent.others
    assert "安康市" in mention.place.parents
    forms = [keyword.forms for keyword in intent.keywords if keyword.constrains]
    assert (("石泉县",), ("石泉",)) in forms
