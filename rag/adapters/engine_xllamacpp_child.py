"""The process that runs llama.cpp's server (xllamacpp) for `engine_xllamacpp.LocalEngine`.

Orders come as one JSON line on standard input, the report goes as one JSON line to standard output. It
leaves when standard input ends, so also a parent that was killed leaves no engine behind. (PR_SET_PDEATHSIG
would not do: it fires when the *thread* that started the child ends, and a service may start the engine from
a thread that soon ends.)
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from typing import IO

if sys.platform == "linux":
    import fcntl

SEED = 1
_BATCH_TOKENS = 128
"""Between batches the engine looks whether the answer is still wanted: about two seconds on two cores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What the child is told. On standard input, as a command line is there for every user to read."""

    model_path: str
    key: str
    threads: int
    context_tokens: int
    parent: int


def write_line(pipe: IO[bytes], message: dict[str, object]) -> None:
    pipe.write(json.dumps(message).encode() + b"\n")
    pipe.flush()


def _serve() -> None:
    """Loads the model, reports, and answers until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; it then ends this process
    report = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # llama.cpp writes to both; only the report may go to the parent
    orders = Orders(**json.loads(sys.stdin.buffer.readline()))
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _leave_with_parent_while_loading()
    try:
        server = _load(orders)
    except (RuntimeError, ValueError) as error:
        write_line(report, {"error": str(error) or "not loaded"})
        os._exit(1)
    write_line(report, {"url": server.listening_address})
    while os.getppid() == orders.parent:  # where another process holds the pipe's end open
        time.sleep(0.5)
    os._exit(0)


def _leave_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)  # at once: the engine's threads may be in the middle of an answer


def _leave_with_parent_while_loading() -> None:
    """The engine loads without letting other Python threads run; so let the kernel watch the pipe.

    SIGIO, whose default is to end the process, comes when the pipe closes. Linux; elsewhere no worse.
    """
    if sys.platform == "linux":
        fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)


def _load(orders: Orders):  # type: ignore[no-untyped-def]  # xllamacpp ships no types
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = orders.model_path
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [orders.key]
    params.n_ctx = orders.context_tokens
    params.n_parallel = 1
    params.cpuparams.n_threads = orders.threads
    params.cpuparams_batch.n_threads = orders.threads
    params.n_batch = params.n_ubatch = _BATCH_TOKENS
    params.warmup = True
    params.cache_prompt = True
    # The one slot keeps the last prompt; a store of earlier prompts beside it may take 8 GB by default.
    params.cache_ram_mib = 0
    params.cache_idle_slots = False
    params.sampling.temp = 0.0
    params.sampling.seed = SEED
    params.ui = False
    params.verbosity = 2  # warnings and errors: one line for each request adds up
    return xllamacpp.Server(params)


if __name__ == "__main__":
    _serve()
