"""A review that turns to five years, and questions whose words only look like a tense, a rank or a chat:
人均预期寿命 is no aim, 第几届 no rank, 产业基金 no advice. Every answer is made by code and proven.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.domain import Mode
from rag.library import Rag
from tests.flow.proofs import answered_by_code, ask, prove, refused_by_code
from tests.flow.small_corpus import small_corpus

LAST_YEAR_OF_A_PLAN = """2026年沂河市政府工作报告
——2026年1月27日在沂河市第十四届人民代表大会第五次会议上
市长 王明

各位代表：
一、工作回顾
2025年是“十四五”收官之年。全市地区生产总值增长5%。一、二、三产业增加值分别增长4.2%、5%、5.4%。粮食产量280.9亿斤。
“沂河一号”星座组网卫星增至14颗。本土影片《水边》获第17届中国电影华表奖。建成助老餐厅41个。
实现稳定脱贫1.8万人，全市贫困发生率下降到1.22%。产业基金规模达到30亿元。
启动“机器换人”行动计划，市财政连续三年、每年安排2亿元进行资助。沂河港25万标箱，从全省第9位跃至第3位。
建设高标准农田91万亩。社会消费品零售总额增长10.9%。城市水厂日供水能力提高到8万吨。
“十四五”时期是沂河高质量发展的五年。
这五年，改革开放持续深化。城镇新增就业12.4万人。建设高标准农田256万亩。
这五年，民生福祉持续增进。人均预期寿命达到79.4岁。
二、2026年工作安排
今年经济社会发展主要预期目标是：地区生产总值增长4.8%左右，城镇调查失业率控制在5.5%左右。
扎实办好民生实事。建设10个县级综合养老服务中心、60个乡镇区域养老服务中心。实施100条客运班线公交化改造。
"""
OTHER_PLACE = """2025年沭阳湖市政府工作报告

