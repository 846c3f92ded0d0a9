"""What must not happen to answers: the model dies, the disk is full, clients are slow or break off."""

from __future__ import annotations

import json
import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from rag.assemble import open_rag
from rag.library import Rag
from tests.flow.dropping import UPLOAD, call, connect, drop, is_at_rest, open_files, reset, wait_until
from tests.flow.serving import Json, events, served
from tests.flow.slow_model import SlowModel, slow_model, slow_settings
from tests.flow.test_service_process import running
from tests.flow.uploading import as_text, post, report_text

GROWTH = "2023年张家口的GDP增长多少？"
NO_ROOM = {(507, "disk_full"), (503, "data_folder")}
"""A test can bound the size of files, which SQLite calls an I/O error; a full disk it calls full."""
TOYS = "安康2023年毛绒玩具综合产值是多少？"
"""A question that the model words."""


def begin(client: httpx.Client) -> str:
    return str(client.post("/v1/conversations", json={}).json()["id"])


def ask(client: httpx.Client, talk: str, question: str = GROWTH, mode: str = "extractive") -> httpx.Response:
    body = {"question": question, "conversation_id": talk, "mode": mode}
    return client.post("/v1/ask", json=body)


def answers(client: httpx.Client, talk: str) -> list[Json]:
    """Those that a conversation keeps."""
    return [message["answer"] for message in client.get(f"/v1/conversations/{talk}").json()["messages"]]


def is_ready(client: httpx.Client) -> bool:
    return client.get("/health/ready").status_code == 200


# --- the model ---


def engine_of_this_process() -> int:
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    pids = [int(pid) for path in children for pid in path.read_text().split()]
    (engine,) = [
        pid for pid in pids if b"engine_xllamacpp_child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    return engine


def test_an_engine_killed_in_an_answer_costs_its_words_only(seeded_rag: Rag) -> None:
    """The answer comes all the same and is kept; the next is the model's again, and nobody did anything."""
    with served(seeded_rag) as client:
        talk = begin(client)
        body = {"question": TOYS, "conversation_id": talk, "stream": True}
        with client.stream("POST", "/v1/ask", json=body) as response:
            heard = events(response)
            while next(heard).name != "token":
                pass
            os.kill(engine_of_this_process(), signal.SIGKILL)
            *_, last = heard
        assert last.name == "answer"
        assert (last.content["status"], last.content["mode_used"]) == ("answered", "extractive")
        assert last.content["note"]
        assert answers(client, talk) == [last.content]
        assert wait_until(lambda: is_ready(client), seconds=120)
        again = ask(client, talk, TOYS, "auto").json()
        assert (again["mode_used"], again["note"]) == ("model", None)
        assert answers(client, talk) == [last.content, again]


# --- the disk ---


def test_a_full_disk_loses_no_answer_and_room_is_found_without_a_restart(
    data_copy: Path, models_folder: Path
) -> None:
    """What cannot be kept is not served as if it were."""
    quiet = {"WENBAO_CHAT_MODEL": "none", "WENBAO_LOG_LEVEL": "error"}
    with (
        running(data_copy, models_folder, **quiet) as (process, line),
        httpx.Client(base_url=line.split()[3], timeout=60, trust_env=False) as client,
    ):
        talk = begin(client)
        first = ask(client, talk).json()
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        refused = [
            ask(client, talk),
            client.post("/v1/conversations", json={}),
            client.patch(f"/v1/conversations/{talk}", json={"title": "新"}),
            client.post(f"/v1/answers/{first['id']}/feedback", json={"rating": 1}),
            post(client, ("a.txt", as_text(report_text("怀来县", 2024, 5)))),
        ]
        assert {(r.status_code, r.json()["code"]) for r in refused} <= NO_ROOM
        body = {"question": GROWTH, "conversation_id": talk, "mode": "extractive", "stream": True}
        with client.stream("POST", "/v1/ask", json=body) as response:
            *_, last = events(response)
        assert last.name == "error"
        assert (last.content["status"], last.content["code"]) in NO_ROOM
        assert answers(client, talk) == [first]
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, unlimited)
        second = ask(client, talk).json()
        assert answers(client, talk) == [first, second]
        assert wait_until(lambda: is_ready(client))
        assert list((data_copy / "uploads").iterdir()) == []


