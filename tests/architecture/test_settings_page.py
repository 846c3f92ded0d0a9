"""docs/settings.md is what the code says."""

from __future__ import annotations

from pathlib import Path

from rag.settings_docs import settings_page

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_settings_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page(), (
        "run .venv/bin/python -m rag.settings_docs > docs/settings.md"
    )
