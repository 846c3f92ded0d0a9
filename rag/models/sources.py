"""What the two kinds of source have in common: how they fail, and the check before a file is used."""

from __future__ import annotations

from pathlib import Path

from rag.models.cache import settle, sha256
from rag.models.catalogue import PinnedFile


class SourceFailed(Exception):
    """A source that did not give the file. Its text is a clause that says why: "… did not answer"."""


class WrongBytes(SourceFailed):
    """The source gave a file that is not the published one."""


def check(path: Path, pinned: PinnedFile, giver: str) -> None:
    """See that `path` is the pinned file, safe on the disk. Otherwise delete it and raise WrongBytes."""
    if path.stat().st_size == pinned.size and sha256(path) == pinned.sha256:
        settle(path)
        return
    path.unlink()
    raise WrongBytes(f"{giver} gave a {pinned.path} with another SHA-256 than the published one")
