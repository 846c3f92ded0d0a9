"""What lies in a data folder, by name, beside the indexes (`generations`)."""

from __future__ import annotations

from pathlib import Path

DATABASE = "wenbao.db"
ORIGINALS = "originals"
"""A folder: the files of the sources as they came."""
UPLOADS = "uploads"
"""A folder: what was uploaded and is not ingested yet, a folder for each job."""


def corpus_folder(data: Path, corpus: str) -> Path:
    """Of the files of a corpus whose rows are at a server: several may use one data folder, and each knows
    its own files only."""
    return data / "corpora" / corpus