# --- clients ---


@pytest.fixture(scope="module")
def model() -> Iterator[SlowModel]:
    with slow_model() as model:
        yield model


@pytest.fixture
def rag(model: SlowModel, data_copy: Path, models_folder: Path) -> Iterator[Rag]:
    """The seeds with a model that writes until it is let go, or nobody reads any more."""
    with open_rag(slow_settings(data_copy, models_folder, model.url)) as opened:
        opened.warm()
        yield opened


def test_clients_that_break_off_leave_nothing_behind(rag: Rag, caplog: pytest.LogCaptureFixture) -> None:
    break_off(rag, 100)
    assert "Traceback" not in caplog.text


def break_off(rag: Rag, number: int) -> None:
    """So many do, in the middle of calls of every kind."""
    with served(rag) as client:
        talk = begin(client)
        kept = [ask(client, talk).json() for _ in range(2)]
        assert wait_until(lambda: is_at_rest(client))
        files, threads = open_files(), threading.active_count()
        mine: dict[str, object] = {"question": TOYS, "conversation_id": talk}
        calls = [
            call("/v1/ask", question=GROWTH, mode="extractive"),
            call("/v1/ask", question=GROWTH, mode="extractive", stream=True),
            call("/v1/ask", **mine),
            call("/v1/ask", **mine, stream=True),
            call("/v1/chat/completions", model="wenbao", messages=[{"role": "user", "content": TOYS}]),
            call("/v1/search", query="毛绒玩具"),
            UPLOAD,
        ]
        drop(client, calls, number)
        assert wait_until(lambda: is_at_rest(client)), client.get("/metrics").text
        # The pools of connections to the database may have grown to their size.
        assert wait_until(lambda: open_files() <= files + 30), f"{files} files before, {open_files()} after"
        assert threading.active_count() <= threads + 10
        assert is_ready(client)
        assert answers(client, talk) == kept
        assert not any((rag.settings.data / "uploads").iterdir())
        assert ask(client, talk).json()["status"] == "answered"
    assert rag.verify() == []


def test_slow_clients_hold_up_nobody(rag: Rag) -> None:
    """Some send half a head, some half a body, some do not read the stream that they asked for."""
    body = call("/v1/ask", question=GROWTH, mode="extractive", stream=True)
    with served(rag) as client:
        lines = [connect(client) for _ in range(30)]
        for number, line in enumerate(lines):
            line.sendall(body[: (20, len(body) - 10, len(body))[number % 3]])
        talk = begin(client)
        for _ in range(5):
            assert ask(client, talk).json()["status"] == "answered"
        assert wait_until(lambda: is_at_rest(client))
        for line in lines:
            reset(line)
        assert is_ready(client)
        assert len(answers(client, talk)) == 5


def test_who_falls_silent_in_a_body_is_told_so(rag: Rag, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.front.IDLE_SECONDS", 0.5)
    with served(rag) as client, connect(client) as line:
        line.sendall(call("/v1/ask", question=GROWTH)[:-10])
        head, _, problem = line.makefile("rb").read().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in head
    assert json.loads(problem)["code"] == "too_slow"


@pytest.mark.parametrize("sent", [0, 20])
def test_who_asks_nothing_is_not_kept(rag: Rag, monkeypatch: pytest.MonkeyPatch, sent: int) -> None:
    """Neither a connection without a byte nor one with half a head."""
    monkeypatch.setattr("service.connections.LOOK_SECONDS", 0.2)
    with served(rag) as client, connect(client) as line:
        line.sendall(call("/v1/ask", question=GROWTH)[:sent])
        began = time.monotonic()
        assert line.recv(100) == b""
        assert time.monotonic() - began < 5
        body = call("/v1/search", query="毛绒玩具")
        with connect(client) as busy:  # a whole head and a slow body, for longer than two looks
            busy.sendall(body[:-5])
            time.sleep(0.6)
            busy.sendall(body[-5:])
            assert busy.recv(100).startswith(b"HTTP/1.1 200 ")
