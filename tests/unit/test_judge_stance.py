"""Done, aimed at, planned or neither, and of which year: sentences of the seeds, judged by hand."""

from __future__ import annotations

import pytest

from rag.domain import Sentence, Stance
from rag.steps.judge_stance import Setting, judge, of_part, section_stance
from rag.steps.tell_years import Years
from tests.unit.seeds import reading

DONE, AIM, PLAN, OTHER = Stance.RESULT, Stance.TARGET, Stance.PLAN, Stance.OTHER

# (source, report in it, words of the sentence, stance, year or years that it speaks of)
JUDGED: list[tuple[str, int, str, Stance, int | Years | None]] = [
    ("000", 1, "全市地区生产总值增长5.1%", DONE, 2023),
    ("000", 1, "金融机构本外币存贷款余额双双突破5000亿元", DONE, 2023),
    ("000", 1, "入选“2024年冰雪旅游十佳城市”", DONE, 2023),
    ("000", 1, "抢抓中央增发1万亿元国债政策机遇", DONE, 2023),
    ("000", 1, "新增可再生能源并网装机规模650万千瓦", DONE, 2023),
    ("000", 1, "现在,我代表市人民政府", OTHER, None),
    ("001", 1, "——经济运行走在前列", DONE, 2023),
    ("001", 1, "进出口总值增长277.28%", DONE, 2023),
    ("001", 1, "进出口总值增长300%,预计位列全市第二", DONE, 2023),
    ("001", 1, "总投资6.68亿美元的以色列现代农业", DONE, 2023),
    ("001", 1, "投资2009万元的沙井子河河道治理项目", DONE, 2023),
    ("001", 1, "2024年,塞北管理区将坚持", PLAN, 2024),
    ("001", 1, "地区生产总值增长6%,一般公共预算收入增长15%", AIM, 2024),
    ("002", 1, "实现地区生产总值增长1.7%", DONE, 2023),
    ("002", 1, "40个省级重点项目、402个市级重点项目均超额完成", DONE, 2023),
    ("002", 1, "新增城镇就业1.97万人", DONE, 2023),
    ("002", 1, "我们也清醒看到当前面临的一些困难和问题", OTHER, 2023),
    ("002", 1, "对这些问题,我们一定高度重视", OTHER, 2023),
    ("002", 1, "经济发展预期目标是:全市地区生产总值增长5.5%", AIM, 2024),
    ("002", 1, "全年固定资产投资增长5%左右", AIM, 2024),
    ("002", 1, "社会消费品零售总额增长5.5%左右", AIM, 2024),
    ("002", 1, "力争申报认定高新技术企业150户", AIM, 2024),
    ("002", 1, "治理水土流失面积448平方公里", DONE, 2023),
    ("002", 1, "治理水土流失面积430平方公里", PLAN, 2024),
    ("002", 2, "全市GDP突破2000亿元", DONE, 2023),
    ("002", 2, "粮食总产量52.8亿斤、增长2.2%", DONE, 2023),
    ("002", 2, "2022年度全市R&D经费增幅和强度提高值", DONE, 2023),
    ("002", 2, "今年经济社会发展的主要预期目标是", AIM, 2024),
    ("002", 2, "力争建筑业总产值超过1000亿元", AIM, 2024),
    ("002", 2, "2024年是中华人民共和国成立75周年", OTHER, 2024),
    ("002", 3, "地区生产总值完成434亿元、增长8.6%", DONE, 2023),
    ("002", 3, "主要预期目标是:地区生产总值增长6%左右", AIM, 2024),
    ("002", 3, "全年新增城镇就业5000人", AIM, 2024),
    ("002", 3, "从现在开始到2027年,每年打造1个精品片区", PLAN, (2024, 2027)),
    ("002", 3, "同时,我们也清醒地看到", OTHER, 2023),
    ("002", 4, "生产总值增长4%,一般公共预算收入增长7.2%", DONE, 2023),
    ("002", 4, "深入开展重大事故隐患专项排查整治2023行动", DONE, 2023),
    ("002", 4, "基础设施仍需提升", OTHER, 2023),
    ("002", 4, "今年经济社会发展主要预期目标是", AIM, 2024),
    ("002", 4, "单位生产总值能耗降低2%左右", AIM, 2024),
    ("001", 1, "2024年获批后", PLAN, 2024),
    ("001", 1, "百舸争流", OTHER, 2023),
    ("002", 1, "新建5G基站1000个", PLAN, 2024),
    ("002", 1, "表示衷心", OTHER, 2023),
    ("002", 4, "规上工业总产值增长6.5%以上", AIM, 2024),
    ("003", 1, "全区地区生产总值完成177.3亿元", DONE, 2023),
    ("003", 1, "21个省市重点项目完成投资104.5亿元", DONE, 2023),
    ("003", 1, "新增技能人才4513人", DONE, 2023),
    ("004", 1, "地区生产总值增长3.8%", DONE, 2023),
    ("004", 1, "省级以上开发区营业收入增长17.8%", DONE, 2023),
    ("004", 1, "地区生产总值增长6%左右", AIM, 2024),
    ("004", 1, "新建高标准农田34万亩,粮食总产达到30亿斤以上", AIM, 2024),
    ("004", 1, "PM2.5浓度低于40微克/立方米", AIM, 2024),
    ("004", 1, "城镇新增就业5.73万人", AIM, 2024),
]


