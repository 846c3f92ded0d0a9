"""Keys and roles over HTTP, limits, and what the service tells whom."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from litestar import delete
from litestar.di import NamedDependency
from litestar.exceptions import TooManyRequestsException
from litestar.handlers import HTTPRouteHandler

from rag.assemble import open_keys, open_rag
from rag.domain import Role
from rag.jobs import Job, JobFile
from rag.keys import Keys
from rag.library import Rag
from rag.settings import Settings
from service.app import create_app
from service.keys import Caller, admins_only
from service.limits import Limits
from tests.flow.serving import Event, Json, events, served
from tests.flow.slow_model import slow_model, slow_settings
from tests.flow.test_service_problems import check_problem

TOYS = "安康2023年毛绒玩具综合产值是多少？"
"""A question that the model words."""

READS = {
    "/v1/ask",
    "/v1/search",
    "/v1/conversations",
    "/v1/conversations/{conversation_id:str}",
    "/v1/answers/{answer_id:str}/feedback",
    "/v1/chat/completions",
}
"""Calls that are no GET and change no corpus: everything else is for admins. Add with care."""


@delete("/v1/tried", guards=[admins_only], status_code=200)
async def tried(caller: NamedDependency[Caller]) -> dict[str, str]:
    return {"caller": caller.id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    rag: Rag
    client: httpx.Client
    keys: Keys

    def as_(self, key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"}

    def key(self, role: Role = Role.READER) -> tuple[str, dict[str, str]]:
        """A new key's id, and the header that shows it."""
        record, text = self.keys.create(role=role)
        return record.id, self.as_(text)


