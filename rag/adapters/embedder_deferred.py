"""An embedder that is opened when it is first wanted: what looks at the reports alone needs no weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from rag.ports import Embedder, Vectors


class DeferredEmbedder:
    """`Embedder`. Each call raises what opening it raises: ModelMissing, ModelDamaged."""

    def __init__(self, open_it: Callable[[], Embedder]) -> None:
        self._opened = cache(open_it)

    @property
    def name(self) -> str:
        return self._opened().name

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._opened().embed_passages(texts)

    def embed_query(self, text: str) -> Vectors:
        return self._opened().embed_query(text)
