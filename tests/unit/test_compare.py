"""One figure from each side, and what code computes from them, by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Language, Report, Stance, Wanted
from rag.steps.compare import Reading, compute, label, read_value, tell_years_apart
from rag.steps.compute import Computed, rest
from rag.steps.read_figures import read_figures
from tests.unit.made import (
    ANKANG,
    GAOPING,
    HANZHONG,
    LANGFANG,
    ZHANGJIAKOU,
    asked,
    indicator,
    make_intent,
    make_statement,
)

ZH, EN = Language.SIMPLIFIED, Language.ENGLISH
SIDES = (ZHANGJIAKOU, LANGFANG, HANZHONG, ANKANG, GAOPING)


def read(text: str, report: Report = ZHANGJIAKOU) -> Reading:
    """The first figure of a clause, read for its place."""
    statement = make_statement(text, report)
    return Reading(label=report.aliases[1], statement=statement, figure=read_figures(statement.text)[0])


def computed(question: str, *clauses: str, language: Language = ZH) -> Computed | None:
    """What is computed from the figures of 张家口, 廊坊, 汉中, … in this order."""
    readings = [read(text, report) for text, report in zip(clauses, SIDES, strict=False)]
    return compute(readings, question, language)


def text_of(question: str, *clauses: str, language: Language = ZH) -> str:
    found = computed(question, *clauses, language=language)
    assert found is not None
    return found.text


# --- reading ----------------------------------------------------------------------------------------

TOWN, COUNTRY, ALL = (f"{kind}居民人均可支配收入" for kind in ("城镇", "农村", ""))
JOINT = "城乡居民人均可支配收入分别达40870元和15367元,增长5.4%和8%"
ALIGNED = "高新技术企业、瞪羚企业、科技型中小企业分别增长101.6%、100%、66.9%"
COUNTED = "认定高新技术企业122家、入库科技型中小企业537家、完成技术合同交易额22亿元,分别增长22%、54.3%、67%"


@pytest.mark.parametrize(
    ("clause", "name", "wanted", "text"),
    [
        (ALIGNED, "高新技术企业", Wanted.RATE, "101.6%"),
        (ALIGNED, "瞪羚企业", Wanted.RATE, "100%"),
        (ALIGNED, "科技型中小企业", Wanted.RATE, "66.9%"),
        (COUNTED, "高新技术企业", Wanted.RATE, "22%"),
        (COUNTED, "科技型中小企业", Wanted.RATE, "54.3%"),
        (COUNTED, "技术合同成交额", Wanted.RATE, "67%"),
        (COUNTED, "科技型中小企业", Wanted.AMOUNT, "537家"),
        ("城镇和农村居民人均可支配收入分别增长5.2%和7.7%", "城镇居民人均可支配收入", Wanted.RATE, "5.2%"),
        ("城镇和农村居民人均可支配收入分别增长5.2%和7.7%", "农村居民人均可支配收入", Wanted.RATE, "7.7%"),
        (JOINT, TOWN, Wanted.AMOUNT, "40870元"),
        (JOINT, COUNTRY, Wanted.AMOUNT, "15367元"),
        (JOINT, COUNTRY, Wanted.RATE, "8%"),
        ("城乡居民人均可支配收入增长6.9%", ALL, Wanted.RATE, "6.9%"),
        ("固定资产投资完成2.31亿元,增长31.1%,增速位列全市第一", "固定资产投资", Wanted.AMOUNT, "2.31亿元"),
        ("固定资产投资完成2.31亿元,增长31.1%,增速位列全市第一", "固定资产投资", Wanted.RATE, "31.1%"),
        ("固定资产投资完成2.31亿元,增长31.1%,增速位列全市第一", "固定资产投资", Wanted.RANK, "第一"),
        ("固定资产投资完成2.31亿元,增长31.1%,增速位列全市第一", "固定资产投资", Wanted.NONE, "2.31亿元"),
        ("今年谋划实施项目464个,固定资产投资增长6%", "固定资产投资", Wanted.RATE, "6%"),
    ],
)
def test_the_figure_of_the_indicator(clause: str, name: str, wanted: Wanted, text: str) -> None:
    figure = read_value(make_statement(clause), make_intent(wanted=wanted), indicator(name))
    assert figure is not None
    assert figure.text == text


def test_without_an_indicator_the_figure_behind_the_words_of_the_question() -> None:
    intent = asked("安康毛绒玩具综合产值多少亿元？")
    statement = make_statement("现代农业综合产值378亿元,毛绒玩具综合产值61.1亿元", ANKANG)
    figure = read_value(statement, intent, None)
    assert figure is not None
    assert figure.text == "61.1亿元"


def test_the_unit_that_is_asked_for_decides() -> None:
    statement = make_statement("确保粮食播种面积630.78万亩、产量52.53亿斤以上")
    grain = indicator("粮食产量")
    by_unit = read_value(statement, asked("抚州2024年粮食产量目标是多少亿斤？"), grain)
    assert by_unit is not None
    assert by_unit.text == "52.53亿斤"
    assert read_value(statement, asked("抚州2024年粮食产量目标是多少万元？"), grain) is None


@pytest.mark.parametrize(
    ("clause", "text"),
    [
        ("国内生产总值由26.6万亿元增加到51.9万亿元", "51.9万亿元"),
        ("国内生产总值达到51.9万亿元,比上年增加3.2万亿元", "51.9万亿元"),
        ("国内生产总值由2013年的36.5万亿元,升至51.9万亿元", "51.9万亿元"),
        ("国内生产总值前两年分别达到26.6万亿元、31.4万亿元", None),
    ],
)
def test_of_several_values_the_one_that_was_reached(clause: str, text: str | None) -> None:
    figure = read_value(make_statement(clause), make_intent(wanted=Wanted.AMOUNT), indicator("地区生产总值"))
    assert (figure and figure.text) == text


def test_two_values_for_town_and_country_are_none_of_all_residents() -> None:
    assert read_value(make_statement(JOINT), make_intent(wanted=Wanted.AMOUNT), indicator(ALL)) is None


def test_no_figure_of_the_kind_is_none() -> None:
    statement = make_statement("固定资产投资增速位列全市第一")
    assert read_value(statement, make_intent(wanted=Wanted.RATE), indicator("固定资产投资")) is None


# --- computing --------------------------------------------------------------------------------------


def test_a_rise_and_a_fall_are_not_compared() -> None:
    assert computed("张家口比廊坊高多少？", "能耗上升4.9%", "能耗下降4%") is None


def test_a_difference_keeps_the_scale_of_both() -> None:
    assert text_of("张家口比廊坊多多少亿斤？", "总产52.8亿斤", "总产52.53亿斤") == "张家口比廊坊多0.27亿斤"
    assert text_of("张家口比廊坊多多少？", "投资9000万元", "投资1.2亿元") == "廊坊比张家口多3000万元"


def test_difference_of_rates_is_in_points() -> None:
    found = computed("张家口的GDP增速比廊坊高多少个百分点？", "增长5.1%", "增长3.8%")
    assert found == Computed(
        text="张家口比廊坊高1.3个百分点", expressions={"1.3个百分点": "5.1% - 3.8% = 1.3个百分点"}
    )


def test_the_higher_side_is_named_first_whatever_the_order() -> None:
    assert text_of("两地相差多少？", "增长3.8%", "增长5.1%") == "廊坊比张家口高1.3个百分点"


def test_difference_of_amounts() -> None:
    found = computed("两市GDP差多少？", "完成434亿元", "完成177.3亿元")
    assert found == Computed(
        text="张家口比廊坊多256.7亿元", expressions={"256.7亿元": "434亿元 - 177.3亿元 = 256.7亿元"}
    )
    assert text_of("两地差多少元？", "收入40870元", "收入15367元") == "张家口比廊坊多25503元"


def test_sum() -> None:
    found = computed("三地合计多少？", "新增1.97万人", "新增3.82万人", "新增5000人")
    assert found == Computed(
        text="合计6.29万人", expressions={"6.29万人": "1.97万人 + 3.82万人 + 5000人 = 6.29万人"}
    )


def test_ratio_is_rounded_and_says_so() -> None:
    found = computed("张家口的GDP是廊坊的几倍？", "完成434亿元", "完成177.3亿元")
    assert found == Computed(
        text="张家口约为廊坊的2.45倍", expressions={"2.45倍": "434亿元 ÷ 177.3亿元 ≈ 2.45倍"}
    )
    assert computed("几倍？", "完成434亿元", "完成0亿元") is None


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("谁的增速最高？", "最高的是张家口（5.1%）"),
        ("谁的增速最低？", "最低的是廊坊（3.8%）"),
        ("增速从高到低排一下", "从高到低依次为：张家口（5.1%）、汉中（4%）、廊坊（3.8%）"),
        ("请比较三地", "最高的是张家口（5.1%）"),
    ],
)
def test_order(question: str, text: str) -> None:
    found = computed(question, "增长5.1%", "增长3.8%", "增长4%")
    assert found == Computed(text=text, expressions={})


def test_of_two_one_is_higher_or_lower() -> None:
    assert text_of("哪个更高？", "增长5.1%", "增长3.8%") == "较高的是张家口（5.1%）"
    assert text_of("哪个更低？", "增长5.1%", "增长3.8%") == "较低的是廊坊（3.8%）"


def test_ties() -> None:
    assert text_of("谁最高？", "增长6%", "增长6%", "增长5%") == "最高的是张家口、廊坊（6%）"
    assert text_of("谁更高？", "增长6%", "增长6%") == "两者相同"
    assert text_of("谁更高？", "增长6%", "增长6%", "增长6%") == "几者相同"
    assert text_of("相差多少？", "增长6%", "增长6.0%") == "两者相同"


def test_a_vague_figure_stays_vague() -> None:
    assert text_of("谁的目标最高？", "增长6%左右", "增长5.5%") == "较高的是张家口（6%左右）"
    assert text_of("从高到低排一下", "增长6%以上", "增长5%左右", "增长4%") == (
        "从高到低依次为：张家口（6%以上）、廊坊（5%左右）、汉中（4%）"
    )


def test_units_are_converted_before_they_are_compared() -> None:
    assert text_of("谁更多？", "新增就业5000人", "新增就业0.5万人") == "两者相同"
    assert text_of("谁更多？", "新增就业5000人", "新增就业1.9万人") == "较高的是廊坊（1.9万人）"
    assert text_of("谁更多？", "新增企业1200家", "新增企业900户") == "较高的是张家口（1200家）"


@pytest.mark.parametrize(
    "clauses",
    [
        ("增长5.1%", "完成434亿元"),
        ("粮食产量73万吨", "粮食产量30亿斤"),
        ("增长5.1%", "提高5.1个百分点"),
        ("增长5.1%",),
        (),
    ],
)
def test_nothing_is_computed_of_unlike_units_or_of_one_side(clauses: tuple[str, ...]) -> None:
    for question in ("哪个高？", "相差多少？", "合计多少？", "几倍？"):
        assert computed(question, *clauses) is None


def test_nothing_is_computed_of_a_range() -> None:
    for question in ("哪个高？", "相差多少？", "合计多少？"):
        assert computed(question, "增长5%—6%", "增长5.1%") is None


def test_english() -> None:
    rates = ("增长5.1%", "增长3.8%")
    assert computed("What is the difference?", *rates, language=EN) == Computed(
        text="张家口 is higher than 廊坊 by 1.3 percentage points",
        expressions={"1.3个百分点": "5.1% - 3.8% = 1.3个百分点", "1.3": "5.1% - 3.8% = 1.3个百分点"},
    )
    assert text_of("Which is higher?", *rates, language=EN) == "The higher: 张家口 (5.1%)"
    assert text_of("Which is lower?", *rates, language=EN) == "The lower: 廊坊 (3.8%)"
    assert text_of("Who is highest?", *rates, "增长4%", language=EN) == "The highest: 张家口 (5.1%)"
    assert text_of("Rank the three.", *rates, "增长4%", language=EN) == (
        "From high to low: 张家口 (5.1%) > 汉中 (4%) > 廊坊 (3.8%)"
    )
    found = computed("How many times as large?", "完成434亿元", "完成177.3亿元", language=EN)
    assert found is not None
    assert found.text == "张家口 is about 2.45 times 廊坊"
    assert found.expressions == {"2.45": "434亿元 ÷ 177.3亿元 ≈ 2.45"}


def test_labels_are_places() -> None:
    statement = make_statement("增长5.1%", ZHANGJIAKOU)
    assert label(statement, make_intent()) == "张家口市"
    assert label(statement, make_intent(language=EN)) == "Zhangjiakou (张家口市)"


VALUES = st.lists(st.decimals(min_value=0, max_value=10**6, places=2), min_size=2, max_size=5)


@given(VALUES)
def test_sums_are_exact(values: list[Decimal]) -> None:
    found = computed("合计多少？", *(f"完成{value}元" for value in values))
    assert found is not None
    (total,) = read_figures(found.text)
    assert total.value == sum(values)
    assert list(found.expressions) == [total.text]


@given(VALUES.filter(lambda values: len(values) == 2 and values[0] != values[1]))
def test_differences_are_exact_and_positive(values: list[Decimal]) -> None:
    found = computed("相差多少？", *(f"完成{value}元" for value in values))
    assert found is not None
    (gap,) = read_figures(found.text)
    assert gap.value == abs(values[0] - values[1]) > 0


def of_years(question: str, earlier: str, later: str) -> Computed | None:
    """What is computed of one place's figures of 2021 and 2022."""
    years = {"2021年": make_statement(earlier, period=2021), "2022年": make_statement(later, period=2022)}
    readings = [
        Reading(label=year, statement=statement, figure=read_figures(statement.text)[0])
        for year, statement in years.items()
    ]
    return compute(readings, question, ZH)