@contextmanager
def site(settings: Settings) -> Iterator[Site]:
    with (
        open_rag(settings, chat=bool(settings.chat_url), check=False) as rag,
        closing(open_keys(settings)) as keys,
        served(rag, keys=keys, more=[tried]) as client,
    ):
        yield Site(rag=rag, client=client, keys=keys)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A service that wants keys, over an empty data folder and without an embedder."""
    folder = tmp_path_factory.mktemp("keys")
    settings = Settings(data=folder, models=folder / "models", cors_origins="https://reports.example")
    with site(settings) as one:
        yield one


# --- keys and roles ---


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer wb_0_0", "Basic d2I6", "wb_0", "Bearer wb_0_~"],
)
def test_without_a_key_of_this_service_nothing_is_told(guarded: Site, header: str | None) -> None:
    response = guarded.client.get("/v1/reports", headers={} if header is None else {"Authorization": header})
    check_problem(response, 401, "unauthorized", "key")
    assert response.headers["www-authenticate"] == 'Bearer realm="wenbao"'


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/models", "/v1/models/wenbao"])
def test_clients_of_openai_are_told_in_their_form(guarded: Site, path: str) -> None:
    method = "POST" if path.endswith("completions") else "GET"
    response = guarded.client.request(method, path, headers=guarded.as_("wb_0_0"), json={})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="wenbao"'
    error = response.json()["error"]
    assert (error["type"], error["code"]) == ("authentication_error", "unauthorized")


def test_any_name_and_origin_may_call_with_a_key(guarded: Site) -> None:
    key_id, key = guarded.key()
    elsewhere = {**key, "Host": "reports.example", "Origin": "https://other.example"}
    response = guarded.client.get("/v1/reports", headers=elsewhere)
    assert response.json()["total"] == 0
    (used,) = [one for one in guarded.keys.list_keys() if one.id == key_id]
    assert used.last_used_at is not None


def test_only_admins_change_the_corpus(guarded: Site) -> None:
    _, reader = guarded.key(Role.READER)
    admin_id, admin = guarded.key(Role.ADMIN)
    check_problem(guarded.client.delete("/v1/tried"), 401, "unauthorized")
    check_problem(guarded.client.delete("/v1/tried", headers=reader), 403, "forbidden", "admin")
    assert guarded.client.delete("/v1/tried", headers=admin).json() == {"caller": admin_id}


def test_readers_do_not_upload(guarded: Site) -> None:
    _, reader = guarded.key(Role.READER)
    _, admin = guarded.key(Role.ADMIN)
    files = {"files": ("a.txt", "怀来县政府工作报告".encode())}
    check_problem(guarded.client.post("/v1/sources", files=files), 401, "unauthorized")
    check_problem(guarded.client.post("/v1/sources", files=files, headers=reader), 403, "forbidden")
    assert guarded.rag.jobs.recent(10) == []
    assert guarded.client.post("/v1/sources", files=files, headers=admin).status_code == 202
    (job,) = guarded.client.get("/v1/jobs", headers=reader).json()["jobs"]
    for path in (f"/v1/jobs/{job['id']}", "/v1/sources/none"):
        check_problem(guarded.client.delete(path, headers=reader), 403, "forbidden", "admin")


def test_every_route_that_changes_anything_is_for_admins(tmp_path: Path) -> None:
    with open_rag(Settings(data=tmp_path), chat=False, check=False) as rag:
        app = create_app(rag)
    handlers = [
        (route.path, handler)
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler) and not handler.http_methods <= {"GET", "HEAD", "OPTIONS"}
    ]
    assert not READS - {path for path, _ in handlers}
    for path, handler in handlers:
        assert path in READS or admins_only in handler.resolve_guards(), f"{path} is open to readers"


def test_a_revoked_key_is_out_at_once(guarded: Site) -> None:
    key_id, key = guarded.key()
    assert guarded.client.get("/v1/reports", headers=key).status_code == 200
    guarded.keys.revoke(key_id)
    check_problem(guarded.client.get("/v1/reports", headers=key), 401, "unauthorized", "revoked")


def test_each_key_has_its_own_conversations(guarded: Site) -> None:
    (mine_id, mine), (_, other) = guarded.key(), guarded.key(Role.ADMIN)
    talk = guarded.client.post("/v1/conversations", headers=mine, json={"title": "我的"}).json()["id"]
    path = f"/v1/conversations/{talk}"
    body = {"question": TOYS, "conversation_id": talk, "mode": "extractive"}
    assert guarded.client.get(path, headers=mine).json()["title"] == "我的"
    assert guarded.client.get("/v1/conversations", headers=mine).json()["total"] == 1
    assert guarded.client.get("/v1/conversations", headers=other).json()["total"] == 0
    check_problem(guarded.client.get(path, headers=other), 404, "not_found", talk)
    check_problem(guarded.client.delete(path, headers=other), 404, "not_found", talk)
    check_problem(guarded.client.post("/v1/ask", json=body, headers=other), 404, "not_found", talk)
    body["stream"] = True
    check_problem(guarded.client.post("/v1/ask", json=body, headers=other), 404, "not_found", talk)
    guarded.keys.revoke(mine_id)
    check_problem(guarded.client.get(path, headers=mine), 401, "unauthorized")


def test_an_answer_is_that_of_the_key_which_asked(data_copy: Path, models_folder: Path) -> None:
    with site(Settings(data=data_copy, models=models_folder)) as one:
        (_, mine), (_, other) = one.key(), one.key()
        body = {"question": TOYS, "mode": "extractive"}
        answer = one.client.post("/v1/ask", json=body, headers=mine).json()
        path = f"/v1/answers/{answer['id']}"
        assert one.client.get(path, headers=mine).json()["answer"] == answer
        check_problem(one.client.get(path, headers=other), 404, "not_found")
        rated = one.client.post(f"{path}/feedback", headers=other, json={"rating": 1})
        check_problem(rated, 404, "not_found")


def test_what_is_open_to_all(guarded: Site) -> None:
    for path in ("/", "/web/app.js", "/schema", "/health/live"):
        assert guarded.client.get(path).status_code == 200, path
    schema = guarded.client.get("/schema").json()
    (security,) = schema["security"]
    assert schema["components"]["securitySchemes"][next(iter(security))]["scheme"] == "bearer"


def test_the_document_says_which_calls_want_a_key(guarded: Site) -> None:
    operations = guarded.client.get("/schema").json()["paths"].items()
    reads = {path: item["get"] for path, item in operations if "get" in item}
    assert len(reads) >= 10
    for path, read in reads.items():
        rated = guarded.client.get(path.replace("{", "").replace("}", ""))
        assert (rated.status_code == 401) is ({} not in read.get("security", [])), path


def test_who_has_no_key_hears_whether_it_is_ready_not_why(guarded: Site) -> None:
    _, key = guarded.key()
    untold, told = guarded.client.get("/health/ready"), guarded.client.get("/health/ready", headers=key)
    assert untold.status_code == told.status_code == 503
    parts = {name: part["ready"] for name, part in untold.json()["parts"].items()}
    assert parts == {name: part["ready"] for name, part in told.json()["parts"].items()}
    assert not parts["embedder"]
    assert "wenbao models pull" in told.json()["parts"]["embedder"]["problem"]
    assert "wenbao models pull" not in untold.text
    assert guarded.client.get("/health/ready", headers=guarded.as_("wb_0_0")).status_code == 401


def test_metrics_want_a_key_unless_they_are_open(guarded: Site, tmp_path: Path) -> None:
    _, key = guarded.key()
    check_problem(guarded.client.get("/metrics"), 401, "unauthorized")
    assert guarded.client.get("/metrics", headers=key).status_code == 200
    with site(Settings(data=tmp_path, metrics="open")) as one:
        assert one.client.get("/metrics").status_code == 200
        check_problem(one.client.get("/v1/reports"), 401, "unauthorized")


def test_on_loopback_without_keys_a_key_is_not_looked_at(tmp_path: Path) -> None:
    with (
        open_rag(Settings(data=tmp_path), chat=False, check=False) as rag,
        served(rag, more=[tried]) as client,
    ):
        headers = {"Authorization": "Bearer none"}  # as the official OpenAI client sends
        assert client.delete("/v1/tried", headers=headers).json() == {"caller": ""}


# --- a stream ---


def test_a_key_revoked_while_a_job_is_watched_ends_the_stream(tmp_path: Path) -> None:
    job = Job(id="waits", created_at=datetime.now(UTC), files=(JobFile(upload=1, name="a.txt"),))
    with site(Settings(data=tmp_path)) as one:
        key_id, key = one.key()
        one.rag.jobs.add(job)  # of which the worker hears nothing: it stays as it is
        with one.client.stream("GET", "/v1/jobs/waits/events", headers=key) as response:
            heard = events(response)
            assert next(heard).name == "progress"
            one.keys.revoke(key_id)
            *_, last = heard
    assert (last.name, last.content["status"]) == ("error", 401)


CHAT = {"model": "wenbao", "messages": [{"role": "user", "content": TOYS}], "stream": True}


def test_a_key_revoked_while_chatting_ends_the_stream_and_the_writing(
    data_copy: Path, models_folder: Path
) -> None:
    with (
        slow_model() as model,
        site(slow_settings(data_copy, models_folder, model.url)) as one,
    ):
        key_id, key = one.key()
        with one.client.stream("POST", "/v1/chat/completions", json=CHAT, headers=key) as response:
            assert model.begun.acquire(timeout=60)
            one.keys.revoke(key_id)
            last = [line for line in response.iter_lines() if line][-1]
        assert json.loads(last.removeprefix("data: "))["error"]["type"] == "authentication_error"
        assert model.left.wait(5), "the model goes on writing for nobody"


def test_a_key_revoked_while_streaming_ends_the_stream_and_the_writing(
    data_copy: Path, models_folder: Path
) -> None:
    with (
        slow_model() as model,
        site(slow_settings(data_copy, models_folder, model.url)) as one,
    ):
        key_id, key = one.key()
        body = {"question": TOYS, "stream": True}
        with (
            closing(open_keys(Settings(data=data_copy))) as elsewhere,
            one.client.stream("POST", "/v1/ask", json=body, headers=key) as response,
        ):
            heard = events(response)
            while next(heard).name != "token":
                pass
            elsewhere.revoke(key_id)
            began = time.monotonic()
            *_, last = heard
        assert time.monotonic() - began < 5
        assert last.name == "error"
        assert (last.content["status"], last.content["code"]) == (401, "unauthorized")
        assert model.left.wait(5), "the model goes on writing for nobody"


def test_who_waits_is_told_the_place_and_who_comes_last_is_told_429(
    data_copy: Path, models_folder: Path
) -> None:
    with (
        slow_model() as model,
        site(slow_settings(data_copy, models_folder, model.url, answers_waiting=2)) as one,
    ):
        _, key = one.key()
        body = {"question": TOYS, "stream": True}

        def ask() -> httpx.Response:
            request = one.client.build_request("POST", "/v1/ask", json=body, headers=key)
            return one.client.send(request, stream=True)

        first = ask()
        assert model.begun.acquire(timeout=60)
        streams = [ask(), ask()]
        waits = [events(stream) for stream in streams]
        for place, waiting in enumerate(waits, 1):
            assert told(waiting) == ("queued", {"place": place})
        full = one.client.post("/v1/ask", json=body, headers=key)
        check_problem(full, 429, "busy", "2 questions are waiting")
        assert int(full.headers["retry-after"]) > 0
        measured = one.client.get("/metrics", headers=key).text
        assert 'wenbao_waiting{queue="written"} 2.0' in measured
        assert 'wenbao_running{queue="written"} 1.0' in measured
        first.close()
        assert told(waits[1]) == ("queued", {"place": 1})
        model.let_go.set()
        for stream, waiting in zip(streams, waits, strict=True):
            *_, last = waiting
            assert last.name == "answer"
            stream.close()


def told(heard: Iterator[Event]) -> tuple[str, Json]:
    event = next(heard)
    return event.name, event.content


# --- limits ---


def test_a_key_has_so_many_calls_a_minute(tmp_path: Path) -> None:
    with site(Settings(data=tmp_path, key_requests_per_minute=3)) as one:
        _, key = one.key()
        assert [one.client.get("/v1/reports", headers=key).status_code for _ in range(3)] == [200] * 3
        response = one.client.get("/v1/reports", headers=key)
        check_problem(response, 429, "busy", "This key", "3 calls")
        assert 1 <= int(response.headers["retry-after"]) <= 60
        _, other = one.key()
        assert one.client.get("/v1/reports", headers=other).status_code == 200


def test_an_address_has_so_many_calls_a_minute_with_wrong_keys_too(tmp_path: Path) -> None:
    with site(Settings(data=tmp_path, models=tmp_path / "models", address_requests_per_minute=3)) as one:
        _, key = one.key()
        wrong = one.as_("wb_0_0")
        assert [one.client.get("/v1/reports", headers=wrong).status_code for _ in range(3)] == [401] * 3
        check_problem(one.client.get("/v1/reports", headers=key), 429, "busy", "This address")
        assert one.client.get("/health/live").status_code == 200
        assert one.client.get("/health/ready").status_code == 503


@pytest.mark.parametrize(
    ("first", "second", "one_caller"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)
def test_which_addresses_are_one_caller(first: str, second: str, one_caller: bool) -> None:
    limits = Limits(by_address=1)
    limits.count_address(first)
    with pytest.raises(TooManyRequestsException) if one_caller else nullcontext():
        limits.count_address(second)


# --- other sites ---


def test_other_origins_are_closed_unless_they_are_set(guarded: Site) -> None:
    _, key = guarded.key()

    def asked(origin: str) -> httpx.Response:
        headers = {
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        return guarded.client.options("/v1/ask", headers=headers)

    let_in = asked("https://reports.example")
    assert let_in.status_code == 204
    assert let_in.headers["access-control-allow-origin"] == "https://reports.example"
    assert "authorization" in let_in.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in let_in.headers
    assert "access-control-allow-origin" not in asked("https://other.example").headers
    real = guarded.client.get("/v1/reports", headers={**key, "Origin": "https://reports.example"})
    assert real.headers["access-control-allow-origin"] == "https://reports.example"
    problem = guarded.client.get("/v1/reports", headers={"Origin": "https://reports.example"})
    assert problem.status_code == 401
    assert problem.headers["access-control-allow-origin"] == "https://reports.example"


def test_no_origin_is_open_by_default(tmp_path: Path) -> None:
    with site(Settings(data=tmp_path)) as one:
        _, key = one.key()
        response = one.client.get("/v1/reports", headers={**key, "Origin": "https://reports.example"})
        assert response.status_code == 200
        assert not [name for name in response.headers if name.startswith("access-control")]
