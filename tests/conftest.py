"""What every test shares: no way out of this machine; the five seeds, ingested once with the real embedder,
a Rag with the model, and the servers of the grown configuration.

`seeded_data` is read or copied, never opened: opening locks a folder and may write to it. A test that opens a
data folder takes `data_copy`, or `seeded_rag` where it only asks.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.assemble import open_rag
from rag.ingest import Change
from rag.library import Rag
from rag.resources import seeds_folder
from rag.settings import Settings, read_dotenv, read_settings
from tests.flow.command_line import ROOT
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


SEEDED_SECONDS = 600
"""For a test that may wait for the ingest of the seeds or the start of the engine, on a slow machine."""


def pytest_configure() -> None:
    """What a shell starts in the background ignores an interrupt, and so would the processes under test."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = item.fixturenames if isinstance(item, pytest.Function) else []
        if "seeded_data" in fixtures or "endpoint" in fixtures:
            item.add_marker(pytest.mark.timeout(SEEDED_SECONDS))


@pytest.fixture(scope="session")
def models_folder() -> Path:
    """The model cache that `make setup` filled: that of the environment or of the checkout's `.env`."""
    configured = {**read_dotenv(ROOT / ".env"), **os.environ}
    name = "WENBAO_MODELS"
    return read_settings({name: configured[name]} if name in configured else {}).models


@pytest.fixture(scope="session")
def seeded_data(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Path:
    """A closed data folder that holds the five seeds: eight reports."""
    data = tmp_path_factory.mktemp("seeded") / "data"
    with open_rag(Settings(data=data, models=models_folder), chat=False) as rag:
        outcomes = list(rag.ingest_paths(sorted(seeds_folder().glob("*.txt"))))
    assert [outcome.change for outcome in outcomes] == [Change.ADDED] * 5
    return data


@pytest.fixture(scope="session")
def seeded_rag(
    seeded_data: Path, models_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rag]:
    """The seeds with the default chat model. Tests ask it; none changes its corpus."""
    data = shutil.copytree(seeded_data, tmp_path_factory.mktemp("asked") / "data")
    with open_rag(Settings(data=data, models=models_folder, answer_seconds=300)) as rag:
        yield rag


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
