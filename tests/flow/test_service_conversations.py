"""Conversations, export and feedback over HTTP, on the seeds; answers are extractive."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from rag.assemble import open_rag
from rag.domain import ServedAnswer
from rag.errors import NotFound
from rag.library import Rag
from rag.settings import Settings
from tests.flow.serving import Json, events, served
from tests.flow.test_service import citations
from tests.flow.test_service_problems import check_problem

GROWTH = "2023年张家口的GDP增长多少？"


@pytest.fixture(scope="module")
def client(seeded_rag: Rag) -> Iterator[httpx.Client]:
    with served(seeded_rag) as client:
        yield client


def begin(client: httpx.Client, title: str = "") -> str:
    response = client.post("/v1/conversations", json={"title": title})
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


def ask(client: httpx.Client, question: str, conversation_id: str | None = None) -> Json:
    body = {"question": question, "conversation_id": conversation_id, "mode": "extractive"}
    response = client.post("/v1/ask", json=body)
    assert response.status_code == 200, response.text
    record: Json = response.json()
    return record


def test_follow_ups_are_made_whole_and_shown(client: httpx.Client) -> None:
    talk = begin(client)
    asked = [ask(client, q, talk) for q in (GROWTH, "那抚州呢？", "2024年的目标呢", "那重庆呢？")]
    assert [record["question_understood"] for record in asked] == [
        None,
        "2023年抚州的GDP增长多少？",
        "2024年抚州的GDP增长目标是多少？",
        "2024年重庆的GDP增长目标是多少？",
    ]
    assert [record["status"] for record in asked] == ["answered", "answered", "answered", "refused"]
    assert "6.3%" in str(asked[1]["answer"])
    assert "6%左右" in str(asked[2]["answer"])
    regions = [[citation["region"] for citation in citations(record)] for record in asked]
    assert regions == [["张家口市"], ["抚州市"], ["抚州市"], []]


def test_without_a_conversation_nothing_is_carried(client: httpx.Client) -> None:
    ask(client, GROWTH)
    record = ask(client, "那抚州呢？")
    assert record["question_understood"] is None
    assert "6.3%" not in str(record["answer"])


def test_a_whole_question_is_answered_as_without_a_conversation(client: httpx.Client) -> None:
    talk = begin(client)
    ask(client, "廊坊2024年GDP增长目标是多少？", talk)
    inside, alone = ask(client, GROWTH, talk), ask(client, GROWTH)
    assert {k: v for k, v in inside.items() if k not in ("id", "timings_ms")} == {
        k: v for k, v in alone.items() if k not in ("id", "timings_ms")
    }


def test_what_is_kept_is_what_was_served(client: httpx.Client) -> None:
    talk = begin(client)
    plain = ask(client, GROWTH, talk)
    body = {"question": "那抚州呢？", "conversation_id": talk, "mode": "extractive", "stream": True}
    with client.stream("POST", "/v1/ask", json=body) as response:
        *_, last = events(response)
    assert last.name == "answer"
    whole = client.get(f"/v1/conversations/{talk}").json()
    assert [message["answer"] for message in whole["messages"]] == [plain, last.content]
    assert [message["question"] for message in whole["messages"]] == [GROWTH, "那抚州呢？"]
    assert whole["title"] == GROWTH
    for message in whole["messages"]:
        assert client.get(f"/v1/answers/{message['answer']['id']}").json() == message
    alone = ask(client, GROWTH)
    kept = client.get(f"/v1/answers/{alone['id']}").json()
    assert (kept["answer"], kept["conversation_id"], kept["rating"]) == (alone, None, None)


def test_conversations_are_listed_searched_renamed_and_deleted(client: httpx.Client) -> None:
    talks = [begin(client, f"清单 {name}") for name in "甲乙丙"]
    ask(client, "塞北管理区固定资产投资增长多少？", talks[0])
    listed = client.get("/v1/conversations", params={"q": "清单"}).json()
    assert [one["id"] for one in listed["conversations"]] == [talks[0], talks[2], talks[1]]
    assert (listed["total"], listed["limit"], listed["offset"]) == (3, 50, 0)
    page = client.get("/v1/conversations", params={"q": "清单", "limit": 1, "offset": 1}).json()
    assert [one["id"] for one in page["conversations"]] == [talks[2]]
    assert page["total"] == 3
    by_question = client.get("/v1/conversations", params={"q": "塞北管理区固定"}).json()
    assert [one["id"] for one in by_question["conversations"]] == [talks[0]]
    renamed = client.patch(f"/v1/conversations/{talks[1]}", json={"title": " 新\n名 "}).json()
    assert renamed["title"] == "新 名"
    assert client.delete(f"/v1/conversations/{talks[0]}").status_code == 204
    check_problem(client.get(f"/v1/conversations/{talks[0]}"), 404, "not_found", talks[0])
    assert client.get("/v1/conversations", params={"q": "清单"}).json()["total"] == 1


def test_a_conversation_may_begin_without_a_body(client: httpx.Client) -> None:
    response = client.post("/v1/conversations")
    assert response.status_code == 201, response.text
    assert set(response.json()) == {"id", "title", "created_at", "updated_at"}
    assert response.json()["created_at"].endswith("Z")


def test_the_markdown_has_a_footnote_for_each_mark(client: httpx.Client) -> None:
    talk = begin(client, "两个 *问题*")
    first, second = ask(client, GROWTH, talk), ask(client, "和廊坊比呢", talk)
    response = client.get(f"/v1/conversations/{talk}/export")
    assert response.headers["content-type"].startswith("text/markdown")
    assert f"conversation-{talk}.md" in response.headers["content-disposition"]
    text = response.text
    assert text.startswith("# 两个 \\*问题\\*\n\n## 2023年张家口的GDP增长多少？\n")
    assert "*理解为：2023年张家口和廊坊的GDP增长多少？*" in text
    for number in (1, 2, 3):
        assert text.count(f"\n[^{number}]: “") == 1
    assert text.count("[^4]") == 0
    assert "增长5.1%[^1]。" in text
    (citation,) = citations(first)
    where = "张家口市 · 2024年报告 · 一、2023年工作回顾 · 000\\_b9df181be4e52f5e.txt"
    offsets = f"{citation['start']}–{citation['end']}"
    assert f"[^1]: “{citation['display']}” — {where} {offsets}\n" in text
    exported = client.get(f"/v1/conversations/{talk}/export", params={"format": "json"})
    assert exported.json() == client.get(f"/v1/conversations/{talk}").json()
    assert [message["answer"] for message in exported.json()["messages"]] == [first, second]


def test_feedback_is_kept_with_the_answer(client: httpx.Client) -> None:
    answer_id = ask(client, GROWTH)["id"]
    rated = client.post(f"/v1/answers/{answer_id}/feedback", json={"rating": -1, "comment": "年份不对"})
    assert rated.status_code == 200
    assert rated.json() == client.get(f"/v1/answers/{answer_id}").json()
    assert (rated.json()["rating"], rated.json()["comment"]) == (-1, "年份不对")
    again = client.post(f"/v1/answers/{answer_id}/feedback", json={"rating": 1}).json()
    assert (again["rating"], again["comment"]) == (1, "")


@pytest.mark.parametrize("stream", [False, True])
def test_an_unknown_conversation_is_a_problem(client: httpx.Client, stream: bool) -> None:
    body = {"question": GROWTH, "conversation_id": "none", "mode": "extractive", "stream": stream}
    check_problem(client.post("/v1/ask", json=body), 404, "not_found", "none")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/conversations/none", None, 404),
        ("PATCH", "/v1/conversations/none", {"title": "甲"}, 404),
        ("DELETE", "/v1/conversations/none", None, 404),
        ("GET", "/v1/conversations/none/export", None, 404),
        ("GET", "/v1/answers/none", None, 404),
        ("POST", "/v1/answers/none/feedback", {"rating": 1}, 404),
        ("POST", "/v1/answers/none/feedback", {"rating": 5}, 400),
        ("POST", "/v1/answers/none/feedback", {"rating": 1, "comment": "长" * 2001}, 400),
        ("POST", "/v1/answers/none/feedback", {}, 400),
        ("PATCH", "/v1/conversations/none", {"title": " "}, 400),
        ("POST", "/v1/conversations", {"title": "长" * 201}, 400),
        ("POST", "/v1/conversations", {"name": "甲"}, 400),
        ("GET", "/v1/conversations?limit=0", None, 400),
        ("GET", "/v1/conversations/none/export?format=pdf", None, 400),
    ],
)
def test_wrong_calls(client: httpx.Client, method: str, path: str, body: object, status: int) -> None:
    code = "not_found" if status == 404 else "invalid_input"
    check_problem(client.request(method, path, json=body), status, code)


def test_what_is_older_than_the_setting_goes_at_the_start(data_copy: Path, models_folder: Path) -> None:
    settings = Settings(data=data_copy, models=models_folder, keep_days=7)
    now = datetime.now(UTC)
    with open_rag(settings, chat=False) as rag:
        old = ServedAnswer(
            id="old",
            conversation_id=None,
            question="问",
            question_understood=None,
            record=json.dumps({}).encode(),
            created_at=now - timedelta(days=8),
        )
        for answer in (old, replace(old, id="new", created_at=now - timedelta(days=6))):
            rag.conversations.keep(answer, owner="")
        with served(rag):
            until = time.monotonic() + 30
            while time.monotonic() < until and _is_kept(rag, "old"):
                time.sleep(0.05)
        assert not _is_kept(rag, "old")
        assert _is_kept(rag, "new")


def _is_kept(rag: Rag, answer_id: str) -> bool:
    try:
        rag.conversations.answer(answer_id, owner="")
    except NotFound:
        return False
    return True
