"""The same question, corpus and model give the same answer."""

from __future__ import annotations

import pytest
from msgspec import json, structs

from rag.domain import Mode, Question
from rag.library import Rag
from rag.record import answer_record

TIMES = 3
QUESTIONS = [
    "张家口2023年GDP增长多少？",
    "塞北管理区的进出口总值增长多少？",
    "张家口和廊坊2023年GDP增速相差多少？",
    "哪些报告提到“枫桥经验”？",
    "重庆2024年GDP增长目标是多少？",
    "How many 5G base stations were built in Jiefang?",
]


def records(rag: Rag, question: str, mode: Mode) -> set[bytes]:
    """The records of asking several times, as JSON, without what is each asking's own."""
    asked = (answer_record(rag.ask(Question(text=question, mode=mode))) for _ in range(TIMES))
    return {json.encode(structs.replace(record, id="", timings_ms={})) for record in asked}


@pytest.mark.parametrize("question", QUESTIONS)
def test_without_a_model(seeded_rag: Rag, question: str) -> None:
    assert len(records(seeded_rag, question, Mode.EXTRACTIVE)) == 1


def test_with_the_model(seeded_rag: Rag) -> None:
    assert len(records(seeded_rag, "安康2023年毛绒玩具综合产值是多少？", Mode.AUTO)) == 1


def test_every_asking_has_its_own_id(seeded_rag: Rag) -> None:
    ids = {seeded_rag.ask(Question(text=QUESTIONS[0], mode=Mode.EXTRACTIVE)).id for _ in range(TIMES)}
    assert len(ids) == TIMES
