"""One thing worded in many ways: townspeople, harvests, a year by its event, an item by its number. Two
reports of one place, laid out as older reports are. Every answer is made by code and proven.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.domain import Mode
from rag.library import Rag
from tests.flow.proofs import answered_by_code, ask, prove, refused_by_code
from tests.flow.small_corpus import small_corpus

EARLIER = """2003年洮河市政府工作报告
——2003年1月20日在洮河市第十三届人民代表大会第一次会议上
市长 杨树林

各位代表：
2002年工作的回顾与总结
一、积极应对复杂环境，基本实现了年初确定的主要增长目标
全市生产总值完成186.4亿元，增长10.2%。洮河兵团农场完成生产总值21亿元，增长16%。粮食总产量达到157.5万吨。
城镇居民人均可支配收入7353元，增加408元；农民人均纯收入增加189元。外贸出口8.2亿美元。
二、全面推进各项改革，取得了积极进展
战略性新兴产业增加值增长16.8%，高出生产总值增速6.6个百分点。洮河经开区获批国家绿色园区。
金融机构存款余额达146.2亿元，增长11.6%，贷款余额达123.7亿元，增长22.3%。
固定资产投资、社会消费品零售总额增速未达年初预期。全年未发生重大安全事故。
2003年的主要工作任务
今年的主要目标是：生产总值增长9%。今年计划的增长目标略低于往年，也是充分考虑到了外需不足等不利因素。
力争基础设施投资超25亿元，力争工业投资超18亿元，力争城市更新投资超20亿元。
扎实办好民生实事。一是新增城镇就业1.1万人。二是改造老旧小区12个。三是新建农村公路85公里。
"""
LATER = """2004年洮河市政府工作报告
——2004年2月3日在洮河市第十三届人民代表大会第二次会议上
市长 杨树林

各位代表：
2003年工作的回顾与总结
一、抗击非典，保持了经济较快增长
全市生产总值完成205.9亿元，增长8.7%。粮食再获好收成，虽受灾减产，总产量142.8万吨。城镇化率33.3%。
出口、进口额达9.6亿美元和5.5亿美元。全社会固定资产投资增长13.7%。引进首店189家。
2004年的主要工作任务
今年的主要目标是：生产总值增长9.5%。今年要办好八件实事。
"""


@pytest.fixture(scope="module")
def city(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    texts = {"2003.txt": EARLIER, "2004.txt": LATER}
    with small_corpus(texts, folder=tmp_path_factory.mktemp("city"), models=models_folder) as rag:
        yield rag


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("洮河城里人2002年到手的收入是多少元（人均可支配收入）？", ("7353元",)),
        ("洮河2002年打了多少粮食？", ("157.5万吨",)),
        ("非典那一年，洮河的城镇化率到了多少？", ("33.3%",)),
        ("洮河2002年金融机构存款比贷款多出多少亿元？", ("22.5亿元",)),
        ("洮河2003年外贸顺差有多大？", ("4.1亿美元",)),
        ("洮河定的2003年GDP增长目标最后差了几个百分点没达到？", ("9%", "8.7%", "0.3个百分点")),
        ("2003年洮河市GDP目标跟2004年的目标比是高还是低？", ("2003年比2004年低0.5个百分点",)),
        ("洮河2002年的GDP做到了多少，增速呢？", ("186.4亿元", "10.2%")),
        ("2002年洮河哪些指标没有达到年初预期？", ("固定资产投资", "社会消费品零售总额")),
        ("洮河2002年发生了几起重大安全事故？", ("未发生重大安全事故",)),
        ("洮河2003年在基础设施、工业和城市更新三个领域的投资目标各是多少？", ("25亿元", "18亿元", "20亿元")),
        ("洮河2003年列了几件民生实事？", ("3件", "85公里")),
        ("洮河2003年民生实事的第二件是什么？", ("改造老旧小区12个",)),
        ("洮河2003年的增长目标为什么定得比往年低？", ("外需不足",)),
        ("洮河2003年吸引了多少家首店进来？", ("189家",)),
        ("2002年洮河的洮河经开区获批了什么国家级称号？", ("国家绿色园区",)),
        ("2004年2月在洮河市人代会上作政府工作报告的是谁？", ("杨树林",)),
        ("去年洮河的GDP增速是多少？报告是2003年那份。", ("10.2%",)),
    ],
)
def test_it_is_found_whatever_it_is_called(city: Rag, question: str, held: tuple[str, ...]) -> None:
    answered_by_code(city, question, list(held))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("洮河2003年固定资产投资是负增长吧，跌了多少？", "增长13.7%"),
        ("受非典冲击洮河2003年固定资产投资下滑，降了多少？", "增长13.7%"),
    ],
)
def test_what_is_taken_for_granted_is_put_right(city: Rag, question: str, told: str) -> None:
    record = ask(city, question, Mode.EXTRACTIVE)
    prove(city, record)
    assert told in record.answer
    assert record.refusal is not None


@pytest.mark.parametrize(
    "question",
    [
        "洮河2002年农民人均纯收入是多少元？",  # by how much it grew is told alone
        "洮河2004年八件实事里的第八件是什么？",
        "洮河2003年进出口总额是多少亿元？",
        "全球首座“洮河灯塔工厂”是谁建的？",
    ],
)
def test_what_is_not_told_is_not_made_up(city: Rag, question: str) -> None:
    refused_by_code(city, question)
