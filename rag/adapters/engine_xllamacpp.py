"""The local engine: llama.cpp's server (xllamacpp) in a child process, on loopback, behind a random key.

A child, so that a crash of native code never takes the service with it. What runs in it, and how it ends
with its parent, is in `engine_xllamacpp_child`.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from rag.adapters.engine_xllamacpp_child import Orders, write_line
from rag.errors import ChatError, ModelDamaged, ModelMissing

START_SECONDS = 60.0
RESTARTS_PER_MINUTE = 3
_GGUF_MAGIC = b"GGUF"
_LEAST_MODEL_BYTES = 1 << 20
_LOG_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a running engine answers: `url` without a path, e.g. `http://127.0.0.1:41234`."""

    url: str
    key: str = field(repr=False)


class _Child:
    """One engine process, from its start to its end. `came_up` is set when it reported, or died before."""

    def __init__(self, orders: Orders, log_path: Path | None) -> None:
        self._key = orders.key
        self.came_up = threading.Event()
        self.endpoint: Endpoint | None = None
        self.load_error = ""
        with _open_log(log_path) as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "rag.adapters.engine_xllamacpp_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(),
            )
        # In a thread, as the child may die first and the pipe then breaks, and as loading takes seconds.
        threading.Thread(target=self._converse, args=(orders,), name="engine-start", daemon=True).start()

    def _converse(self, orders: Orders) -> None:
        try:
            write_line(_pipe(self.process.stdin), asdict(orders))
            report = json.loads(_pipe(self.process.stdout).readline() or b"{}")
            if "url" in report:
                self.endpoint = Endpoint(url=report["url"], key=self._key)
            self.load_error = report.get("error", "")
        except (OSError, ValueError):
            pass  # it died: `alive` says so, and the log says why
        finally:
            self.came_up.set()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def end(self) -> None:
        """Closing standard input asks it to leave; after two seconds it is killed."""
        with suppress(OSError):
            _pipe(self.process.stdin).close()
        try:
            self.process.wait(2.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.came_up.wait(2.0)
        _pipe(self.process.stdout).close()


class LocalEngine:
    """Runs one GGUF model. All methods may be called from any thread.

    `start` returns at once; the model then loads in the background and `ready` tells when it answers.
    """

    def __init__(
        self, model_path: Path, *, threads: int = 0, context_tokens: int = 4096, log_path: Path | None = None
    ) -> None:
        """`threads` 0 takes every core. `log_path` receives llama.cpp's own words; None drops them."""
        self._model_path = model_path
        self._threads = threads or os.cpu_count() or 1
        self._context_tokens = context_tokens
        self._log_path = log_path
        self._lock = threading.RLock()
        self._child: _Child | None = None
        self._restarts: deque[float] = deque(maxlen=RESTARTS_PER_MINUTE)

    def start(self) -> None:
        """Begins to load the model, unless it runs. Raises ModelMissing or ModelDamaged at once."""
        with self._lock:
            if self._child is None:
                self._check_model()
                self._child = self._spawn()

    def ready(self, wait_seconds: float = 0.0) -> bool:
        """Whether the engine answers, after waiting for that at most so long. Never raises."""
        child = self._child
        return (
            child is not None
            and child.came_up.wait(wait_seconds)
            and child.endpoint is not None
            and child.alive
        )

    @property
    def alive(self) -> bool:
        """Whether the process runs, be it loading or answering."""
        child = self._child
        return child is not None and child.alive

    @property
    def pid(self) -> int | None:
        child = self._child
        return child.process.pid if child is not None else None

    def ensure(self, wait_seconds: float = START_SECONDS) -> Endpoint:
        """The running engine; starts it where it does not run.

        Raises ModelMissing, ModelDamaged, and ChatError when it keeps stopping or is not up in time.
        """
        with self._lock:
            if self._child is not None and not self._child.alive:
                self._note_death(self._child)
            self.start()
            child = self._child
        assert child is not None
        if not child.came_up.wait(wait_seconds):
            raise ChatError(f"The model was not loaded within {wait_seconds:.0f} s; try again in a minute.")
        if child.endpoint is None:
            raise self._load_failure(child)
        return child.endpoint

    def stop(self) -> None:
        """Ends the process. `start` may follow."""
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.end()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _spawn(self) -> _Child:
        orders = Orders(
            model_path=str(self._model_path),
            key=secrets.token_urlsafe(32),
            threads=self._threads,
            context_tokens=self._context_tokens,
            parent=os.getpid(),
        )
        return _Child(orders, self._log_path)

    def _note_death(self, child: _Child) -> None:
        """Forgets a dead process. An engine that dies at once, each time, must not be started for ever."""
        now = time.monotonic()
        if len(self._restarts) == RESTARTS_PER_MINUTE and now - self._restarts[0] < 60.0:
            if child.load_error:
                raise self._damaged()
            raise ChatError(f"The local engine keeps stopping{self._see_log()}; try again in a minute.")
        self._restarts.append(now)
        self._child = None
        child.end()

    def _check_model(self) -> None:
        try:
            with self._model_path.open("rb") as file:
                magic, size = file.read(len(_GGUF_MAGIC)), os.fstat(file.fileno()).st_size
        except OSError as error:
            raise ModelMissing(
                f"There is no readable model file {self._model_path}; run `wenbao models pull`."
            ) from error
        if magic != _GGUF_MAGIC or size < _LEAST_MODEL_BYTES:
            raise self._damaged()

    def _load_failure(self, child: _Child) -> Exception:
        if child.load_error:
            return self._damaged()
        return ChatError(f"The local engine stopped while it loaded the model{self._see_log()}.")

    def _damaged(self) -> ModelDamaged:
        return ModelDamaged(
            f"The model file {self._model_path} cannot be loaded{self._see_log()};"
            " run `wenbao models pull` to fetch it again."
        )

    def _see_log(self) -> str:
        return f" (see {self._log_path})" if self._log_path else ""


def _environment() -> dict[str, str]:
    """This process's own, with this package importable in the child too and with threads that soon yield.

    OpenMP's threads wait for each other by spinning, for milliseconds by default. On two cores with other
    busy programs that left 0.5 tokens a second; with a thousand turns, some ten microseconds, it is 3.
    """
    root = str(Path(__file__).resolve().parents[2])
    inherited = os.environ.get("PYTHONPATH")
    path = f"{root}{os.pathsep}{inherited}" if inherited else root
    return {"GOMP_SPINCOUNT": "1000", **os.environ, "PYTHONPATH": path}


def _open_log(path: Path | None) -> IO[bytes]:
    """Open to append, and begun anew when it has grown."""
    if path is None:
        return Path(os.devnull).open("ab")
    grown = path.is_file() and path.stat().st_size > _LOG_BYTES
    return path.open("wb" if grown else "ab")


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