def test_one_place_goes_from_the_earlier_year_to_the_later() -> None:
    less = of_years("财政收入2022年比2021年多了还是少了?", "收入168.3亿元", "收入161.9亿元")
    more = of_years("高新技术企业2022年比2021年净增多少家?", "累计达到415家", "累计达到521家")
    assert less is not None
    assert more is not None
    assert (less.text, more.text) == ("2022年比2021年少6.4亿元", "2022年比2021年多106家")


def test_figures_of_other_things_are_not_compared() -> None:
    question = "市级重点项目2022年比2021年多多少个?"
    assert of_years(question, "455个市级重点项目开工", "确保282个新签约企业投产") is None
    same = of_years(question, "455个市级重点项目开工", "494个市级重点项目推进")
    assert same is not None
    assert same.text == "2022年比2021年多39个"


def test_of_two_rows_those_that_were_reached_are_compared() -> None:
    row = make_statement("城乡居民人均可支配收入从2021年的46503元和16935元分别提高到58794元和23184元")
    intent = make_intent(wanted=Wanted.AMOUNT)
    found = [read_value(row, intent, indicator(f"{kind}居民人均可支配收入")) for kind in ("城镇", "农村")]
    assert [figure and figure.text for figure in found] == ["58794元", "23184元"]


def test_a_result_is_no_figure_that_was_planned() -> None:
    told = make_statement("财政收入,1981年计划为3.7%,实际达到4.6%")
    figure = read_value(told, make_intent(wanted=Wanted.RATE, stance=Stance.RESULT), None)
    assert figure is not None
    assert figure.text == "4.6%"


