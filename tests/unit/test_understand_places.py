"""The places that a question names: asked of, compared, only a frame, only spoken of."""

from __future__ import annotations

import pytest

from rag.domain import QuestionKind, Report
from tests.unit.made import ANKANG, FUZHOU, HANZHONG, LANGFANG, asked, make_report

FACT, COMPARISON = QuestionKind.FACT, QuestionKind.COMPARISON
XIANGFAN = make_report("襄樊市", "襄樊", "xiangfan", parents=("湖北省",), year=1994)
XIANGYANG = make_report("襄阳市", "襄阳", "xiangyang", parents=("湖北省",))
CHAOYANG = make_report("长春市朝阳区", "朝阳区", "朝阳", "chaoyang", parents=("长春市", "吉林省"))
CHAOYANG_BEIJING = make_report("北京市朝阳区", "朝阳区", "朝阳", "chaoyang", parents=("北京市",))
GULOU = make_report("徐州市鼓楼区", "鼓楼区", "鼓楼", "gulou", parents=("徐州市", "江苏省"))
FUZHOU_FUJIAN = make_report("福州市", "福州", "fuzhou", parents=("福建省",))
XIQU = make_report("攀枝花市西区", "xiqu", parents=("攀枝花市", "四川省"))
CHENGGUAN = make_report("兰州市城关区", "城关区", "城关", "chengguan", parents=("兰州市", "甘肃省"))
WANZHOU = make_report("重庆市万州区", "万州区", "万州", "wanzhou", parents=("重庆市",))
DONGCHENG = make_report("北京市东城区", "东城区", "东城", "dongcheng", parents=("北京市",))
CHONGWEN = make_report("北京市崇文区", "崇文区", "崇文", "chongwen", parents=("北京市",), year=1994)
CHANGZHI = make_report("长治市", "长治", "changzhi", parents=("山西省",))


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


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("张家口2023年与廊坊2022年的GDP增速比一比", (("张家口市", 2023), ("廊坊市", 2022))),
        ("2023年张家口与2022年廊坊的GDP哪个高", (("张家口市", 2023), ("廊坊市", 2022))),
        ("张家口2023年与廊坊2023年的GDP哪个高", ()),
        ("张家口和廊坊2023年的GDP哪个高", ()),
        ("张家口2024、廊坊2023两份报告里GDP目标较低的是哪个", (("张家口市", 2024), ("廊坊市", 2023))),
    ],
)
def test_each_place_in_its_own_year(question: str, years: tuple[tuple[str, int], ...]) -> None:
    intent = asked(question)
    assert intent.years_of == years
    if years:
        assert (intent.periods, intent.report_years) == (tuple(year for _, year in years), ())


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


@pytest.mark.parametrize(
    ("question", "reports", "regions"),
    [
        ("襄樊市1993年GDP增长多少？", (XIANGYANG,), ("襄阳市",)),
        ("襄阳1993年GDP增长多少？", (XIANGFAN,), ("襄樊市",)),
        ("襄樊1993年GDP增长多少？", (XIANGFAN, XIANGYANG), ("襄樊市",)),
        ("襄阳市2023年GDP增长多少？", (XIANGFAN, XIANGYANG), ("襄阳市",)),
        ("万县的GDP", (WANZHOU,), ("重庆市万州区",)),
        ("崇文区的GDP", (DONGCHENG,), ("北京市东城区",)),
        ("东城区的GDP", (CHONGWEN,), ("北京市崇文区",)),
        ("朝阳区的GDP", (CHAOYANG,), ("长春市朝阳区",)),
        ("朝阳区的GDP", (CHAOYANG, CHAOYANG_BEIJING), ("北京市朝阳区", "长春市朝阳区")),
        ("长春市朝阳区的GDP", (CHAOYANG, CHAOYANG_BEIJING), ("长春市朝阳区",)),
        ("北京朝阳的GDP", (CHAOYANG, CHAOYANG_BEIJING), ("北京市朝阳区",)),
        ("吉林省长春市朝阳区的GDP", (CHAOYANG,), ("长春市朝阳区",)),
        ("鼓楼区的GDP", (GULOU,), ("徐州市鼓楼区",)),
        ("江苏徐州鼓楼区的GDP", (GULOU,), ("徐州市鼓楼区",)),
        ("攀枝花市西区的GDP", (XIQU,), ("攀枝花市西区",)),
        ("攀枝花西区的GDP", (XIQU,), ("攀枝花市西区",)),
        ("城关区的GDP", (CHENGGUAN,), ("兰州市城关区",)),
        ("GDP of Fuzhou, Jiangxi", (FUZHOU, FUZHOU_FUJIAN), ("抚州市",)),
        ("GDP of Fuzhou, Fujian", (FUZHOU, FUZHOU_FUJIAN), ("福州市",)),
        ("GDP of Fuzhou City, Fujian Province", (FUZHOU, FUZHOU_FUJIAN), ("福州市",)),
        ("GDP of Fuzhou", (FUZHOU, FUZHOU_FUJIAN), ("抚州市", "福州市")),
        ("GDP of Chaoyang District, Changchun", (CHAOYANG, CHAOYANG_BEIJING), ("长春市朝阳区",)),
        ("GDP of Ankang City, Shaanxi Province", (ANKANG, HANZHONG), ("安康市",)),
        ("GDP of Xiangfan", (XIANGYANG,), ("襄阳市",)),
    ],
)
def test_a_name_that_needs_its_context(
    question: str, reports: tuple[Report, ...], regions: tuple[str, ...]
) -> None:
    intent = asked(question, reports)
    assert (intent.regions, intent.others) == (regions, ())


