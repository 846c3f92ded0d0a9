"""The evaluation works in a folder of its own and in no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.own_data import open_own, reading_modules
from rag.errors import SettingsError
from rag.settings import Settings


def test_the_users_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="data folder of wenbao itself"):
        open_own(Settings(data=tmp_path / "data"), users_data=tmp_path / "x" / ".." / "data", chat=False)


def test_a_folder_with_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "data" / "wenbao.db"
    kept.parent.mkdir()
    kept.write_bytes(b"somebody's")
    with pytest.raises(SettingsError, match="was not made by"):
        open_own(Settings(data=kept.parent), users_data=tmp_path / "other", chat=False)
    assert kept.read_bytes() == b"somebody's"


def test_the_code_that_reads_is_known() -> None:
    names = set(reading_modules())
    # What cuts, labels and folds a text decides what is indexed; what answers does not.
    assert {"rag.ingest", "rag.steps.read", "rag.steps.segment", "rag.steps.fold"} <= names
    assert {"rag.adapters.reader_child", "rag.adapters.reader_pdf_layout", "rag.steps.tell_table"} <= names
    assert not names & {"rag.ask", "rag.steps.compose", "rag.domain"}
