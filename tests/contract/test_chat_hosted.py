"""`ChatModel` against OpenAI-compatible servers, the ones that misbehave above all."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from rag.adapters.chat_llama_index import LlamaIndexChat, Patience
from rag.domain import Prompt
from rag.errors import ChatError, ChatTimeout
from rag.ports import ChatModel
from tests.contract import model_servers as servers
from tests.contract.chat_prompts import GDP, write_whole
from tests.contract.model_servers import Answer, model_server

WHOLE = "".join(servers.TEXT)
WITHOUT_IDS = Prompt(system=GDP.system, user=GDP.user, ids=(), version="test")


@pytest.fixture(scope="module", autouse=True)
def _imported() -> None:
    """The first use pays for the libraries' import; the tests measure what comes after."""
    with closing(LlamaIndexChat("http://127.0.0.1:9/v1", "", "m")) as chat:
        chat.prepare("")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:9/v1", "cannot be reached; check WENBAO_CHAT_URL"),
        ("no-url", "is not a URL of a model server; check WENBAO_CHAT_URL"),
    ],
)
def test_a_server_that_is_not_there_is_told_at_once(url: str, words: str) -> None:
    with closing(LlamaIndexChat(url, "", "some-model")) as chat:
        before = time.monotonic()
        for ask in (chat.check, lambda: write_whole(chat)):
            with pytest.raises(ChatError, match=words):
                ask()
        assert time.monotonic() - before < 2.0


def test_what_a_hosted_model_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a key for someone else")
    with model_server(servers.good) as server, closing(LlamaIndexChat(server.url, "", "some-model")) as chat:
        assert write_whole(chat, WITHOUT_IDS, tokens=77) == WHOLE
    (body,) = server.asked
    assert body["model"] == "some-model"
    assert body["temperature"] == 0
    assert body["max_tokens"] == 77
    assert body["messages"] == [
        {"role": "system", "content": GDP.system},
        {"role": "user", "content": GDP.user},
    ]
    assert "grammar" not in body
    assert "response_format" not in body
    assert body["authorization"] == "Bearer none"


# --- ids by a schema, where the server takes one ---


def test_a_schema_allows_only_ids_that_exist() -> None:
    answer = servers.writes('{"sentences": [{"text": "增', '长5.1%", "ids"', ": [1]}]}")
    with model_server(answer) as server, closing(LlamaIndexChat(server.url, "k", "m")) as chat:
        assert list(chat.write(GDP, grammar="", max_tokens=9, seconds=9.0)) == ["增", "长5.1%", "[1]\n"]
    (body,) = server.asked
    schema = str(body["response_format"])
    assert "json_schema" in schema
    assert "'enum': [1, 2]" in schema


def test_a_server_that_takes_a_schema_and_does_not_obey_it_is_read_plainly() -> None:
    with model_server(servers.good) as server, closing(LlamaIndexChat(server.url, "k", "m")) as chat:
        assert write_whole(chat) == WHOLE


def test_a_server_that_rejects_schemas_is_asked_plainly_from_then_on() -> None:
    with (
        model_server(servers.without_schema) as server,
        closing(LlamaIndexChat(server.url, "k", "m")) as chat,
    ):
        assert write_whole(chat) == WHOLE
        assert write_whole(chat) == WHOLE
    assert ["response_format" in body for body in server.asked] == [True, False, False]


def test_a_request_that_is_rejected_plainly_too_says_nothing_of_schemas() -> None:
    answers = (servers.status(400), servers.status(400), servers.good)
    with model_server(*answers) as server, closing(LlamaIndexChat(server.url, "k", "m")) as chat:
        with pytest.raises(ChatError, match=r"rejects the request \(status 400\): .*words of the server"):
            write_whole(chat)
        assert write_whole(chat) == WHOLE
    assert ["response_format" in body for body in server.asked] == [True, False, True]


# --- asked again ---


