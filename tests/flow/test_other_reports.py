"""Questions over reports that are laid out and worded otherwise than the seeds: two years of a city that no
list of divisions has. Every answer is made by code and proven.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.normalise import contains, normalise
from rag.domain import Mode
from rag.library import Rag
from tests.flow.proofs import answered_by_code, ask, prove, refused_by_code
from tests.flow.small_corpus import small_corpus

EARLIER = """政府工作报告
——2023年1月12日在云澜市第六届人民代表大会第二次会议上
市长 沈某某

各位代表：
我代表市人民政府，向大会报告工作，请予审议。

2022年工作回顾
过去一年，全市地区生产总值2386.5亿元，比上年增长8.2%；进出口总额412.5亿元，增长18.7%，其中出口263.4亿元。
一、全力以赴稳增长
高新技术企业由43家增加到271家。城镇、农村居民人均可支配收入分别达到43870元、22380元，增长4.8%、6.9%。
二、坚定不移优环境
拆除违法建设231.5万平方米。PM2.5年均浓度33微克/立方米。空气质量优良天数比率81.9%，受夏季臭氧污染影响比上年下降1.7个百分点。
十件民生实事中，“新建公共充电桩2000个”一项因用地手续等原因仅完成1640个，将于今年上半年补齐。

2023年工作安排
今年的主要预期目标是：地区生产总值增长7%左右。
一、做强产业
低空经济产业规模突破400亿元。
（一）办好十件民生实事。新建幼儿园12所，建成体育馆，加装电梯100部。
"""
LATER = """2024年云澜市政府工作报告

一、2023年和过去五年工作回顾
2023年，全市地区生产总值2512亿元、增长4.6%，未达到7%左右的预期目标。低空经济产业规模达到463亿元。
接待游客3486.5万人次。原因是疫情导致团队游全面停滞。
五年来，城镇调查失业率控制在5.5%以内。
二、2024年工作安排
今年地区生产总值增长6%左右。
"""


@pytest.fixture(scope="module")
def city(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("city")
    with small_corpus({"2023.txt": EARLIER, "2024.txt": LATER}, folder=folder, models=models_folder) as rag:
        assert [(report.region, report.year) for report in rag.reports()] == [
            ("云澜市", 2023),
            ("云澜市", 2024),
        ]
        yield rag


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("云澜2022年拆了多少违建？", ["231.5万平方米"]),
        ("2022年云澜市PM2.5年均浓度是多少？", ["33微克"]),
        ("云澜市2022年城乡居民收入差多少元？", ["43870元", "22380元", "21490元"]),
        ("云澜市GDP2023年比2022年多了还是少了？", ["2386.5亿元", "2512亿元", "125.5亿元"]),
        ("云澜2022年进口有多少亿？", ["149.1亿元"]),
        ("云澜高新技术企业2022年多了多少家？", ["228家"]),
        ("云澜公共充电桩计划2000个，还差几个没建完？", ["360个"]),
        ("云澜2023年GDP增速达标了吗？目标和实际各是多少？", ["4.6%", "7%", "未达到"]),
        ("云澜2023年低空经济产业规模有多大？", ["463亿元"]),
        ("云澜2022年空气优良天数为什么下降？", ["臭氧"]),
        ("云澜2023年为什么接待游客少了？", ["疫情"]),
        ("2023年的云澜市政府工作报告是谁作的？", ["沈某某"]),
        ("列出云澜2023年十件民生实事的内容", ["幼儿园", "体育馆", "电梯"]),
        ("How many elevators will Yunlan install in 2023?", ["100部"]),
    ],
)
def test_an_answer_by_code(city: Rag, question: str, holds: list[str]) -> None:
    answered_by_code(city, question, holds)


def test_a_value_that_the_question_gets_wrong_is_corrected_with_its_citation(city: Rag) -> None:
    record = ask(city, "云澜市2023年GDP增长8%，是怎么做到的？", Mode.EXTRACTIVE)
    assert record.status == "partial"
    assert contains(normalise(record.answer), "4.6%")
    assert [citation.marker for citation in record.citations] == [1]
    prove(city, record)


@pytest.mark.parametrize(
    "question", ["云澜2023年有多少个博物馆？", "云澜2019年GDP增长多少？", "代县2023年GDP是多少？"]
)
def test_what_these_reports_do_not_say_is_refused(city: Rag, question: str) -> None:
    refused_by_code(city, question)
