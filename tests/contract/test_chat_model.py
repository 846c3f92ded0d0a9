"""`ChatModel` over the local engine with its real model."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from rag.adapters.chat_llama_index import LlamaIndexChat
from rag.adapters.engine_xllamacpp import LocalEngine
from rag.domain import Prompt
from rag.errors import ChatError, ChatTimeout, ModelMissing
from rag.models.cache import locate
from rag.models.catalogue import find_entry
from rag.settings import read_settings
from tests.contract.chat_prompts import GDP, INVESTMENT, SYSTEM, write_whole

MODEL = "qwen2.5-coder-1.5b"
LONG = "root ::= [0-9 ]{600}"
"""More than the model writes in the seconds that these tests give it."""


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalEngine]:
    settings = read_settings({name: os.environ[name] for name in ("WENBAO_MODELS",) if name in os.environ})
    with LocalEngine(locate(find_entry(MODEL), settings.models)) as engine:
        yield engine


@pytest.fixture(scope="module")
def chat(engine: LocalEngine) -> Iterator[LlamaIndexChat]:
    with closing(LlamaIndexChat("", "", MODEL, engine=engine)) as chat:
        chat.prepare(SYSTEM)
        yield chat


def test_the_grammar_is_obeyed(chat: LlamaIndexChat) -> None:
    assert chat.name == MODEL
    assert chat.local
    assert write_whole(chat) in ("[1]", "[2]")
    assert write_whole(chat, grammar='root ::= "不知道" "。"') == "不知道。"


def test_text_comes_in_pieces_and_ends_at_max_tokens(chat: LlamaIndexChat) -> None:
    pieces = list(chat.write(GDP, grammar=LONG, max_tokens=6, seconds=60.0))
    assert 2 <= len(pieces) <= 6
    assert all(pieces)


def test_a_prompt_gives_the_same_text_whatever_came_before(chat: LlamaIndexChat) -> None:
    """The cache of llama.cpp would otherwise decide how the prompt is cut, and so how its figures round."""
    first = write_whole(chat, grammar="", tokens=12)
    assert "5.1%" in first
    assert write_whole(chat, grammar="", tokens=12) == first
    write_whole(chat, INVESTMENT, grammar="", tokens=4)
    assert write_whole(chat, grammar="", tokens=12) == first


def test_the_system_text_stays_in_the_cache_and_the_question_does_not(
    chat: LlamaIndexChat, engine: LocalEngine
) -> None:
    def cached(system: str, user: str) -> int:
        endpoint = engine.ensure()
        body = {
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "max_tokens": 1,
        }
        headers = {"Authorization": f"Bearer {endpoint.key}"}
        answer = httpx.post(f"{endpoint.url}/v1/chat/completions", json=body, headers=headers, timeout=60.0)
        return int(answer.json()["timings"]["cache_n"])

    chat.prepare(SYSTEM)
    departs = cached(SYSTEM, GDP.user)
    assert departs > 20
    write_whole(chat)
    chat.prepare(SYSTEM)
    assert cached(SYSTEM, GDP.user) == departs


def test_the_deadline_is_for_the_whole_answer(chat: LlamaIndexChat) -> None:
    before = time.monotonic()
    pieces = chat.write(GDP, grammar=LONG, max_tokens=600, seconds=3.0)
    with pytest.raises(ChatTimeout, match="local engine did not finish the answer within 3 seconds"):
        list(pieces)
    assert 2.9 < time.monotonic() - before < 3.5


def test_an_answer_that_nobody_wants_any_more_frees_the_engine(chat: LlamaIndexChat) -> None:
    before = time.monotonic()
    write_whole(chat)
    usual = time.monotonic() - before
    pieces = chat.write(GDP, grammar=LONG, max_tokens=600, seconds=60.0)
    next(pieces)
    before = time.monotonic()
    pieces.close()
    assert write_whole(chat) in ("[1]", "[2]")
    assert time.monotonic() - before < usual * 2 + 1.0


def test_a_reader_who_leaves_while_the_engine_reads_is_let_go(chat: LlamaIndexChat) -> None:
    """No token comes in those seconds that could be refused. The engine itself looks up once a second, after
    the portion of the prompt that it reads."""
    prompt = Prompt(system=SYSTEM, user="全市固定资产投资增长4%。" * 40, ids=(), version="test")
    chat.prepare(SYSTEM)
    left = threading.Event()
    threading.Timer(0.3, left.set).start()
    before = time.monotonic()
    with pytest.raises(ChatError, match="Nobody waits"):
        write_whole(chat, prompt, tokens=400, grammar=LONG, wanted=lambda: not left.is_set())
    assert time.monotonic() - before < 1.3
    assert write_whole(chat) in ("[1]", "[2]")


def test_questions_at_one_time_are_answered_one_after_the_other(chat: LlamaIndexChat) -> None:
    alone = [write_whole(chat, prompt, grammar="", tokens=4) for prompt in (GDP, INVESTMENT)]
    with ThreadPoolExecutor(3) as pool:
        at_once = list(
            pool.map(lambda prompt: write_whole(chat, prompt, grammar="", tokens=4), (GDP, INVESTMENT, GDP))
        )
    assert at_once == [*alone, alone[0]]


def test_each_piece_may_be_fetched_by_another_thread(chat: LlamaIndexChat) -> None:
    """As a web service does that takes a thread of its pool for each step."""
    pieces = chat.write(GDP, grammar=LONG, max_tokens=3, seconds=60.0)
    texts: list[str] = []
    while True:
        with ThreadPoolExecutor(1) as pool:
            text = pool.submit(next, pieces, "").result()
        if not text:
            break
        texts.append(text)
    assert "".join(texts) == write_whole(chat, grammar=LONG, tokens=3)


def test_a_killed_engine_is_started_again_for_the_next_question(
    chat: LlamaIndexChat, engine: LocalEngine
) -> None:
    text = write_whole(chat)
    chat.check()
    assert engine.pid is not None
    os.kill(engine.pid, 9)
    assert write_whole(chat) == text
    chat.check()


def test_an_engine_that_dies_in_the_middle_of_an_answer_is_an_error(
    chat: LlamaIndexChat, engine: LocalEngine
) -> None:
    """Text was served already: a second try would begin it again."""
    pieces = chat.write(GDP, grammar=LONG, max_tokens=600, seconds=60.0)
    next(pieces)
    assert engine.pid is not None
    os.kill(engine.pid, 9)
    with pytest.raises(ChatError, match="broke the connection off"):
        list(pieces)


def test_a_grammar_that_is_none_is_told(chat: LlamaIndexChat) -> None:
    with pytest.raises(ChatError, match=r"rejects the request \(status 400\): .*grammar"):
        write_whole(chat, grammar="root ::= ((")


def test_a_prompt_beyond_the_context_is_told(chat: LlamaIndexChat) -> None:
    with pytest.raises(ChatError, match=r"rejects the request \(status 400\): .*context"):
        write_whole(chat, Prompt(system=SYSTEM, user="增长5.1% " * 2000, ids=(), version="test"))


def test_a_proxy_of_the_environment_does_not_stand_before_the_engine(
    engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    endpoint = engine.ensure()
    with closing(LlamaIndexChat(f"{endpoint.url}/v1", endpoint.key, MODEL)) as hosted:
        hosted.check()
        assert write_whole(hosted, grammar="", tokens=2)


def test_without_a_model_file_check_says_so_and_write_too(tmp_path: Path) -> None:
    with closing(LlamaIndexChat("", "", MODEL, engine=LocalEngine(tmp_path / "absent.gguf"))) as chat:
        with pytest.raises(ModelMissing, match="wenbao models pull"):
            chat.check()
        with pytest.raises(ChatError, match="wenbao models pull"):
            write_whole(chat)


def test_a_closed_model_does_not_start_its_engine_again(tmp_path: Path) -> None:
    engine = LocalEngine(tmp_path / "absent.gguf")
    chat = LlamaIndexChat("", "", MODEL, engine=engine)
    chat.close()
    with pytest.raises(ChatError, match="closed"):
        write_whole(chat)
    assert engine.pid is None


def test_a_hosted_model_is_asked_without_grammar_and_a_wrong_key_is_told(engine: LocalEngine) -> None:
    url = f"{engine.ensure().url}/v1"
    with closing(LlamaIndexChat(url, "wrong", "some-model")) as chat:
        assert chat.name == "some-model"
        assert not chat.local
        for ask in (chat.check, lambda: write_whole(chat)):
            with pytest.raises(ChatError, match=r"refuses the key \(status 401\); check WENBAO_CHAT_KEY"):
                ask()


def test_a_hosted_model_obeys_a_schema_where_its_server_does(engine: LocalEngine) -> None:
    """llama.cpp's server, asked as any other is."""
    endpoint = engine.ensure()
    with closing(LlamaIndexChat(f"{endpoint.url}/v1", endpoint.key, MODEL)) as hosted:
        pieces = list(hosted.write(GDP, grammar="", max_tokens=40, seconds=60.0))
    assert len(pieces) > 2
    assert re.fullmatch(r"([^\[\]{}]+(\[[12]\])+\n)+", "".join(pieces))
    assert "5.1%" in "".join(pieces)
