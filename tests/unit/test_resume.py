"""Follow-up questions, made whole out of the questions before them, over the seeds' eight places."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
import pytest

from rag.adapters.script_opencc import traditionalise
from rag.domain import Intent
from rag.steps.resume import resume
from tests.unit import made

CASES = Path(__file__).parents[2] / "seeds" / "questions.jsonl"
GDP = "2023年张家口的GDP增长多少？"
TARGET = "廊坊2024年GDP增长目标是多少？"
MEASURES = "安康应对极端天气有哪些措施？"
BOTH = "张家口和廊坊2023年GDP增速哪个高？"
MENTIONS = "哪些报告提到“新质生产力”？"
ENGLISH = "What was Zhangjiakou's GDP growth in 2023?"


@cache
def read(text: str) -> Intent:
    return made.asked(text)


def resumed(text: str, *earlier: str) -> str:
    return resume(text, earlier, reports=made.SEEDED, understand=read, traditionalise=traditionalise)


@pytest.mark.parametrize(
    ("before", "follow", "whole"),
    [
        # another place, another year
        (GDP, "那抚州呢？", "2023年抚州的GDP增长多少？"),
        (GDP, "抚州", "2023年抚州的GDP增长多少？"),
        (GDP, "那抚州怎么样？", "2023年抚州的GDP增长多少？"),
        (GDP, "换成抚州呢", "2023年抚州的GDP增长多少？"),
        (GDP, "那汉中和安康呢", "2023年汉中和安康的GDP增长多少？"),
        (GDP, "重庆呢？", "2023年重庆的GDP增长多少？"),
        (GDP, "那石泉县呢", "2023年石泉县的GDP增长多少？"),
        (GDP, "2022年呢", "2022年张家口的GDP增长多少？"),
        (GDP, "那抚州2024年呢", "2024年抚州的GDP增长多少？"),
        (GDP, "抚州的这个指标呢", "2023年抚州的GDP增长多少？"),
        ("抚州2023年粮食产量增长了多少亿斤？", "2024年呢？", "抚州2024年粮食产量增长多少亿斤？"),
        ("解放区建成了多少个5G基站？", "高平呢？", "高平建成了多少个5G基站？"),
        ("GDP增长多少？", "那抚州呢？", "抚州GDP增长多少？"),
        ("张家口的GDP增长多少？", "2022年呢", "2022年张家口的GDP增长多少？"),
        (MEASURES, "汉中呢", "汉中应对极端天气有哪些措施？"),
        ("塞北的社零在张家口市排第几？", "解放区呢", "解放区的社零在张家口市排第几？"),
        # the other side: aimed at or done, rate or amount or rank
        (GDP, "2024年的目标呢", "2024年张家口的GDP增长目标是多少？"),
        (GDP, "2024年目标是多少？", "2024年张家口的GDP增长目标是多少？"),
        (GDP, "那目标呢？", "张家口的GDP增长目标是多少？"),
        (GDP, "那2024年抚州的目标呢", "2024年抚州的GDP增长目标是多少？"),
        (GDP, "它的增速呢", "2023年张家口的GDP增速是多少？"),
        (GDP, "总量呢", "2023年张家口的GDP总量是多少？"),
        (GDP, "全省排第几？", "2023年张家口的GDP增速全省排第几？"),
        (GDP, "排名呢", "2023年张家口的GDP增速排名是多少？"),
        (TARGET, "实际完成了多少？", "2024年廊坊的GDP实际完成了多少？"),
        (TARGET, "那2023年实际增长多少？", "2023年廊坊的GDP实际增长多少？"),
        (TARGET, "完成了吗？", "2024年廊坊的GDP增长目标完成了吗？"),
        # another subject
        (GDP, "固投呢", "2023年张家口的固投增长多少？"),
        (GDP, "固定资产投资增长率？", "2023年张家口的固定资产投资增长率是多少？"),
        (GDP, "那抚州的固投呢？", "2023年抚州的固投增长多少？"),
        (GDP, "该市的社零增长多少", "2023年张家口的社零增长多少？"),
        (GDP, "那口袋公园呢", "2023年张家口的口袋公园有多少？"),
        (GDP, "那里的市长是谁？", "张家口的市长是谁？"),
        (TARGET, "固投呢", "廊坊2024年固投增长目标是多少？"),
        (MEASURES, "那营商环境呢？", "安康的营商环境怎么样？"),
        (MENTIONS, "那“枫桥经验”呢？", "哪些报告提到“枫桥经验”？"),
        (MENTIONS, "一共几次？", "“新质生产力”一共出现几次？"),
        ("汉中城镇居民人均可支配收入是多少？", "农村居民呢？", "汉中农村居民人均可支配收入是多少？"),
        # set against another
        (GDP, "和2022年比呢", "2023年和2022年张家口的GDP增长多少？"),
        (GDP, "和去年比呢", "2023年和2022年张家口的GDP增长多少？"),
        (GDP, "和廊坊比呢", "2023年张家口和廊坊的GDP增长多少？"),
        (GDP, "它比廊坊高多少？", "2023年张家口的GDP增速比廊坊高多少？"),
        (GDP, "谁最高？", "2023年的GDP增速谁最高？"),
        (BOTH, "那抚州呢？", "2023年抚州的GDP增速是多少？"),
        (BOTH, "那安康和汉中呢？", "安康和汉中2023年GDP增速哪个高？"),
        (BOTH, "社零呢？", "张家口和廊坊2023年社零增速哪个高？"),
        (BOTH, "差多少？", "2023年张家口和廊坊的GDP增速差多少？"),
        ("八个地方里谁的GDP增速最高？", "最低的呢？", "八个地方里谁的GDP增速最低？"),
        ("八个地方里谁的GDP增速最高？", "那抚州呢", "抚州的GDP增速是多少？"),
        # why, and what else
        (GDP, "为什么？", "2023年张家口的GDP增长的原因是什么？"),
        (GDP, "那原因是什么", "2023年张家口的GDP增长的原因是什么？"),
        (MEASURES, "为什么", "安康应对极端天气的原因是什么？"),
        (MEASURES, "还有吗？", "安康应对极端天气还有哪些措施？"),
        (GDP, "还有吗", GDP),
        # after what was refused
        ("重庆2024年GDP目标是多少？", "那廊坊呢？", "廊坊2024年GDP目标是多少？"),
        ("写一首关于张家口的诗", "那抚州呢？", "写一首关于抚州的诗？"),
    ],
)
def test_a_follow_up_is_made_whole(before: str, follow: str, whole: str) -> None:
    assert resumed(follow, before) == whole
    assert resumed(whole, before) == whole, "what was made whole leans on something still"


@pytest.mark.parametrize(
    ("follow", "whole"),
    [
        ("What about Fuzhou?", "What was Fuzhou's GDP growth in 2023?"),
        ("And Fuzhou?", "What was Fuzhou's GDP growth in 2023?"),
        ("And in 2024?", "What was Zhangjiakou's GDP growth in 2024?"),
        ("And the target for 2024?", "What is Zhangjiakou's GDP growth target for 2024?"),
        ("And the target?", "What is Zhangjiakou's GDP growth target?"),
        ("Fixed asset investment?", "What was Zhangjiakou's fixed asset investment growth in 2023?"),
        ("Its retail sales?", "What was Zhangjiakou's retail sales growth in 2023?"),
        ("What was its retail sales growth?", "What was Zhangjiakou's retail sales growth in 2023?"),
        ("How many jobs were created there?", "How many jobs were created in Zhangjiakou in 2023?"),
        ("How does it compare with Langfang?", "What was Zhangjiakou and Langfang's GDP growth in 2023?"),
        ("How did it rank?", "How did Zhangjiakou's GDP growth rank in 2023?"),
        ("Who grew fastest?", "Who grew fastest by GDP growth in 2023?"),
        ("Why?", "What is the reason for Zhangjiakou's GDP growth in 2023?"),
        ("Anything else?", ENGLISH),
    ],
)  # fmt: skip
def test_in_english(follow: str, whole: str) -> None:
    assert resumed(follow, ENGLISH) == whole


@pytest.mark.parametrize(
    ("before", "follow", "whole"),
    [
        (GDP, "那撫州呢？", "2023年撫州的GDP增長多少？"),
        (GDP, "為什麼？", "2023年張家口的GDP增長的原因是什麼？"),
        ("張家口2023年GDP增長多少？", "抚州呢？", "抚州2023年GDP增长多少？"),
        ("張家口2023年GDP增長多少？", "2024年呢？", "張家口2024年GDP增長多少？"),
        (ENGLISH, "那抚州呢？", "2023年抚州的地区生产总值增长多少？"),
        (ENGLISH, "那撫州呢？", "2023年撫州的地區生產總值增長多少？"),
        (GDP, "What about Langfang?", "What was Langfang's GDP growth in 2023?"),
        (TARGET, "What about Fuzhou?", "What is Fuzhou's GDP growth target for 2024?"),
    ],
)
def test_the_language_and_script_are_those_of_the_follow_up(before: str, follow: str, whole: str) -> None:
    assert resumed(follow, before) == whole


@pytest.mark.parametrize(
    "question",
    [
        "固定资产投资增长多少？",
        "八个地方的GDP增速",
        "各市GDP增速如何？",
        "哪个市的社零增速最高？",
        "廊坊有哪些措施？",
        "廊坊2024年有什么目标？",
        "2024年廊坊的主要预期目标有哪些？",
        "2024年政府工作报告提出了哪些主要任务？",
        "安康2023年毛绒玩具综合产值是多少，它的增速呢？",
        "张家口的市长是谁？",
        "张家口2023年PM2.5平均浓度",
        "今天天气怎么样？",
        "写一首关于抚州的诗",
        "帮我写一首七言绝句",
        "谢谢",
        "你好",
        "你还能做什么？",
        "What is Langfang's GDP growth target for this year?",
        "How many places mention pocket parks?",
        "Thanks!",
    ],
)
@pytest.mark.parametrize("before", [GDP, MEASURES, ENGLISH])
def test_a_question_that_stands_on_its_own_stays(question: str, before: str) -> None:
    assert resumed(question, before) == question


def test_no_question_of_the_seeds_leans_on_another() -> None:
    lines = CASES.read_bytes().splitlines()
    questions = [msgspec.json.decode(line, type=dict[str, object])["question"] for line in lines]
    assert len(questions) > 300
    changed = [q for q in questions if resumed(str(q), ENGLISH if str(q).isascii() else GDP) != q]
    assert changed == []


def test_without_questions_before_it_nothing_changes() -> None:
    assert resumed("那抚州呢？") == "那抚州呢？"
    assert resumed("那抚州呢？", "谢谢") == "那抚州呢？"


def test_a_chain_leans_on_what_was_made_whole() -> None:
    asked = [GDP]
    for follow in ("那抚州呢？", "2024年的目标呢", "谢谢", "固投呢", "What about Gaoping?"):
        asked.append(resumed(follow, *asked))
    assert asked[1:] == [
        "2023年抚州的GDP增长多少？",
        "2024年抚州的GDP增长目标是多少？",
        "谢谢",
        "2024年抚州的固投增长目标是多少？",
        "What is Gaoping's fixed asset investment growth target for 2024?",
    ]


def test_the_questions_before_may_stand_as_they_were_put() -> None:
    """Clients that send a whole conversation send no more than that."""
    assert resumed("固投呢", GDP, "那抚州呢？", "谢谢", "2024年的目标呢") == (
        "2024年抚州的固投增长目标是多少？"
    )


def test_a_target_keeps_the_year_that_a_report_of_it_can_set() -> None:
    reports = (made.ZHANGJIAKOU, made.make_report("张家口市", "张家口", parents=("河北省",), year=2023))
    whole = resume("那目标呢？", [GDP], reports=reports, understand=read, traditionalise=traditionalise)
    assert whole == "2023年张家口的GDP增长目标是多少？"


@pytest.mark.parametrize("follow", ["为什么？", "还有吗？", "它的呢？", "Why?"])
def test_a_long_row_of_follow_ups_is_read_once_each(follow: str) -> None:
    texts: list[str] = []

    def counted(text: str) -> Intent:
        texts.append(text)
        return read(text)

    row = [follow] * 12
    assert (
        resume(follow, row, reports=made.SEEDED, understand=counted, traditionalise=traditionalise) == follow
    )
    assert len(texts) < 3 * len(row)
