"""What the contract tests share: an empty database of each kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.adapters.store_sqlalchemy_open import Place
from rag.adapters.store_sqlalchemy_postgres import postgres_url
from tests.servers import Postgres


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return tmp_path / "data" / "wenbao.db"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres_url(postgres.database())
