"""Whose report it is and of which year: heads of reports of all levels, as they are printed."""

from __future__ import annotations

import pytest

from rag.adapters.script_opencc import simplify
from rag.domain import RegionType, Report, ReportKind
from rag.record import report_record
from rag.steps.fold import fold
from rag.steps.identify import Hints, identify
from tests.unit.seeds import GAZETTEER

NATIONAL, PROVINCE, CITY = RegionType.NATIONAL, RegionType.PROVINCE, RegionType.CITY
COUNTY, DISTRICT, ZONE = RegionType.COUNTY, RegionType.DISTRICT, RegionType.ZONE
BODY = "\n各位代表：\n现在，我向大会报告工作，请予审议。\n一、过去一年工作回顾\n去年粮食产量增长3%。"


@pytest.mark.parametrize(
    ("head", "region", "parents", "year", "type_"),
    [
        ("2024年河北省人民政府工作报告", "河北省", (), 2024, PROVINCE),
        (
            "政府工作报告\n——2024年1月21日在河北省第十四届人民代表大会第二次会议上\n河北省省长 张三",
            "河北省",
            (),
            2024,
            PROVINCE,
        ),
        ("北京市2023年政府工作报告", "北京市", (), 2023, PROVINCE),
        (
            "政府工作报告\n——2023年1月11日在内蒙古自治区第十四届人民代表大会第一次会议上\n自治区主席 李四",
            "内蒙古自治区",
            (),
            2023,
            PROVINCE,
        ),
        (
            "政府工作报告\n——2024年1月22日在河北省张家口市第十五届人民代表大会第四次会议上\n市长 张三",
            "张家口市",
            ("河北省",),
            2024,
            CITY,
        ),
        ("政府工作报告\n(2024年2月1日)\n代市长 王五\n(廊坊市人民政府)", "廊坊市", ("河北省",), 2024, CITY),
        ("2022年恩施土家族苗族自治州政府工作报告", "恩施土家族苗族自治州", ("湖北省",), 2022, CITY),
        (
            "政府工作报告\n——在阿拉善盟工作会议上\n阿拉善盟行政公署盟长 李四\n2021年2月3日",
            "阿拉善盟",
            ("内蒙古自治区",),
            2021,
            CITY,
        ),
        ("大兴安岭地区2020年政府工作报告", "大兴安岭地区", ("黑龙江省",), 2020, CITY),
        (
            "襄樊市政府工作报告\n——1994年3月8日在襄樊市第十一届人民代表大会第二次会议上",
            "襄樊市",
            ("湖北省",),
            1994,
            CITY,
        ),
        ("大庸市1990年政府工作报告", "大庸市", ("湖南省",), 1990, CITY),
        (
            "政府工作报告\n——二〇二四年二月二十日在高平市第十五届人民代表大会第四次会议上\n高平市市长 赵六",
            "高平市",
            ("晋城市", "山西省"),
            2024,
            COUNTY,
        ),
        (
            "石泉县政府工作报告\n—2023年2月9日在石泉县第十九届人民代表大会第二次会议上\n县长 周七",
            "石泉县",
            ("安康市", "陕西省"),
            2023,
            COUNTY,
        ),
        (
            "政府工作报告\n(2019年1月8日)\n怀来县人民政府县长 钱八",
            "怀来县",
            ("张家口市", "河北省"),
            2019,
            COUNTY,
        ),
        ("巴林左旗2023年政府工作报告", "巴林左旗", ("赤峰市", "内蒙古自治区"), 2023, COUNTY),
        ("玉屏侗族自治县人民政府工作报告(2021年)", "玉屏侗族自治县", ("铜仁市", "贵州省"), 2021, COUNTY),
        ("江津县1989年政府工作报告", "江津县", ("重庆市", "四川省"), 1989, COUNTY),
        (
            "2024年解放区政府工作报告\n——2024年2月在焦作市解放区第十四届人民代表大会第四次会议上",
            "焦作市解放区",
            ("焦作市", "河南省"),
            2024,
            DISTRICT,
        ),
        (
            "政府工作报告\n——2024年1月9日在徐州市鼓楼区第十二届人民代表大会第三次会议上\n区长 吴九",
            "徐州市鼓楼区",
            ("徐州市", "江苏省"),
            2024,
            DISTRICT,
        ),
        ("攀枝花市西区2024年政府工作报告", "攀枝花市西区", ("攀枝花市", "四川省"), 2024, DISTRICT),
        ("上海市浦东新区2023年政府工作报告", "上海市浦东新区", ("上海市",), 2023, DISTRICT),
        ("北京市崇文区2005年政府工作报告", "北京市崇文区", ("北京市",), 2005, DISTRICT),
        ("张家口市塞北管理区2024年政府工作报告", "塞北管理区", ("张家口市", "河北省"), 2024, ZONE),
        (
            "廊坊经济技术开发区2023年工作报告\n管委会主任 郑十",
            "廊坊经济技术开发区",
            ("廊坊市", "河北省"),
            2023,
            ZONE,
        ),
        ("四川天府新区管委会2022年工作报告", "天府新区", ("四川省",), 2022, ZONE),
        ("张家口市经济开发区2021年工作报告", "张家口市经济开发区", ("张家口市", "河北省"), 2021, ZONE),
        ("河北省张家口市察北管理区2022年政府工作报告", "察北管理区", ("张家口市", "河北省"), 2022, ZONE),
        ("2013年国务院政府工作报告", "全国", (), 2013, NATIONAL),
        (
            "政府工作报告\n——2024年3月5日在第十四届全国人民代表大会第二次会议上\n国务院总理 李强",
            "全国",
            (),
            2024,
            NATIONAL,
        ),
    ],
)
def test_a_head_tells_whose_and_of_which_year(
    head: str, region: str, parents: tuple[str, ...], year: int, type_: RegionType
) -> None:
    (report,) = _identify(head + BODY)
    assert (report.region, report.parents, report.year, report.region_type) == (region, parents, year, type_)
    assert report.kind is ReportKind.REPORT


