"""wenbao-serve with several workers, and what it refuses."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.store_sqlalchemy_postgres import postgres_url
from rag.settings import Secret, Settings
from service.main import main
from tests.flow.grown import PATIENCE, WEI, ask, environment, until
from tests.flow.test_service_process import run, running, said
from tests.flow.uploading import statuses, upload


def workers_of(parent: int) -> list[int]:
    """Processes that serve: children that were spawned, without the one that counts their semaphores."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="utf-8").split()
    lines = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return [child for child, line in lines.items() if b"spawn_main" in line]


def test_two_workers_serve_one_port_and_a_killed_one_is_replaced(
    grown: Settings, models_folder: Path
) -> None:
    grown.data.parent.mkdir(exist_ok=True)
    more = {**environment(grown), "WENBAO_WORKERS": "2"}
    with running(grown.data, models_folder, **more) as (process, line):
        assert process.stdout is not None
        assert line.startswith("wenbao is serving http://127.0.0.1:")
        assert process.stdout.readline() == line
        url = line.split()[3]
        with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False) as client:
            assert statuses(upload(client, WEI)) == [("蔚县.txt", "added")]
        first = workers_of(process.pid)
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        until(lambda: len(set(workers_of(process.pid)) - {first[0]}) == 2)
        assert process.stdout.readline() == line.replace("0 reports", "1 reports")
        answers: list[str] = []

        def ask_once() -> None:
            with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False) as client:
                answers.append(str(ask(client, "2023年蔚县GDP增长多少？")["answer"]))

        threads = [threading.Thread(target=ask_once) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 8
        assert len(set(answers)) == 1
        assert "6.3%" in answers[0]
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        assert "workers ended, others take their place" in process.stderr.read()
    with suppress(ProcessLookupError):
        os.kill(first[1], 0)
        raise AssertionError("a worker is left")


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"WENBAO_CHROMA_URL": ""}, 2, "set WENBAO_DATABASE_URL and WENBAO_CHROMA_URL"),
        ({"WENBAO_CHAT_MODEL": "qwen2.5-coder-1.5b"}, 2, "set WENBAO_CHAT_URL"),
        ({"WENBAO_DATABASE_URL": "mysql://host/db"}, 2, "names no PostgreSQL database"),
        ({"WENBAO_DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/db"}, 1, "127.0.0.1:1/db cannot be"),
        ({"WENBAO_CHROMA_URL": "http://127.0.0.1:1"}, 1, "Chroma server http://127.0.0.1:1 cannot"),
        ({"WENBAO_EMBEDDINGS_MODEL": ""}, 2, "WENBAO_EMBEDDINGS_MODEL is empty"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(
    grown: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: dict[str, str],
    status: int,
    words: str,
) -> None:
    """In this process, which is enough where nothing is served."""
    folders = {"WENBAO_DATA": str(grown.data), "WENBAO_MODELS": str(grown.models)}
    for name, value in {**environment(grown), **folders, "WENBAO_WORKERS": "2", **more}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(
        "service.main.set_up_logs", lambda _settings: None
    )  # of this process, not of the test's
    monkeypatch.chdir(grown.models.parent)
    assert main(["--port", "0"]) == status
    said = capsys.readouterr().err
    assert said.startswith("wenbao-serve: ")
    assert said.count("\n") == 1
    assert words in said
    assert "secret" not in said


def test_a_wrong_password_is_named_and_none_is_shown(grown: Settings, models_folder: Path) -> None:
    grown.data.parent.mkdir(exist_ok=True)
    wrong = str(grown.database_url).replace("pass%3Aword%401", "hunter2")
    result = run(
        grown.data, models_folder, "--port", "0", **{**environment(grown), "WENBAO_DATABASE_URL": wrong}
    )
    assert result.returncode == 1
    assert "refuses the user or the password: check WENBAO_DATABASE_URL" in said(result)
    assert "hunter2" not in result.stderr
    assert "hunter2" not in repr(Settings(database_url=Secret(wrong)))
    SqlReportStore(postgres_url(str(grown.database_url))).close()
