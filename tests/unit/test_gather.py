"""Lists that a sentence announces and the sentences behind it give."""

from __future__ import annotations

import pytest

from rag.domain import Sentence
from rag.steps.gather import asked_count, first_of_series, leads, led, numbered, under
from tests.unit.made import make_sentence

SECTION = ("二、2024年工作要求和目标",)
LEAD = "落实总体要求,必须牢牢把握高质量发展,因地制宜创新落实,突出“五个第一”原则:"
FIRSTS = [
    "突出发展第一要务增强实力。",
    "突出生态第一资源厚植优势。",
    "突出创新第一动力多元赋能。",
    "突出民生第一关切共建和谐。",
    "突出安全第一责任守好底线。",
]
BETWEEN = "聚焦发展质量提升,坚持深化新时代做好经济工作的规律性认识。"


def follow(*texts: str, section: tuple[str, ...] = SECTION) -> list[Sentence]:
    return [make_sentence(text, ordinal=n, at=100 * n, section=section) for n, text in enumerate(texts, 1)]


def said(items: list[tuple[Sentence, int, int]]) -> list[str]:
    return [sentence.text[start:end] for sentence, start, end in items]


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("突出哪五个第一？", 5),
        ("三大主导产业是什么？", 3),
        ("获批了哪两项试点？", 2),
        ("哪12个县入选？", 12),
        ("2023年5G基站有多少？", None),
        ("21个省市重点项目有哪些？", None),
        ("十大工程是哪些？", 10),
        ("今后五年要打造哪七个之都？", 7),
        ("有哪些主导产业？", None),
        ("一个产业园叫什么？", None),
    ],
)
def test_how_many_items_are_asked_for(question: str, count: int | None) -> None:
    assert asked_count(question) == count


@pytest.mark.parametrize(
    ("text", "count", "leading"),
    [
        (LEAD, 5, True),
        ("今年重点抓好八方面工作。", 8, True),
        ("三大主导产业是数字经济、都市新工业、文旅文创。", 3, False),
        ("数字经济、都市新工业、文旅文创三大主导产业发展取得成效。", 3, False),
        ("新建口袋公园26个。", None, False),
        ("完善协同机制,推动产业链建设,优化环境,集中打造5个千亿级产业集群,做强产业支撑。", 5, True),
        ("壮大装备、材料、能源、农业、文旅等5个千亿级产业集群。", 5, False),
    ],
)
def test_a_lead_announces_and_does_not_give(text: str, count: int | None, leading: bool) -> None:
    assert leads(make_sentence(text, section=SECTION), count) is leading


def test_a_heading_leads_what_stands_under_it() -> None:
    assert leads(make_sentence("二、2024年工作要求和目标", section=SECTION), None)


def test_the_parallel_sentences_behind_a_lead_in_order() -> None:
    behind = follow(FIRSTS[0], BETWEEN, *FIRSTS[1:])
    assert said(led(make_sentence(LEAD, section=SECTION), behind, 5)) == FIRSTS


def test_at_most_as_many_as_asked_for() -> None:
    assert said(led(make_sentence(LEAD, section=SECTION), follow(*FIRSTS), 3)) == FIRSTS[:3]


def test_an_item_behind_the_colon_of_the_lead_is_the_first() -> None:
    lead = make_sentence("突出“三个第一”原则:突出发展第一要务增强实力。", section=SECTION)
    assert said(led(lead, follow(*FIRSTS[1:3]), 3)) == FIRSTS[:3]


def test_a_list_ends_with_its_section_and_is_none_where_items_lack() -> None:
    behind = [*follow(*FIRSTS[:2]), *follow(*FIRSTS[2:], section=("三、年度重点工作任务",))]
    assert said(led(make_sentence(LEAD, section=SECTION), behind, 2)) == FIRSTS[:2]
    assert led(make_sentence(LEAD, section=SECTION), behind, 5) == []


