"""The evaluation's own reader of figures, and its own arithmetic."""

from __future__ import annotations

from decimal import Decimal

import pytest

from eval.arithmetic import work_out
from eval.figures import read_quantities, readable, same_quantity


def read(text: str) -> list[tuple[str, str]]:
    return [(f"{q.value.normalize():f}", q.unit) for q in read_quantities(readable(text))]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("2023年GDP增长5.1%[1]", [("5.1", "%")]),
        ("下降0.2个百分点", [("0.2", "百分点")]),
        ("粮食产量1.4万亿斤", [("1400000000000", "斤")]),
        ("综合产值61.1亿 元", [("6110000000", "元")]),
        ("百分之五点一", [("5.1", "%")]),
        ("百分之5", [("5", "%")]),
        ("鋼二百十七萬噸，等於一九四九年的十三點七倍", [("2170000", "吨"), ("13.7", "倍")]),
        ("一千二百一十亿吨公里", [("121000000000", "吨公里")]),
        ("共登記選民三億二千三百八十萬九千六百八十四人", [("323809684", "人")]),
        ("3亿2380万9684人", [("323809684", "人")]),
        ("排名全省第二，位列第5位", [("2", "第"), ("5", "第")]),
        ("投資2009萬元", [("20090000", "元")]),
        ("新建２００９个", [("2009", "个")]),
        ("１９５５年新建铁路铺轨１，２２２公里", [("1222", "公里")]),
        ("分别增长101.6%、100%、66.9%", [("101.6", "%"), ("100", "%"), ("66.9", "%")]),
        ("20多家企业", [("20", "家")]),
        ("650万千瓦", [("6500000", "千瓦")]),
        ("算力7600P", [("7600", "p")]),
        ("新增三项，一个中心", [("3", "项")]),
        ("2020-2023年", []),
        ("第一产业 PM2.5 G20 M2", []),
        ("一九六四年", []),
        ("6.11 billion yuan in 2023, up 5.1 percent", [("6110000000", "元"), ("5.1", "%")]),
        ("1.3 percentage points", [("1.3", "百分点")]),
        ("8 dilapidated bridges (8座)", [("8", "?"), ("8", "座")]),
        ("6.5 million visits", [("6500000", "?")]),
        ("it built 570 5G base stations; the total was 571.", [("570", "?"), ("5", "g"), ("571", "?")]),
        ("在全国261个地级市中排名38", [("261", "个"), ("38", "第")]),
        ("排名第38位", [("38", "第")]),
        ("去年经济增长8 \uff0e8 \uff05", [("8.8", "%")]),
        ("1 9 9 7 年粮食产量4 9 2 5 0 万吨", [("492500000", "吨")]),
        ("下降到1 0．0 6‰", [("10.06", "‰")]),
        ("增长一点二倍", [("1.2", "倍")]),
        ("比1980年翻两番", [("2", "番")]),
        ("增长三分之一以上", [("33.33", "%")]),
        ("第三个五年计划，第十一届亚洲运动会", [("5", "年")]),
        ("415.6 billion US dollars", [("415600000000", "美元")]),
    ],
)
def test_figures_have_value_and_unit(text: str, figures: list[tuple[str, str]]) -> None:
    assert read(text) == figures


@pytest.mark.parametrize(
    ("answer", "quote", "same"),
    [
        ("5000人", "新增就业0.5万人", True),
        ("8.1%", "增长8.1%", True),
        ("8.1%", "增长8.1个百分点", False),
        ("8.1%", "增长8.2%", False),
        ("61.1亿元", "产值61.1万元", False),
        ("61.1亿元", "产值61.1亿美元", False),
        ("650万人次", "参与冰雪运动人次突破650万", True),
        ("6.5 million visits", "参与冰雪运动人次突破650万", True),
        ("8 bridges", "改造危桥8座", True),
        ("8 percent of it", "改造危桥8座", False),
        ("第2位", "排名全省第二", True),
        ("2项", "排名全省第二", False),
        ("217万吨", "鋼二百十七萬噸", True),
    ],
)
def test_same_quantity(answer: str, quote: str, same: bool) -> None:
    (figure,) = read_quantities(readable(answer))
    context = readable(quote)
    assert any(same_quantity(figure, other, context=context) for other in read_quantities(context)) == same


@pytest.mark.parametrize(
    ("expression", "value", "unit"),
    [
        ("5.1% - 3.8% = 1.3个百分点", "1.3", "百分点"),
        ("18家 + 11家 = 29家", "29", "家"),
        ("61.1亿元 ÷ 20亿元 ≈ 3.06倍", "3.06", "倍"),
        ("0.7亿元 - 3000万元 = 0.4亿元", "40000000", "元"),
        ("8189亿美元 − 4033亿美元 = 4156亿美元", "415600000000", "美元"),
        ("2家 + 3 × 4家 = 14家", "14", "家"),
        ("5.1 - 3.8 = 1.3", "1.3", ""),
    ],
)
def test_a_true_formula(expression: str, value: str, unit: str) -> None:
    formula = work_out(expression)
    assert formula is not None
    assert formula.holds
    assert (formula.value, formula.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "expression",
    [
        "5.1% - 3.8% = 1.4个百分点",
        "18家 + 11家 = 29人",
        "61.1亿元 ÷ 20亿元 ≈ 3.07倍",
        "3.8% > 5.1%",
        "5.1% = 5.1% = 5.1%",
    ],
)
def test_a_false_formula(expression: str) -> None:
    formula = work_out(expression)
    assert formula is None or not formula.holds


@pytest.mark.parametrize("expression", ["count = 4", "__import__('os')", "1 ÷ 0 = 1", "", "5.1% -", "一二三"])
def test_what_is_no_formula_proves_nothing(expression: str) -> None:
    assert work_out(expression) is None


def test_an_order_compares() -> None:
    formula = work_out("8.6% > 6.3% > 5.1%")
    assert formula is not None
    assert formula.holds
    assert formula.compares
    assert [str(o.value) for o in formula.operands] == ["8.6", "6.3", "5.1"]


def test_a_decimal_printed_with_a_full_stop() -> None:
    assert read("城镇登记失业率4。1%") == [("4.1", "%")]
    assert read("建成4。3个百分点") == [("4.3", "百分点")]


def test_a_name_with_a_number_over_two_lines() -> None:
    assert read("广义货币M 2实际增长13.6%") == [("13.6", "%")]
