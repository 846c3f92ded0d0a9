"""The parent of several workers: who ends is replaced, and nobody is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARENT = (
    "import time; from functools import partial; from service.workers import supervise\n"
    "if __name__ == '__main__':\n"
    "    supervise(partial(time.sleep, 600), workers=2)\n"
)
PATIENCE = 60.0


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    with subprocess.Popen([sys.executable, script], env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:
        yield process
        if process.poll() is None:
            process.kill()


def workers(process: subprocess.Popen[bytes]) -> set[int]:
    """Children that were spawned, without the one that counts their semaphores."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8").split()
    lines = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return {child for child, line in lines.items() if b"spawn_main" in line}


def until(found: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < end
        time.sleep(0.05)


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_who_ends_is_replaced_and_all_end_with_the_parent(parent: subprocess.Popen[bytes]) -> None:
    until(lambda: len(workers(parent)) == 2)
    first = workers(parent)
    os.kill(min(first), signal.SIGKILL)
    until(lambda: len(workers(parent) - {min(first)}) == 2)
    running = workers(parent)
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(PATIENCE) == 0
    assert not any(lives(pid) for pid in running)


def test_workers_of_a_killed_parent_end_too(parent: subprocess.Popen[bytes]) -> None:
    until(lambda: len(workers(parent)) == 2)
    running = workers(parent)
    time.sleep(1)  # until they watch
    parent.kill()
    parent.wait(PATIENCE)
    until(lambda: not any(lives(pid) for pid in running))
