"""`LocalEngine` with the model that setup pulled: how it starts, dies, comes back and keeps to itself."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from rag.adapters.engine_xllamacpp import RESTARTS_PER_MINUTE, LocalEngine
from rag.errors import ChatError, ModelDamaged, ModelMissing
from rag.models.cache import locate
from rag.models.catalogue import find_entry
from rag.settings import read_settings

PARENT = """
import sys, time
from pathlib import Path
from rag.adapters.engine_xllamacpp import LocalEngine
engine = LocalEngine(Path(sys.argv[1]))
engine.start()
if sys.argv[2] == "loaded":
    engine.ensure()
print(engine.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def model_path() -> Path:
    settings = read_settings({name: os.environ[name] for name in ("WENBAO_MODELS",) if name in os.environ})
    return locate(find_entry("qwen2.5-coder-1.5b"), settings.models)


@pytest.fixture(scope="module")
def log_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine") / "engine.log"


@pytest.fixture(scope="module")
def engine(model_path: Path, log_path: Path) -> Iterator[LocalEngine]:
    with LocalEngine(model_path, log_path=log_path) as engine:
        yield engine


def _pid(engine: LocalEngine) -> int:
    assert engine.pid is not None
    return engine.pid


def _alive(engine: LocalEngine) -> bool:
    return engine.alive


def _gone(pid: int, *, within_seconds: float) -> bool:
    """A process that only waits to be reaped by its new parent counts as gone."""
    end = time.monotonic() + within_seconds
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


def _kill(engine: LocalEngine) -> None:
    os.kill(_pid(engine), signal.SIGKILL)
    end = time.monotonic() + 5.0
    while _alive(engine) and time.monotonic() < end:
        time.sleep(0.01)
    assert not _alive(engine)


def test_starting_does_not_wait_for_the_model(model_path: Path) -> None:
    engine = LocalEngine(model_path)
    assert not _alive(engine)
    assert not engine.ready()
    before = time.monotonic()
    engine.start()
    try:
        assert time.monotonic() - before < 0.5
        assert _alive(engine)
        first = engine.pid
        engine.start()
        assert engine.pid == first
    finally:
        engine.stop()
    assert not _alive(engine)
    assert first is not None
    assert _gone(first, within_seconds=1.0)


def test_it_answers_only_to_its_key_and_only_on_this_machine(engine: LocalEngine) -> None:
    endpoint = engine.ensure()
    assert engine.ready()
    assert engine.ensure() == endpoint
    url = httpx.URL(endpoint.url)
    assert url.host == "127.0.0.1"
    for path in ("/v1/models", "/v1/chat/completions", "/slots"):
        assert httpx.get(f"{url}{path}").status_code == 401
        assert httpx.get(f"{url}{path}", headers={"Authorization": "Bearer wrong"}).status_code == 401
    models = httpx.get(f"{url}/v1/models", headers={"Authorization": f"Bearer {endpoint.key}"})
    assert models.status_code == 200
    assert url.port is not None
    with pytest.raises(ConnectionRefusedError):  # a socket bound to every address answers here
        socket.create_connection(("127.0.0.2", url.port), timeout=2.0)


def test_the_key_is_on_no_command_line_and_in_no_environment(engine: LocalEngine) -> None:
    endpoint = engine.ensure()
    assert len(endpoint.key) > 30
    assert endpoint.key not in repr(endpoint)
    for what in ("cmdline", "environ"):
        assert endpoint.key.encode() not in Path(f"/proc/{_pid(engine)}/{what}").read_bytes()


def test_the_engine_writes_to_its_log_alone(
    engine: LocalEngine, log_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    endpoint = engine.ensure()
    assert httpx.get(f"{endpoint.url}/v1/models").status_code == 401
    end = time.monotonic() + 5.0
    while "unauthorized" not in log_path.read_text(encoding="utf-8") and time.monotonic() < end:
        time.sleep(0.05)
    assert "unauthorized" in log_path.read_text(encoding="utf-8")
    assert endpoint.key not in log_path.read_text(encoding="utf-8")
    assert capfd.readouterr() == ("", "")


def test_a_killed_engine_comes_back_with_another_key(engine: LocalEngine) -> None:
    before = engine.ensure()
    _kill(engine)
    assert not engine.ready()
    assert engine.ensure().key != before.key
    assert engine.ready()


def test_an_engine_that_keeps_dying_is_left_alone(model_path: Path) -> None:
    engine = LocalEngine(model_path)
    engine.start()
    try:
        for _ in range(RESTARTS_PER_MINUTE):
            _kill(engine)
            with pytest.raises(ChatError, match="not loaded within 0 s"):
                engine.ensure(0.0)
        _kill(engine)
        with pytest.raises(ChatError, match="keeps stopping"):
            engine.ensure()
    finally:
        engine.stop()


def test_an_absent_model_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"file .*absent\.gguf; run `wenbao models pull`"):
        LocalEngine(tmp_path / "absent.gguf").start()


def test_a_file_that_is_no_model_is_not_even_loaded(tmp_path: Path) -> None:
    page = tmp_path / "page.gguf"
    page.write_text("<html>" * 1_000_000, encoding="utf-8")
    engine = LocalEngine(page)
    with pytest.raises(ModelDamaged, match="run `wenbao models pull`"):
        engine.start()
    assert engine.pid is None


def test_a_truncated_model_is_damaged(model_path: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.gguf"
    with model_path.open("rb") as whole:
        short.write_bytes(whole.read(16 << 20))
    log = tmp_path / "engine.log"
    with LocalEngine(short, log_path=log) as engine:
        for _ in range(RESTARTS_PER_MINUTE + 2):
            with pytest.raises(ModelDamaged, match=r"short\.gguf cannot be loaded \(see .*engine\.log\)"):
                engine.ensure()
        assert not engine.ready(1.0)
    assert "failed to load model" in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("moment", ["loading", "loaded"])
def test_a_parent_that_is_killed_leaves_no_engine(model_path: Path, moment: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(model_path), moment],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert not _gone(child, within_seconds=0.2)
        parent.kill()
        parent.wait()
    assert _gone(child, within_seconds=3.0)
