"""Vectors with sentence-transformers, on the CPU, from a folder on this machine."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.adapters.embedder_traced import Encoder, query_vectors, traced
from rag.errors import ModelDamaged, ModelMissing
from rag.ports import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH = 16
_FEW = 3
_NEEDED = ("modules.json", "config.json")
_BFLOAT16_FLAGS = frozenset({"amx_bf16", "avx512_bf16"})
"""Names in /proc/cpuinfo. On other CPUs bfloat16 is emulated and slower than float32."""


class SentenceTransformersEmbedder:
    """`Embedder` over any sentence-transformers folder. Safe for threads; the weights load at the first use.

    A query is embedded alone: on one machine, with one number of threads, the same question gives the same
    bits. A passage shares its batch with others of about its length; what they are moves its vector by less
    than the precision allows (see tests/contract/test_embedder.py).
    """

    def __init__(self, folder: Path, name: str, threads: int = 0) -> None:
        """`threads` 0 leaves the number to PyTorch. Raises ModelMissing, ModelDamaged."""
        if not folder.is_dir():
            raise ModelMissing(f"The embedder {name} is not at {folder}: run `wenbao models pull`.")
        for needed in _NEEDED:
            if not (folder / needed).is_file():
                raise ModelDamaged(f"The embedder at {folder} lacks {needed}: run `wenbao models pull`.")
        self._threads = threads or os.cpu_count() or 1
        self._precision = "bf16" if _cpu_flags() & _BFLOAT16_FLAGS else "fp32"
        self._name = f"{name}@{self._precision}"
        self._weights = _weights(folder, self._name, self._precision)

    @property
    def name(self) -> str:
        """With the precision, e.g. multilingual-e5-small@bf16."""
        return self._name

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions)."""
        order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), texts[i]))
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        rows = [self._embed([texts[i] for i in batch], is_query=False) for batch in batches]
        if not rows:
            return np.empty((0, self._dimensions()), dtype=np.float32)
        vectors = np.concatenate(rows)
        in_order = np.empty_like(vectors)
        in_order[order] = vectors
        return in_order

    def embed_query(self, text: str) -> Vectors:
        return self._embed([text], is_query=True)

    def _embed(self, texts: list[str], *, is_query: bool) -> Vectors:
        import torch

        # A turn is one batch, so that a question waits for one batch of an ingest and not for all of it.
        with self._weights.turn.taken(first=is_query):
            model = self._weights.model()
            # Two dozen tokens gain nothing from a second thread. On busy cores threads wait for one another
            # at every layer: 310 ms with two, 48 ms with one, where a quiet machine takes 13 ms either way.
            torch.set_num_threads(1 if is_query else self._threads)
            inputs, prompt = [_encodable(text) for text in texts], _prompt(model, is_query=is_query)
            if is_query:
                vectors = query_vectors(model, self._weights.encoder(), inputs, prompt)
            else:
                vectors = model.encode_document(
                    inputs, prompt=prompt, batch_size=_BATCH, show_progress_bar=False
                )
        full = np.asarray(vectors, dtype=np.float32)
        unit: Vectors = full / np.linalg.norm(full, axis=1, keepdims=True)
        return unit

    def _dimensions(self) -> int:
        with self._weights.turn.taken(first=True):
            return self._weights.model().get_embedding_dimension() or 0


class _Turn:
    """One at a time. A lock alone would give an ingest, which asks again at once, turn after turn."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._taken = False
        self._first = 0

    @contextmanager
    def taken(self, *, first: bool) -> Iterator[None]:
        """With `first` before all those who wait without."""
        with self._changed:
            self._first += first
            self._changed.wait_for(lambda: not self._taken and (first or not self._first))
            self._first -= first
            self._taken = True
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()


class _Weights:
    """The weights of one folder and the turn before them."""

    def __init__(self, folder: Path, precision: str) -> None:
        self.turn = _Turn()
        self._folder = folder
        self._precision = precision
        self._loaded: SentenceTransformer | None = None
        self._encoder: Encoder | None = None
        self._traced = False
        self._queries = 0

    def model(self) -> SentenceTransformer:
        """Loaded once. The caller has the turn."""
        if self._loaded is None:
            self._loaded = _load(self._folder, self._precision)
        return self._loaded

    def encoder(self) -> Encoder | None:
        """The model's layers for one query, where they can be had by themselves and more than a few queries
        come: tracing takes as long as a hundred of them save. The caller has the turn."""
        self._queries += 1
        if not self._traced and self._queries > _FEW:
            model = self.model()
            self._encoder, self._traced = traced(model, _prompt(model, is_query=True)), True
        return self._encoder


@lru_cache(maxsize=1)
def _weights(folder: Path, _name: str, precision: str) -> _Weights:
    """Shared by the embedders of one name in this process, and kept when a data folder is closed: loading
    takes a second. Other weights at the same place have another name."""
    return _Weights(folder, precision)


def _load(folder: Path, precision: str) -> SentenceTransformer:
    import torch
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    try:
        return SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": dtype}
        ).eval()
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as exc:
        raise ModelDamaged(
            f"The embedder at {folder} cannot be loaded ({exc}): run `wenbao models pull`."
        ) from exc


def _prompt(model: SentenceTransformer, *, is_query: bool) -> str:
    """What the folder says goes before a text.

    Asked by name here: the library puts an empty "document" prompt beside the "passage" prompt of an E5
    folder, and `encode_document` then takes the empty one.
    """
    names = ("query",) if is_query else ("document", "passage", "corpus")
    return next((prompt for name in names if (prompt := model.prompts.get(name))), "")


def _encodable(text: str) -> str:
    """A lone surrogate, which JSON may carry and the tokeniser refuses, becomes a question mark."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _cpu_flags() -> frozenset[str]:
    """The CPU's features; empty where the system has no /proc/cpuinfo."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return frozenset()
    flags = next((line for line in lines if line.startswith("flags")), "")
    return frozenset(flags.partition(":")[2].split())
