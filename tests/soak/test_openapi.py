"""Many more made-up calls than tests/flow/test_openapi.py, also where keys are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from rag.assemble import open_keys, open_rag
from rag.domain import Role
from rag.settings import Settings
from tests.flow.conftest import data_copy
from tests.flow.fuzzing import fuzz
from tests.flow.serving import served

__all__ = ["data_copy"]

EXAMPLES = "250"


@pytest.fixture(params=["open", "keys"])
def called(
    request: pytest.FixtureRequest, data_copy: Path, models_folder: Path
) -> Iterator[tuple[httpx.Client, list[str]]]:
    """A service over the seeds, and what the caller adds to its calls."""
    settings = Settings(
        data=data_copy, models=models_folder, key_requests_per_minute=0, address_requests_per_minute=0
    )
    with open_rag(settings, chat=False) as rag, closing(open_keys(settings)) as keys:
        if request.param == "open":
            with served(rag) as client:
                yield client, []
        else:
            _, key = keys.create(role=Role.ADMIN)
            with served(rag, keys=keys) as client:
                client.headers["Authorization"] = f"Bearer {key}"
                yield client, ["--header", f"Authorization: Bearer {key}"]
        assert rag.verify() == []


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_made_up_calls_get_the_answers_of_the_document(
    called: tuple[httpx.Client, list[str]], tmp_path: Path
) -> None:
    client, more = called
    said = fuzz(str(client.base_url).rstrip("/"), tmp_path, "--max-examples", EXAMPLES, *more)
    print(said[-1_000:], flush=True)
    assert client.get("/health/ready").status_code == 200
