"""The servers of the grown configuration, the real ones: PostgreSQL of Debian, and `chroma run`.

Each has a folder of its own, listens on loopback on a port that the system chose, and can be stopped and
started again where it was.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg

SECONDS = 60.0
USER, PASSWORD = "wenbao", "pass:word@1"
_QUOTED = "pass%3Aword%401"
_PROGRAMS = Path("/usr/lib/postgresql")


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


@dataclass(slots=True, kw_only=True)
class Postgres:
    """PostgreSQL refuses to run as root: then it runs as the account that its package made."""

    folder: Path
    port: int
    programs: Path
    account: str | None
    _process: subprocess.Popen[bytes] | None = None
    _made: int = 0

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new one, which goes again: each has 8 MB."""
        self._made += 1
        name = f"test_{self._made}"
        self._run(f"CREATE DATABASE {name}")
        yield self.url(name)
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def url(self, database: str, *, password: str = _QUOTED) -> str:
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "port": str(self.port),
            "fsync": "off",
        }
        arguments = [f"--{name}={value}" for name, value in options.items()]
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "cluster"), *arguments]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self.folder, stdout=log, stderr=log, user=self.account, group=self.account
            )
        _wait_for(self._answers, lambda: (self.folder / "log").read_text(encoding="utf-8"))

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """As an operator does: clients are cut off."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(SECONDS)
            self._process = None

    def make(self) -> None:
        secret = self.folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        if self.account is not None:
            shutil.chown(secret, self.account)
        encoding = ["--encoding=UTF8", "--locale=C.UTF-8"]
        access = [f"--username={USER}", "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync"]
        subprocess.run(
            [self.programs / "initdb", "-D", self.folder / "cluster", *encoding, *access],
            cwd=self.folder,
            user=self.account,
            group=self.account,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "PostgreSQL ended"
        try:
            psycopg.connect(self._address("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _address(self, database: str) -> str:
        return f"{self.url(database)}?connect_timeout=2"


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    versions = sorted(_PROGRAMS.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    assert versions, "PostgreSQL is not installed: `apt-get install postgresql`, or call .ci/run"
    account = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="wenbao-postgres-"))
    if account is not None:
        shutil.chown(folder, account, pwd.getpwnam(account).pw_gid)
    server = Postgres(folder=folder, port=free_port(), programs=versions[-1].parent, account=account)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop(signal.SIGQUIT)  # at once: nothing of it is kept
        shutil.rmtree(folder)


@dataclass(slots=True, kw_only=True)
class Chroma:
    folder: Path
    port: int
    url: str = field(init=False)
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        program = Path(sys.executable).with_name("chroma")
        place = ["--path", str(self.folder / "data"), "--host", "127.0.0.1", "--port", str(self.port)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(program), "run", *place],
                cwd=self.folder,
                env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
                stdout=log,
                stderr=log,
            )
        _wait_for(self._answers, lambda: (self.folder / "log").read_text(encoding="utf-8"))

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(SECONDS)
            self._process = None

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "Chroma ended"
        try:
            return httpx.get(f"{self.url}/api/v2/heartbeat", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def chroma_server(folder: Path) -> Iterator[Chroma]:
    server = Chroma(folder=folder, port=free_port())
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _wait_for(answers: Callable[[], bool], log: Callable[[], str]) -> None:
    until = time.monotonic() + SECONDS
    while not answers():
        assert time.monotonic() < until, log()
        time.sleep(0.05)
