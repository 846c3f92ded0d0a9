"""What a question is asked of, and the question without a part of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.adapters.script_opencc import simplify
from rag.domain import AskedScope, Stance
from rag.steps.tell_scope import tell_scope
from tests.unit.made import SEEDED, asked


def scope_of(question: str) -> AskedScope:
    return tell_scope(question, asked(question), SEEDED, simplify=simplify)


# question → what each limit stands for, its words in the question, and the question without them
QUESTIONS: dict[str, list[tuple[str, str, str | None]]] = {
    "2023年张家口的GDP增长多少？": [
        ("2023", "2023年", "张家口的GDP增长多少？"),
        ("张家口市", "张家口", "2023年的GDP增长多少？"),
    ],
    "张家口的GDP增长多少": [("张家口市", "张家口", "GDP增长多少")],
    "  河北省廊坊市2024年GDP增长目标是多少？": [
        ("廊坊市", "河北省廊坊市", "2024年GDP增长目标是多少？"),
        ("2024", "2024年", "河北省廊坊市GDP增长目标是多少？"),
        ("target", "目标", "河北省廊坊市2024年GDP增长是多少？"),
    ],
    "安康、抚州和汉中2023年GDP增速谁最高？": [
        ("安康市", "安康", "抚州和汉中2023年GDP增速谁最高？"),
        ("抚州市", "抚州", "安康、汉中2023年GDP增速谁最高？"),
        ("汉中市", "汉中", "安康、抚州2023年GDP增速谁最高？"),
        ("2023", "2023年", "安康、抚州和汉中GDP增速谁最高？"),
    ],
    "重庆2024年GDP目标是多少？": [
        ("重庆市", "重庆", "2024年GDP目标是多少？"),
        ("2024", "2024年", "重庆GDP目标是多少？"),
        ("target", "目标", "重庆2024年GDP是多少？"),
    ],
    "廊坊去年财政收入增长了多少？": [
        ("廊坊市", "廊坊", "去年财政收入增长了多少？"),
        ("2023", "去年", "廊坊财政收入增长了多少？"),
        ("result", "了", "廊坊去年财政收入增长多少？"),
    ],
    "塞北管理區2023年固定資產投資增長多少？": [
        ("塞北管理区", "塞北管理區", "2023年固定資產投資增長多少？"),
        ("2023", "2023年", "塞北管理區固定資產投資增長多少？"),
    ],
    "What was Langfang's GDP growth in 2023?": [
        ("廊坊市", "Langfang", "What was GDP growth in 2023?"),
        ("2023", "2023", "What was Langfang's GDP growth?"),
    ],
    "有几份报告提到营商环境？": [],
    "张家口？": [("张家口市", "张家口", None)],
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_limits_of_a_question(question: str) -> None:
    found = [
        (limit.value, question[limit.start : limit.end], limit.without) for limit in scope_of(question).limits
    ]
    assert found == QUESTIONS[question]


def test_the_scope_itself() -> None:
    scope = scope_of("张家口、重庆2024年GDP增长目标是多少？")
    assert scope.regions == ("张家口市", "重庆市")
    assert scope.years == (2024,)
    assert scope.stance is Stance.TARGET


def test_the_year_of_a_report_that_is_asked_about() -> None:
    scope = scope_of("廊坊2024年政府工作报告提到哪些项目？")
    assert scope.years == (2024,)
    assert [limit.value for limit in scope.limits] == ["廊坊市", "2024"]


def test_of_a_question_behind_its_setting_only_its_own_part_is_told() -> None:
    chinese = "廊坊这一年很好！张家口2023年GDP增长多少？"
    assert [chinese[limit.start : limit.end] for limit in scope_of(chinese).limits] == ["张家口", "2023年"]


PIECES = [
    "2023年",
    "去年",
    "张家口",
    "河北省廊坊市",
    "重庆",
    "、",
    "和",
    "的",
    "GDP",
    "目标",
    "增长了多少",
    " ",
    "\n",
    "？",
    "Langfang's ",
    "in ",
]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join).filter(str.strip))
def test_every_limit_stands_in_the_question(question: str) -> None:
    for limit in scope_of(question).limits:
        assert 0 <= limit.start < limit.end <= len(question)
        assert limit.without is None or len(limit.without) < len(question)
