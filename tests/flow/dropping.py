"""Clients that break off: at any point of a call, by a reset and not by an orderly end."""

from __future__ import annotations

import json
import random
import socket
import struct
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

SETTLED_SECONDS = 30.0
UPLOAD = (
    b"POST /v1/sources HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
    b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
)


def call(path: str, **body: object) -> bytes:
    content = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(content)}\r\n"
    return f"{head}Content-Type: application/json\r\n\r\n".encode() + content


def connect(client: httpx.Client) -> socket.socket:
    return socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=60)


def reset(line: socket.socket) -> None:
    """The other side sees the connection torn, also with what it sent unread."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def drop(client: httpx.Client, calls: Sequence[bytes], number: int) -> None:
    """So many connections, each with a call of which some bytes or all are sent, torn within 50 ms."""
    chance = random.Random(number)
    for _ in range(number):
        line = connect(client)
        whole = chance.choice(calls)
        line.sendall(whole if chance.random() < 0.7 else whole[: chance.randrange(len(whole))])
        time.sleep(chance.uniform(0, 0.05))
        reset(line)


def wait_until(true: Callable[[], bool], seconds: float = SETTLED_SECONDS) -> bool:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def is_at_rest(client: httpx.Client) -> bool:
    """No call runs and none waits, but for the one that asks."""
    found = {
        (sample.name, sample.labels.get("queue")): sample.value
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
    }
    at_work = [
        found[f"wenbao_{what}", queue] for what in ("running", "waiting") for queue in ("written", "quick")
    ]
    return not any(at_work)


def open_files() -> int:
    """Of this process, sockets among them."""
    return len(list(Path("/proc/self/fd").iterdir()))