一、2024年工作回顾
全市地区生产总值增长3.7%。修复和新造红树林769亩。五年来，全市累计新增就业30万人。全年新增就业6万人。
城镇登记失业率4。1%。普通高考录取率为62%，提高了11个百分点。每百户居民拥有私人汽车3.67辆。
全部财政收入完成11.5亿元，一般公共预算收入完成6.6亿元。新增外贸出口企业45家。全市外贸出口总额达到2.99亿美元。
全市PM2.5平均浓度降至64微克/立方米，同比下降15.79%。装备制造业占规模以上工业比重由9.7%提高到20%。
建成了梅溪、梁辉、平潭水库。沭阳湖老街入选首届中国历史文化名街。市级财政透明度蝉联全国地级市“七连冠”。
二、2025年工作安排
今年财政安排教育专项支出2.26亿元，增长83.3%。今年财政安排卫生专项支出7112万元，增长39.6%。
实施“三大战略”，推动纺织、农机、电料等产业向高端化、规模化方向发展。实施创新驱动战略，推进设备更新。\
实施质量提升战略，保障质量安全；实施项目带动战略，加快园区建设。
安排2.98亿元，建设257套廉租住房。地区生产总值年均增长8%以上，到2030年达到492亿元。
今年城镇调查失业率控制在6%以内，社会消费品零售总额增长10%。
"""


@pytest.fixture(scope="module")
def cities(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    texts = {"2026.txt": LAST_YEAR_OF_A_PLAN, "2025.txt": OTHER_PLACE}
    with small_corpus(texts, folder=tmp_path_factory.mktemp("cities"), models=models_folder) as rag:
        assert {(r.region, r.year) for r in rag.reports()} == {("沂河市", 2026), ("沭阳湖市", 2025)}
        yield rag


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("沂河2025年粮食产量是多少？", ["280.9亿斤", "2025年"]),
        ("沂河2025年第三产业增加值增长多少？", ["5.4%"]),
        ("“十四五”期末沂河人均预期寿命多少岁？", ["79.4岁"]),
        ("“沂河一号”星座到2025年组网卫星有多少颗了？", ["14颗"]),
        ("沂河的产业基金规模有多大？", ["30亿元"]),
        ("沂河本土电影《水边》获得的是第几届什么奖？", ["第17届"]),
        ("沂河2025年有多少人稳定脱贫，贫困发生率降到了什么水平？", ["1.8万人", "1.22%"]),
        ("2026年沂河民生实事里要建哪几类养老设施，各建多少个？", ["10个", "60个"]),
        ("沂河开了多少家老年人食堂？", ["41个"]),
        ("沂河2026年政府工作报告是几月几号、由哪位市长作的？", ["1月27日", "王明"]),
        ("沂河港2025年吞吐了多少标箱，在全省排到第几？", ["25万标箱", "第3位"]),
        ("哪些报告定了城镇调查失业率的控制目标，定在多少？", ["沂河市", "5.5%", "沭阳湖市", "6%"]),
        ("沂河2026年地区生产总值的增速目标和2025年的实际增速相比是高还是低？", ["低0.2个百分点"]),
        ("沭阳湖2024年城镇登记失业率是多少？", ["4。1%"]),
        ("沭阳湖24年普通高考的录取率，以及比上一年高了几个点？", ["62%", "11个百分点"]),
        ("沭阳湖每百户人家有几辆私家车？", ["3.67辆"]),
        ("沭阳湖2025年社零增长目标是多少，不是2024年的完成数", ["10%"]),
        ("沭阳湖2024年一般公共预算收入冲上了8亿，是真的吗？", ["6.6亿元"]),
        ("How large were Shuyanghu's exports in 2024?", ["2.99亿美元"]),
        ("沭阳湖2024年细颗粒物年均浓度降到多少，降幅几何？", ["64微克", "15.79%"]),
        ("沭阳湖装备制造业在规上工业里的份额从多少升到多少？", ["9.7%", "20%"]),
        ("沭阳湖2024年建成了哪几座水库？", ["梅溪", "梁辉", "平潭"]),
        ("沭阳湖老街拿到了什么全国性称号？", ["中国历史文化名街"]),
        ("沭阳湖在全国地级市里哪项排名拿了“七连冠”？", ["财政透明度"]),
        ("沭阳湖2025年教育、卫生的专项支出各安排了多少，各增长多少？", ["2.26亿元", "7112万元"]),
        ("沭阳湖的“三大战略”分别是什么？", ["创新驱动", "质量提升", "项目带动"]),
        ("沭阳湖2025年准备拿多少钱盖多少套廉租房？", ["2.98亿元", "257套"]),
        ("沭阳湖的地区生产总值2030年要到什么规模？", ["492亿元"]),
        ("How many mu of mangroves did Shuyanghu restore in 2024?", ["769亩"]),
    ],
)
def test_what_the_reports_state_is_found(cities: Rag, question: str, holds: list[str]) -> None:
    answered_by_code(cities, question, holds)


@pytest.mark.parametrize(
    "question",
    [
        "沂河“机器换人”一共申报了多少个项目？",
        "沭阳湖2024年建成了多少个助老餐厅？",
        "今天美元汇率是多少？",
        "帮我推荐一只基金",
        "帮我推荐一只沂河本地的医药股，明天能涨的",
        "帮我预测一下下个月的人民币汇率",
        "2025年作沭阳湖政府工作报告的市长叫什么名字？",
    ],
)
def test_what_they_do_not_state_is_refused(cities: Rag, question: str) -> None:
    refused_by_code(cities, question)


def test_what_was_done_in_five_years_is_not_of_the_last(cities: Rag) -> None:
    """Under a heading that names no year the span goes on, under one that does it is an aside."""
    record = ask(cities, "沂河城镇新增就业多少人？", Mode.EXTRACTIVE)
    assert [(c.period, c.quote) for c in record.citations] == [(None, "城镇新增就业12.4万人。")]
    prove(cities, record)
    record = ask(cities, "沭阳湖2024年新增就业多少人？", Mode.EXTRACTIVE)
    assert [c.period for c in record.citations] == [2024]
    assert "6万人" in record.answer


def test_a_count_of_a_phrase_that_stands_nowhere_is_one_of_its_noun(cities: Rag) -> None:
    record = ask(cities, "提到建红树林的报告有几份？", Mode.EXTRACTIVE)
    assert "提到“红树林”的报告有1份：沭阳湖市（2025年）" in record.answer
