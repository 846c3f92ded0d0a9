"""What every test shares: no way out of this machine, and the servers of the grown configuration."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator

import pytest

from tests.servers import Chroma, Postgres, chroma_server, postgres_server

Address = tuple[object, ...] | str | bytes


def _stays_here(address: Address) -> bool:
    """Unix sockets, loopback addresses and `localhost` do; every other host does not."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _closed_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting outside loopback raises. Child processes (pip in the model tests) are not touched."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def refuse(address: Address) -> None:
        if not _stays_here(address):
            raise PermissionError(f"a test tried to reach {address!r}: tests stay on loopback")

    def guarded_connect(line: socket.socket, address: Address) -> None:
        refuse(address)
        connect(line, address)

    def guarded_connect_ex(line: socket.socket, address: Address) -> int:
        refuse(address)
        return connect_ex(line, address)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Each test takes a database of its own. Who stops it starts it again."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chroma]:
    """Each test takes a collection of its own. Who stops it starts it again."""
    with chroma_server(tmp_path_factory.mktemp("chroma")) as server:
        yield server