@pytest.mark.parametrize(
    "marks",
    [
        ("(一)", "(二)", "(三)"),
        ("一是", "二是", "三是"),
        ("1.", "2.", "3."),
        ("(1)", "(2)", "(3)"),
        ("第一,", "第二,", "第三,"),
    ],
)
def test_items_with_running_marks(marks: tuple[str, str, str]) -> None:
    items = [
        f"{mark}{name}。" for mark, name in zip(marks, ("扩大内需", "深化改革", "改善民生"), strict=True)
    ]
    between = "打通堵点,稳住预期。"
    behind = follow(items[0], between, items[1], items[2])
    lead = make_sentence("重点抓好以下工作:", section=SECTION)
    assert said(numbered(lead, behind, 3)) == [item.rstrip("。") for item in items]
    assert numbered(lead, behind, 4) == []
    assert numbered(lead, [*follow(between, between, between, between), *behind], 3) == []


def test_the_first_item_may_stand_in_the_lead() -> None:
    lead = make_sentence("要突出抓好三个方面:一是着力搞好宏观调控。", section=SECTION)
    behind = follow("二是着力推进改革开放。", "三是着力建设和谐社会。")
    assert said(numbered(lead, behind, 3)) == [
        "一是着力搞好宏观调控",
        "二是着力推进改革开放",
        "三是着力建设和谐社会",
    ]


def test_a_later_item_leads_back_to_the_first() -> None:
    first, second, third = follow(
        "打好攻坚战:一是大气污染攻坚战。", "二是房地产管控攻坚战。", "三是三轮车攻坚战。"
    )
    assert first_of_series(third, [first, second]) == first
    assert first_of_series(make_sentence("打好攻坚战。"), [first]) is None


def test_a_long_item_is_shortened_to_its_first_statement() -> None:
    long = "突出发展第一要务增强实力,聚焦发展质量提升,用真实高速度量的增长强基固本,用绿色质的提升集能广益。"
    items = led(make_sentence(LEAD, section=SECTION), follow(long, *FIRSTS[1:]), 5)
    assert said(items)[0] == "突出发展第一要务增强实力"


def test_sentences_that_are_not_parallel_are_no_list() -> None:
    assert led(make_sentence(LEAD, section=SECTION), follow(BETWEEN, "新建口袋公园26个。"), 5) == []


def test_without_a_count_the_next_sentence_is_the_item() -> None:
    lead = make_sentence("今年政府工作的总体要求是:", section=SECTION)
    assert said(led(lead, follow("坚持稳中求进工作总基调。", BETWEEN), None)) == ["坚持稳中求进工作总基调。"]
    assert led(lead, [], None) == []


def test_what_stands_under_a_heading_is_its_list() -> None:
    section = ("(七)办好十件民生实事",)
    heading, first, second = follow(
        "(七)办好十件民生实事。", "新建扩建学校12所。", "改造台区210个。", section=section
    )
    (other,) = follow("各位代表!", section=("结束语",))
    assert said(under(heading, [first, second, other])) == ["新建扩建学校12所。", "改造台区210个。"]
    assert under(first, [second]) == []


def test_a_sentence_that_gives_the_first_of_several_items_leads_the_others() -> None:
    lead = make_sentence("从不利因素看:一是油田连年调减产量,将导致增加值负增长。", section=SECTION)
    behind = follow(
        "国际原油价格持续下跌。",
        "二是煤炭行业仍面临很大困难。",
        "三是林区全面停止采伐。",
        "综合考虑,预期增长6%。",
    )
    assert leads(lead, None)
    items = said(numbered(lead, behind, None))
    assert [item[:2] for item in items] == ["一是", "二是", "三是"]
    assert not leads(make_sentence("一是抓产业;二是惠民生。", section=SECTION), None)


def test_of_more_items_than_asked_for_those_that_open_alike() -> None:
    lead = make_sentence("集中打造3个千亿级产业集群,做强产业体系支撑。", section=SECTION)
    clusters = [f"加快打造千亿级{name}产业集群。" for name in ("装备制造", "现代材料", "文旅")]
    behind = follow(clusters[0], "加快机床工具产业创新提质。", *clusters[1:])
    assert said(led(lead, behind, 3)) == clusters
