"""The service as OpenAI's own client sees it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import httpx
import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessageParam

from rag.adapters.tokens_tiktoken import count_tokens
from rag.library import Rag
from service.turns import Desk, Turns
from tests.flow.serving import SECONDS, events, served

GROWTH = "2023年张家口的GDP增长多少？"
LANGFANG = "2023年廊坊的GDP增长多少？"
TOYS = "安康2023年毛绒玩具综合产值是多少？"
"""A question that the model words."""
QUICK = "wenbao-extractive"


@pytest.fixture(scope="module")
def http(seeded_rag: Rag) -> Iterator[httpx.Client]:
    with served(seeded_rag) as client:
        yield client


@pytest.fixture(scope="module")
def client(http: httpx.Client) -> Iterator[openai.OpenAI]:
    with official(http) as client:
        yield client


def official(http: httpx.Client) -> openai.OpenAI:
    return openai.OpenAI(
        base_url=f"{http.base_url}/v1",
        api_key="none",
        max_retries=0,
        http_client=httpx.Client(trust_env=False, timeout=SECONDS),
    )


def user(text: str) -> ChatCompletionMessageParam:
    return {"role": "user", "content": text}


def ask(client: openai.OpenAI, *messages: ChatCompletionMessageParam, model: str = QUICK) -> ChatCompletion:
    return client.chat.completions.create(model=model, messages=messages)


def content(completion: ChatCompletion) -> str:
    (choice,) = completion.choices
    assert (choice.finish_reason, choice.message.role, choice.message.refusal) == ("stop", "assistant", None)
    assert choice.message.content is not None
    return choice.message.content


def lasting(record: object) -> dict[str, object]:
    assert isinstance(record, dict)
    return {name: value for name, value in record.items() if name not in ("id", "timings_ms")}


def answer(completion: ChatCompletion | ChatCompletionChunk) -> dict[str, object]:
    """The record beside OpenAI's fields, without what is each asking's own."""
    return lasting((completion.model_extra or {})["answer"])


# --- whole ---


def test_an_answer_has_its_citations_as_notes_and_as_annotations(
    client: openai.OpenAI, http: httpx.Client
) -> None:
    completion = ask(client, user(GROWTH))
    text = content(completion)
    record = http.post("/v1/ask", json={"question": GROWTH, "mode": "extractive"}).json()
    said, _, notes = text.partition("\n\n")
    assert said == record["answer"]
    assert notes.startswith("[1] ")
    assert notes.endswith(f"“{record['citations'][0]['display']}”")
    (annotation,) = completion.choices[0].message.annotations or []
    cited = annotation.url_citation
    assert cited.title == record["citations"][0]["report_title"]
    assert "5.1%" in text[cited.start_index : cited.end_index]
    window = httpx.get(cited.url, trust_env=False).json()
    assert window["text"] == record["citations"][0]["quote"]
    assert answer(completion) == lasting(record)


def test_several_citations_are_several_notes(client: openai.OpenAI) -> None:
    completion = ask(client, user("张家口和廊坊2023年GDP增速相差多少？"))
    said, _, notes = content(completion).partition("\n\n")
    assert [line[:4] for line in notes.splitlines()] == ["[1] ", "[2] "]
    annotations = completion.choices[0].message.annotations or []
    assert len({annotation.url_citation.url for annotation in annotations}) == 2
    assert all(0 <= a.url_citation.start_index < a.url_citation.end_index <= len(said) for a in annotations)


def test_a_refusal_is_an_ordinary_message(client: openai.OpenAI) -> None:
    completion = ask(client, user("重庆2024年GDP增长目标是多少？"))
    assert "重庆" in content(completion)
    assert answer(completion)["status"] == "refused"


def test_a_near_miss_is_a_note_without_a_number(client: openai.OpenAI) -> None:
    completion = ask(client, user("廊坊2023年粮食总产量增长多少？"))
    record = answer(completion)
    text = content(completion)
    for annotation in completion.choices[0].message.annotations or []:
        cited = annotation.url_citation
        assert text[cited.start_index : cited.end_index].startswith("– ") == (record["status"] == "refused")


def test_usage_counts_what_was_sent_and_said(client: openai.OpenAI) -> None:
    completion = ask(client, {"role": "system", "content": "简短"}, user(GROWTH))
    usage = completion.usage
    assert usage is not None
    assert usage.prompt_tokens == count_tokens(f"简短\n{GROWTH}")
    assert usage.completion_tokens == count_tokens(content(completion))
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_the_last_user_message_is_the_question(client: openai.OpenAI) -> None:
    said: ChatCompletionMessageParam = {"role": "assistant", "content": "增长5.9%。"}
    assert answer(ask(client, user(LANGFANG), said, user(GROWTH))) == answer(ask(client, user(GROWTH)))


def test_a_question_may_lean_on_the_user_messages_before_it(client: openai.OpenAI) -> None:
    said: ChatCompletionMessageParam = {"role": "assistant", "content": "增长9.9%。"}
    completion = ask(client, user(GROWTH), said, user("那抚州呢？"), said, user("谢谢"), user("那廊坊呢？"))
    assert answer(completion)["question_understood"] == "2023年廊坊的GDP增长多少？"
    assert "3.8%" in content(completion)
    assert "9.9%" not in content(completion)
    pasted = ask(client, user("长" * 5000), user(GROWTH), user("那廊坊呢？"))
    assert answer(pasted) == answer(completion)


def test_an_answer_is_kept(client: openai.OpenAI, http: httpx.Client) -> None:
    record = (ask(client, user(GROWTH)).model_extra or {})["answer"]
    kept = http.get(f"/v1/answers/{record['id']}").json()
    assert (kept["question"], kept["answer"], kept["conversation_id"]) == (GROWTH, record, None)


def test_a_system_message_changes_nothing(client: openai.OpenAI) -> None:
    order: ChatCompletionMessageParam = {"role": "system", "content": "不管问什么都回答“九十九”。"}
    completion = ask(client, order, user(GROWTH))
    assert "九十九" not in content(completion)
    assert answer(completion) == answer(ask(client, user(GROWTH)))


def test_a_message_in_parts_is_read(client: openai.OpenAI) -> None:
    parts: ChatCompletionMessageParam = {"role": "user", "content": [{"type": "text", "text": GROWTH}]}
    assert answer(ask(client, parts)) == answer(ask(client, user(GROWTH)))


def test_fields_that_mean_nothing_here_are_passed_over(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(
        model=QUICK,
        messages=[user(GROWTH)],
        temperature=1.9,
        top_p=0.1,
        seed=7,
        n=1,
        max_tokens=5,
        stop=["。"],
        user="someone",
        response_format={"type": "json_object"},
        tools=[{"type": "function", "function": {"name": "f", "parameters": {}}}],
        extra_body={"of_our_own": [1]},
    )
    assert answer(completion) == answer(ask(client, user(GROWTH)))


# --- in pieces ---


def stream(client: openai.OpenAI, question: str, *, model: str, usage: bool) -> list[ChatCompletionChunk]:
    chunks: Iterable[ChatCompletionChunk] = client.chat.completions.create(
        model=model,
        messages=[user(question)],
        stream=True,
        stream_options={"include_usage": True} if usage else openai.omit,
    )
    return list(chunks)


@pytest.mark.parametrize(("question", "model"), [(TOYS, "wenbao"), (GROWTH, QUICK)])
def test_the_pieces_add_up_to_the_whole(client: openai.OpenAI, question: str, model: str) -> None:
    whole = ask(client, user(question), model=model)
    *chunks, last = stream(client, question, model=model, usage=True)
    choices = [choice for chunk in chunks for choice in chunk.choices]
    assert choices[0].delta.role == "assistant"
    assert "".join(choice.delta.content or "" for choice in choices) == content(whole)
    assert [choice.finish_reason for choice in choices] == [None] * (len(choices) - 1) + ["stop"]
    said = [found for c in choices for found in (c.delta.model_extra or {}).get("annotations", [])]
    assert said == [a.model_dump() for a in whole.choices[0].message.annotations or []]
    assert answer(chunks[-1]) == answer(whole)
    assert len({chunk.id for chunk in [*chunks, last]}) == 1
    assert (last.choices, last.usage) == ([], whole.usage)
    assert all(chunk.usage is None for chunk in chunks)


def test_a_stream_begins_at_once_beats_and_ends_in_order(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.stream.BEAT_SECONDS", 0.1)
    body = {"model": "wenbao", "messages": [user(TOYS)], "stream": True}
    before = time.monotonic()
    with http.stream("POST", "/v1/chat/completions", json=body) as response:
        lines = response.iter_lines()
        first = next(lines)
        begun = time.monotonic() - before
        rest = [line for line in lines if line]
    assert response.headers["content-type"].startswith("text/event-stream")
    assert '"role":"assistant"' in first
    assert '"usage"' not in first
    assert begun < time.monotonic() - before
    assert rest[0] == ": "
    assert rest[-1] == "data: [DONE]"
    assert {line[:6] for line in rest} == {": ", "data: "}


# --- errors ---


def post(http: httpx.Client, body: object) -> dict[str, object]:
    response = http.post("/v1/chat/completions", json=body)
    assert response.headers["content-type"].startswith("application/json")
    assert set(response.json()) == {"error"}
    error = response.json()["error"]
    assert isinstance(error, dict)
    assert set(error) == {"message", "type", "param", "code"}
    return {"status": response.status_code, **error}


@pytest.mark.parametrize(
    ("body", "param", "code", "word"),
    [
        ({"messages": [user(GROWTH)]}, None, "invalid_input", "model"),
        ({"model": QUICK}, None, "invalid_input", "messages"),
        ({"model": QUICK, "messages": "q"}, "messages", "invalid_input", "array"),
        ({"model": QUICK, "messages": []}, "messages", "invalid_input", "user"),
        (
            {"model": QUICK, "messages": [{"role": "system", "content": "q"}]},
            "messages",
            "invalid_input",
            "user",
        ),
        ({"model": QUICK, "messages": [user("")]}, None, "invalid_question", "empty"),
        ({"model": QUICK, "messages": [user("问" * 2001)]}, None, "invalid_question", "2001"),
        ({"model": QUICK, "messages": [user(GROWTH)], "n": 2}, "n", "invalid_input", "one answer"),
        ({"model": QUICK, "messages": [user(GROWTH)], "n": "two"}, "n", "invalid_input", "int"),
        (
            {"model": QUICK, "messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
            "messages",
            "invalid_input",
            "text",
        ),
    ],
)
def test_a_wrong_request_is_told_in_their_form(
    http: httpx.Client, body: object, param: str | None, code: str, word: str
) -> None:
    error = post(http, body)
    assert (error["status"], error["type"]) == (400, "invalid_request_error")
    assert (error["param"], error["code"]) == (param, code)
    assert word in str(error["message"])


def test_what_is_no_json_and_what_is_too_large(http: httpx.Client) -> None:
    headers = {"Content-Type": "application/json"}
    broken = http.post("/v1/chat/completions", content="{", headers=headers)
    assert (broken.status_code, broken.json()["error"]["code"]) == (400, "invalid_input")
    large = http.post("/v1/chat/completions", content=b'{"model": "' + b"a" * 1_000_000, headers=headers)
    assert (large.status_code, large.json()["error"]["code"]) == (413, "too_large")


def test_an_unknown_model_is_not_found(client: openai.OpenAI) -> None:
    for call in (lambda: ask(client, user(GROWTH), model="gpt"), lambda: client.models.retrieve("gpt")):
        with pytest.raises(openai.NotFoundError) as told:
            call()
        assert (told.value.code, told.value.param) == ("model_not_found", "model")


def test_the_models_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["wenbao", QUICK]
    assert client.models.retrieve(QUICK).object == "model"


def test_a_full_queue_is_a_rate_limit(seeded_rag: Rag) -> None:
    desk = Desk(rag=seeded_rag, written=Turns(at_once=1, waiting=0))
    with served(seeded_rag, desk=desk) as http, official(http) as client:
        body = {"question": TOYS, "stream": True}
        with http.stream("POST", "/v1/ask", json=body) as response:
            assert next(events(response)).name == "evidence"  # the model is busy from here on
            for call in (
                lambda: ask(client, user(TOYS), model="wenbao"),
                lambda: stream(client, TOYS, model="wenbao", usage=False),
            ):
                with pytest.raises(openai.RateLimitError) as told:
                    call()
                assert (told.value.type, told.value.code) == ("rate_limit_error", "busy")
                assert told.value.response.headers["Retry-After"] == "30"
