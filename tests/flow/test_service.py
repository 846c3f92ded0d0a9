"""The calls of the service, over HTTP, on the seeds with the real models."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import aclosing

import httpx
import pytest
from litestar.exceptions import TooManyRequestsException

from rag.domain import Question
from rag.library import Rag
from service.stream import answer_events
from service.turns import Desk, Turns
from tests.flow.serving import SECONDS, Json, events, served

RECORD = {
    "id", "status", "answer", "language", "refusal", "citations", "figures", "conflicts", "mode_used",
    "note", "manifest", "timings_ms", "question_understood", "scope", "comparison",
}  # fmt: skip
CITATION = {
    "marker", "source_id", "source_name", "report_id", "report_title", "region", "year", "section", "stance",
    "period", "start", "end", "quote", "display", "answer_start", "answer_end", "page", "paragraph",
}  # fmt: skip
GROWTH = "2023年张家口的GDP增长多少？"
TOYS = "安康2023年毛绒玩具综合产值是多少？"
"""A question that the model words."""


@pytest.fixture(scope="module")
def client(seeded_rag: Rag) -> Iterator[httpx.Client]:
    with served(seeded_rag) as client:
        yield client


def ask(client: httpx.Client, question: str, **more: object) -> Json:
    response = client.post("/v1/ask", json={"question": question, "mode": "extractive", **more})
    assert response.status_code == 200, response.text
    record: Json = response.json()
    return record


def parts(record: Json, name: str) -> list[Json]:
    found = record[name]
    assert isinstance(found, list)
    return found


def part(record: Json, name: str) -> Json:
    found = record[name]
    assert isinstance(found, dict)
    return found


def citations(record: Json) -> list[Json]:
    return parts(record, "citations")


def text_at(client: httpx.Client, source_id: object, start: object, end: object) -> str:
    found = client.get(f"/v1/sources/{source_id}/text", params={"start": str(start), "end": str(end)}).json()
    assert (found["start"], found["end"]) == (start, end)
    return str(found["text"])


# --- ask ---


def test_the_record_has_the_shape_of_the_contract(client: httpx.Client) -> None:
    record = ask(client, GROWTH)
    assert set(record) == RECORD
    assert record["status"] == "answered"
    assert record["refusal"] is None
    assert record["language"] == "zh-Hans"
    assert record["mode_used"] == "extractive"
    assert set(part(record, "manifest")) == {"corpus", "embedder", "chat_model", "prompt", "version"}
    (citation,) = citations(record)
    assert set(citation) == CITATION
    assert (citation["region"], citation["year"]) == ("张家口市", 2024)
    assert (citation["stance"], citation["period"]) == ("result", 2023)
    (figure,) = parts(record, "figures")
    assert set(figure) == {"text", "answer_start", "answer_end", "status", "markers"}
    start, end = figure["answer_start"], figure["answer_end"]
    assert isinstance(start, int)
    assert isinstance(end, int)
    assert str(record["answer"])[start:end] == figure["text"] == "5.1%"


@pytest.mark.parametrize(
    "question",
    [
        GROWTH,
        "廊坊2024年GDP增长目标是多少？",
        "塞北管理区固定资产投资增长多少？",
        "提到口袋公园的报告有几份？",
    ],
)
def test_quotes_are_the_characters_that_they_point_at(client: httpx.Client, question: str) -> None:
    found = citations(ask(client, question))
    assert found
    for citation in found:
        whole = client.get(f"/v1/sources/{citation['source_id']}/text").json()
        assert (whole["start"], whole["end"]) == (0, whole["length"])
        assert whole["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert text_at(client, citation["source_id"], citation["start"], citation["end"]) == citation["quote"]


def test_a_place_without_a_report_is_refused(client: httpx.Client) -> None:
    record = ask(client, "重庆2024年GDP目标是多少？")
    assert record["status"] == "refused"
    assert part(record, "refusal")["reason"] == "not_in_corpus"
    assert "重庆" in str(record["answer"])
    assert [c for c in citations(record) if c["marker"] is not None] == []


def test_filters_limit_the_reports(client: httpx.Client) -> None:
    inside = ask(client, GROWTH, filters={"regions": ["张家口市"], "years": [2024], "report_ids": []})
    outside = ask(client, GROWTH, filters={"regions": ["廊坊市"]})
    assert inside["status"] == "answered"
    assert all(c["region"] == "廊坊市" for c in citations(outside))
    assert "5.1%" not in str(outside["answer"])


def test_the_stream_ends_in_the_very_answer(client: httpx.Client) -> None:
    body = {"question": TOYS, "conversation_id": None}
    plain = client.post("/v1/ask", json=body).json()
    with client.stream("POST", "/v1/ask", json={**body, "stream": True}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        heard = list(events(response))
    names = [event.name for event in heard]
    assert names == ["evidence", *["token"] * (len(names) - 2), "answer"]
    assert len(names) > 2, "the model wrote nothing"
    assert all(set(citation) == CITATION for citation in citations(heard[0].content))
    assert set(plain) == RECORD
    assert _lasting(heard[-1].content) == _lasting(plain)


def _lasting(record: Json) -> Json:
    """What two answers to one question share: all but their own id and durations."""
    return {name: value for name, value in record.items() if name not in ("id", "timings_ms")}


def test_a_client_that_leaves_ends_the_writing(seeded_rag: Rag) -> None:
    async def leave_at_the_first_token() -> tuple[list[str], float]:
        desk = Desk(rag=seeded_rag)
        question = Question(text=TOYS)
        names: list[str] = []
        async with aclosing(answer_events(question, desk)) as heard:
            async for event in heard:
                if event is None:  # on a busy machine the engine reads for longer than a beat
                    continue
                names.append(event.name)
                if event.name == "token":
                    break
        mark = time.perf_counter()
        await desk.written.run(lambda: None)  # the model's turn is free again
        desk.close()
        return names, time.perf_counter() - mark

    names, seconds = asyncio.run(leave_at_the_first_token())
    assert names == ["evidence", "token"]
    assert seconds < SECONDS


@pytest.mark.parametrize("until", ["evidence", "token"])
def test_leaving_over_http_frees_the_model_within_a_second(seeded_rag: Rag, until: str) -> None:
    """While the engine reads the question (`evidence` is out, no token yet) and while it writes."""
    desk = Desk(rag=seeded_rag, written=Turns(at_once=1, waiting=0))
    with served(seeded_rag, desk=desk) as client:
        with client.stream("POST", "/v1/ask", json={"question": TOYS, "stream": True}) as response:
            assert until in (event.name for event in events(response))
        mark = time.monotonic()
        while _is_taken(desk.written):
            assert time.monotonic() - mark < 10.0
            time.sleep(0.01)
        seconds = time.monotonic() - mark
        print(f"left at {until}: free after {seconds:.2f} s")
        assert seconds < 1.0
        assert ask(client, GROWTH)["status"] == "answered"


def _is_taken(turns: Turns) -> bool:
    """Of turns before which nobody may wait."""
    try:
        turns.check()
    except TooManyRequestsException:
        return True
    return False


def test_a_stream_begins_at_once_and_tells_that_it_lives(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.stream.BEAT_SECONDS", 0.05)
    with client.stream("POST", "/v1/ask", json={"question": TOYS, "stream": True}) as response:
        lines = [line for line in response.iter_lines() if line]
    assert lines[0] == ": "
    assert ": " in lines[lines.index("event: evidence") : lines.index("event: answer")]


# --- search ---


def test_search_ranks_sentences_with_their_source(client: httpx.Client) -> None:
    hits = client.post("/v1/search", json={"query": "安康毛绒玩具", "k": 3}).json()["hits"]
    assert len(hits) == 3
    assert "毛绒玩具" in hits[0]["text"]
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert CITATION - {"marker", "answer_start", "answer_end"} < set(hits[0])
    for hit in hits:
        assert text_at(client, hit["source_id"], hit["start"], hit["end"]) == hit["quote"]


def test_search_looks_inside_the_filters_only(client: httpx.Client) -> None:
    body = {"query": "地区生产总值增长", "k": 20, "filters": {"regions": ["高平市"]}}
    hits = client.post("/v1/search", json=body).json()["hits"]
    assert {hit["region"] for hit in hits} == {"高平市"}


# --- the corpus ---


def test_reports_are_listed_filtered_and_paged(client: httpx.Client) -> None:
    everything = client.get("/v1/reports").json()
    assert everything["total"] == len(everything["reports"]) == 8
    assert {"id", "source_id", "source_name", "region", "year", "kind", "title", "start", "end"} <= set(
        everything["reports"][0]
    )
    two = client.get("/v1/reports", params={"limit": 2, "offset": 3}).json()
    assert two["reports"] == everything["reports"][3:5]
    assert two["total"] == 8
    langfang = client.get("/v1/reports", params={"region": "廊坊市", "year": 2024}).json()["reports"]
    assert [report["region"] for report in langfang] == ["廊坊市"]
    assert client.get("/v1/reports", params={"year": 1999}).json()["reports"] == []


def test_a_report_comes_with_its_outline(client: httpx.Client) -> None:
    for report in client.get("/v1/reports").json()["reports"]:
        one = client.get(f"/v1/reports/{report['id']}").json()
        assert {name: one[name] for name in report} == report
        starts = [section["start"] for section in one["outline"]]
        assert starts == sorted(starts)
        assert all(report["start"] <= s["start"] < s["end"] <= report["end"] for s in one["outline"])
        assert any(section["path"] for section in one["outline"])


# --- its state ---


def test_health_names_each_part(client: httpx.Client) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    until = time.monotonic() + SECONDS
    while (response := client.get("/health/ready")).status_code == 503 and time.monotonic() < until:
        time.sleep(0.5)  # the models load
    assert response.status_code == 200, response.text
    found = response.json()["parts"]
    assert set(found) == {"store", "passages", "words", "embedder", "chat_model"}
    assert all(one == {"ready": True, "problem": None} for one in found.values())


def test_openapi_lists_every_call(client: httpx.Client) -> None:
    schema = client.get("/schema").json()
    assert schema == client.get("/schema/openapi.json").json()
    assert {(method, path) for path, item in schema["paths"].items() for method in item} == {
        ("post", "/v1/ask"),
        ("post", "/v1/search"),
        ("get", "/v1/reports"),
        ("get", "/v1/reports/{report_id}"),
        ("post", "/v1/sources"),
        ("get", "/v1/sources"),
        ("get", "/v1/sources/{source_id}"),
        ("delete", "/v1/sources/{source_id}"),
        ("get", "/v1/sources/{source_id}/file"),
        ("get", "/v1/sources/{source_id}/text"),
        ("post", "/v1/conversations"),
        ("get", "/v1/conversations"),
        ("get", "/v1/conversations/{conversation_id}"),
        ("patch", "/v1/conversations/{conversation_id}"),
        ("delete", "/v1/conversations/{conversation_id}"),
        ("get", "/v1/conversations/{conversation_id}/export"),
        ("get", "/v1/answers/{answer_id}"),
        ("post", "/v1/answers/{answer_id}/feedback"),
        ("post", "/v1/chat/completions"),
        ("get", "/v1/models"),
        ("get", "/v1/models/{model}"),
        ("get", "/v1/jobs"),
        ("get", "/v1/jobs/{job_id}"),
        ("delete", "/v1/jobs/{job_id}"),
        ("get", "/v1/jobs/{job_id}/events"),
        ("get", "/health/live"),
        ("get", "/health/ready"),
        ("get", "/metrics"),
    }
    problem = schema["paths"]["/v1/ask"]["post"]["responses"]["400"]["content"]
    assert set(problem) == {"application/problem+json"}
