"""docs/settings.md, made from `Settings`: `python -m rag.settings_docs > docs/settings.md`.

A test compares the file with what this prints.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from pathlib import Path

from platformdirs import user_cache_path

from rag.settings import PREFIX, Settings

_INTRODUCTION = """\
# Settings

Environment variables, or lines `NAME=value` of a file `.env` in the current folder; where both give one, the
environment counts. An unknown `WENBAO_…` is an error that names the nearest known one.

This page is made from `rag/settings.py` by `python -m rag.settings_docs > docs/settings.md`.

| variable | value | default | what it sets |
|---|---|---|---|
"""

_VALUES = {
    "Path": "path",
    "str": "text",
    "Secret": "secret",
    "int": "whole number",
    "float": "number",
    "bool": "true or false",
}


def settings_page() -> str:
    """The whole page, ending in a line break."""
    return _INTRODUCTION + "".join(_row(entry) for entry in fields(Settings))


def _row(entry: Field[object]) -> str:
    # str(type), because `from __future__ import annotations` leaves the type as text.
    choices = entry.metadata.get("choices", ())
    value = ", ".join(f"`{choice}`" for choice in choices) or _VALUES[str(entry.type)]
    return f"| `{PREFIX}{entry.name.upper()}` | {value} | {_default(entry)} | {entry.metadata['doc']} |\n"


def _default(entry: Field[object]) -> str:
    if entry.default is not MISSING:
        text = str(entry.default).lower() if isinstance(entry.default, bool) else str(entry.default)
        return f"`{text}`" if text else "empty"
    assert entry.default_factory is not MISSING
    made = entry.default_factory()
    # The user's cache folder differs from machine to machine; the page must not.
    assert isinstance(made, Path)
    return f"`{made.relative_to(user_cache_path()).as_posix()}` in the user's cache folder"


if __name__ == "__main__":
    print(settings_page(), end="")
