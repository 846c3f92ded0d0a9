"""What the flow tests share beside the fixtures of `tests/conftest.py`: copies of the seeded folder, the
command line on them, and corpora on servers.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.assemble import open_embedder, open_rag
from rag.library import Rag
from rag.settings import Secret, Settings
from tests.contract.model_servers import embeds, model_server
from tests.flow.command_line import CommandLine
from tests.servers import Chroma, Postgres

SHORT = ("000_", "001_", "003_")
"""The seeds that hold one short report each: an eighth of the text of all five."""


@pytest.fixture(scope="session")
def short_data(seeded_data: Path, models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed data folder that holds the three short seeds: for what reads or writes everything there is."""
    data = shutil.copytree(seeded_data, tmp_path_factory.mktemp("short") / "data")
    with open_rag(Settings(data=data, models=models_folder), chat=False) as rag:
        for source in rag.sources():
            if not source.name.startswith(SHORT):
                rag.remove(source.id)
        assert len(rag.reports()) == len(SHORT)
    return data


@pytest.fixture
def data_copy(seeded_data: Path, tmp_path: Path) -> Path:
    """A copy of the seeded folder for one test, to open and to write to."""
    return shutil.copytree(seeded_data, tmp_path / "data")


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
