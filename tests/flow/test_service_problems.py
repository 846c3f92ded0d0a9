"""What a caller can do wrong, and the problem that says so."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator

import httpx
import msgspec
import pytest

from rag import errors
from rag.errors import RagError
from rag.library import Rag
from service.problems import problem_of
from tests.flow.serving import served

FIELDS = {"type", "title", "status", "detail", "code"}


@pytest.fixture(scope="module")
def client(seeded_rag: Rag) -> Iterator[httpx.Client]:
    with served(seeded_rag) as client:
        yield client


def check_problem(response: httpx.Response, status: int, code: str, *words: str) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert set(problem) >= FIELDS
    assert (problem["status"], problem["code"]) == (status, code)
    for word in words:
        assert word in problem["detail"]
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("", "invalid_input", ("no body",)),
        ("{", "invalid_input", ("not JSON",)),
        ("[]", "invalid_input", ("object", "array")),
        ("null", "invalid_input", ("object", "null")),
        (b"\xff\xfe", "invalid_input", ("not JSON",)),
        ("{}", "invalid_input", ("question",)),
        ('{"question": 5}', "invalid_input", ("question", "int")),
        ('{"question": null}', "invalid_input", ("question", "null")),
        ('{"question": "问", "answer": 1}', "invalid_input", ("answer",)),
        ('{"question": "问", "filters": {"places": []}}', "invalid_input", ("filters", "places")),
        ('{"question": "问", "filters": {"years": ["last"]}}', "invalid_input", ("filters", "int")),
        ('{"question": "问", "mode": "fast"}', "invalid_input", ("mode", "fast")),
        ('{"question": "问", "stream": "yes"}', "invalid_input", ("stream", "bool")),
        ('{"question": "问", "conversation_id": 1}', "invalid_input", ("conversation_id",)),
        ('{"question": ""}', "invalid_question", ("empty",)),
        ('{"question": " \\n　"}', "invalid_question", ("empty",)),
        (json.dumps({"question": "问" * 2001}), "invalid_question", ("2001", "2000")),
        (json.dumps({"question": "问" * 100_000}), "invalid_question", ("100000", "2000")),
        (json.dumps({"question": "问" * 2001, "stream": True}), "invalid_question", ("2001",)),
    ],
)
def test_a_wrong_question(client: httpx.Client, body: str | bytes, code: str, words: tuple[str, ...]) -> None:
    response = client.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    check_problem(response, 400, code, *words)


def test_two_thousand_characters_are_a_question(client: httpx.Client) -> None:
    response = client.post("/v1/ask", json={"question": "问" * 2000, "mode": "extractive"})
    assert response.status_code == 200
    assert response.json()["status"] == "refused"


@pytest.mark.parametrize(
    ("body", "code", "word"),
    [
        ({"query": ""}, "invalid_question", "empty"),
        ({"query": "问" * 2001}, "invalid_question", "2001"),
        ({"query": "问", "k": 0}, "invalid_input", "k is 0"),
        ({"query": "问", "k": 101}, "invalid_input", "101"),
        ({"question": "问"}, "invalid_input", "question"),
    ],
)
def test_a_wrong_search(client: httpx.Client, body: dict[str, object], code: str, word: str) -> None:
    check_problem(client.post("/v1/search", json=body), 400, code, word)


@pytest.mark.parametrize(
    ("query", "word"),
    [("start=-1", ">= 0"), ("start=5&end=4", "5 to 4"), ("end=999999999", "999999999"), ("start=x", "start")],
)
def test_wrong_offsets(client: httpx.Client, query: str, word: str) -> None:
    source_id = client.get("/v1/reports").json()["reports"][0]["source_id"]
    check_problem(client.get(f"/v1/sources/{source_id}/text?{query}"), 400, "invalid_input", word)


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "offset=-1", "year=last"])
def test_a_wrong_page(client: httpx.Client, query: str) -> None:
    check_problem(client.get(f"/v1/reports?{query}"), 400, "invalid_input", query.partition("=")[0])


@pytest.mark.parametrize("path", ["/v1/reports/none", "/v1/sources/none/text"])
def test_an_unknown_id(client: httpx.Client, path: str) -> None:
    check_problem(client.get(path), 404, "not_found", "none")


def test_an_unknown_address_and_a_wrong_method(client: httpx.Client) -> None:
    check_problem(client.get("/v1/nothing"), 404, "not_found", "/schema")
    check_problem(client.get("/web/nothing.js"), 404, "not_found")
    check_problem(client.get("/web/..%2fapp.py"), 404, "not_found")
    check_problem(client.get("/v1/ask"), 405, "method_not_allowed")
    check_problem(client.delete("/v1/reports"), 405, "method_not_allowed")


def test_a_body_over_a_megabyte(client: httpx.Client) -> None:
    response = client.post("/v1/ask", content=b'{"question": "' + b"a" * 1_000_000 + b'"}')
    check_problem(response, 413, "too_large", "1 MB")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "reports.example"},
        {"Host": "["},
        {"Origin": "https://reports.example"},
        {"Origin": "null"},
    ],
)
def test_pages_of_other_sites_are_kept_out(client: httpx.Client, headers: dict[str, str]) -> None:
    response = client.post("/v1/ask", json={"question": "问", "mode": "extractive"}, headers=headers)
    check_problem(response, 403, "forbidden", "localhost")


def test_its_own_page_is_let_in(client: httpx.Client) -> None:
    assert client.get("/v1/reports", headers={"Origin": str(client.base_url)}).status_code == 200


def test_each_error_of_the_family_has_its_status() -> None:
    family = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, RagError)]
    statuses = {kind.code: problem_of(kind("words")).status for kind in family}
    assert statuses.pop("error") == 500
    assert statuses.pop("not_found") == 404
    assert statuses.pop("too_large") == 413
    assert statuses.pop("disk_full") == 507
    assert {code for code, status in statuses.items() if status == 400} == {
        "invalid_input",
        "invalid_question",
        "unreadable_source",
        "invalid_setting",
        "backup",
    }
    assert {status for status in statuses.values() if status != 400} == {503}


def test_what_is_our_fault_says_nothing_of_the_inside(caplog: pytest.LogCaptureFixture) -> None:
    problem = problem_of(ZeroDivisionError("the inside"))
    assert (problem.status, problem.code) == (500, "internal")
    assert "the inside" not in msgspec.json.encode(problem).decode()
    assert problem.request_id is not None
    assert problem.request_id in caplog.text
    assert "the inside" in caplog.text


@pytest.mark.parametrize("path", ["/v1/conversations", "/v1/reports", "/v1/sources"])
def test_a_page_further_on_than_databases_count(client: httpx.Client, path: str) -> None:
    check_problem(client.get(path, params={"offset": 2**63}), 400, "invalid_input", "offset")
    assert client.get(path, params={"offset": 2**53}).status_code == 200
