"""`ChatModel`: with the local engine and its real model, and against servers that misbehave."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from rag.adapters.chat_llama_index import LlamaIndexChat
from rag.adapters.engine_xllamacpp import LocalEngine
from rag.domain import Prompt
from rag.errors import ChatError, ChatTimeout, ModelMissing
from rag.models.cache import locate
from rag.models.catalogue import find_entry
from rag.ports import ChatModel
from rag.settings import read_settings

MODEL = "qwen2.5-coder-1.5b"
ONE_ID = 'root ::= "[" ("1" | "2") "]"'
LONG = "root ::= [0-9 ]{600}"
"""More than the model writes in the seconds that these tests give it."""
SYSTEM = "你是政府工作报告的问答助手。只根据资料回答，句末标出所依据资料的编号，如[1]。"


def _prompt(question: str) -> Prompt:
    evidence = "资料：\n[1] 全市地区生产总值增长5.1%\n[2] 固定资产投资增长4%\n"
    return Prompt(system=SYSTEM, user=f"{evidence}问题：{question}\n回答：", ids=(1, 2), version="test")


GDP = _prompt("GDP增长多少？")
INVESTMENT = _prompt("固定资产投资增长多少？")


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


def _write(
    chat: ChatModel, prompt: Prompt = GDP, *, grammar: str = ONE_ID, tokens: int = 40, seconds: float = 60.0
) -> str:
    return "".join(chat.write(prompt, grammar=grammar, max_tokens=tokens, seconds=seconds))


# --- The local engine -------------------------------------------------------------------------------


def test_the_grammar_is_obeyed(chat: LlamaIndexChat) -> None:
    assert chat.name == MODEL
    assert chat.follows_grammar
    assert _write(chat) in ("[1]", "[2]")
    assert _write(chat, grammar='root ::= "不知道" "。"') == "不知道。"


def test_text_comes_in_pieces_and_ends_at_max_tokens(chat: LlamaIndexChat) -> None:
    pieces = list(chat.write(GDP, grammar=LONG, max_tokens=6, seconds=60.0))
    assert 2 <= len(pieces) <= 6
    assert all(pieces)


def test_a_prompt_gives_the_same_text_whatever_came_before(chat: LlamaIndexChat) -> None:
    """The cache of llama.cpp would otherwise decide how the prompt is cut, and so how its figures round."""
    first = _write(chat, grammar="", tokens=12)
    assert "5.1%" in first
    assert _write(chat, grammar="", tokens=12) == first
    _write(chat, INVESTMENT, grammar="", tokens=4)
    assert _write(chat, grammar="", tokens=12) == first


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
    _write(chat)
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
    _write(chat)
    usual = time.monotonic() - before
    pieces = chat.write(GDP, grammar=LONG, max_tokens=600, seconds=60.0)
    next(pieces)
    before = time.monotonic()
    pieces.close()
    assert _write(chat) in ("[1]", "[2]")
    assert time.monotonic() - before < usual * 2 + 1.0


def test_questions_at_one_time_are_answered_one_after_the_other(chat: LlamaIndexChat) -> None:
    alone = [_write(chat, prompt, grammar="", tokens=4) for prompt in (GDP, INVESTMENT)]
    with ThreadPoolExecutor(3) as pool:
        at_once = list(
            pool.map(lambda prompt: _write(chat, prompt, grammar="", tokens=4), (GDP, INVESTMENT, GDP))
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
    assert "".join(texts) == _write(chat, grammar=LONG, tokens=3)


def test_a_killed_engine_is_started_again_for_the_next_question(
    chat: LlamaIndexChat, engine: LocalEngine
) -> None:
    text = _write(chat)
    chat.check()
    assert engine.pid is not None
    os.kill(engine.pid, 9)
    assert _write(chat) == text
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
        _write(chat, grammar="root ::= ((")


def test_a_prompt_beyond_the_context_is_told(chat: LlamaIndexChat) -> None:
    with pytest.raises(ChatError, match=r"rejects the request \(status 400\): .*context"):
        _write(chat, Prompt(system=SYSTEM, user="增长5.1% " * 2000, ids=(), version="test"))


def test_a_proxy_of_the_environment_does_not_stand_before_the_engine(
    engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    endpoint = engine.ensure()
    with closing(LlamaIndexChat(f"{endpoint.url}/v1", endpoint.key, MODEL)) as hosted:
        hosted.check()
        assert _write(hosted, grammar="", tokens=2)


def test_without_a_model_file_check_says_so_and_write_too(tmp_path: Path) -> None:
    with closing(LlamaIndexChat("", "", MODEL, engine=LocalEngine(tmp_path / "absent.gguf"))) as chat:
        with pytest.raises(ModelMissing, match="wenbao models pull"):
            chat.check()
        with pytest.raises(ChatError, match="wenbao models pull"):
            _write(chat)


def test_a_closed_model_does_not_start_its_engine_again(tmp_path: Path) -> None:
    engine = LocalEngine(tmp_path / "absent.gguf")
    chat = LlamaIndexChat("", "", MODEL, engine=engine)
    chat.close()
    with pytest.raises(ChatError, match="closed"):
        _write(chat)
    assert engine.pid is None


# --- A server elsewhere -----------------------------------------------------------------------------


def test_a_hosted_model_is_asked_without_grammar_and_a_wrong_key_is_told(engine: LocalEngine) -> None:
    url = f"{engine.ensure().url}/v1"
    with closing(LlamaIndexChat(url, "wrong", "some-model")) as chat:
        assert chat.name == "some-model"
        assert not chat.follows_grammar
        for ask in (chat.check, lambda: _write(chat)):
            with pytest.raises(ChatError, match=r"refuses the key \(status 401\); check WENBAO_CHAT_KEY"):
                ask()


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
        for ask in (chat.check, lambda: _write(chat)):
            with pytest.raises(ChatError, match=words):
                ask()
        assert time.monotonic() - before < 2.0


Answer = Callable[[BaseHTTPRequestHandler, dict[str, object]], None]


@contextmanager
def _server(*answers: Answer) -> Generator[tuple[str, list[dict[str, object]]]]:
    """A server on loopback that gives the answers in turn. Yields its URL and the bodies that it was sent."""
    asked: list[dict[str, object]] = []

    class Turns(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            asked[-1]["authorization"] = self.headers["Authorization"]
            answers[len(asked) - 1](self, asked[-1])

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Turns)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _send(to: BaseHTTPRequestHandler, text: str) -> None:
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    to.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
    to.wfile.flush()


def _begin(to: BaseHTTPRequestHandler, status: int = 200, kind: str = "text/event-stream") -> None:
    to.send_response(status)
    to.send_header("Content-Type", kind)
    to.end_headers()


def _good(to: BaseHTTPRequestHandler, body: dict[str, object]) -> None:
    assert body["stream"] is True
    _begin(to)
    for text in ("增长", "5.1%", "[1]"):
        _send(to, text)
    to.wfile.write(b"data: [DONE]\n\n")


def _status(status: int) -> Answer:
    def answer(to: BaseHTTPRequestHandler, body: dict[str, object]) -> None:
        del body
        _begin(to, status, "application/json")
        to.wfile.write(b'{"error": {"message": "words of the server"}}')

    return answer


def _stall(to: BaseHTTPRequestHandler, body: dict[str, object]) -> None:
    del body
    _begin(to)
    _send(to, "增长")
    time.sleep(6.0)


def _break_off(to: BaseHTTPRequestHandler, body: dict[str, object]) -> None:
    del body
    to.protocol_version = "HTTP/1.1"
    to.send_response(200)
    to.send_header("Content-Type", "text/event-stream")
    to.send_header("Content-Length", "1000")
    to.end_headers()
    _send(to, "增长")
    to.close_connection = True


def _nothing(to: BaseHTTPRequestHandler, body: dict[str, object]) -> None:
    del body
    _begin(to)
    to.wfile.write(b"data: [DONE]\n\n")


def _page(to: BaseHTTPRequestHandler, body: dict[str, object]) -> None:
    del body
    _begin(to)
    to.wfile.write(b"data: <html>not JSON</html>\n\n")


def _hang_up(to: BaseHTTPRequestHandler, body: dict[str, object]) -> None:
    del body
    to.close_connection = True


def test_what_a_hosted_model_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a key for someone else")
    with _server(_good) as (url, asked), closing(LlamaIndexChat(url, "", "some-model")) as chat:
        assert _write(chat, tokens=77) == "增长5.1%[1]"
    (body,) = asked
    assert body["model"] == "some-model"
    assert body["temperature"] == 0
    assert body["max_tokens"] == 77
    assert body["messages"] == [
        {"role": "system", "content": GDP.system},
        {"role": "user", "content": GDP.user},
    ]
    assert "grammar" not in body
    assert body["authorization"] == "Bearer none"


@pytest.mark.parametrize("trouble", [_status(429), _status(503), _hang_up])
def test_a_server_that_is_busy_is_asked_again(trouble: Answer) -> None:
    with _server(trouble, _good) as (url, asked), closing(LlamaIndexChat(url, "k", "m")) as chat:
        assert _write(chat) == "增长5.1%[1]"
        assert len(asked) == 2


def test_a_server_that_stays_busy_is_asked_three_times() -> None:
    with _server(*[_status(500)] * 3) as (url, asked), closing(LlamaIndexChat(url, "k", "m")) as chat:
        with pytest.raises(ChatError, match=r"busy or failing \(status 500\)"):
            _write(chat)
        assert len(asked) == 3


def test_retries_stay_within_the_deadline() -> None:
    with _server(*[_status(500)] * 3) as (url, asked), closing(LlamaIndexChat(url, "k", "m")) as chat:
        with pytest.raises(ChatError, match="busy or failing"):
            _write(chat, seconds=1.0)
        assert len(asked) == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_status(400), r"rejects the request \(status 400\): .*words of the server"),
        (_status(404), "has no chat model 'm'; check WENBAO_CHAT_URL and WENBAO_CHAT_MODEL"),
        (_status(403), "check WENBAO_CHAT_KEY"),
        (_nothing, "gave an empty answer"),
        (_page, "sent what is not a chat answer"),
        (_break_off, "broke the connection off"),
    ],
)
def test_what_a_second_try_would_not_mend_is_told_at_once(answer: Answer, words: str) -> None:
    with _server(answer) as (url, asked), closing(LlamaIndexChat(url, "k", "m")) as chat:
        with pytest.raises(ChatError, match=words):
            _write(chat)
        assert len(asked) == 1


def test_a_server_that_falls_silent_is_left_at_the_deadline() -> None:
    with _server(_stall) as (url, _), closing(LlamaIndexChat(url, "k", "m")) as chat:
        pieces = chat.write(GDP, grammar="", max_tokens=9, seconds=1.0)
        assert next(pieces) == "增长"
        before = time.monotonic()
        with pytest.raises(ChatTimeout, match="within 1 seconds"):
            next(pieces)
        assert time.monotonic() - before < 1.2
