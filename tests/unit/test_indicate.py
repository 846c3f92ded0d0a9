"""Which indicators a clause states, and where: by hand-made indicators and by the shipped ones."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Indicator
from rag.steps.indicate import candidates, position, states
from tests.unit import seeds
from tests.unit.made import indicator, lexicon

GDP = Indicator(
    name="地区生产总值",
    terms=("地区生产总值", "生产总值", "GDP"),
    unlike=("人均地区生产总值", "人均GDP", "单位生产总值能耗"),
)


@pytest.mark.parametrize(
    ("clause", "end"),
    [
        ("全市地区生产总值增长5.1%", 8),
        ("生产总值增长4%", 4),
        ("2023年gdp增长", 8),
        ("人均地区生产总值7万元", None),
        ("人均GDP7万元", None),
        ("产业增加值增长16.8%,高出生产总值增速6.9个百分点", None),
        ("增速快于全市生产总值2.1个百分点", None),
        ("生产总值增速高于全省0.5个百分点", 4),
        ("单位生产总值能耗降低2.5%", None),
        ("民营经济占全市生产总值的48.6%", None),
        ("占了GDP的48.6%", None),
        ("农村GDP已占全市的47.3%", None),
        ("人均GDP7万元,GDP增长5%", 12),
        ("固定资产投资增长4%", None),
        ("", None),
    ],
)
def test_where_the_first_term_ends(clause: str, end: int | None) -> None:
    assert position(clause, GDP) == end
    assert states(clause, GDP) is (end is not None)


@pytest.mark.parametrize(
    ("clause", "names"),
    [
        ("城镇和农村居民人均可支配收入分别增长5.2%和7.7%", {"城镇居民", "农村居民"}),
        ("城乡居民人均可支配收入分别增长5%和7%", {"城镇居民", "农村居民"}),
        ("城镇、农村居民人均可支配收入分别增长5%和7%", {"城镇居民", "农村居民"}),
        ("农村和城镇居民人均可支配收入增长", {"城镇居民", "农村居民"}),
        ("城镇居民人均可支配收入增长5%", {"城镇居民"}),
        ("农村居民人均可支配收入增长7%", {"农村居民"}),
        ("城镇和农村居民健康水平提高", set()),
    ],
)
def test_coordinated_names(clause: str, names: set[str]) -> None:
    """By the rule alone: no term of these holds a joint wording."""
    incomes = [
        Indicator(name=f"{kind}居民", terms=(f"{kind}居民人均可支配收入",)) for kind in ("城镇", "农村")
    ]
    assert {income.name for income in incomes if states(clause, income)} == names


@pytest.mark.parametrize(
    ("clause", "names"),
    [
        ("社会消费品零售总额增长8%", {"社会消费品零售总额"}),
        ("规上工业增加值增长8.8%", {"规模以上工业增加值"}),
        ("规模以上工业增加值增长7%", {"规模以上工业增加值"}),
        ("进出口总值增长277.28%", {"进出口总额"}),
        ("金融机构存贷款余额增长8.1%和11.4%", {"存款余额", "贷款余额"}),
        ("财政一般公共预算收入增长12.3%", {"一般公共预算收入"}),
        ("全区建成5G基站570个", {"5G基站"}),
        ("第三产业实现增加值619.4亿元", {"服务业增加值"}),
        ("实际使用内资30.2亿元、外资381万美元", {"实际利用外资"}),
        ("打造美丽街区19个", set()),
        ("新建口袋公园10个", {"口袋公园"}),
    ],
)
def test_the_shipped_indicators(clause: str, names: set[str]) -> None:
    assert {found.name for found in lexicon().indicators if states(clause, found)} == names


def test_no_indicator_that_a_text_states_is_missing_among_the_candidates() -> None:
    """Over every term, also with a verb inside, over joint names and the incomes of the seeds."""
    terms = [term for one in lexicon().indicators for term in one.terms]
    texts = [
        *(f"全市{term.lower()}增长5%" for term in terms),
        *(
            f"{term[: -len(tail)]}实现{tail}"
            for term in terms
            for tail in ("增加值", "产值")
            if term.endswith(tail)
        ),
        "城镇和农村居民人均可支配收入",
        "城乡居民收入",
        "实际到位内资30亿元、外资381万美元",
        *(sentence.text for _, sentence in seeds.sentences() if "居民" in sentence.text),
    ]
    for text in texts:
        stated = [one for one in lexicon().indicators if states(text, one)]
        assert [one for one in candidates(text, lexicon()) if states(text, one)] == stated, text


def test_the_end_of_a_coordinated_name_is_where_its_values_begin() -> None:
    clause = "城镇和农村居民人均可支配收入分别增长5.2%和7.7%"
    ends = {position(clause, indicator(f"{kind}居民人均可支配收入")) for kind in ("城镇", "农村")}
    assert ends == {clause.index("分别")}


@given(st.text(alphabet="人均地区生产总值GDPgdp单位能耗,", max_size=30))
def test_a_term_counts_unless_it_lies_inside_an_unlike(clause: str) -> None:
    """Against the rule written with regular expressions, overlaps included."""
    lower = clause.lower()

    def spans(words: tuple[str, ...]) -> list[tuple[int, int]]:
        return [
            (found.start(), found.start() + len(word))
            for word in words
            for found in re.finditer(f"(?={re.escape(word.lower())})", lower)
        ]

    ends = [
        end
        for start, end in spans(GDP.terms)
        if not any(left <= start and end <= right for left, right in spans(GDP.unlike))
    ]
    assert position(clause, GDP) == min(ends, default=None)


@pytest.mark.parametrize(
    ("clause", "name"),
    [
        ("粮食再获大丰收,预计总产1352亿斤", "粮食产量"),
        ("粮食总产达到1339亿斤", "粮食产量"),
        ("棉花总产290万吨", "棉花产量"),
        ("不良贷款率下降到1.20%", "不良贷款率"),
    ],
)
def test_an_output_is_told_as_a_total_and_behind_its_harvest(clause: str, name: str) -> None:
    assert states(clause, indicator(name))


def test_another_output_is_no_output_of_the_harvest_before() -> None:
    assert not states("粮食再获大丰收,棉花总产290万吨", indicator("粮食产量"))
    assert not states("每人生产粮食两千多斤", indicator("粮食产量"))
