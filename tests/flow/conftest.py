"""What the flow tests share: the five seeds, ingested once with the real embedder, and a Rag with the model.

`seeded_data` is read or copied, never opened: opening locks a folder and may write to it. A test that opens a
data folder takes `data_copy`, or `seeded_rag` where it only asks.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.assemble import open_embedder, open_rag
from rag.ingest import Change
from rag.library import Rag
from rag.resources import seeds_folder
from rag.settings import Secret, Settings, read_dotenv, read_settings
from tests.contract.model_servers import embeds, model_server
from tests.flow.command_line import ROOT, CommandLine
from tests.servers import Chroma, Postgres

SEEDED_SECONDS = 600
"""For a test that may wait for the ingest of the seeds or the start of the engine, on a slow machine."""


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


@pytest.fixture
def data_copy(seeded_data: Path, tmp_path: Path) -> Path:
    """A copy of the seeded folder for one test, to open and to write to."""
    return shutil.copytree(seeded_data, tmp_path / "data")


@pytest.fixture(scope="session")
def seeded_rag(
    seeded_data: Path, models_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rag]:
    """The seeds with the default chat model. Tests ask it; none changes its corpus."""
    data = shutil.copytree(seeded_data, tmp_path_factory.mktemp("asked") / "data")
    with open_rag(Settings(data=data, models=models_folder, answer_seconds=300)) as rag:
        yield rag


@pytest.fixture
def wenbao(
    data_copy: Path, models_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command line on a copy of the seeded folder. The current folder is an empty one."""
    monkeypatch.chdir(data_copy.parent)
    return CommandLine(data=data_copy, models=models_folder, monkeypatch=monkeypatch, capsys=capsys)


@pytest.fixture
def empty_wenbao(
    tmp_path: Path, models_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command line on a data folder that is not there yet."""
    monkeypatch.chdir(tmp_path)
    return CommandLine(data=tmp_path / "new", models=models_folder, monkeypatch=monkeypatch, capsys=capsys)


# --- The grown configuration ---


@pytest.fixture(scope="session")
def endpoint(models_folder: Path) -> Iterator[str]:
    """The URL of a server that embeds with the real weights, loaded once."""
    with model_server(embeds(open_embedder(Settings(models=models_folder)))) as server:
        yield server.url


@pytest.fixture
def grown(tmp_path: Path, endpoint: str, postgres: Postgres, chroma: Chroma) -> Iterator[Settings]:
    """An empty corpus."""
    with postgres.database() as url:
        yield Settings(
            data=tmp_path / "data",
            models=tmp_path / "models",
            embeddings_url=endpoint,
            embeddings_model="multilingual-e5-small",
            database_url=Secret(url),
            chroma_url=chroma.url,
            chat_model="none",
        )


@pytest.fixture
def both(grown: Settings) -> Iterator[tuple[Rag, Rag]]:
    """Two that share it, as two processes would: each with a lexical index and connections of its own."""
    with open_rag(grown) as here, open_rag(grown) as there:
        yield here, there
