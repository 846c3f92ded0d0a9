"""Where the files are that travel with the code: prompts and seeds.

In a checkout (and so in an editable install) they lie beside the package, where people read and edit them;
in a wheel they lie inside it, as `rag/_prompts` and `rag/_seeds` (pyproject.toml puts them there).
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def prompts_folder() -> Path:
    return _folder("prompts")


def seeds_folder() -> Path:
    """The five seed documents, `manifest.json` and `questions.jsonl`."""
    return _folder("seeds")


def _folder(name: str) -> Path:
    inside = _PACKAGE / f"_{name}"
    return inside if inside.is_dir() else _PACKAGE.parent / name
