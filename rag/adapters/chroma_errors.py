"""What Chroma raises, as errors that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rag.errors import DataFolderError, IndexMismatch

OTHER_EMBEDDER = (
    "The index was filled by another embedder: run `wenbao rebuild`, or set WENBAO_EMBEDDER back."
)


class Stale(Exception):
    """A passage that was to be looked at is gone: another process took it out."""


@contextmanager
def ids_that_are_there() -> Iterator[None]:
    from chromadb.errors import InternalError

    try:
        yield
    except InternalError as exc:
        if "finding id" not in str(exc):
            raise
        raise Stale from exc


@contextmanager
def same_dimension() -> Iterator[None]:
    from chromadb.errors import InvalidArgumentError, InvalidDimensionException

    try:
        yield
    except (InvalidDimensionException, InvalidArgumentError) as exc:
        if "dimension" not in str(exc):
            raise
        raise IndexMismatch(OTHER_EMBEDDER) from exc


@contextmanager
def readable() -> Iterator[None]:
    from chromadb.errors import ChromaError

    try:
        with same_dimension():
            yield
    except (ChromaError, OSError) as exc:
        raise DataFolderError(
            f"The passage index cannot be read or written ({exc}): check the disk, then run `wenbao rebuild`."
        ) from exc
