"""The service against its own OpenAPI document: no answer that is not in it, and none that is our fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.assemble import open_rag
from rag.library import Rag
from rag.settings import Settings
from tests.flow.fuzzing import fuzz
from tests.flow.serving import served


@pytest.fixture
def rag(data_copy: Path, models_folder: Path) -> Iterator[Rag]:
    """The seeds, to be asked, deleted and added to, without a model."""
    with open_rag(Settings(data=data_copy, models=models_folder), chat=False) as opened:
        yield opened


def test_made_up_calls_get_the_answers_of_the_document(rag: Rag, tmp_path: Path) -> None:
    with served(rag) as client:
        said = fuzz(str(client.base_url).rstrip("/"), tmp_path, "--max-examples", "10")
        assert client.get("/health/ready").status_code == 200
    assert rag.verify() == []
    print(said[-3000:])
