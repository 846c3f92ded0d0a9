"""Figures read from clauses as reports write them, against a table made by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Bound, Direction, Figure, FigureKind
from rag.steps.read_figures import read_figures, same_unit, same_value
from rag.steps.read_numbers import parse_chinese_number

EXACT, ABOUT, LEAST, MOST = Bound.EXACT, Bound.ABOUT, Bound.AT_LEAST, Bound.AT_MOST
NONE, UP, DOWN = Direction.NONE, Direction.UP, Direction.DOWN

# clause | its figures: value, unit, bound, direction
CLAUSES: dict[str, list[tuple[str, str, Bound, Direction]]] = {
    # growth rates
    "全市地区生产总值增长5.1%": [("5.1", "%", EXACT, UP)],
    "固定资产投资增长4%": [("4", "%", EXACT, UP)],
    "地区生产总值增长6%左右": [("6", "%", ABOUT, UP)],
    "固定资产投资增长6%以上": [("6", "%", LEAST, UP)],
    "居民消费价格指数涨幅控制在3%左右": [("3", "%", ABOUT, NONE)],
    "城镇调查失业率控制在5.5%以内": [("5.5", "%", MOST, NONE)],
    "居民消费价格总水平涨幅3%以内": [("3", "%", MOST, UP)],
    "全区PM2.5平均浓度同比下降9.1%": [("9.1", "%", EXACT, DOWN)],
    "单位生产总值能耗降低2.5%": [("2.5", "%", EXACT, DOWN)],
    "单位生产总值能耗降低2%左右": [("2", "%", ABOUT, DOWN)],
    "生产安全事故起数、死亡人数分别下降50%、66.7%": [("50", "%", EXACT, DOWN), ("66.7", "%", EXACT, DOWN)],
    "高新技术企业、瞪羚企业、科技型中小企业分别增长101.6%、100%、66.9%": [
        ("101.6", "%", EXACT, UP),
        ("100", "%", EXACT, UP),
        ("66.9", "%", EXACT, UP),
    ],
    "金融机构存贷款余额增长8.1%和11.4%": [("8.1", "%", EXACT, UP), ("11.4", "%", EXACT, UP)],
    "办理时限压减60%以上": [("60", "%", LEAST, DOWN)],
    "进出口总值增长277.28%": [("277.28", "%", EXACT, UP)],
    "增长率达到百分之五": [("5", "%", EXACT, NONE)],
    "增长百分之十二点五": [("12.5", "%", EXACT, UP)],
    "占百分之3.5": [("3.5", "%", EXACT, NONE)],
    "森林覆盖率超过六成": [("60", "%", LEAST, NONE)],
    "人口自然增长率4.2‰": [("4.2", "‰", EXACT, NONE)],
    # points, times
    "占出口总额的比重提高34个百分点": [("34", "百分点", EXACT, UP)],
    "较上年提高4.1个百分点": [("4.1", "百分点", EXACT, UP)],
    "城镇化率回落0.2个百分点": [("0.2", "百分点", EXACT, DOWN)],
    "集中收集率提高5个百分点以上": [("5", "百分点", LEAST, UP)],
    "高于全省两个百分点": [("2", "百分点", EXACT, NONE)],
    "规模扩大到2.5倍": [("2.5", "倍", EXACT, UP)],
    # money
    "固定资产投资完成2.31亿元": [("231000000", "元", EXACT, NONE)],
    "地区生产总值完成15.31亿元": [("1531000000", "元", EXACT, NONE)],
    "全市GDP突破2000亿元": [("200000000000", "元", LEAST, NONE)],
    "中央增发1万亿元国债": [("1000000000000", "元", EXACT, NONE)],
    "实际利用外资5.2亿美元": [("520000000", "美元", EXACT, NONE)],
    "新增减税降费1576.62万元": [("15766200", "元", EXACT, NONE)],
    "研发费用加计扣除约192万元": [("1920000", "元", ABOUT, NONE)],
    "投资2009万元的河道治理项目": [("20090000", "元", EXACT, NONE)],
    "城乡居民人均可支配收入分别达40870元和15367元": [
        ("40870", "元", EXACT, NONE),
        ("15367", "元", EXACT, NONE),
    ],
    "人均可支配收入51,283元": [("51283", "元", EXACT, NONE)],
    "建筑业总产值超过1000亿元": [("100000000000", "元", LEAST, NONE)],
    "投资近百亿元": [("10000000000", "元", ABOUT, NONE)],
    # counts
    "城镇新增就业1.9万人": [("19000", "人", EXACT, NONE)],
    "全年新增城镇就业5000人": [("5000", "人", EXACT, NONE)],
    "接待游客突破8900万人次": [("89000000", "人次", LEAST, NONE)],
    "惠及纳税人缴费人19.6万户次": [("196000", "户次", EXACT, NONE)],
    "签约5000万元以上产业项目544个": [("50000000", "元", LEAST, NONE), ("544", "个", EXACT, NONE)],
    "开展系列活动200余场": [("200", "场", LEAST, NONE)],
    "住进了7000多名学生": [("7000", "名", LEAST, NONE)],
    "化解信访积案200余起": [("200", "起", LEAST, NONE)],
    "服务老人2万多人次": [("20000", "人次", LEAST, NONE)],
    "招引落地产业项目不少于55个": [("55", "个", LEAST, NONE)],
    "总数不超过30家": [("30", "家", MOST, NONE)],
    "安康无水港运量4221标准箱": [("4221", "标准箱", EXACT, NONE)],
    "生猪年出栏突破100万头": [("1000000", "头", LEAST, NONE)],
    "十多项改革经验在全国推广": [("10", "项", LEAST, NONE)],
    "城镇新增就业不低于2万人": [("20000", "人", LEAST, NONE)],
    # weights and measures
    "粮食总产量52.8亿斤": [("5280000000", "斤", EXACT, NONE)],
    "粮食总产达到30亿斤以上": [("3000000000", "斤", LEAST, NONE)],
    "粮食产量73万吨以上": [("730000", "吨", LEAST, NONE)],
    "新增高标准农田34.8万亩": [("348000", "亩", EXACT, NONE)],
    "PM2.5浓度低于40微克/立方米": [("40", "微克/立方米", MOST, NONE)],
    "治理水土流失面积448平方公里": [("448", "平方公里", EXACT, NONE)],
    "新增可再生能源并网装机规模650万千瓦": [("6500000", "千瓦", EXACT, NONE)],
    "动态储备标准化厂房50万平方米": [("500000", "平方米", EXACT, NONE)],
    "生态补水4894万立方米": [("48940000", "立方米", EXACT, NONE)],
    "水稻制种面积稳定在26万亩以上": [("260000", "亩", LEAST, NONE)],
    "增加发电能力四百零六万千瓦": [("4060000", "千瓦", EXACT, NONE)],
    "建设10千伏双回路输电线路": [("10", "千伏", EXACT, NONE)],
    "近千万知识青年": [("10000000", "", ABOUT, NONE)],
    "上百万赤脚医生": [("1000000", "", LEAST, NONE)],
    "对全国五万万农民": [("500000000", "", EXACT, NONE)],
    # tenths, fractions, halves, multiples, ratios
    "完成3成以上": [("30", "%", LEAST, NONE)],
    "再增长三分之一以上": [("33.33", "%", LEAST, UP)],
    "占一半以上": [("50", "%", LEAST, NONE)],
    "半年内办结": [("0.5", "年", EXACT, NONE)],
    "增长一点二倍": [("1.2", "倍", EXACT, UP)],
    "是上年的3倍": [("3", "倍", EXACT, NONE)],
    "比1980年翻两番": [("1980", "年", EXACT, NONE), ("2", "番", EXACT, UP)],
    "收入翻番": [("1", "番", EXACT, UP)],
    "城乡收入比为1:2.5": [("0.4", ":", EXACT, NONE)],
    "三次产业结构为12.3:40.1:47.6": [
        ("12.3", "", EXACT, NONE),
        ("40.1", "", EXACT, NONE),
        ("47.6", "", EXACT, NONE),
    ],
    "实现人口零增长": [("0", "%", EXACT, NONE)],
    # ranks, dates
    "居世界首位": [("1", "", EXACT, NONE)],
    "进入全国前20": [("20", "", MOST, NONE)],
    "前三名": [("3", "", MOST, NONE)],
    "由1997年的65%提高到2002年的91%": [
        ("1997", "年", EXACT, NONE),
        ("65", "%", EXACT, NONE),
        ("2002", "年", EXACT, NONE),
        ("91", "%", EXACT, UP),
    ],
    "增速位列全市第五": [("5", "", EXACT, NONE)],
    "算力规模位列全国20强城市第5位": [("20", "", EXACT, NONE), ("5", "", EXACT, NONE)],
    "2024年1月30日": [("2024", "年", EXACT, NONE), ("1", "月", EXACT, NONE), ("30", "日", EXACT, NONE)],
    # no figure at all
    "“十四五”规划的关键一年": [],
    "坚持以习近平新时代中国特色社会主义思想为指导": [],
    "千方百计扩大就业": [],
    "万众一心、百尺竿头": [],
    "一二三产业融合发展": [],
    "第五届招商大会,第一产业,第六个五年计划,前三季度": [],
    "“1235”战略,1+6+33,5G,PM2.5,4A级,12345热线": [],
    "打造千亿级产业集群,三年行动,千人拥有企业数": [],
    "这两部分,数千家,几十亿元,一批项目": [],
    "突出“五个第一”原则": [],
}
KINDS = {
    "增长5.1%": FigureKind.PERCENT,
    "提高0.3个百分点": FigureKind.POINTS,
    "达到2.5倍": FigureKind.TIMES,
    "位列第五": FigureKind.RANK,
    "排名第38位": FigureKind.RANK,
    "2024年": FigureKind.DATE,
    "570个": FigureKind.AMOUNT,
    "1.4万亿斤": FigureKind.AMOUNT,
    "占财政支出的73%": FigureKind.SHARE,
    "比重提高到45%": FigureKind.SHARE,
    "占比提高5%": FigureKind.PERCENT,
    "完成年计划的106.2%": FigureKind.SHARE,
    "85%以上财政支出": FigureKind.SHARE,
    "三分之二的村": FigureKind.SHARE,
    "增长5%的目标": FigureKind.PERCENT,
    "翻一番": FigureKind.TIMES,
    "五年": FigureKind.AMOUNT,
}


@pytest.mark.parametrize("clause", CLAUSES)
def test_value_unit_bound_and_direction(clause: str) -> None:
    found = [(f.value, f.unit.replace("个百", "百"), f.bound, f.direction) for f in read_figures(clause)]
    assert found == [(Decimal(value), unit, bound, way) for value, unit, bound, way in CLAUSES[clause]]


@pytest.mark.parametrize("clause", KINDS)
def test_kind(clause: str) -> None:
    assert [figure.kind for figure in read_figures(clause)] == [KINDS[clause]]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("增长5%—6%", "5", "6"),
        ("增长5.5%至6%", "5.5", "6"),
        ("百分之五到六", "5", "6"),
        ("新增30到50万人", "300000", "500000"),
        ("提高1—2个百分点", "1", "2"),
        ("七千二百亿斤到七千五百亿斤", "720000000000", "750000000000"),
        ("2020-2023年", "2020", "2023"),
    ],
)
def test_a_range_is_one_figure(text: str, low: str, high: str) -> None:
    figure = _one(text)
    assert (figure.value, figure.upper) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize("text", ["从3%提高到5%", "由10万人到20万人", "1952年到1956年", "5%、6%"])
def test_two_ends_of_a_change_are_two_figures(text: str) -> None:
    assert [figure.upper for figure in read_figures(text)] == [None, None]


def test_a_count_in_quotation_marks_is_a_name_but_evidence_for_a_count() -> None:
    assert read_figures("用好“七个项目库”") == ()
    (figure,) = read_figures("用好“七个项目库”", quoted=True)
    assert (figure.text, figure.value) == ("七个", Decimal(7))


def test_values_compare_over_wordings() -> None:
    assert same_value(_one("5000人"), _one("0.5万人"))
    assert same_value(_one("百分之五"), _one("5%"))
    assert same_value(_one("2个百分点"), _one("两个百分点"))
    assert same_value(_one("1200家企业"), _one("1,200户企业"))
    assert not same_value(_one("5%"), _one("5个百分点"))
    assert not same_value(_one("52.8亿斤"), _one("52.8亿元"))
    assert same_unit(_one("30亿斤"), _one("52.8亿斤"))
    assert not same_unit(_one("73万吨"), _one("30亿斤"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", "10"),
        ("十二", "12"),
        ("二十", "20"),
        ("三百二十一", "321"),
        ("一千零五", "1005"),
        ("两万", "20000"),
        ("三万五千", "35000"),
        ("一亿二千万", "120000000"),
        ("三点五", "3.5"),
        ("二〇二四", "2024"),
        ("零", "0"),
    ],
)
def test_chinese_numbers(text: str, value: str) -> None:
    assert parse_chinese_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "点", "三点", "三点x", "年"])
def test_what_is_no_chinese_number(text: str) -> None:
    assert parse_chinese_number(text) is None


@given(st.text(alphabet="0123456789.,%一二十百万亿第点分之成倍元人个余多约增长左右以上 到\n年", max_size=40))
def test_figures_lie_in_order_and_are_the_text_they_point_at(text: str) -> None:
    end = 0
    for figure in read_figures(text):
        assert figure.start >= end
        assert text[figure.start : figure.end] == figure.text != ""
        end = figure.end


@given(
    st.decimals(min_value=0, max_value=99999, places=2),
    st.sampled_from(["", "万", "亿", "万亿"]),
    st.sampled_from(["元", "人", "亩", "吨", "户", "个百分点", "%"]),
)
def test_a_number_is_read_exactly(number: Decimal, scale: str, unit: str) -> None:
    scale = "" if unit in ("%", "个百分点") else scale
    (figure,) = read_figures(f"完成{number}{scale}{unit}。")
    factor = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}[scale]
    assert (figure.value, figure.unit) == (number * factor, unit)
    assert figure.text == f"{number}{scale}{unit}"


def _one(text: str) -> Figure:
    (figure,) = read_figures(text)
    return figure


def test_a_range_in_hundreds_is_read() -> None:
    assert [figure.text for figure in read_figures("1至200百元")] != []
