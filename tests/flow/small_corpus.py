"""A few short reports of a test's own, ingested and ready to be asked, without a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rag.assemble import open_rag
from rag.library import Rag
from rag.settings import Settings


@contextmanager
def small_corpus(texts: Mapping[str, str], *, folder: Path, models: Path) -> Iterator[Rag]:
    """`texts` by file name, which go into `folder`, as do the data."""
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    with open_rag(Settings(data=folder / "data", models=models), chat=False) as rag:
        list(rag.ingest_paths(sorted(folder.glob("*.txt"))))
        yield rag
