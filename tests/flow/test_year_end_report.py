"""Questions over a report given in December, of the year that it plans, worded as people do: several things
at once, five-year plans, what something comes to. Every answer is made by code and proven.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.library import Rag
from tests.flow.proofs import answered_by_code, refused_by_code
from tests.flow.small_corpus import small_corpus

FORMER = """2021年泽澜市政府工作报告
——2021年1月20日在泽澜市第十届人民代表大会第一次会议上
市长 卓某

各位代表：
现在，我代表市人民政府，向大会报告工作，请予审议。

一、2020年工作回顾
全市国内生产总值达到1116亿元，增长9.5%。全市民营经济实现增加值542亿元，已占全市国内生产总值的48.6%。
第三产业实现增加值619.4亿元，增长11.3%。净增高新技术企业98家、累计达360家。
开展“项目奋战年”活动，新开工项目40个。空气质量优良率上升0.3个百分点。
新增“五险”参保30.1万人次、住房公积金归集6.7万人。实际使用内资30.2亿元、外资381万美元。
在总结成绩的同时，我们清醒地认识到，前进道路上还存在不少困难和问题：一是产业基础薄弱；二是外向度偏低。
二、2021年工作安排
主要预期目标是：国内生产总值增长10%；城镇登记失业率控制在3.5%以下。
"""
LATE = """2022年12月12日在泽澜市第十届人民代表大会第三次会议上的政府工作报告

市长 王 某

各位代表：
现在，我代表市政府，向大会报告工作，请予审议。

一、2022年工作回顾
2022年是泽澜发展史上极不寻常的一年。招商引资落实项目13个，到位资金2.8亿元。
高新技术企业总数384家。建设高标准农田11.5万亩。争取上级转移支付31.8亿元、专项资金25.8亿元。
新增“五险”参保22.8万人次、住房公积金归集6.5万人。获批增发国债31.7亿元、居全省前列。
南湾港口岸正式被国家定为一类口岸。开展“项目创优年”活动。
我市与台湾确定了先进制造业、金融保险、文化创意等三个重点对接合作领域。
因疫情冲击，地区生产总值、社会消费品零售总额等既定目标未能如期完成。
二、2023年经济社会发展总体要求
2023年全市经济社会发展的主要预期目标是：地区生产总值增长8%；新增城镇就业1.35万人，城镇调查失业率控制在5%以内。
力争完成交通投资800亿元。力争完成水利投资300亿元。到2025年，常住人口城镇化率达63%左右。
"""


@pytest.fixture(scope="module")
def city(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("city")
    with small_corpus({"former.txt": FORMER, "late.txt": LATE}, folder=folder, models=models_folder) as rag:
        yield rag


def test_a_report_given_at_a_years_end_is_of_the_next(city: Rag) -> None:
    assert [(report.region, report.year) for report in city.reports()] == [("泽澜市", 2021), ("泽澜市", 2023)]


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("泽澜2022年高标准农田建了多少？", ["2022年", "11.5万亩"]),
        ("2022年泽澜招商引资落实了几个项目，到位资金多少？", ["13个", "2.8亿元"]),
        ("泽澜2023年要新增多少城镇就业？调查失业率上限呢", ["1.35万人", "5%以内"]),
        ("泽澜2023年计划完成的交通投资和水利投资各是多少？", ["800亿元", "300亿元"]),
        ("泽澜2020、2022两年抓项目的活动分别叫什么年？", ["奋战年", "创优年"]),
        ("What GDP growth and unemployment rate did Zelan aim for in 2023?", ["8%", "5%"]),
        ("泽澜2020年民营经济增加值有多大，占了GDP几成？", ["542亿元", "48.6%"]),
        ("2020年泽澜GDP多少亿元？", ["1116亿元"]),
        ("2020年泽澜第三产业增加值占GDP的比重是多少？", ["619.4亿元", "1116亿元", "55.5%"]),
        ("泽澜高新技术企业2022年比2020年多几家？", ["384家", "360家", "24家"]),
        ("泽澜新增“五险”参保人次，2022年比2020年少了多少？", ["30.1万人次", "22.8万人次", "7.3万人次"]),
        ("泽澜2022年争取的上级转移支付加专项资金合计多少亿？", ["57.6亿元"]),
        ("泽澜2021年和2023年报告里的GDP增长目标各是多少？", ["10%", "8%"]),
        ("泽澜2022年争取到的增发国债额度有多少？", ["31.7亿元"]),
        ("泽澜疫情那年（2022）高标准农田建了多少亩？", ["11.5万亩"]),
        ("泽澜2022年哪个口岸被国家定为一类口岸？", ["南湾港"]),
        ("泽澜與臺灣確定了哪三個重點對接合作領域？", ["先進制造業", "金融保險", "文化創意"]),
        ("为什么泽澜2022年GDP、社零没完成既定目标？", ["疫情"]),
        ("泽澜2020年实际利用外资多少？", ["381万美元"]),
        ("21年泽澜市政府自己讲了哪些困难和问题？", ["基础薄弱", "外向度偏低"]),
        ("2021年在任的泽澜市长叫什么？", ["卓某"]),
        ("泽澜2023年的报告是在哪一天作的？", ["2022年12月12日"]),
        ("泽澜的城镇化率“十四五”末要到多少？", ["63%"]),
        ("哪些报告提到了口岸（港口、航空这类）？", ["1份"]),
    ],
)
def test_an_answer_by_code(city: Rag, question: str, holds: list[str]) -> None:
    answered_by_code(city, question, holds)


@pytest.mark.parametrize("question", ["泽澜2020年空气优良率到了百分之多少？", "泽澜2019年GDP多少亿元？"])
def test_what_is_not_said_is_refused(city: Rag, question: str) -> None:
    refused_by_code(city, question)