def test_places_of_different_years_are_called_by_them() -> None:
    figure = read_figures("增长5%")[0]
    readings = [
        Reading(label=name, statement=make_statement("增长5%", period=year), figure=figure)
        for name, year in (("廊坊市", 2023), ("汉中市", 2024))
    ]
    assert [one.label for one in tell_years_apart(readings, ZH)] == ["廊坊市（2023年）", "汉中市（2024年）"]
    assert [one.label for one in tell_years_apart(readings[:1] * 2, ZH)] == ["廊坊市", "廊坊市"]


def test_of_two_years_in_one_statement_that_asked_for() -> None:
    told = make_statement("地区生产总值从2011年的1091.18亿元增加到2016年的1650亿元")
    intent = asked("张家口2011年的地区生产总值是多少亿元?")
    read_of_2011 = read_value(told, intent, indicator("地区生产总值"))
    assert read_of_2011 is not None
    assert read_of_2011.text == "1091.18亿元"


def test_what_is_left_of_a_sum() -> None:
    whole, part = read_figures("412.5亿元和263.4亿元")
    assert rest(whole, part, "进口总额", ZH).text == "进口总额为149.1亿元"


def _of_year(year: int, text: str, stance: Stance) -> Reading:
    statement = make_statement(text, stance=stance, period=year)
    return Reading(label=f"{year}年", statement=statement, figure=read_figures(statement.text)[0])


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("2014年的GDP目标跟2013年的目标比是调高还是调低,差几个点?", "2014年比2013年低2个百分点"),
        ("2013年GDP目标定得比2014年高还是低?", "2013年比2014年高2个百分点"),
        ("与2013年相比,2014年的目标低了多少?", "2014年比2013年低2个百分点"),
        ("2013年和2014年的目标相差多少?", "2014年比2013年低2个百分点"),
    ],
)
def test_aims_of_two_years_are_told_from_the_year_asked_about(question: str, text: str) -> None:
    sides = [
        _of_year(2014, "生产总值增长10%", Stance.TARGET),
        _of_year(2013, "生产总值增长12%", Stance.TARGET),
    ]
    found = compute(sides, question, ZH)
    assert found is not None
    assert found.text == text


def test_by_how_much_a_target_was_missed() -> None:
    sides = [
        _of_year(1999, "生产总值增长8%", Stance.TARGET),
        _of_year(1999, "生产总值增长7.7%", Stance.RESULT),
    ]
    found = compute(sides, "GDP增长目标最后差了几个百分点没达到?", ZH)
    assert found is not None
    assert found.text == "实际（7.7%）未达到目标（8%），相差0.3个百分点"
    assert compute(sides, "GDP增长目标没达到吗?", ZH) == Computed(
        text="实际（7.7%）未达到目标（8%）", expressions={}
    )


def test_what_an_income_went_by_is_no_income() -> None:
    statement = make_statement("农民人均纯收入增加789元")
    asks = make_intent(indicators=(indicator("农村居民人均可支配收入"),), wanted=Wanted.AMOUNT)
    assert read_value(statement, asks, None) is None