@pytest.mark.parametrize(
    "title",
    [
        "张家口市\n人民政府\n工作报告",
        "2024年\n张家口市人民政府\n工作报告",
        "张家口市2024年\n政府工作报告",
        "政府工作报告(书面)\n——2024年1月22日在张家口市第十五届人民代表大会第四次会议上",
        "张家口市人民政府\n政府工作报告",
    ],
)
def test_a_title_over_several_lines(title: str) -> None:
    (report,) = _identify(f"{title}\n{'(2024年1月22日)' if '2024' not in title else ''}{BODY}")
    assert (report.region, report.year, report.kind) == ("张家口市", 2024, ReportKind.REPORT)


@pytest.mark.parametrize("mark", ["(摘登)", "（摘要）", "(节选)", "\n(摘编)", "\n（摘登）"])
def test_an_excerpt_says_so(mark: str) -> None:
    (report,) = _identify(f"2024年张家口市政府工作报告{mark}{BODY}")
    assert (report.region, report.year, report.kind) == ("张家口市", 2024, ReportKind.EXCERPT)


@pytest.mark.parametrize(
    ("words", "region"),
    [("长春市朝阳区委", "长春市朝阳区"), ("北京市朝阳区", "北京市朝阳区"), ("本区", "朝阳区")],
)
def test_one_name_of_two_districts_is_decided_by_the_body_or_not_at_all(words: str, region: str) -> None:
    (report,) = _identify(f"2024年朝阳区政府工作报告{BODY}在{words}坚强领导下，经济增长。")
    assert (report.region, report.region_type) == (region, DISTRICT)
    assert bool(report.parents) is (region != "朝阳区")


@pytest.mark.parametrize(
    "text",
    [
        "政府工作报告\n各位代表：\n去年，解放思想，增长3%。",
        "政府工作报告\n——在县第十七届人民代表大会第三次会议上\n县长 张三\n各位代表：\n东区和西区建设提速。",
        "各位代表：\n我们深化合作，建设和谐新区，发展新城区。",
    ],
)
def test_everyday_words_and_directions_are_no_place(text: str) -> None:
    (report,) = _identify(text)
    assert (report.region, report.parents, report.region_type) == (None, (), None)


def test_the_session_tells_the_place_where_the_title_does_not_even_if_another_is_named_below() -> None:
    head = "政府工作报告\n——2024年1月22日在廊坊市第八届人民代表大会第四次会议上\n市长 张三"
    (report,) = _identify(f"{head}{BODY}北京、天津、北京、天津、雄安新区协同发展。")
    assert (report.region, report.year) == ("廊坊市", 2024)


def test_a_signature_tells_the_place_where_nothing_else_does() -> None:
    (report,) = _identify(f"政府工作报告{BODY}\n石泉县人民政府\n2023年2月9日")
    assert (report.region, report.parents) == ("石泉县", ("安康市", "陕西省"))