@pytest.mark.parametrize(("start", "number", "words", "stance", "period"), JUDGED)
def test_sentences_of_the_seeds(
    start: str, number: int, words: str, stance: Stance, period: int | Years | None
) -> None:
    sentence = _sentence(start, number, words)
    assert (sentence.stance, sentence.years or sentence.period) == (stance, period)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("一、2023年工作回顾", (DONE, (2023, 2023))),
        ("一、过去五年政府工作的回顾", (DONE, (2019, 2023))),
        ("一、改革开放和现代化建设取得伟大成就的五年", (DONE, (2019, 2023))),
        ("一、“十三五”时期国民经济和社会发展的回顾", (DONE, (2016, 2020))),
        ("一、去年工作回顾", (DONE, (2023, 2023))),
        ("【成绩显著】", (DONE, (2023, 2023))),
        ("一、2023年的国内工作", (DONE, (2023, 2023))),
        ("【预期目标】", (AIM, (2024, 2024))),
        ("2024年经济社会发展总体要求和主要目标", (AIM, (2024, 2024))),
        ("今后五年的主要任务", (PLAN, (2024, 2028))),
        ("二、2024年工作安排", (PLAN, (2024, 2024))),
        ("二、关于2 0 2 4年政府工作的建议", (PLAN, (2024, 2024))),
        ("二、2024年工作总体部署", (PLAN, (2024, 2024))),
        ("三、今年重点工作", (PLAN, (2024, 2024))),
        ("三、加强政府自身建设", (PLAN, (2024, 2024))),
        ("国民经济的伟大成就和今后的建设任务", (OTHER, None)),
        ("(一)坚持开放引领", None),
        ("打好项目攻坚战", None),
    ],
)
def test_headings(title: str, said: tuple[Stance, Years | None] | None) -> None:
    assert section_stance(title, year=2024) == said


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("粮食产量突破了10万吨。", DONE),
        ("已建成5座水库。", DONE),
        ("预计全年粮食产量11万吨。", DONE),
        ("力争粮食产量达到11万吨。", AIM),
        ("要加快推进项目建设。", PLAN),
        ("认真执行民族政策,切实保障平等权利。", PLAN),
        ("过去我们团结了各方,今后也必须这样做。", PLAN),
        ("各位代表:", OTHER),
        ("我们一贯主张和平解决争端。", OTHER),
        ("美国还在扩展军事基地。", OTHER),
        ("必须艰苦奋斗,才能改变面貌。", OTHER),
        ("这是具有深远意义的进步。", OTHER),
    ],
)
def test_without_a_section_the_words_decide(text: str, stance: Stance) -> None:
    assert judge(text, Setting(stance=OTHER, years=None, year=2024))[0] is stance


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("森林覆盖率提高2个百分点。", AIM),
        ("水产品产量6万吨。", AIM),
        ("收入增速与经济增长基本同步。", PLAN),
        ("新建5G基站1000个。", PLAN),
        ("引进30亿元以上产业项目。", PLAN),
        ("我国同东盟各国的关系有了可喜的发展。", DONE),
        ("加强环境保护也是一项基本国策。", OTHER),
        ("2024年是关键的一年。", OTHER),
    ],
)
def test_under_a_heading_of_plans(text: str, stance: Stance) -> None:
    assert judge(text, Setting(stance=PLAN, years=(2024, 2024), year=2024))[0] is stance


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("收入增速与经济增长基本同步。", AIM),
        ("地区生产总值增长6%左右。", AIM),
        ("坚持稳中求进工作总基调。", PLAN),
    ],
)
def test_under_a_heading_of_goals(text: str, stance: Stance) -> None:
    assert judge(text, Setting(stance=AIM, years=(2024, 2024), year=2024))[0] is stance