@pytest.mark.parametrize(
    ("question", "report", "place"),
    [
        ("北京市朝阳区的GDP", CHAOYANG, "北京市朝阳区"),
        ("北京朝阳的GDP", CHAOYANG, "北京市朝阳区"),
        ("福州市鼓楼区的GDP", GULOU, "福州市鼓楼区"),
        ("朝阳市的GDP", CHAOYANG, "朝阳市"),
        ("朝阳县的GDP", CHAOYANG, "朝阳县"),
        ("GDP of Fuzhou, Fujian", FUZHOU, "福州市"),
        ("GDP of Shanxi", ANKANG, "山西省"),
        ("GDP of Xi'an", ANKANG, "西安市"),
        ("Inner Mongolia's GDP", ANKANG, "内蒙古自治区"),
        ("大庸市的GDP", ANKANG, "大庸市"),
        ("拉萨市城关区的GDP", CHENGGUAN, "拉萨市城关区"),
    ],
)
def test_a_place_of_the_same_name_is_another(question: str, report: Report, place: str) -> None:
    intent = asked(question, (report,))
    (mention,) = intent.others
    assert (intent.regions, mention.place.name, mention.listed) == ((), place, True)


@pytest.mark.parametrize(
    ("question", "reports"),
    [
        ("怎么解放思想？", ()),
        ("合作社有多少家？", ()),
        ("如何实现长治久安？", (CHANGZHI,)),
        ("城关镇的粮食产量", (CHENGGUAN,)),
        ("西区建设的进展", (XIQU,)),
    ],
)
def test_an_everyday_word_names_no_place(question: str, reports: tuple[Report, ...]) -> None:
    intent = asked(question, reports)
    assert (intent.regions, intent.others) == ((), ())


def test_an_everyday_word_beside_a_place_makes_no_comparison() -> None:
    intent = asked("廊坊怎么解放思想？")
    assert (intent.regions, intent.others, intent.kind) == (("廊坊市",), (), FACT)


def test_a_list_reaches_over_places_without_reports() -> None:
    intent = asked("重庆、天津和廊坊的GDP目标", (LANGFANG,))
    assert [(mention.place.name, mention.listed) for mention in intent.others] == [
        ("重庆市", True),
        ("天津市", True),
    ]


@pytest.mark.parametrize(
    "question", ["GDP of Saibei Management District", "Saibei management district's GDP"]
)
def test_what_english_calls_a_zone_is_part_of_its_name(question: str) -> None:
    intent = asked(question)
    assert (intent.regions, intent.untranslated) == (("塞北管理区",), ())


def test_a_short_name_inside_a_name_in_quotation_marks_is_no_place() -> None:
    assert not asked("全球首座“灯塔工厂”是谁建的?").others
    assert [mention.words for mention in asked("“灯塔市”的工厂有几家?").others] == ["灯塔市"]
