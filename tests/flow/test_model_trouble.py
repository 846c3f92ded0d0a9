"""Whatever a hosted model does, the question is answered in time, and the record says how."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag.assemble import open_rag
from rag.domain import Mode, Question, Status, Trace
from rag.library import Rag
from rag.record import answer_record
from rag.settings import Secret, Settings
from tests.contract import model_servers as servers
from tests.contract.model_servers import Answer, ModelServer, model_server

WORDED = "安康2023年毛绒玩具综合产值是多少？"
COMPUTED = "张家口和廊坊2023年GDP增速相差多少？"
LATE = "模型未能及时作答，以下为报告原句。"
FAILED = "模型暂时无法作答，以下为报告原句。"
ANSWER_SECONDS = 5.0
"""Room for three tries with their pauses."""
BUSY_SECONDS = 1.5
"""What finding and serving the sentences may take beside it on a busy machine."""
BRISK_SECONDS = 2.0
"""For what is waited for until the end, once for each way to be late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosted:
    """The seeds with a hosted model, whose server behaves as a test sets it."""

    rag: Rag
    server: ModelServer

    def ask(self, *answers: Answer, question: str = WORDED) -> tuple[Trace, float]:
        """The trace and the seconds that it took."""
        self.server.answers[:] = answers
        before = time.monotonic()
        trace = self.rag.ask(Question(text=question, mode=Mode.AUTO))
        return trace, time.monotonic() - before


@contextmanager
def _hosted(
    data: Path, models: Path, *, breaker_failures: int = 1000, seconds: float = ANSWER_SECONDS
) -> Iterator[Hosted]:
    with model_server(servers.good) as server:
        settings = Settings(
            data=data,
            models=models,
            chat_url=server.url,
            chat_model="m",
            chat_key=Secret("k"),
            answer_seconds=seconds,
            first_token_seconds=seconds * 0.8,
            breaker_failures=breaker_failures,
            breaker_seconds=600.0,
        )
        with open_rag(settings) as rag:
            rag.warm()
            yield Hosted(rag=rag, server=server)


@pytest.fixture(scope="module")
def hosted(
    seeded_data: Path, models_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hosted]:
    """Asked again after any number of failures."""
    data = shutil.copytree(seeded_data, tmp_path_factory.mktemp("hosted") / "data")
    with _hosted(data, models_folder) as hosted:
        yield hosted


@pytest.fixture(scope="module")
def brisk(
    seeded_data: Path, models_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hosted]:
    """The same with less patience."""
    data = shutil.copytree(seeded_data, tmp_path_factory.mktemp("brisk") / "data")
    with _hosted(data, models_folder, seconds=BRISK_SECONDS) as hosted:
        yield hosted


@pytest.mark.parametrize(
    "answer",
    [
        servers.never_answers,
        servers.never_begins,
        servers.stalls,
        servers.drips_its_headers,
        servers.drips_its_text,
        servers.drips_comments,
    ],
)
def test_of_a_late_model_the_sentences_are_served_in_time(brisk: Hosted, answer: Answer) -> None:
    check_sentences(*brisk.ask(answer), note=LATE, within=BRISK_SECONDS)


@pytest.mark.parametrize(
    "answer",
    [
        servers.status(500),
        servers.status(429, Retry_After="1"),
        servers.status(429, Retry_After="60"),
        servers.status(401),
        servers.status(400),
        servers.hangs_up,
        servers.breaks_off,
        servers.says_nothing,
        servers.sends_a_page,
        servers.writes('{"sentences": [}'),
    ],
)
def test_of_a_failing_model_the_sentences_are_served_in_time(hosted: Hosted, answer: Answer) -> None:
    check_sentences(*hosted.ask(answer), note=FAILED, within=ANSWER_SECONDS)


def check_sentences(trace: Trace, seconds: float, *, note: str, within: float) -> None:
    assert seconds < within + BUSY_SECONDS
    record = answer_record(trace)
    assert (record.status, record.mode_used, record.note) == (Status.ANSWERED, "extractive", note)
    assert record.citations


def test_a_model_that_answers_is_no_news(hosted: Hosted) -> None:
    quote = hosted.ask(servers.status(400))[0].answer.citations[0].display
    trace, _ = hosted.ask(servers.writes('{"sentences": [{"text": "', quote, '", "ids": [1]}]}'))
    assert trace.faults == ()
    assert (trace.answer.mode_used, trace.answer.note) == ("model", None)


def test_a_draft_that_is_refused_has_no_note(hosted: Hosted) -> None:
    trace, _ = hosted.ask(servers.writes("安康市2023年毛绒玩具综合产值为999亿元[1]。"))
    assert trace.faults
    assert (trace.answer.mode_used, trace.answer.note) == ("extractive", None)


def test_a_hosted_model_may_mend_its_english(hosted: Hosted) -> None:
    question = "How many 5G base stations were built in Jiefang?"
    trace, _ = hosted.ask(
        servers.writes("Jiefang built 571 stations[1]."),
        servers.writes("Jiefang built 570 stations[1]."),
        question=question,
    )
    assert trace.faults == ("571 does not stand in the evidence",)
    assert (trace.answer.mode_used, "570" in trace.answer.text) == ("model", True)


def test_a_question_that_is_not_the_models_has_no_note(hosted: Hosted) -> None:
    trace, _ = hosted.ask(servers.status(500), question=COMPUTED)
    assert (trace.answer.mode_used, trace.answer.note) == ("extractive", None)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("安康2023年毛絨玩具綜合產值是多少？", "模型暫時無法作答，以下爲報告原句。"),
        ("How many 5G base stations were built in Jiefang?", "The model cannot answer at the moment: these"),
        ("Which Blorptex came to Ankang?", "the question was looked for without a translation"),
    ],
)
def test_the_note_is_in_the_language_of_the_question(hosted: Hosted, question: str, words: str) -> None:
    note = hosted.ask(servers.status(401), question=question)[0].answer.note
    assert note is not None
    assert words in note


def test_a_model_that_keeps_failing_is_left_alone_and_health_says_so(
    data_copy: Path, models_folder: Path
) -> None:
    with _hosted(data_copy, models_folder, breaker_failures=3) as hosted:
        for _ in range(3):
            hosted.ask(servers.status(401))
        asked = len(hosted.server.asked)
        trace, seconds = hosted.ask(servers.never_answers)
        assert seconds < ANSWER_SECONDS - 1
        assert len(hosted.server.asked) == asked
        assert trace.answer.note == FAILED
        problem = hosted.rag.probes()["chat_model"]()
    assert problem is not None
    assert "failed 3 times in a row and is asked again in" in problem
