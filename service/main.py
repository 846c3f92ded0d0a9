"""wenbao-serve: opens the data folder and serves it until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import uvicorn

from rag import __version__
from rag.assemble import open_keys, open_rag
from rag.errors import ModelDamaged, ModelMissing, RagError, SettingsError
from rag.keys import Keys
from rag.library import Rag
from rag.place import is_shared
from rag.settings import Settings, read_dotenv, read_settings
from service.app import create_app, desk_of
from service.connections import Connection
from service.keys import is_loopback
from service.logs import set_up_logs
from service.workers import supervise

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

KEYS_BUSY_SECONDS = 0.2
"""How long a call waits to note the use of its key while something else writes to the database."""

GRACE_SECONDS = 10
"""How long answers that are being written may take to finish when the service is told to stop."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 stopped in order, 1 could not start, 2 wrong usage."""
    try:
        settings = _settings(arguments)
        set_up_logs(settings)
        if settings.workers == 1:
            with _keys(settings) as keys, _listen(settings.host, settings.port) as line:
                _serve(settings, keys, line)
            return DONE
        _check_workers(settings)
        with _keys(settings), _listen(settings.host, settings.port) as line:
            open_rag(settings, chat=False).close()  # what is wrong is said once, what was cut off is ended
            supervise(partial(_work, settings, line), workers=settings.workers)
        return DONE
    except SettingsError as error:
        return _say(error, WRONG_USAGE)
    except (RagError, _CannotListen) as error:
        return _say(error, FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED


def _serve(settings: Settings, keys: Keys | None, line: socket.socket) -> None:
    """Until it is told to stop. Raises RagError."""
    rag, lack = _open(settings)
    with rag:
        if rag.outdated:
            print(f"wenbao-serve: {rag.outdated}", file=sys.stderr)
        _Server(rag, keys, line, lack).run(sockets=[line])


def _work(settings: Settings, line: socket.socket) -> int:
    """One of several processes that accept from one socket. The exit status."""
    set_up_logs(settings)
    try:
        with _keys(settings) as keys:
            _serve(settings, keys, line)
    except RagError as error:
        return _say(error, FAILED)
    return DONE


def _check_workers(settings: Settings) -> None:
    """Raises SettingsError where several processes cannot share what the settings name."""
    if not is_shared(settings):
        raise SettingsError(
            "Several workers share a database and an index: set WENBAO_DATABASE_URL and WENBAO_CHROMA_URL, "
            "or serve with one."
        )
    if settings.chat_model != "none" and not settings.chat_url:
        raise SettingsError(
            "Each of several workers would load a chat model of its own: set WENBAO_CHAT_URL to a server "
            "that all of them ask, or WENBAO_CHAT_MODEL=none."
        )


class _CannotListen(Exception):
    """The address cannot be had. `str` is one sentence that says what to do."""


class _Server(uvicorn.Server):
    """Says when it serves, and then loads what the first question would wait for."""

    def __init__(self, rag: Rag, keys: Keys | None, line: socket.socket, lack: str) -> None:
        """`lack` tells why no model writes, or is empty."""
        self._desk = desk_of(rag)
        super().__init__(
            uvicorn.Config(
                create_app(rag, desk=self._desk, keys=keys),
                forwarded_allow_ips=rag.settings.proxies,
                http=Connection,
                log_config=None,
                access_log=False,
                server_header=False,
                ws="none",
                timeout_graceful_shutdown=GRACE_SECONDS + 5,
            )
        )
        self._rag = rag
        self._line = line
        self._lack = lack

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        held = await asyncio.to_thread(self._rag.reports)
        model = self._lack or "model loading"
        print(f"wenbao is serving {_url(self._line)} ({len(held)} reports, {model})", flush=True)
        # Not a daemon: a thread that is inside of a library's own code when the interpreter goes aborts the
        # process. It ends by itself, and soon where the engine is stopped.
        threading.Thread(target=self._rag.warm, name="warm").start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Whoever has no answer by then is told so; uvicorn would only cut the connection."""
        asyncio.get_running_loop().call_later(GRACE_SECONDS, self._desk.close)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Both signals end the service in order. uvicorn's own way then ends the process by the same signal,
        before the engine is stopped and the data folder released."""
        before = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


def _settings(arguments: Sequence[str] | None) -> Settings:
    """Raises SettingsError."""
    settings = read_settings({**read_dotenv(Path(".env")), **os.environ})
    parser = argparse.ArgumentParser(prog="wenbao-serve", description="Serve the reports of the data folder.")
    parser.add_argument("--host", default=settings.host, help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=settings.port, help="port to listen on (%(default)s)")
    parser.add_argument(
        "--workers", type=int, default=settings.workers, help="processes that serve (%(default)s)"
    )
    parser.add_argument("--version", action="version", version=f"wenbao {__version__}")
    given = parser.parse_args(arguments)
    if not 0 <= given.port <= 65535:
        raise SettingsError(f"There is no port {given.port}: give one up to 65535, or 0 for any free one.")
    if given.workers < 1:
        raise SettingsError(f"{given.workers} workers serve nobody: give at least 1.")
    return replace(settings, host=given.host, port=given.port, workers=given.workers)


@contextmanager
def _keys(settings: Settings) -> Generator[Keys | None]:
    """None where nobody needs one: on a loopback address. Raises SettingsError where everybody needs one and
    there is none, DataFolderError."""
    if is_loopback(settings.host) and settings.auth != "keys":
        yield None
        return
    with closing(open_keys(settings, busy_seconds=KEYS_BUSY_SECONDS)) as keys:
        if all(key.revoked_at for key in keys.list_keys()):
            why = "WENBAO_AUTH wants keys"
            if not is_loopback(settings.host):
                why = f"{settings.host} is not a loopback address"
            raise SettingsError(
                f"{why}, and there is no key to let anybody in: "
                "make one with `wenbao keys create --role admin`, or serve 127.0.0.1 without keys."
            )
        yield keys


def _listen(host: str, port: int) -> socket.socket:
    """The listening socket, before any model is loaded. Raises _CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as exc:
        raise _CannotListen(
            f"Port {port} of {host} cannot be had ({exc.strerror}): "
            "stop what uses it, or choose another with --port."
        ) from exc


def _open(settings: Settings) -> tuple[Rag, str]:
    """Open with the model, or without where it is not on disk, and why. Raises RagError."""
    try:
        rag = open_rag(settings)
    except (ModelMissing, ModelDamaged) as error:
        # Where the embedder is what lacks, this raises it again.
        return open_rag(settings, chat=False), f"no model, the sentences themselves are served: {error}"
    return rag, "" if rag.chat_model else "no model set, the sentences themselves are served"


def _url(line: socket.socket) -> str:
    host, port = line.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _say(error: Exception, status: int) -> int:
    print(f"wenbao-serve: {error}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