@pytest.mark.parametrize(
    ("text", "section", "years"),
    [
        ("2021年完成投资3亿元。", DONE, (2021, 2021)),
        ("2022年完成3亿元,2023年完成5亿元。", DONE, (2023, 2023)),
        ("入选2023年度百强,获“2024年度先锋”称号。", DONE, (2023, 2023)),
        ("2022年度增幅第2;新增平台9家。", DONE, (2023, 2023)),
        ("2022年工程师达到17万人,比2018年增长两倍;职工达到60万人。", DONE, (2022, 2022)),
        ("2022年同2018年相比,产量增长百分之四十。", DONE, (2022, 2022)),
        ("粮食产量1949年以来最高。", DONE, (2023, 2023)),
        ("2020年以来,建成3座水库。", DONE, (2020, 2023)),
        ("从2019年到2022年,比重下降了三成。", DONE, (2019, 2022)),
        ("经费从2019年的509亿元增加到2022年的1161亿元。", DONE, (2019, 2022)),
        ("投入5800亿元,是1950年到1997年投入总和的1.7倍。", DONE, (2023, 2023)),
        ("五年来,建成水库3座。", DONE, (2019, 2023)),
        ("近三年建成水库3座。", DONE, (2021, 2023)),
        ("五年多来,关系进一步发展了。", DONE, (2019, 2024)),
        ("在2020年疫情突发的情况下,我们保持了稳定。", DONE, (2023, 2023)),
        ("有望2024年新增2家,项目于2023年2月投产。", DONE, (2023, 2023)),
        ("产量高于2021年。", DONE, (2023, 2023)),
        ("去年完成3亿元。", DONE, (2023, 2023)),
        ("到2025年,力争达到100亿元。", PLAN, (2025, 2025)),
        ("从现在开始到2027年,每年打造1个片区。", PLAN, (2024, 2027)),
        ("今后三年,开工5座水库。", PLAN, (2024, 2026)),
        ("今年完成28个。", PLAN, (2024, 2024)),
        ("计划草案拟定,工业总产值比2024年增长百分之十一左右。", PLAN, (2025, 2025)),
        ("今年总产值比2023年增长百分之十一左右。", PLAN, (2024, 2024)),
        ("粮食产量将要达到3989亿斤,比五年计划原定2025年3856亿斤的水平超过133亿斤。", PLAN, (2024, 2024)),
        ("通车里程2019年为21700公里;今年预计将达25500公里。", PLAN, (2019, 2024)),
        ("去年曾提出,要把价格涨幅控制在10%以内。", DONE, (2023, 2023)),
    ],
)
def test_the_years_a_sentence_speaks_of(text: str, section: Stance, years: Years) -> None:
    period = (2023, 2023) if section is DONE else (2024, 2024)
    assert judge(text, Setting(stance=section, years=period, year=2024))[1] == years


def test_what_is_measured_against_the_year_before_is_of_the_next() -> None:
    told = Setting(stance=OTHER, years=None, year=2024)
    assert judge("钢产量拟定为624万吨,将比2023年增长19.2%。", told)[1] == (2024, 2024)
    assert judge("钢产量拟定为624万吨,将比2015年增长19.2%。", told)[1] is None


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("去年曾提出,要把价格涨幅控制在10%以内。", Stance.TARGET),
        ("全面实现年初确定的主要目标,生产总值增长7.8%。", DONE),
        ("去年提出的要求都做到了,增长7.8%。", DONE),
    ],
)
def test_an_aim_recalled_in_a_review(text: str, stance: Stance) -> None:
    assert judge(text, Setting(stance=DONE, years=(2023, 2023), year=2024))[0] is stance


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("产值增速,1981年计划为3.7%,实际达到4.6%", (DONE, 1981)),
        ("1982年计划为4%", (Stance.TARGET, 1982)),
    ],
)
def test_a_statement_of_a_sentence_of_several_years(part: str, told: tuple[Stance, int]) -> None:
    whole = "产值增速,1981年计划为3.7%,实际达到4.6%;1982年计划为4%"
    assert of_part(part, whole, stance=Stance.TARGET, period=1982, year=1982) == told


def test_what_was_done_among_plans_is_not_of_the_years_planned() -> None:
    told = Setting(stance=PLAN, years=(2024, 2028), year=2024)
    assert judge("我国同各国的关系有了可喜的发展。", told) == (DONE, None)
    assert judge("去年的增产取得了成功。", told) == (DONE, (2023, 2023))


def _sentence(start: str, number: int, words: str) -> Sentence:
    report = reading(start).reports[number - 1]
    (found,) = [s for s in reading(start).sentences if s.report_id == report.id and words in s.text]
    return found


@pytest.mark.parametrize(
    ("cell", "stance", "period"),
    [
        ("2024年目标地区生产总值增长:6%左右。", AIM, 2024),
        ("2024年预期目标粮食产量:52.8万吨。", AIM, 2024),
        ("2023年完成地区生产总值增长:3.8%。", DONE, 2023),
        ("2023年地区生产总值增长:3.8%。", DONE, 2023),
        ("目标值地区生产总值增长:6%。", AIM, 2024),
        ("完成情况地区生产总值增长:3.8%。", DONE, 2023),
    ],
)
@pytest.mark.parametrize("section", [DONE, PLAN, OTHER])
def test_a_cell_of_a_table_is_judged_by_its_own_head(
    cell: str, stance: Stance, period: int, section: Stance
) -> None:
    setting = Setting(stance=section, years=(2022, 2022), year=2024)
    assert judge(cell, setting) == (stance, (period, period))


def test_a_cell_whose_head_says_nothing_goes_with_its_section() -> None:
    setting = Setting(stance=AIM, years=(2024, 2024), year=2024)
    assert judge("地区生产总值增长:6%。", setting) == (AIM, (2024, 2024))
