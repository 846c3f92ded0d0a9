"""Questions over reports of several places and decades: each place in its own year, values told over several
clauses, statements of their own year, aims recalled in a review. Every answer is made by code and proven.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.domain import Mode
from rag.library import Rag
from tests.flow.proofs import answered_by_code, ask, prove, refused_by_code
from tests.flow.small_corpus import small_corpus

LAST_OF_A_PLAN = """2015年沂河市政府工作报告

一、2014年工作回顾
预计全年实现地区生产总值974.6亿元，固定资产投资925亿元，地方公共财政预算收入67.1亿元，分别增长14%、32%和22.5%。
去年我在政府工作报告中曾提出，要把商品零售价格上涨幅度控制在4%以内。
积累率由2013年的36.5％，降为33.6％。国家财政收入比上年增加15亿元，总额首次突破百亿元，达到113.77亿元。
项目工作实现重大突破。新增医院3家。融资工作实现重大突破。招商引资工作实现重大突破。
成功举办首届花木博览会，签约项目160个。地铁1号线洞通，2号线加快推进。
粮食产量达到4 9 2 5 0 万吨。全市建成职工住宅面积三千七百多万平方米。
举办赛事50余场，全市乡村联赛观众超过12万人次，甲镇、乙镇入选全省首批体育消费试点名录，甲镇、丙镇、丁镇入选全省首批户外运动目的地名单。
我市进出口贸易总额，由2010年的355亿元增加到2014年的772亿元。
二、2015年工作安排
今年是完成“十二五”规划的收官之年。
政府工作的总体要求是：坚持稳中求进，圆满完成“十二五”规划，为“十三五”发展打下基础。
经济社会发展的主要预期目标是：地区生产总值增长7%左右，固定资产投资增长16%。
新建开工保障性住房57572套。实现“三跨”。即：地区生产总值跨千亿，农民人均纯收入跨万元，旅游收入跨百亿。
"""
OTHER_PLACE = """2023年沭阳湖市政府工作报告

一、2022年工作回顾
全市地区生产总值8029.8亿元、增长3.7%。城镇新增就业12.6万人。
二、2023年工作安排
今年地区生产总值增长5.5%左右。
"""


@pytest.fixture(scope="module")
def cities(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("cities")
    with small_corpus(
        {"2015.txt": LAST_OF_A_PLAN, "2023.txt": OTHER_PLACE}, folder=folder, models=models_folder
    ) as rag:
        assert [(r.region, r.year) for r in rag.reports()] == [("沂河市", 2015), ("沭阳湖市", 2023)]
        yield rag


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("沂河2014年固定资产投资增长多少？", ["32%"]),
        ("沂河2014年地区生产总值增速是多少？", ["14%"]),
        ("沂河2015年固定资产投资的增长目标", ["16%"]),
        ("沂河2015年打算新开工多少套保障性住房？", ["57572套"]),
        ("沂河2014年的积累率是多少？", ["33.6%"]),
        ("沂河2014年财政收入是多少亿元？", ["113.77亿元"]),
        ("沂河2014年粮食产量是多少？", ["49250万吨"]),
        ("沂河2014年建成职工住宅多少平方米？", ["三千七百多万平方米"]),
        ("沂河2014年商品零售价格上涨幅度的目标是多少？", ["4%以内"]),
        ("沂河2014年进出口总额比2010年多多少亿元？", ["417亿元"]),
        ("沂河2014年哪些工作“实现重大突破”？", ["项目工作", "融资工作", "招商引资工作"]),
        ("沂河2015年要实现的“三跨”是哪三项指标？", ["地区生产总值跨千亿", "旅游收入跨百亿"]),
        ("沂河2014年、沭阳湖2022年，哪个当中GDP增速最高？", ["14%", "3.7%", "较高的是沂河市"]),
        ("沂河2015、沭阳湖2023两份报告里，GDP增长目标较低的是哪个？", ["7%", "5.5%", "较低的是沭阳湖市"]),
    ],
)  # fmt: skip
def test_what_the_reports_say(cities: Rag, question: str, holds: list[str]) -> None:
    answered_by_code(cities, question, holds)


@pytest.mark.parametrize(
    "question",
    [
        "沂河地铁3号线是哪年开通的？",
        "沂河第二届花木博览会签约多少个项目？",
        "沂河2014年商品零售价格实际涨了多少？",
    ],
)
def test_what_they_do_not_say(cities: Rag, question: str) -> None:
    refused_by_code(cities, question)


def test_a_list_leaves_out_what_its_sentence_says_of_another(cities: Rag) -> None:
    record = ask(cities, "沂河哪些乡镇入选全省首批户外运动目的地名单？", Mode.EXTRACTIVE)
    assert "丁镇" in record.answer
    assert "乙镇" not in record.answer
    prove(cities, record)


def test_in_all_asks_for_no_sum(cities: Rag) -> None:
    record = ask(cities, "沂河2014年总共签约了多少个项目？", Mode.EXTRACTIVE)
    assert "合计" not in record.answer
    prove(cities, record)
