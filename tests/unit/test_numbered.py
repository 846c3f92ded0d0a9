"""What is called by a number is another thing under another one."""

from __future__ import annotations

import pytest

from rag.steps.numbered import in_digits, lacks, unproven


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("地铁3号线哪年开通?", "地铁1号线全线洞通,2号线加快推进。", True),
        ("地铁3号线哪年开通?", "轨道交通三号线开工。", False),
        ("地铁三号线哪年开通?", "地铁3号线开工。", False),
        ("地铁3号线哪年开通?", "轨道交通加快建设。", True),
        ("国道G210改造了多少公里?", "国道G208改造完成。", True),
        ("国道g210改造了多少公里?", "国道G210改造完成。", False),
        ("第二届博览会签约多少?", "首届博览会签约160个。", True),
        ("首届博览会签约多少?", "第一届博览会签约160个。", False),
        ("第二届博览会签约多少?", "签订项目206个。", False),
        ("第二届人大会议以来有何成绩?", "第一届博览会签约160个。", False),
        ("三号召公园在哪?", "二号文件", False),
    ],
)
def test_another_number_is_another_thing(question: str, text: str, other: bool) -> None:
    assert lacks(question, text) is other


def test_a_numbered_name_has_to_stand_in_the_evidence() -> None:
    assert unproven("3号线2019年开通", "地铁1号线洞通") == ["3号"]
    assert unproven("三号线2019年开通", "地铁3号线洞通") == []


def test_the_other_spelling() -> None:
    assert in_digits("一号线") == ("1号线",)
    assert in_digits("十二号线") == ("12号线",)
    assert in_digits("地铁") == ()
