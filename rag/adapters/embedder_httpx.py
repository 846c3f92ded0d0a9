"""Vectors from an OpenAI-compatible endpoint (`POST …/embeddings`): hosted, vLLM, TEI, llama.cpp and others.

Deadline, retries and rest after failures are those of the chat model (`transport_httpx`, `chat_failures`,
`breaker`). Their ChatError becomes an EmbeddingFailed here.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import msgspec
import numpy as np

from rag.adapters import chat_failures
from rag.adapters.breaker import Breaker
from rag.adapters.chat_failures import TRIES, Passing, Server
from rag.adapters.transport_httpx import Deadline, OneAnswer, Watch, connections
from rag.errors import ChatError, EmbeddingFailed, SettingsError
from rag.ports import Vectors

_AT_ONCE = 32
"""Texts in one request: what Text Embeddings Inference takes unless it is told otherwise."""
_PASSAGES_SECONDS = 120.0
"""Until a batch must be answered, all its tries together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefixes:
    """What goes before a text: E5 models were trained with `query: ` and `passage: `."""

    query: str = ""
    passage: str = ""


class _Row(msgspec.Struct, frozen=True):
    index: int
    embedding: list[float]


class _Answer(msgspec.Struct, frozen=True):
    data: list[_Row]


class EndpointEmbedder:
    """`Embedder`. Safe for threads. Nothing is asked before the first text."""

    def __init__(
        self,
        url: str,
        key: str,
        model: str,
        *,
        prefixes: Prefixes,
        failures: int = 3,
        rest_seconds: float = 60.0,
        query_seconds: float = 10.0,
    ) -> None:
        """`url` is the base that the server's documentation gives; it mostly ends in `/v1`. A
        question must be answered within `query_seconds`, all tries together. Raises SettingsError."""
        if not url.startswith(("http://", "https://")):
            raise SettingsError(f"WENBAO_EMBEDDINGS_URL must read http://HOST:PORT/v1, not {url!r}.")
        if not model:
            raise SettingsError("WENBAO_EMBEDDINGS_MODEL is empty: name the model at WENBAO_EMBEDDINGS_URL.")
        self._url = url.rstrip("/")
        self._key = key
        self._prefixes = prefixes
        self._server = Server(
            place=f"The embeddings server {self._url}",
            url=url,
            model=model,
            setting="WENBAO_EMBEDDINGS",
            kind="embeddings",
        )
        self._connections = connections()
        self._query_seconds = query_seconds
        self._breaker = Breaker(failures=failures, seconds=rest_seconds)
        self._dimensions = 0
        self._first = threading.Lock()

    @property
    def name(self) -> str:
        """With the prefix of passages, which is in every vector of the index; not with the address, as a
        model may move."""
        prefix = self._prefixes.passage.strip(" :")
        return f"{self._server.model}@endpoint" + (f"+{prefix}" if prefix else "")

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions). Raises EmbeddingFailed."""
        if not texts:
            return np.empty((0, self._length()), dtype=np.float32)
        batches = [texts[start : start + _AT_ONCE] for start in range(0, len(texts), _AT_ONCE)]
        return np.concatenate(
            [self._embed([self._prefixes.passage + t for t in batch], _PASSAGES_SECONDS) for batch in batches]
        )

    def embed_query(self, text: str) -> Vectors:
        """Raises EmbeddingFailed."""
        return self._embed([self._prefixes.query + text], self._query_seconds)

    def _length(self) -> int:
        with self._first:
            if not self._dimensions:
                self._dimensions = self.embed_query("增长").shape[1]
            return self._dimensions

    def _embed(self, texts: list[str], seconds: float) -> Vectors:
        deadline, tried = Deadline(seconds), 0
        with self._ours(), self._breaker.counted(self._server.place):
            while True:
                watch = Watch(deadline)
                try:
                    return self._vectors(self._ask(texts, watch), len(texts))
                except Passing as failure:
                    tried += 1
                    pause = chat_failures.pause_seconds(tried, failure)
                    if tried == TRIES or pause >= deadline.left():
                        raise
                    watch.pause(pause, self._server.place)

    def _ask(self, texts: list[str], watch: Watch) -> _Answer:
        """Raises ChatError."""
        body = {
            "model": self._server.model,
            "input": [_encodable(text) for text in texts],
            "encoding_format": "float",
        }
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        try:
            with httpx.Client(transport=OneAnswer(self._connections, watch)) as http:
                answer = http.post(f"{self._url}/embeddings", json=body, headers=headers)
                answer.raise_for_status()
                return msgspec.json.decode(answer.content, type=_Answer)
        except (httpx.HTTPError, httpx.InvalidURL, msgspec.DecodeError) as error:
            if (reason := watch.reason(self._server.place)) is not None:
                raise reason from error
            raise chat_failures.explain(error, self._server) from error

    def _vectors(self, answer: _Answer, wanted: int) -> Vectors:
        """Rows of length one in the order of the texts. Raises ChatError for what is no such thing."""
        rows = {row.index: row.embedding for row in answer.data}
        lengths = {len(row) for row in rows.values()}
        if sorted(rows) != list(range(wanted)) or len(lengths) != 1:
            raise ChatError(
                f"{self._server.place} sent {len(answer.data)} vectors for {wanted} texts: it does not work "
                "as OpenAI's does."
            )
        full = np.asarray([rows[i] for i in range(wanted)], dtype=np.float32)
        norms = np.linalg.norm(full, axis=1, keepdims=True)
        if not full.size or not np.isfinite(full).all() or not norms.all():
            raise ChatError(f"{self._server.place} sent vectors without a direction: look into its log.")
        unit: Vectors = full / norms
        return unit

    @contextmanager
    def _ours(self) -> Generator[None]:
        try:
            yield
        except ChatError as error:
            raise EmbeddingFailed(str(error)) from error


def _encodable(text: str) -> str:
    """A lone surrogate, which no encoding can write, becomes a question mark."""
    return text.encode("utf-8", errors="replace").decode("utf-8")
