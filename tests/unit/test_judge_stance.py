"""Done, aimed at, planned or neither, and of which year: sentences of the seeds, judged by hand."""

from __future__ import annotations

import pytest

from rag.domain import Sentence, Stance
from rag.steps.judge_stance import judge, section_stance
from tests.unit.seeds import reading

DONE, AIM, PLAN, OTHER = Stance.RESULT, Stance.TARGET, Stance.PLAN, Stance.OTHER

# (source, report in it, words of the sentence, stance, year that it speaks of)
JUDGED = [
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
    ("002", 1, "全年固定资产投资增长5%左右", PLAN, 2024),
    ("002", 1, "社会消费品零售总额增长5.5%左右", PLAN, 2024),
    ("002", 1, "力争申报认定高新技术企业150户", PLAN, 2024),
    ("002", 1, "治理水土流失面积448平方公里", DONE, 2023),
    ("002", 1, "治理水土流失面积430平方公里", PLAN, 2024),
    ("002", 2, "全市GDP突破2000亿元", DONE, 2023),
    ("002", 2, "粮食总产量52.8亿斤、增长2.2%", DONE, 2023),
    ("002", 2, "2022年度全市R&D经费增幅和强度提高值", DONE, 2023),
    ("002", 2, "今年经济社会发展的主要预期目标是", AIM, 2024),
    ("002", 2, "力争建筑业总产值超过1000亿元", PLAN, 2024),
    ("002", 2, "2024年是中华人民共和国成立75周年", PLAN, 2024),
    ("002", 3, "地区生产总值完成434亿元、增长8.6%", DONE, 2023),
    ("002", 3, "主要预期目标是:地区生产总值增长6%左右", AIM, 2024),
    ("002", 3, "全年新增城镇就业5000人", PLAN, 2024),
    ("002", 3, "从现在开始到2027年,每年打造1个精品片区", PLAN, 2027),
    ("002", 3, "同时,我们也清醒地看到", OTHER, 2023),
    ("002", 4, "生产总值增长4%,一般公共预算收入增长7.2%", DONE, 2023),
    ("002", 4, "深入开展重大事故隐患专项排查整治2023行动", DONE, 2023),
    ("002", 4, "基础设施仍需提升", OTHER, 2023),
    ("002", 4, "今年经济社会发展主要预期目标是", AIM, 2024),
    ("002", 4, "规上工业总产值增长6.5%以上", PLAN, 2024),
    ("003", 1, "全区地区生产总值完成177.3亿元", DONE, 2023),
    ("003", 1, "21个省市重点项目完成投资104.5亿元", DONE, 2023),
    ("003", 1, "新增技能人才4513人", DONE, 2023),
    ("004", 1, "地区生产总值增长3.8%", DONE, 2023),
    ("004", 1, "省级以上开发区营业收入增长17.8%", DONE, 2023),
    ("004", 1, "地区生产总值增长6%左右", AIM, 2024),
    ("004", 1, "新建高标准农田34万亩,粮食总产达到30亿斤以上", PLAN, 2024),
    ("004", 1, "PM2.5浓度低于40微克/立方米", PLAN, 2024),
    ("004", 1, "城镇新增就业5.73万人", PLAN, 2024),
]


@pytest.mark.parametrize(("start", "number", "words", "stance", "period"), JUDGED)
def test_sentences_of_the_seeds(
    start: str, number: int, words: str, stance: Stance, period: int | None
) -> None:
    sentence = _sentence(start, number, words)
    assert (sentence.stance, sentence.period) == (stance, period)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("一、2023年工作回顾", (DONE, 2023)),
        ("一、过去五年政府工作的回顾", (DONE, 2023)),
        ("一、去年工作回顾", (DONE, 2023)),
        ("【成绩显著】", (DONE, 2023)),
        ("一、2023年的国内工作", (DONE, 2023)),
        ("【预期目标】", (AIM, 2024)),
        ("2024年经济社会发展总体要求和主要目标", (AIM, 2024)),
        ("二、2024年工作安排", (PLAN, 2024)),
        ("二、2024年工作总体部署", (PLAN, 2024)),
        ("三、今年重点工作", (PLAN, 2024)),
        ("三、加强政府自身建设", (PLAN, 2024)),
        ("(一)坚持开放引领", None),
        ("打好项目攻坚战", None),
    ],
)
def test_headings(title: str, said: tuple[Stance, int] | None) -> None:
    assert section_stance(title, year=2024) == said


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("粮食产量突破了10万吨。", DONE),
        ("已建成5座水库。", DONE),
        ("力争粮食产量达到11万吨。", PLAN),
        ("要加快推进项目建设。", PLAN),
        ("各位代表:", OTHER),
    ],
)
def test_without_a_section_the_words_decide(text: str, stance: Stance) -> None:
    assert judge(text, section=OTHER, period=2024, year=2024)[0] is stance


@pytest.mark.parametrize(
    ("text", "section", "year"),
    [
        ("2021年完成投资3亿元。", DONE, 2021),
        ("2022年完成3亿元,2023年完成5亿元。", DONE, 2023),
        ("入选2023年度百强,获“2024年度先锋”称号。", DONE, 2023),
        ("2022年度增幅第2;新增平台9家。", DONE, 2023),
        ("到2025年,力争达到100亿元。", PLAN, 2025),
        ("今年完成28个。", PLAN, 2024),
        ("粮食产量1949年以来最高。", DONE, 2023),
    ],
)
def test_the_year_a_sentence_speaks_of(text: str, section: Stance, year: int) -> None:
    period = 2023 if section is DONE else 2024
    assert judge(text, section=section, period=period, year=2024)[1] == year


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
    assert judge(cell, section=section, period=2022, year=2024) == (stance, period)


def test_a_cell_whose_head_says_nothing_goes_with_its_section() -> None:
    assert judge("地区生产总值增长:6%。", section=PLAN, period=2024, year=2024) == (PLAN, 2024)