@pytest.mark.parametrize("trouble", [servers.status(429), servers.status(503), servers.hangs_up])
def test_a_server_that_is_busy_is_asked_again(trouble: Answer) -> None:
    with model_server(trouble, servers.good) as server, closing(LlamaIndexChat(server.url, "k", "m")) as chat:
        assert write_whole(chat) == WHOLE
        assert len(server.asked) == 2


def test_a_server_that_stays_busy_is_asked_three_times_with_longer_pauses() -> None:
    with (
        model_server(servers.status(500)) as server,
        closing(LlamaIndexChat(server.url, "k", "m")) as chat,
        pytest.raises(ChatError, match=r"busy or failing \(status 500\)"),
    ):
        write_whole(chat)
    first, second, third = server.times
    assert 0.5 <= second - first < 1.3
    assert 1.0 <= third - second < 2.3


def test_retries_stay_within_the_deadline() -> None:
    with model_server(servers.status(500)) as server, closing(LlamaIndexChat(server.url, "k", "m")) as chat:
        before = time.monotonic()
        with pytest.raises(ChatError, match="busy or failing"):
            write_whole(chat, seconds=1.4)
        assert time.monotonic() - before < 1.6
        assert len(server.asked) == 2


@pytest.mark.parametrize("as_date", [False, True])
def test_a_server_is_asked_again_when_it_says(as_date: bool) -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=4), usegmt=True) if as_date else "2"
    busy = servers.status(429, Retry_After=when)
    with model_server(busy, servers.good) as server, closing(LlamaIndexChat(server.url, "k", "m")) as chat:
        assert write_whole(chat) == WHOLE
    first, second = server.times
    assert 1.9 <= second - first < 4.5


def test_a_server_that_says_later_than_the_deadline_is_not_waited_for() -> None:
    busy = servers.status(429, Retry_After="30")
    with model_server(busy) as server, closing(LlamaIndexChat(server.url, "k", "m")) as chat:
        before = time.monotonic()
        with pytest.raises(ChatError, match="status 429"):
            write_whole(chat, seconds=5.0)
        assert time.monotonic() - before < 1.0
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (servers.status(400), r"rejects the request \(status 400\): .*words of the server"),
        (servers.status(404), "has no chat model 'm'; check WENBAO_CHAT_URL and WENBAO_CHAT_MODEL"),
        (servers.status(401), "check WENBAO_CHAT_KEY"),
        (servers.status(403), "check WENBAO_CHAT_KEY"),
        (servers.says_nothing, "gave an empty answer"),
        (servers.writes('{"sentences": [}'), "gave an empty answer"),
        (servers.sends_a_page, "sent what is not a chat answer"),
        (servers.breaks_off, "broke the connection off"),
    ],
)
def test_what_a_second_try_would_not_mend_is_told_at_once(answer: Answer, words: str) -> None:
    prompt = WITHOUT_IDS if "400" in words else GDP
    with model_server(answer) as server, closing(LlamaIndexChat(server.url, "k", "m")) as chat:
        with pytest.raises(ChatError, match=words):
            write_whole(chat, prompt)
        assert len(server.asked) == 1


# --- in time ---


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
def test_whatever_a_server_does_it_is_left_at_the_deadline(answer: Answer) -> None:
    with model_server(answer) as server, closing(LlamaIndexChat(server.url, "k", "m")) as chat:
        before = time.monotonic()
        with pytest.raises(ChatTimeout, match="within 1 seconds"):
            write_whole(chat, seconds=1.0)
        assert time.monotonic() - before < 1.3
        assert server.gone.wait(1.0), "the connection is still open"


@pytest.mark.parametrize(
    "answer", [servers.never_answers, servers.never_begins, servers.drips_its_headers, servers.drips_comments]
)
def test_a_server_that_does_not_begin_is_left_sooner(answer: Answer) -> None:
    patience = Patience(first_token_seconds=0.5)
    with (
        model_server(answer) as server,
        closing(LlamaIndexChat(server.url, "k", "m", patience=patience)) as chat,
    ):
        before = time.monotonic()
        with pytest.raises(ChatTimeout, match=r"did not begin the answer within 0\.5 seconds"):
            write_whole(chat, seconds=20.0)
        assert time.monotonic() - before < 0.8