@pytest.mark.parametrize(
    ("ending", "truncated"),
    [
        ("奋力谱写新篇章！", False),
        ("谢谢大家", False),
        ("谢谢大家!", False),
        ("再上新台阶。\n石泉县人民政府", False),
        ("再上新台阶。\n2024年1月22日", False),
        ("再上新台阶。\n市长 张三", False),
        ("再上新台阶。\n注释:\n①原字石右加安", False),
        ("延续工业稳增长系列政策，", True),
        ("延续工业稳增长系列政策……", True),
        ("延续工业稳增长系列政策...", True),
        ("延续工业稳增长系列政策；", True),
        ("延续工业稳增长系列政策。(下转第三版)", True),
        ("延续工业稳增长系列", True),
    ],
)
def test_whole_or_cut_off(ending: str, truncated: bool) -> None:
    (report,) = _identify(f"2024年张家口市政府工作报告{BODY}{ending}")
    assert report.truncated is truncated


def test_the_record_of_a_report_tells_its_type() -> None:
    (report,) = _identify("2024年张家口市政府工作报告" + BODY)
    assert report_record(report, duplicate_of=None).region_type == "city"


def test_a_date_of_the_session_is_the_year_of_giving() -> None:
    head = "张家口市2023年政府工作报告\n——2024年1月22日在张家口市第十五届人民代表大会第四次会议上"
    (report,) = _identify(head + BODY)
    assert report.year == 2024


@pytest.mark.parametrize(
    ("day", "plan", "year"),
    [
        ("2022年12月12日", "2023年经济社会发展总体要求\n", 2023),
        ("2022年11月", "二、2023年主要工作\n", 2023),
        ("2022年12月12日", "明年的工作\n", 2022),
        ("2022年12月12日", "自2023年以来的目标\n", 2022),
        ("2022年1月12日", "2023年工作安排\n", 2022),
    ],
)
def test_a_report_of_december_is_of_the_year_that_it_plans(day: str, plan: str, year: int) -> None:
    """docs/decisions/0017."""
    head = f"{day}在张家口市第十五届人民代表大会第四次会议上的政府工作报告"
    (report,) = _identify(f"{head}{BODY}\n{plan}增长8%。")
    assert report.year == year


def test_a_name_given_by_a_person_may_be_of_no_known_place() -> None:
    (report,) = _identify("各位代表：\n张家口增长。张家口市发展。", hints=Hints(region="某某园区", year=2020))
    assert (report.region, report.parents, report.year) == ("某某园区", ("张家口市", "河北省"), 2020)


def _identify(text: str, *, hints: Hints = Hints()) -> list[Report]:
    whole = fold(text, simplify=simplify)
    return identify(whole, source_id="s", source_name="report.txt", gazetteer=GAZETTEER, hints=hints)


@pytest.mark.parametrize(
    ("line", "session"),
    [
        ("——2024年1月22日在张家口市第十五届人民代表大会第四次会议上", "十五届四次会议"),
        ("——2024年2月21日在区十五届人大四次会议上", "十五届四次会议"),
        ("刘媛在廊坊市八届人大六次会议上的政府工作报告", "八届六次会议"),
        ("——在第十二届全国人民代表大会第二次会议上", "十二届二次会议"),
        ("——2024年1月22日在市委工作会议上", None),
    ],
)
def test_the_session_of_the_congress(line: str, session: str | None) -> None:
    (report,) = _identify("张家口市政府工作报告\n" + line + BODY)
    assert report.session == session


@pytest.mark.parametrize(
    ("head", "region", "parents", "type_"),
    [
        (
            "2022年云澜市政府工作报告\n——2022年1月14日在云澜市第六届人民代表大会第一次会议上",
            "云澜市",
            (),
            CITY,
        ),
        (
            "政府工作报告\n(二〇一二年二月十六日在青麓县第十五届人民代表大会第一次会议上)"
            "\n青麓县人民政府代县长 马某",
            "青麓县",
            (),
            COUNTY,
        ),
        ("代县枣林镇2021年政府工作报告", "枣林镇", ("代县", "忻州市", "山西省"), RegionType.TOWN),
        ("(四川省)2016年广安市云澜县人民政府工作报告", "云澜县", ("广安市", "四川省"), COUNTY),
    ],
)
def test_a_place_that_the_gazetteer_does_not_have_is_called_as_it_is_written(
    head: str, region: str, parents: tuple[str, ...], type_: RegionType
) -> None:
    (report,) = _identify(head + BODY)
    assert (report.region, report.parents, report.region_type) == (region, parents, type_)


@pytest.mark.parametrize(
    "head", ["政府工作报告\n市长 张三", "在县十五届人大一次会议上的政府工作报告\n县长 李四"]
)
def test_what_is_no_name_stays_unknown(head: str) -> None:
    (report,) = _identify(head + BODY)
    assert report.region is None
