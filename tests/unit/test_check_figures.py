"""A draft's figures, years, places and quoted words against the evidence that it cites."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rag.adapters.script_opencc import simplify
from rag.domain import Intent, Language, Stance, Statement
from rag.steps.check_figures import check_claims
from rag.steps.english_units import other_units
from tests.unit.made import LANGFANG, SAIBEI, asked, make_claim, make_intent, make_statement

GDP = make_statement("全市地区生产总值增长5.1%")
GRAIN = make_statement("粮食总产量52.8亿斤")
JOBS = make_statement("全年新增城镇就业5000人,失业率回落0.2个百分点")
TARGET = make_statement("地区生产总值增长6%左右", LANGFANG, stance=Stance.TARGET, period=2024)
DEPOSITS = make_statement("金融机构本外币存贷款余额双双突破5000亿元,存贷比93.2%,排名全省第二")
JOBLESS = make_statement("城镇调查失业率控制在5.5%以内", stance=Stance.TARGET, period=2024)
FIRMS = make_statement("高新技术企业、瞪羚企业、科技型中小企业分别增长101.6%、100%、66.9%")
INCOMES = make_statement("城乡居民人均可支配收入分别增长5.2%和7.7%")
RANGE = make_statement("经济增长5%—6%")
EMISSIONS = make_statement("全区PM2.5平均浓度同比下降9.1%", SAIBEI)
OUTPUTS = make_statement("农业总产值增长5%左右,工业总产值增长11%左右", stance=Stance.TARGET)
TOYS = make_statement("获评“中国毛绒玩具产业新都”")
HOTLINE = make_statement("受理办结12345热线群众诉求433件,办结率100%", SAIBEI)
INDUSTRY = make_statement("工业对GDP增长的贡献率达到53.4%")
FLIGHTS = make_statement("每日航班从16个增至32个,全年进出旅客达120万人次")
INVESTMENT = make_statement("固定資產投資完成2.31億元,增長31.1%,增速位列全市第一", SAIBEI)

# claim | evidence: nothing to object to
HONEST: list[tuple[str, Statement]] = [
    ("张家口市2023年地区生产总值增长5.1%", GDP),
    ("2023年张家口GDP增速为5.1%", GDP),
    ("张家口2024年政府工作报告写道,2023年GDP增长5.1%", GDP),
    ("GDP增长百分之五点一", GDP),
    ("粮食总产量为52.8亿斤", GRAIN),
    ("新增城镇就业5000人", JOBS),
    ("新增城镇就业0.5万人", JOBS),
    ("失业率回落0.2个百分点", JOBS),
    ("廊坊市2024年地区生产总值增长目标为6%左右", TARGET),
    ("存贷款余额双双突破5000亿元,存贷比93.2%,排名全省第二", DEPOSITS),
    ("存贷款余额超过5000亿元", DEPOSITS),
    ("城镇调查失业率控制在5.5%以内", JOBLESS),
    ("PM2.5平均浓度下降9.1%", EMISSIONS),
    ("获评“中国毛绒玩具产业新都”", TOYS),
    ("12345热线群众诉求办结率100%", HOTLINE),
    ("固定資產投資增長31.1%", INVESTMENT),
    ("固定资产投资完成2.31亿元", INVESTMENT),
    ("营商环境全面改善", GDP),
    ("瞪羚企业增长100%", FIRMS),
    ("工业总产值增长11%左右", OUTPUTS),
    ("科技型中小企业、高新技术企业分别增长66.9%、101.6%", FIRMS),
    ("农村居民人均可支配收入增长7.7%", INCOMES),
    ("居民收入分别增长5.2%和7.7%", INCOMES),
    ("经济增长5%至6%", RANGE),
    ("每日航班增至32个", FLIGHTS),
    ("航班从16个增至32个,进出旅客120万人次", FLIGHTS),
    ("用好七个项目库", make_statement("建立“项目编制营”,用好“七个项目库”")),
]
# claim | evidence | what the fault says
DISHONEST: list[tuple[str, Statement, str]] = [
    ("地区生产总值增长5.2%", GDP, "5.2% does not stand"),
    ("进出旅客120万人次,每天32班", FLIGHTS, "32班 does not stand"),
    ("对全省经济增长的贡献率达53.4%", INDUSTRY, "全省 does not stand"),
    ("地区生产总值增长51%", GDP, "51% does not stand"),
    ("地区生产总值增长15.1%", GDP, "15.1% does not stand"),
    ("地区生产总值增长5.10万亿元", GDP, "5.10万亿元 does not stand"),
    ("粮食总产量52.8万斤", GRAIN, "52.8万斤 does not stand"),
    ("粮食总产量52.8亿吨", GRAIN, "52.8亿吨 does not stand"),
    ("新增城镇就业5000万人", JOBS, "5000万人 does not stand"),
    ("新增城镇就业5000户", JOBS, "5000户 does not stand"),
    ("地区生产总值下降5.1%", GDP, "goes the other way"),
    ("失业率提高0.2个百分点", JOBS, "goes the other way"),
    ("PM2.5平均浓度上升9.1%", EMISSIONS, "goes the other way"),
    ("地区生产总值增长目标为6%", TARGET, "左右"),
    ("地区生产总值增长6%以上", TARGET, "左右"),
    ("地区生产总值增长5.1%左右", GDP, "左右"),
    ("存贷款余额达到5000亿元", DEPOSITS, "左右"),
    ("城镇调查失业率5.5%", JOBLESS, "左右"),
    ("地区生产总值增长5.1个百分点", GDP, "5.1个百分点 does not stand"),
    ("失业率回落0.2%", JOBS, "0.2% does not stand"),
    ("地区生产总值增长5.1%,完成投资300亿元", GDP, "300亿元 does not stand"),
    ("存贷比排名全省第三", DEPOSITS, "第三 does not stand"),
    ("2022年地区生产总值增长5.1%", GDP, "2022年 does not stand"),
    ("2024年地区生产总值增长5.1%", GDP, "2024年 does not stand"),
    ("廊坊市2023年增长6%左右", TARGET, "2023年 does not stand"),
    ("获评“中国毛绒玩具之都”", TOYS, "“中国毛绒玩具之都”"),
    ("固定資產投資增長31.2%", INVESTMENT, "31.2% does not stand"),
    ("固定資產投資完成2.31萬元", INVESTMENT, "2.31万元 does not stand"),
    ("瞪羚企业增长101.6%", FIRMS, "101.6% is of 高新技术企业, not of 瞪羚企业"),
    ("工业总产值增长5%左右", OUTPUTS, "5% is of 农业总产值, not of 工业总产值"),
    ("城镇居民人均可支配收入增长7.7%", INCOMES, "7.7% is of 农村居民人均可支配收入"),
    ("经济增长5%", RANGE, "5% does not stand"),
    ("PM10平均浓度下降9.1%", EMISSIONS, "PM10 does not stand"),
]


def faults(text: str, *statements: Statement, intent: Intent | None = None) -> list[str]:
    return check_claims([make_claim(text, *statements)], intent or make_intent(), simplify=simplify)


@pytest.mark.parametrize(("claim", "statement"), HONEST)
def test_honest_claims(claim: str, statement: Statement) -> None:
    assert faults(claim, statement) == []


@pytest.mark.parametrize(("claim", "statement", "fault"), DISHONEST)
def test_dishonest_claims(claim: str, statement: Statement, fault: str) -> None:
    found = faults(claim, statement)
    assert len(found) == 1, found
    assert fault in found[0]


def test_each_figure_needs_only_one_of_the_cited_statements() -> None:
    assert faults("GDP增长5.1%,粮食52.8亿斤", GDP, GRAIN) == []
    assert faults("GDP增长5.1%,粮食52.8亿斤", GDP) == ["52.8亿斤 does not stand in the evidence"]


def test_every_claim_is_checked_and_every_fault_named() -> None:
    claims = [
        make_claim("GDP增长5.1%", GDP),
        make_claim("GDP增长5.2%", GDP),
        make_claim("粮食53亿斤,就业1人", GRAIN),
    ]
    assert check_claims(claims, make_intent(), simplify=simplify) == [
        "5.2% does not stand in the evidence",
        "53亿斤 does not stand in the evidence",
        "1人 does not stand in the evidence",
    ]


# --- place, stance, year of the evidence ------------------------------------------------------------


def test_evidence_of_another_place_is_a_fault() -> None:
    intent = asked("张家口2023年GDP增长多少？")
    elsewhere = make_statement("地区生产总值增长3.8%", LANGFANG)
    assert faults("地区生产总值增长3.8%", elsewhere, intent=intent) == ["廊坊市 2023 is not what was asked"]


def test_another_place_s_name_on_a_figure_is_a_fault() -> None:
    intent = asked("张家口市和廊坊市2023年GDP增长多少？")
    assert faults("廊坊市地区生产总值增长5.1%", GDP, intent=intent) == ["names 廊坊市"]
    assert faults("张家口市地区生产总值增长5.1%", GDP, intent=intent) == []


@pytest.mark.parametrize(
    "misfit",
    [
        make_statement("地区生产总值增长5.1%", stance=Stance.TARGET, fits_stance=False),
        make_statement("地区生产总值增长5.1%", period=2022, fits_period=False),
    ],
)
def test_a_target_for_a_result_and_another_year_are_faults(misfit: Statement) -> None:
    assert len(faults("地区生产总值增长5.1%", misfit)) == 1


def test_the_year_asked_about_may_be_said_of_evidence_that_names_none() -> None:
    undated = make_statement("地区生产总值增长5.1%", period=None)
    assert faults("2023年增长5.1%", undated, intent=make_intent(periods=(2023,))) == []
    assert len(faults("2022年增长5.1%", undated, intent=make_intent(periods=(2023,)))) == 1


def test_words_quoted_from_the_question_need_not_stand_in_the_evidence() -> None:
    intent = make_intent(text="安康“毛绒玩具之都”是怎么来的?")
    assert faults("“毛绒玩具之都”获评“中国毛绒玩具产业新都”", TOYS, intent=intent) == []


# --- English ----------------------------------------------------------------------------------------

ENGLISH = make_intent(language=Language.ENGLISH)
VISITORS = make_statement("参与冰雪运动人次突破650万")
BRIDGES = make_statement("改造危桥8座")


@pytest.mark.parametrize(
    ("claim", "statement"),
    [
        ("Zhangjiakou's GDP grew by 5.1% in 2023", GDP),
        ("GDP grew by 5.1 percent in 2023", GDP),
        ("According to the 2024 government work report, GDP grew by 5.1%", GDP),
        ("The rate fell by 0.2 percentage points", JOBS),
        ("It renovated 8 bridges (8座) in 2023", BRIDGES),
        ("More than 6.5 million people took part", VISITORS),
        ("It added 5,000 jobs", JOBS),
        ("The 12345 hotline closed 433 cases", HOTLINE),
        ("PM2.5 fell by 9.1%", EMISSIONS),
        ("The target is 6%左右", TARGET),
    ],
)
def test_honest_english(claim: str, statement: Statement) -> None:
    assert faults(claim, statement, intent=ENGLISH) == []


@pytest.mark.parametrize(
    ("claim", "statement"),
    [
        ("GDP grew by 5.2% in 2023", GDP),
        ("GDP grew by 5.1% in 2022", GDP),
        ("GDP grew by 5.1% in 2024", GDP),
        ("GDP grew by 5.1 percentage points", GDP),
        ("GDP reached 5.1 billion yuan", GDP),
        ("The rate fell by 0.2 percent", JOBS),
        ("It renovated 9 bridges", BRIDGES),
        ("It added 5 million jobs", JOBS),
        ("65 million people took part", VISITORS),
        ("GDP grew by 1%", GDP),
    ],
)
def test_dishonest_english(claim: str, statement: Statement) -> None:
    assert faults(claim, statement, intent=ENGLISH)


# --- every alteration -------------------------------------------------------------------------------

VALUE = st.decimals(min_value=0, max_value=10**5, places=1).map(str)
UNIT = st.sampled_from(["%", "个百分点", "亿元", "万元", "万人", "人", "亿斤", "个", "家"])


@given(VALUE, UNIT)
def test_a_figure_as_it_stands_is_honest(value: str, unit: str) -> None:
    assert faults(f"增长{value}{unit}", make_statement(f"增长{value}{unit}")) == []


@given(VALUE, VALUE, UNIT)
def test_another_value_is_not(value: str, other: str, unit: str) -> None:
    assume(value != other)
    assert len(faults(f"增长{other}{unit}", make_statement(f"增长{value}{unit}"))) == 1


@given(VALUE.filter(lambda value: value != "0.0"), UNIT, UNIT)
def test_another_unit_is_not(value: str, unit: str, other: str) -> None:
    assume(unit != other)
    assert len(faults(f"增长{value}{other}", make_statement(f"增长{value}{unit}"))) == 1


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("was $21,454.00 in 2023", ["$21,454.00"]),
        ("was 21454 US dollars", ["21454 US dollars"]),
        ("was 3.5 million hectares and €20", ["3.5 million hectares", "€20"]),
        ("was 21,454 yuan", []),
        ("was RMB 21,454", []),
    ],
)
def test_an_english_unit_that_the_evidence_does_not_have(text: str, units: list[str]) -> None:
    assert sorted(other_units(text, "农村居民人均可支配收入完成21454元")) == sorted(units)