def test_an_answer_that_has_begun_may_take_longer_than_its_beginning() -> None:
    patience = Patience(first_token_seconds=0.5)
    with (
        model_server(servers.drips_its_text) as server,
        closing(LlamaIndexChat(server.url, "k", "m", patience=patience)) as chat,
    ):
        with pytest.raises(ChatTimeout, match="did not finish"):
            write_whole(chat, seconds=1.5)
        assert server.gone.wait(1.0)


@pytest.mark.parametrize("answer", [servers.never_answers, servers.stalls, servers.status(503)])
def test_an_answer_that_nobody_wants_is_left_within_a_second(answer: Answer) -> None:
    left = threading.Event()
    with model_server(answer) as server, closing(LlamaIndexChat(server.url, "k", "m")) as chat:
        threading.Timer(0.5, left.set).start()
        before = time.monotonic()
        with pytest.raises(ChatError, match="Nobody waits"):
            for _ in chat.write(
                GDP, grammar="", max_tokens=9, seconds=20.0, wanted=lambda: not left.is_set()
            ):
                pass
        assert time.monotonic() - before < 1.0


# --- left alone after failures ---

RESTING = "failed 2 times in a row and is asked again in"


@pytest.fixture
def patience() -> Patience:
    return Patience(first_token_seconds=0.3, failures=2, rest_seconds=1.0)


def _fail(chat: ChatModel, words: str) -> None:
    before = time.monotonic()
    with pytest.raises(ChatError, match=words):
        write_whole(chat, seconds=9.0)
    if words == RESTING:
        assert time.monotonic() - before < 0.1


def test_a_model_that_fails_again_and_again_rests_until_one_trial_succeeds(patience: Patience) -> None:
    answers = (*[servers.never_answers] * 3, servers.good)
    with (
        model_server(*answers) as server,
        closing(LlamaIndexChat(server.url, "k", "m", patience=patience)) as chat,
    ):
        _fail(chat, "did not begin")
        _fail(chat, "did not begin")
        _fail(chat, RESTING)
        with pytest.raises(ChatError, match=RESTING):
            chat.check()
        assert len(server.asked) == 2
        time.sleep(1.0)
        _fail(chat, "did not begin")  # the trial
        _fail(chat, "failed 3 times in a row")
        time.sleep(1.0)
        assert write_whole(chat) == WHOLE
        assert write_whole(chat) == WHOLE
        assert len(server.asked) == 5


def test_while_one_question_tries_no_other_does(patience: Patience) -> None:
    answers = (*[servers.status(401)] * 2, servers.good)
    with (
        model_server(*answers) as server,
        closing(LlamaIndexChat(server.url, "k", "m", patience=patience)) as chat,
    ):
        _fail(chat, "CHAT_KEY")
        _fail(chat, "CHAT_KEY")
        time.sleep(1.0)
        trial: Generator[str] = chat.write(GDP, grammar="", max_tokens=9, seconds=9.0)
        next(trial)
        _fail(chat, "is being tried by another question")
        trial.close()  # given up, which proves nothing: another may try
        assert write_whole(chat) == WHOLE
        assert len(server.asked) == 4


def test_what_does_not_count_as_a_failure(patience: Patience) -> None:
    answers = (*[servers.status(400)] * 4, servers.good)
    with (
        model_server(*answers) as server,
        closing(LlamaIndexChat(server.url, "k", "m", patience=patience)) as chat,
    ):
        _fail(chat, "status 400")
        _fail(chat, "status 400")
        for _ in range(3):
            pieces = chat.write(GDP, grammar="", max_tokens=9, seconds=9.0)
            next(pieces)
            pieces.close()
        assert write_whole(chat) == WHOLE
