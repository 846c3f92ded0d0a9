"""wenbao-serve as a process: how it starts, what it refuses, how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from filelock import FileLock

from rag.assemble import open_keys
from rag.domain import Role
from rag.settings import Settings
from tests.flow.serving import events
from tests.flow.slow_model import slow_model

COMMAND = [sys.executable, "-P", "-m", "service.main"]
ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60


def environment(data: Path, models: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WENBAO_")}
    folders = {"WENBAO_DATA": str(data), "WENBAO_MODELS": str(models), "PYTHONPATH": str(ROOT)}
    return {**kept, **folders, **more}


def run(data: Path, models: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A service that is not expected to start. The current folder has no `.env`."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=data.parent,
        env=environment(data, models, **more),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@contextmanager
def running(data: Path, models: Path, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and the line that it prints once it serves."""
    with subprocess.Popen(
        [*COMMAND, "--port", "0"],
        cwd=data.parent,
        env=environment(data, models, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline()
        finally:
            if process.poll() is None:
                process.kill()


def said(result: subprocess.CompletedProcess[str]) -> str:
    """The one sentence on standard error."""
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("wenbao-serve: ")
    return line


def test_it_serves_refuses_a_second_one_and_ends_in_order(data_copy: Path, models_folder: Path) -> None:
    more = {"WENBAO_CHAT_MODEL": "none", "WENBAO_LOG_LEVEL": "warning"}
    with running(data_copy, models_folder, **more) as (process, line):
        found = re.match(r"wenbao is serving (http://127\.0\.0\.1:(\d+)) \(8 reports, no model set", line)
        assert found, line
        assert httpx.get(f"{found[1]}/health/live", trust_env=False).status_code == 200
        asked = {"question": "2023年张家口的GDP增长多少？"}
        record = httpx.post(f"{found[1]}/v1/ask", json=asked, timeout=SECONDS, trust_env=False).json()
        assert (record["status"], record["mode_used"]) == ("answered", "extractive")

        taken = run(data_copy, models_folder, "--port", found[2])
        assert taken.returncode == 1
        assert f"Port {found[2]}" in said(taken)
        busy = run(data_copy, models_folder, "--port", "0")
        assert busy.returncode == 1
        assert "in use by another wenbao process" in said(busy)

        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    with FileLock(data_copy / "lock", timeout=0):
        pass


def test_elsewhere_it_serves_who_has_a_key(data_copy: Path, models_folder: Path) -> None:
    """0.0.0.0 is every address, this machine's loopback among them."""
    with closing(open_keys(Settings(data=data_copy))) as keys:
        record, text = keys.create(role=Role.READER)
    more = {"WENBAO_CHAT_MODEL": "none", "WENBAO_HOST": "0.0.0.0", "WENBAO_LOG_FORMAT": "json"}
    with running(data_copy, models_folder, **more) as (process, line):
        found = re.match(r"wenbao is serving http://0\.0\.0\.0:(\d+) ", line)
        assert found, line
        client = httpx.Client(base_url=f"http://127.0.0.1:{found[1]}", timeout=SECONDS, trust_env=False)
        with client, closing(open_keys(Settings(data=data_copy))) as keys:
            assert client.get("/v1/reports").status_code == 401
            key = {"Authorization": f"Bearer {text}", "X-Forwarded-For": "192.0.2.7"}
            assert client.get("/v1/reports", headers=key).json()["total"] == 8
            keys.revoke(record.id)
            assert client.get("/v1/reports", headers=key).status_code == 401
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
        assert process.stderr is not None
        logged = [json.loads(line) for line in process.stderr.read().splitlines()]
    assert [(line["status"], line["caller"]) for line in logged] == [(401, ""), (200, record.id), (401, "")]


def test_told_to_stop_it_finishes_the_answer_that_is_being_written(
    data_copy: Path, models_folder: Path
) -> None:
    with slow_model() as model:
        more = {"WENBAO_CHAT_URL": model.url, "WENBAO_CHAT_MODEL": "slow", "WENBAO_LOG_LEVEL": "warning"}
        with running(data_copy, models_folder, **more) as (process, line):
            url = line.split()[3]
            body = {"question": "安康2023年毛绒玩具综合产值是多少？", "stream": True}
            client = httpx.Client(base_url=url, timeout=SECONDS, trust_env=False)
            with client, client.stream("POST", "/v1/ask", json=body) as response:
                heard = events(response)
                while next(heard).name != "token":
                    pass
                process.send_signal(signal.SIGTERM)
                assert next(heard).name == "token"
                model.let_go.set()
                *_, last = heard
            assert last.name == "answer"
            assert process.wait(SECONDS) == 0


def test_without_the_model_on_disk_it_serves_sentences(data_copy: Path, models_folder: Path) -> None:
    more = {"WENBAO_CHAT_MODEL": "qwen2.5-coder-0.5b", "WENBAO_MODELS": str(data_copy.parent / "models")}
    (data_copy.parent / "models").mkdir()
    for part in models_folder.glob("multilingual-e5-small*"):
        (data_copy.parent / "models" / part.name).symlink_to(part)
    with running(data_copy, models_folder, **more) as (process, line):
        assert "8 reports, no model, the sentences themselves are served" in line
        assert "wenbao models pull qwen2.5-coder-0.5b" in line
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0


def test_a_taken_port_is_found_before_the_data_folder_is_touched(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run(tmp_path / "data", tmp_path / "models", "--port", str(port))
    assert result.returncode == 1
    assert f"Port {port} of 127.0.0.1" in said(result)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "more", "words"),
    [
        (["--host", "0.0.0.0"], {}, "0.0.0.0 is not a loopback address"),
        (["--host", "reports.example"], {}, "reports.example is not a loopback address"),
        (["--port", "70000"], {}, "no port 70000"),
        (["--host", "0.0.0.0"], {}, "wenbao keys create --role admin"),
        ([], {"WENBAO_AUTH": "keys"}, "WENBAO_AUTH wants keys, and there is no key"),
        ([], {"WENBAO_AUTH": "off"}, "WENBAO_AUTH must be one of auto, keys"),
        ([], {"WENBAO_WORKERS": "0"}, "must be at least 1"),
        ([], {"WENBAO_LOG_QUESTIONS": "maybe"}, "must be true or false"),
        ([], {"WENBAO_HOSTS": "localhost"}, "did you mean WENBAO_HOST?"),
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: list[str], more: dict[str, str], words: str) -> None:
    result = run(tmp_path / "data", tmp_path / "models", *arguments, **more)
    assert result.returncode == 2
    assert words in said(result)


def test_a_missing_embedder_is_said_in_one_sentence(tmp_path: Path) -> None:
    result = run(tmp_path / "data", tmp_path / "models", "--port", "0")
    assert result.returncode == 1
    assert "wenbao models pull" in said(result)


def test_nothing_heavy_is_imported_before_it_listens() -> None:
    heavy = "torch sentence_transformers transformers llama_index.llms chromadb.api"
    code = f"import sys, service.main; sys.exit([m for m in {heavy.split()!r} if m in sys.modules] or 0)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=SECONDS)
